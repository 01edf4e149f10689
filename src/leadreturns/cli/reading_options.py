"""What the command line, the policies and the ledger say about reading a file, put together for the readers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadreturns.errors import FileRefused, Refused, UsageFault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadreturns.core.policy import PolicyBook
    from leadreturns.readers.reading import Reading


@dataclass
class FileFlags:
    """The flags of `import` and `ledger import` that decide how a file is read."""

    sheet: str = ""
    maps: list[str] = field(default_factory=list)
    date_order: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int | None = None
    password_file: Path | None = None
    buyer: str = ""
    any_buyer: bool = False
    reason: str = ""

    def mapping(self) -> dict[str, str]:
        """Field → heading; raises `UsageFault` for what is no FIELD="HEADING"."""
        pairs: dict[str, str] = {}
        for text in self.maps:
            name, equals, heading = text.partition("=")
            if not equals or not name.strip() or not heading.strip():
                raise UsageFault("bad_map", f"--map {text} is not FIELD=HEADING", 'for example --map lead_id="Ref #"')
            if name.strip() in pairs:
                raise UsageFault(
                    "bad_map", f"--map names {name.strip()} twice", "leave out the heading that does not hold it"
                )
            pairs[name.strip()] = heading.strip()
        return pairs

    def check(self) -> None:
        """Raises `UsageFault` for what is wrong whatever the file holds."""
        from leadreturns.readers.csv_file import delimiter_named
        from leadreturns.readers.text_encoding import encoding_named

        self.mapping()
        delimiter_named(self.delimiter)
        if self.encoding:
            encoding_named(self.encoding)

    def signature(self) -> dict[str, Any]:
        """What tells one way of reading a file from another."""
        values = {
            "buyer": self.buyer,
            "any_buyer": self.any_buyer,
            "reason": self.reason,
            "map": self.mapping(),
            "sheet": self.sheet,
            "date_order": self.date_order,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "header_row": self.header_row,
        }
        return {name: value for name, value in values.items() if value}

    @staticmethod
    def from_signature(values: "Mapping[str, Any]") -> "FileFlags":
        """The flags that a batch was imported with."""
        rest = {name: value for name, value in values.items() if name != "map"}
        return FileFlags(**rest, maps=[f"{name}={heading}" for name, heading in values.get("map", {}).items()])

    def password(self) -> str | None:
        """The first line of the password file."""
        if self.password_file is None:
            return None
        try:
            return self.password_file.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as fault:
            raise Refused(
                "missing_file",
                f"{self.password_file} cannot be read: {getattr(fault, 'strerror', None) or 'it is no text'}",
                "name a text file whose first line is the password",
            ) from None


@contextmanager
def named(file: str) -> Iterator[None]:
    """A refusal of the file says which file it is."""
    try:
        yield
    except FileRefused as fault:
        for each in (fault, *fault.others):
            if file not in each.message:
                each.message = f"{file}: {each.message}"
        raise


def reading_for(flags: FileFlags, book: "PolicyBook", known_buyers: "Sequence[str]", password: str | None) -> "Reading":
    """Everything outside the file that decides how it is read."""
    from leadreturns.readers.reading import Reading
    from leadreturns.readers.table import OpenOptions

    settings = book.file_settings(flags.buyer)
    return Reading(
        options=OpenOptions(
            sheet=flags.sheet,
            encoding=flags.encoding,
            buyer_encoding=settings.encoding,
            delimiter=flags.delimiter,
            password=password,
        ),
        mapping=flags.mapping(),
        date_order=flags.date_order,
        header_row=flags.header_row,
        settings=settings,
        buyer=flags.buyer,
        any_buyer=flags.any_buyer,
        default_reason=flags.reason,
        reason_required=bool(book.reasons),
        known_buyers=known_buyers,
        region=book.region,
        regions={buyer: files.region for buyer, files in book.files.items() if files.region},
        settings_by_buyer={} if flags.buyer else book.files,
        currency=book.currency,
    )
