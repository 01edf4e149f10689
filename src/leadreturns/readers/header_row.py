"""Which row of a table holds its headings: the first one that names every column that is needed and has rows below.

Titles, notes and blank rows may stand above it. A letterhead ("Buyer:", "acme") is none, nor is a later table or a row
of values that happen to be names of columns. Where no row names all that is needed, the one that names most is told.

A heading may be spread over two rows, the upper one a group over several columns ("Return" over "Date" and "Reason");
the two are read together if that names more than either alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from leadreturns.errors import FileRefused
from leadreturns.readers.columns import known_fields, places, serves, wanted
from leadreturns.readers.header_shapes import (
    is_aligned,
    is_code_list,
    is_colon_form,
    is_group_row,
    is_value_form,
    merged_headings,
    names_a_record,
    rows_between,
    stacked_headings,
    two_headers,
)
from leadreturns.readers.headings import IDENTIFIERS, Headings
from leadreturns.readers.reading import Reading
from leadreturns.readers.row_kinds import names_columns
from leadreturns.readers.table import Cell, Fit, RawTable
from leadreturns.readers.texts import text_of, trim

NumberedTexts = tuple[int, tuple[str, ...]]
Required = Sequence[Sequence[str]]
"""Groups of fields, of each of which one is needed."""
ROWS_SEARCHED = 30
"""Rows that are not blank; reliable files have their header among the first 20."""
_ROWS_BELOW = 10
"""Rows that are looked at behind those, to see what follows a header."""
_LEADS = frozenset(("lead_id", "sale_ref"))
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
    fault: FileRefused | None = None
    """Why the table cannot be read below it: its headings stand below one another, beside their values."""

    @property
    def named(self) -> int:
        """How many columns have a heading."""
        return sum(1 for text in self.texts if text)


@dataclass(frozen=True, slots=True)
class _Candidate:
    header: Header
    at: int
    """Its place among the rows that are not blank; that of the lower row of a heading over two."""
    said: int
    """How many of the headings that --map names stand in it."""
    serves: bool
    """Every field that is needed has a column."""
    heeds: bool
    """It holds the headings that --map and the buyer's settings name for what is needed, and for the rows."""
    fields: dict[int, str]
    """Place → field of the columns that it names."""
    over_two: bool = False

    @property
    def known(self) -> int:
        return self.header.known


def find_header(table: RawTable, headings: Headings, reading: Reading, required: Required = ()) -> Header:
    """The header of `table`; the fullest of its first rows when none names a known column.

    Refused: `empty_file` when there is no row that is not blank, `no_header_row` when --header-row names no such row.
    """
    rows = list(_first_rows(table, reading.header_row))
    if not rows:
        raise FileRefused("empty_file", "the table has no rows.", "Ask for the file again, or name the --sheet.")
    found = list(_candidates(rows, headings, reading, required))
    if reading.header_row is None:
        search = _Search(rows, headings, required, found)
        chosen = search.chosen()
        stacked = stacked_headings(rows, chosen.at, chosen.fields, headings)
        return replace(chosen.header, fault=stacked or search.rival(chosen))
    of_row = [each.header for each in found if each.header.row == reading.header_row]
    if not of_row:
        text = f"row {reading.header_row}, which --header-row names, is blank or not in the table."
        raise FileRefused("no_header_row", text, "Give the number of the row with the headings, as the file shows it.")
    return max(of_row, key=lambda header: (header.known, header.named))


def fits(table: RawTable, headings: Headings, reading: Reading, required: Required = ()) -> Fit:
    """How well a table's headings are known: to choose among sheets, and among ways to part the cells of a text."""
    rows = list(_first_rows(table, reading.header_row))
    found = list(_candidates(rows, headings, reading, required))
    if reading.header_row is not None:
        found = [each for each in found if each.header.row == reading.header_row]
    if not found:
        return Fit(False, False, 0)
    search = _Search(rows, headings, required, found)
    chosen = search.chosen()
    stacked = stacked_headings(rows, chosen.at, chosen.fields, headings)
    lists = not stacked and search.lists_leads(chosen)
    return Fit(lists and chosen.serves and chosen.heeds, lists, chosen.known)


