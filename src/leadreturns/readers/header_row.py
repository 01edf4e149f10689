"""Which row of a table holds its headings: the one, among the first rows, that names most known columns.

Titles, notes and blank rows may stand above it. A heading may be spread over two rows, the upper one a group over
several columns ("Return" over "Date" and "Reason"); the two are read together if that names more than either alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from leadreturns.errors import FileRefused
from leadreturns.readers.columns import known_fields, places
from leadreturns.readers.headings import IDENTIFIERS, Headings, fold_heading
from leadreturns.readers.reading import Reading
from leadreturns.readers.table import Cell, RawTable
from leadreturns.readers.texts import text_of, trim

NumberedTexts = tuple[int, tuple[str, ...]]
ROWS_SEARCHED = 30
"""Rows that are not blank; reliable files have their header among the first 20."""
_MAX_ROWS_PASSED = 2_000


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a table, as written but on one line, one for each column."""

    row: int
    """The number that a person sees; the lower row of a heading over two."""
    texts: tuple[str, ...]
    titles: tuple[tuple[int, str], ...] = ()
    """Rows above that are not blank: number and first text."""
    known: int = 0
    """How many fields the headings name."""

    @property
    def named(self) -> int:
        """How many columns have a heading."""
        return sum(1 for text in self.texts if text)


def find_header(table: RawTable, headings: Headings, reading: Reading) -> Header:
    """The header of `table`; the fullest of its first rows when none names a known column.

    Refused: `empty_file` when there is no row that is not blank, `no_header_row` when --header-row names no such row.
    """
    rows = list(_first_rows(table, reading.header_row))
    if not rows:
        raise FileRefused("empty_file", "the table has no rows.", "Ask for the file again, or name the --sheet.")
    chosen = list(_candidates(rows, headings, reading))
    if reading.header_row is not None:
        chosen = [header for header in chosen if header.row == reading.header_row]
        if not chosen:
            text = f"row {reading.header_row}, which --header-row names, is blank or not in the table."
            raise FileRefused(
                "no_header_row", text, "Give the number of the row with the headings, as the file shows it."
            )
    return max(chosen, key=lambda header: (header.known, header.named))


def fits(table: RawTable, headings: Headings, reading: Reading) -> int:
    """How well a table's headings are known: to choose among sheets, and among ways to part the cells of a text."""
    rows = list(_first_rows(table, reading.header_row))
    return max((header.known for header in _candidates(rows, headings, reading)), default=0)


def _first_rows(table: RawTable, header_row: int | None) -> Iterator[NumberedTexts]:
    found = 0
    for passed, (number, cells) in enumerate(table.rows()):
        texts = heading_texts(cells)
        if any(texts):
            found += 1
            yield number, texts
        enough = found >= ROWS_SEARCHED or passed >= _MAX_ROWS_PASSED
        if enough and (header_row is None or number >= header_row):
            return


def heading_texts(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The cells of a row as headings: trimmed, on one line."""
    return tuple(" ".join(trim(text_of(cell)).split()) for cell in cells)


def _candidates(rows: Sequence[NumberedTexts], headings: Headings, reading: Reading) -> Iterator[Header]:
    for at, (number, texts) in enumerate(rows):
        titles = tuple((row, next(filter(None, above))) for row, above in rows[:at])
        alone = _known(headings, texts, reading)
        yield Header(number, texts, titles, alone)
        above, upper = rows[at - 1] if at else (0, ())
        if above == number - 1 and _is_group_row(upper, texts):
            both = _merged(upper, texts, headings)
            known = _known(headings, both, reading)
            if known > max(alone, _known(headings, upper, reading)):
                yield Header(number, both, titles[:-1], known)


def _known(headings: Headings, texts: Sequence[str], reading: Reading) -> int:
    # A row that holds the headings which somebody named is the header, whatever else it holds.
    named_by_someone = sum(1 for heading in reading.mapping.values() if places(texts, heading))
    return len(known_fields(headings, texts, reading)) + 10 * named_by_someone


def _is_group_row(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Several groups, of which at least one reaches over columns that only the lower row names."""
    groups = sum(1 for text in upper if text)
    if any(text[:1].isdigit() for text in lower):
        return False
    return groups > 1 and any(low and not up for up, low in zip_longest(upper, lower, fillvalue=""))


def _merged(upper: Sequence[str], lower: Sequence[str], headings: Headings) -> tuple[str, ...]:
    """Group and heading as one: 'Return' over 'Date' is 'Return Date'; a plain 'Comment' needs no group.

    The name of an identifier is not read without its group: the phone of an agent is not that of the lead.
    """
    merged, group = [], ""
    for up, low in zip_longest(upper, lower, fillvalue=""):
        group = up or group
        both = f"{group} {low}".strip() if low else up
        alone = headings.field_of(low)
        enough = fold_heading(low) == fold_heading(alone) and alone not in ("", *IDENTIFIERS)
        merged.append(low if enough and not headings.field_of(both) else both)
    return tuple(merged)
