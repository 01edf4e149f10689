"""Tables → a workbook for people: a sheet each, with fixed headings, filters, formats and plain totals; and 'About'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from leadreturns.core.money import digits_of, format_minor
from leadreturns.errors import Refused
from leadreturns.reports.table import TEXT_KINDS, Column, Row, Table, labelled_totals, shown_text
from leadreturns.writers.fitting import display_width
from leadreturns.writers.xlsx_cells import (
    MOST_ROWS,
    column_letters,
    day_serial,
    is_risky,
    moment_serial,
    number_cell,
    text_cell,
)
from leadreturns.writers.xlsx_package import Sheet, Workbook
from leadreturns.writers.xlsx_styles import (
    COUNT_FORMAT,
    DATE_FORMAT,
    RATE_FORMAT,
    TEXT_FORMAT,
    TIME_FORMAT,
    Style,
    Styles,
    money_format,
)

_NARROWEST, _WIDEST, _WIDEST_SENTENCE = 8, 48, 70
_FILTER_BUTTON = 3
_MEASURED_ROWS = 2_000


def write_xlsx(tables: Sequence[Table], about: Mapping[str, str], stream: BinaryIO) -> None:
    """Writes a sheet for each table, named by its title, and last the sheet 'About' with `about`, headlines and notes.

    The same input gives the same bytes. Raises `Refused` (`too_many_rows`) for a table that no sheet can hold.
    """
    for table in tables:
        if len(table.rows) + len(table.totals) + 2 > MOST_ROWS:
            raise Refused("too_many_rows", f"{len(table.rows):,} rows do not fit into one sheet", "use --format csv")
    book = Workbook(stream, [*(table.title or table.name for table in tables), "About"])
    for table in tables:
        _add(book, table)
    _add_about(book, tables, about)
    book.close()


def _add(book: Workbook, table: Table) -> None:
    positions = [at for at, column in enumerate(table.columns) if column.is_data]
    columns = [table.columns[at] for at in positions]
    sheet = Sheet(
        name=table.title or table.name,
        widths=[_width(table, at) for at in positions],
        filtered_rows=len(table.rows),
        columns=len(columns),
    )
    book.add_sheet(sheet, _rows(table, columns, positions, book.styles))


def _rows(table: Table, columns: Sequence[Column], positions: Sequence[int], styles: Styles) -> Iterator[str]:
    letters = [column_letters(at) for at in range(len(columns))]
    head = styles.number(Style(bold=True, line="bottom", fill="head", wrap=True))
    yield _row(
        1, [text_cell(f"{letter}1", column.title, head) for letter, column in zip(letters, columns, strict=True)]
    )
    layout = (columns, positions, letters)
    for number, row in enumerate(table.rows, 2):
        yield _row(number, _cells(row, layout, number, styles))
    for number, row in enumerate(labelled_totals(table), 2 + len(table.rows)):
        yield _row(number, _cells(row, layout, number, styles, is_total=True))


def _row(number: int, cells: Sequence[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cells(
    row: Row,
    layout: tuple[Sequence[Column], Sequence[int], Sequence[str]],
    number: int,
    styles: Styles,
    is_total: bool = False,
) -> list[str]:
    columns, positions, letters = layout
    return [
        _cell(f"{letter}{number}", row[at], column, styles, is_total)
        for column, at, letter in zip(columns, positions, letters, strict=True)
    ]


def _cell(reference: str, value: Any, column: Column, styles: Styles, is_total: bool) -> str:
    look = Style(bold=is_total, line="top" if is_total else "")
    if value is None:
        return text_cell(reference, "", styles.number(look))
    if column.kind == "money":
        look = look._replace(number_format=money_format(digits_of(value.currency)))
        return number_cell(reference, format_minor(value.minor, value.currency), styles.number(look))
    if column.kind == "count":
        return number_cell(reference, str(value), styles.number(look._replace(number_format=COUNT_FORMAT)))
    if column.kind == "rate":
        return number_cell(reference, value, styles.number(look._replace(number_format=RATE_FORMAT)))
    if column.kind in ("date", "time"):
        return _moment(reference, value, column.kind, styles, look)
    return _text(reference, str(value), column, styles, look)


def _text(reference: str, text: str, column: Column, styles: Styles, look: Style) -> str:
    look = look._replace(
        number_format=TEXT_FORMAT if column.kind == "id" else "General",
        wrap=column.kind == "sentence",
        quoted=column.kind in TEXT_KINDS and is_risky(text),
    )
    return text_cell(reference, text, styles.number(look))


def _moment(reference: str, text: str, kind: str, styles: Styles, look: Style) -> str:
    """A real date, or the clock reading of a time: spreadsheets know no offsets, so the local reading stands."""
    try:
        if kind == "date":
            serial, form = day_serial(date.fromisoformat(text)), DATE_FORMAT
        else:
            serial, form = moment_serial(datetime.fromisoformat(text)), TIME_FORMAT
    except ValueError:
        serial, form = None, ""
    if serial is None:
        return text_cell(reference, text, styles.number(look))
    return number_cell(reference, serial, styles.number(look._replace(number_format=form)))


def _width(table: Table, position: int) -> float:
    """Wide enough for the cells that are measured, and for the longest word of the heading beside its filter button."""
    column = table.columns[position]
    texts = (shown_text(row[position], column) for row in [*table.rows[:_MEASURED_ROWS], *table.totals])
    longest = max((display_width(text) for text in texts), default=0)
    cells = len("2026-10-12 15:04") if column.kind == "time" else longest
    heading = max(map(display_width, column.title.split()), default=0) + _FILTER_BUTTON
    widest = _WIDEST_SENTENCE if column.kind == "sentence" else _WIDEST
    return float(min(max(cells + 2, heading, _NARROWEST), widest))


def _add_about(book: Workbook, tables: Sequence[Table], about: Mapping[str, str]) -> None:
    lines = list(about.items())
    for table in tables:
        texts = [text for text in (table.headline, *table.notes) if text]
        lines.extend((table.title or table.name if at == 0 else "", text) for at, text in enumerate(texts))
    bold = book.styles.number(Style(bold=True))
    prose = book.styles.number(Style(wrap=True, quoted=True))
    rows = (
        _row(number, [text_cell(f"A{number}", key, bold), text_cell(f"B{number}", text, prose)])
        for number, (key, text) in enumerate(lines, 1)
    )
    book.add_sheet(Sheet(name="About", widths=[24.0, 100.0], header_row=0), rows)