def _first_rows(table: RawTable, header_row: int | None) -> Iterator[NumberedTexts]:
    found = 0
    for passed, (number, cells) in enumerate(table.rows()):
        texts = heading_texts(cells)
        if any(texts):
            found += 1
            yield number, texts
        enough = found >= ROWS_SEARCHED + _ROWS_BELOW or passed >= _MAX_ROWS_PASSED
        if enough and (header_row is None or number >= header_row + _ROWS_BELOW):
            return


def heading_texts(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The cells of a row as headings: trimmed, on one line."""
    return tuple(" ".join(trim(text_of(cell)).split()) for cell in cells)


class _Search:
    """Chooses among the candidates of one table."""

    def __init__(
        self, rows: Sequence[NumberedTexts], headings: Headings, required: Required, found: Sequence[_Candidate]
    ) -> None:
        self._rows, self._headings, self._required = rows, headings, required
        most = max(each.said for each in found)
        # A row that holds the headings which somebody named is the header, whatever else it holds.
        self._named = [each for each in found if each.said == most]

    def chosen(self) -> _Candidate:
        """The first that has all that is needed and rows below; the fullest where there is none."""
        plain = [each for each in self._named if not is_colon_form(each.header.texts, self._headings)]
        serving = [each for each in plain if each.serves and not self._is_beside_values(each)]
        wordy = [each.at for each in serving if self._is_wordy(each)]
        for each in [each for each in serving if each.heeds] or serving:
            if any(at > each.at for at in wordy) and stacked_headings(self._rows, each.at, each.fields, self._headings):
                continue
            if self._better_below(each) is None and (self._reaches_end(each) or self._records(each)):
                return self._passed_over(plain, each) or each
        fallback = serving or self._known(plain) or self._lone_labels() or plain or self._named
        return max(fallback, key=lambda each: (each.known, each.header.named))

    def rival(self, chosen: _Candidate) -> FileRefused | None:
        """How a table is refused that begins with one contact, the buyer's own perhaps, and goes on with leads."""
        if chosen.said or not _LEADS.isdisjoint(chosen.fields.values()) or len(self._records(chosen)) != 1:
            return None
        later = (each for each in self._named if each.serves and each.at > chosen.at and self._is_wordy(each))
        rows = [each.header.row for each in later if not _LEADS.isdisjoint(each.fields.values())]
        return two_headers(chosen.header.row, rows[0]) if rows else None

    @staticmethod
    def _known(plain: Sequence[_Candidate]) -> list[_Candidate]:
        return [each for each in plain if each.known]

    def _lone_labels(self) -> list[_Candidate]:
        """Rows such as 'Lead ID:', 'Nr', with nothing like a value beside the label and no fuller row below."""
        fullest = max(sum(1 for text in texts if text) for _, texts in self._rows)
        return [
            each
            for each in self._named
            if each.serves and each.header.named == fullest and not is_value_form(each.header.texts, self._headings)
        ]

    def lists_leads(self, header: _Candidate) -> bool:
        """Whether a lead has a column, with rows below that hold what is needed."""
        names_leads = serves(header.fields.values(), self._required[:1])
        if not names_leads or self._is_beside_values(header):
            return False
        records = self._records(header)
        is_list = not header.said and is_code_list(header.header.texts, header.fields, records)
        return bool(records) and not is_list

    def _is_beside_values(self, each: _Candidate) -> bool:
        return is_value_form(each.header.texts, self._headings)

    def _reaches_end(self, each: _Candidate) -> bool:
        """Whether the rows below it were not looked at, there being so many above."""
        return len(self._rows) >= ROWS_SEARCHED and each.at == len(self._rows) - 1

    def _better_below(self, upper: _Candidate) -> _Candidate | None:
        """The heading in the next row that `upper` is only the group of, or the one that two rows make together."""
        for lower in self._named:
            if not lower.serves or upper.over_two or lower.known <= upper.known:
                continue
            if lower.at == upper.at:
                return lower
            if lower.at != upper.at + 1:
                continue
            (above, up), (below, low) = self._rows[upper.at], self._rows[lower.at]
            if above + 1 == below and (lower.over_two or (is_group_row(up, low) and self._is_wordy(lower))):
                return lower
        return None

    def _is_wordy(self, each: _Candidate) -> bool:
        return names_columns(each.header.texts, self._headings) > 1

    def _records(self, header: _Candidate) -> list[NumberedTexts]:
        """The rows below, up to the next header, that hold something where the header names what is needed."""
        needed = {name for group in self._required for name in group} - {"buyer"}
        at = [place for place, name in header.fields.items() if not needed or name in needed]
        found = []
        for number, texts in self._rows[header.at + 1 : self._next_header(header)]:
            if names_a_record(texts, at, header.header.named):
                found.append((number, texts))
        return found

    def _next_header(self, header: _Candidate) -> int:
        """The place of the next row that is a header as well, beyond doubt."""
        ids = [place for place, name in header.fields.items() if name in IDENTIFIERS]
        for each in self._named:
            texts = each.header.texts
            if each.at > header.at and each.serves and self._is_wordy(each) and is_aligned(texts, ids, self._headings):
                return each.at
        return len(self._rows)

    def _passed_over(self, plain: Sequence[_Candidate], chosen: _Candidate) -> _Candidate | None:
        """A table of leads above the chosen one that lacks a column: to be told of it, not to lose its rows."""
        if chosen.said:
            return None
        for each in plain:
            if each.at >= chosen.at:
                return None
            ids = [place for place, name in each.fields.items() if name in _LEADS]
            if (
                ids
                and self._is_header_like(each)
                and rows_between(self._rows[each.at + 1 : chosen.at], ids, self._headings)
            ):
                return each
        return None

    def _is_header_like(self, each: _Candidate) -> bool:
        return each.header.named > 1 and not self._is_beside_values(each)


def _candidates(
    rows: Sequence[NumberedTexts], headings: Headings, reading: Reading, required: Required
) -> Iterator[_Candidate]:
    last = len(rows) if reading.header_row is not None else ROWS_SEARCHED
    for at, (number, texts) in enumerate(rows[:last]):
        titles = tuple((row, next(filter(None, above))) for row, above in rows[:at])
        alone = _candidate(Header(number, texts, titles), at, headings, reading, required)
        yield alone
        above, upper = rows[at - 1] if at else (0, ())
        if above == number - 1 and is_group_row(upper, texts):
            merged = Header(number, merged_headings(upper, texts, headings), titles[:-1])
            both = _candidate(merged, at, headings, reading, required, over_two=True)
            if both.known > max(alone.known, len(known_fields(headings, upper, reading))):
                yield both


def _candidate(
    header: Header, at: int, headings: Headings, reading: Reading, required: Required, *, over_two: bool = False
) -> _Candidate:
    texts = header.texts
    fields = {place: name for place, text in enumerate(texts) if (name := headings.field_of(text))}
    heeds = all(places(texts, heading) for heading in reading.settings.rows_where)
    needed = {*reading.mapping, *(name for group in required for name in group)}
    for name, heading in wanted(headings, reading).items():
        found = places(texts, heading)
        heeds = heeds and (bool(found) or name not in needed)
        fields.update(dict.fromkeys(found, name))
    known = {*fields.values()}
    said = sum(1 for heading in reading.mapping.values() if places(texts, heading))
    full = Header(header.row, texts, header.titles, len(known))
    return _Candidate(full, at, said, serves(known, required), heeds, fields, over_two)
