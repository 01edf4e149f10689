"""Tables → a workbook for people: a sheet each, with fixed headings, filters, formats and plain totals; and 'About'."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from leadreturns.core.wording import column_letters
from leadreturns.errors import Refused
from leadreturns.reports.table import NUMBER_KINDS, Column, Table, labelled_totals, shown_text
from leadreturns.writers.clean import clean_text
from leadreturns.writers.fitting import display_width, heading_lines
from leadreturns.writers.xlsx_cells import MOST_ROWS, row_xml, text_cell
from leadreturns.writers.xlsx_columns import ColumnCells
from leadreturns.writers.xlsx_package import Sheet, Workbook
from leadreturns.writers.xlsx_styles import HEADING, PLAIN, Style, Styles

_NARROWEST, _WIDEST, _WIDEST_SENTENCE = 8, 48, 70
_FILTER_BUTTON = 4
_BOLD = 1.15
"""Bold letters are so much wider than the digits that widths are counted in."""
_MEASURED_ROWS = 2_000
_ROWS_A_STEP = 500
_TOTAL = Style(bold=True, line="top")


def write_xlsx(
    tables: Sequence[Table],
    about: Mapping[str, str],
    stream: BinaryIO,
    advance: Callable[[int], None] | None = None,
) -> None:
    """Writes a sheet for each table, named by its title, and last the sheet 'About' with `about`, the full names
    of sheets that Excel allows no room for, headlines and notes.

    The same input gives the same bytes. `advance` is told how many more rows have been written. Raises `Refused`
    (`too_many_rows`) for a table that no sheet can hold.
    """
    for table in tables:
        if len(table.rows) + len(table.totals) + 2 > MOST_ROWS:
            raise Refused("too_many_rows", f"{len(table.rows):,} rows do not fit into one sheet", "use --format csv")
    book = Workbook(stream, [*(table.title or table.name for table in tables), "About"])
    for table in tables:
        _add(book, table, advance)
    _add_about(book, tables, about)
    book.close()


def _add(book: Workbook, table: Table, advance: Callable[[int], None] | None) -> None:
    places = [
        _Place(column_letters(number), at, table.columns[at], _width(table, at))
        for number, at in enumerate(at for at, column in enumerate(table.columns) if column.is_data)
    ]
    sheet = Sheet(
        name=table.title or table.name,
        widths=[place.width for place in places],
        filtered_rows=len(table.rows),
        columns=len(places),
    )
    rows = _rows(table, places, book.styles)
    book.add_sheet(sheet, rows if advance is None else _told(rows, advance))


def _told(rows: Iterator[str], advance: Callable[[int], None]) -> Iterator[str]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % _ROWS_A_STEP == 0:
            advance(_ROWS_A_STEP)


class _Place(NamedTuple):
    """Where a column of the table stands in the sheet."""

    letter: str
    position: int
    column: Column
    width: float


def _rows(table: Table, places: Sequence[_Place], styles: Styles) -> Iterator[str]:
    lines = max((len(heading_lines(place.column.title, _text_room(place))) for place in places), default=1)
    yield row_xml(1, [_heading(place, styles) for place in places], lines)
    prose = [place for place in places if place.column.kind == "sentence"]
    makers = _makers(places, styles, PLAIN)
    for number, row in enumerate(table.rows, 2):
        cells = [make(f"{letter}{number}", row[position]) for letter, position, make in makers]
        yield row_xml(number, cells, max((_lines_of(row[place.position], place.width) for place in prose), default=1))
    makers = _makers(places, styles, _TOTAL)
    for number, row in enumerate(labelled_totals(table), 2 + len(table.rows)):
        yield row_xml(number, [make(f"{letter}{number}", row[position]) for letter, position, make in makers])


def _makers(places: Sequence[_Place], styles: Styles, look: Style) -> list[tuple[str, int, Callable[[str, Any], str]]]:
    """For each column its letter, its position in the rows, and what makes its cells."""
    return [(place.letter, place.position, ColumnCells(place.column, styles, look).cell) for place in places]


def _heading(place: _Place, styles: Styles) -> str:
    look = HEADING._replace(align="right" if place.column.kind in NUMBER_KINDS else "")
    return text_cell(f"{place.letter}1", place.column.title, styles.number(look))


def _text_room(place: _Place) -> int:
    return max(int((place.width - _FILTER_BUTTON) / _BOLD), _longest_word(place.column.title))


def _longest_word(title: str) -> int:
    return max(map(display_width, title.split()), default=0)


def _lines_of(text: str | None, width: float) -> int:
    """How many lines a text takes in a cell that wraps."""
    return sum(1 + int(display_width(line) / width) for line in (text or "").split("\n"))


def _width(table: Table, position: int) -> float:
    """Wide enough for the cells that are measured, and for the longest word of the heading beside its filter button."""
    column = table.columns[position]
    texts = (shown_text(row[position], column) for row in [*table.rows[:_MEASURED_ROWS], *table.totals])
    longest = max((display_width(text) for text in texts), default=0)
    cells = len("2026-10-12 15:04") if column.kind == "time" else longest
    heading = _longest_word(column.title) * _BOLD + _FILTER_BUTTON
    widest = _WIDEST_SENTENCE if column.kind == "sentence" else _WIDEST
    return float(min(max(cells + 2, heading, _NARROWEST), widest))


def _add_about(book: Workbook, tables: Sequence[Table], about: Mapping[str, str]) -> None:
    lines = list(about.items())
    for name, table in zip(book.names, tables, strict=False):
        title = table.title or table.name
        if clean_text(title) != name:
            lines.append((name, f"full name: {title}"))
    for table in tables:
        texts = [text for text in (table.headline, *table.notes) if text]
        lines.extend((table.title or table.name if at == 0 else "", text) for at, text in enumerate(texts))
    bold = book.styles.number(Style(bold=True, wrap=True))
    prose = book.styles.number(Style(wrap=True, quoted=True))
    key_width, text_width = 24.0, 100.0
    rows = (
        row_xml(
            number,
            [text_cell(f"A{number}", key, bold), text_cell(f"B{number}", text, prose)],
            max(_lines_of(key, key_width / _BOLD), _lines_of(text, text_width)),
        )
        for number, (key, text) in enumerate(lines, 1)
    )
    book.add_sheet(Sheet(name="About", widths=[key_width, text_width], header_row=0), rows)
