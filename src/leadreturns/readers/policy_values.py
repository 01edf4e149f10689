"""Single values of policies.toml: each reader gives the typed value or raises `WrongValue` with the right spelling.

Written by hand rather than as pydantic models: importing pydantic alone takes twice the time in which a whole policy
file may be read, and its sentences would have to be replaced one by one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from leadreturns.readers.policy_lines import Path

ValueReader = Callable[[Any], Any]

_LONGEST_SHOWN = 60


class WrongValue(Exception):
    """A value that its key does not take; `at` leads from the key to the part that is wrong.

    `others` are further wrong parts of the same value.
    """

    def __init__(self, message: str, at: Path = (), others: Sequence[WrongValue] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.others = tuple(others)


class WrongParts:
    """Gathers what is wrong with the parts of one value, so that all of it is said."""

    def __init__(self) -> None:
        self._found: list[WrongValue] = []

    def read(self, reader: ValueReader, value: Any, step: str | int) -> Any:
        """The part read, or None when it is wrong; `step` leads to it."""
        try:
            return reader(value)
        except WrongValue as wrong:
            prefix = f"{step}: " if isinstance(step, str) else ""
            for one in (wrong, *wrong.others):
                self.add(prefix + one.message, (step, *one.at))
            return None

    def add(self, message: str, at: Path) -> None:
        """Record that the part at `at` is wrong."""
        self._found.append(WrongValue(message, at))

    def raise_any(self) -> None:
        """Raises `WrongValue` with everything that was found; nothing when nothing was."""
        if self._found:
            raise WrongValue(self._found[0].message, self._found[0].at, self._found[1:])


def shown(value: object) -> str:
    """The value roughly as it stands in the file, cut when it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        clean = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in value)
        return f'"{cut(clean)}"'
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, (date, datetime, time)):
        return f"the date {value.isoformat()}"
    return cut(str(value))


def cut(text: str) -> str:
    """The text, shortened when it is too long to be shown."""
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def nearest(word: str, words: Iterable[str], likeness: float = 0.7) -> str | None:
    """The one of `words` that `word` was probably meant to be, or None when none is that much alike (of 1)."""
    from difflib import get_close_matches

    if len(word) > _LONGEST_SHOWN:
        return None
    by_fold = {_plain(other): other for other in words}
    found = get_close_matches(_plain(word), by_fold, n=1, cutoff=likeness)
    return by_fold[found[0]] if found else None


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """'; did you mean "window"?', or '' when nothing is near."""
    found = nearest(word, words)
    return f'; did you mean "{found}"?' if found is not None else ""


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")


def text(value: Any) -> str:
    """A text of one line, trimmed, not blank, without control characters."""
    found = " ".join(long_text(value).split("\n"))
    if "\n" in str(value).strip():
        raise WrongValue("must stand on one line; write it without a line break")
    return found


def long_text(value: Any) -> str:
    """A text of one or more lines, trimmed, not blank, without control characters."""
    if not isinstance(value, str):
        raise WrongValue(f"{shown(value)} is no text; write it in quotation marks{_quoted(value)}")
    found = value.strip()
    if not found:
        raise WrongValue("is blank; write a text or leave the line out")
    if any(unicodedata.category(char) in ("Cc", "Cf") for char in found.replace("\n", "")):
        raise WrongValue(f"{shown(found)} holds a control or invisible character; delete it and type the text anew")
    return found


def _quoted(value: object) -> str:
    if isinstance(value, (bool, int, Decimal)):
        return f': "{shown(value)}"'
    return f': "{value.isoformat()}"' if isinstance(value, (date, time)) else ""


def flag(value: Any) -> bool:
    """true or false."""
    if isinstance(value, bool):
        return value
    hint = {"true": "true", "yes": "true", "1": "true", "on": "true"}.get(str(value).casefold(), "false")
    raise WrongValue(f"{shown(value)} is neither true nor false; write {hint}, without quotation marks")


def whole(least: int, most: int) -> ValueReader:
    """A reader of whole numbers from `least` to `most`."""

    def read(value: Any) -> int:
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            raise WrongValue(f"{shown(value)} is a text; write {value.strip()}, without quotation marks")
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise WrongValue(
                f"{shown(value)} is no whole number from {least} to {most}; write one, such as {least + 1}"
            )
        return value

    return read


def choice(*words: str) -> ValueReader:
    """A reader of one of the given words."""

    def read(value: Any) -> str:
        if isinstance(value, str) and value in words:
            return value
        raise WrongValue(f"{shown(value)} is not allowed here; write {listed(words)}")

    return read


def listed(words: Iterable[str]) -> str:
    """'"a", "b" or "c"'."""
    quoted = [f'"{word}"' for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def list_of(member: ValueReader, may_be_empty: bool = False, empty_hint: str = "") -> ValueReader:
    """A reader of lists whose members `member` reads; gives a tuple without repetitions.

    An empty list is wrong unless it may be; `empty_hint` says what to write instead.
    """

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            right = f"write [{shown(value)}]" if isinstance(value, str) else "a list stands in square brackets"
            raise WrongValue(f"{shown(value)} is no list; {right}")
        if not value and not may_be_empty:
            raise WrongValue(f"is an empty list; {empty_hint or 'name something or leave the line out'}")
        found: dict[Any, None] = {}
        wrong = WrongParts()
        for index, one in enumerate(value):
            part = wrong.read(member, one, index)
            if part is not None and part in found:
                wrong.add(f"{shown(one)} stands twice in the list; name it once", (index,))
            found[part] = None
        wrong.raise_any()
        return tuple(found)

    return read


def table_of(member: ValueReader, keys: tuple[str, ...] = ()) -> ValueReader:
    """A reader of tables { name = value }; only the names in `keys`, when there are any. Gives a dict."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise WrongValue(f"{shown(value)} is no table; write {{ {keys[0] if keys else 'name'} = … }}")
        found: dict[str, Any] = {}
        wrong = WrongParts()
        for key, one in value.items():
            if keys and key not in keys:
                known = did_you_mean(key, keys) or f" (known: {', '.join(keys)})"
                wrong.add(f'unknown key "{cut(key)}"{known}', (key,))
            else:
                found[key.strip()] = wrong.read(member, one, key)
        wrong.raise_any()
        return found

    return read


def calendar_date(value: Any) -> date:
    """A calendar date, written as a TOML date or as a text '2026-09-01'; years 1970 to 2200."""
    found = value
    if isinstance(value, str):
        try:
            found = date.fromisoformat(value.strip()) if len(value.strip()) == 10 else None
        except ValueError:
            found = None
    if isinstance(found, datetime):
        raise WrongValue(f"{shown(value)} has a time; write the date alone: {found.date().isoformat()}")
    if not isinstance(found, date):
        raise WrongValue(f"{shown(value)} is no date; write it year first: 2026-09-01")
    if not 1970 <= found.year <= 2200:
        raise WrongValue(f"{found.isoformat()} lies outside the years 1970 to 2200; mend the year")
    return found
