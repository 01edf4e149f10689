"""The answer to a buyer: his own rows as he sent them, with what was decided beside each.

His columns stay where they are; `Decision`, `Explanation`, `Credit` and `Currency` follow on the right. Rows without an
answer (titles, totals, blanks) are kept as they are.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import chain, islice
from typing import Any, BinaryIO, NamedTuple

from leadreturns.core.wording import column_letters
from leadreturns.errors import Refused
from leadreturns.writers.csv_writer import guarded, joined
from leadreturns.writers.fitting import display_width
from leadreturns.writers.xlsx_cells import (
    MOST_ROWS,
    column_range,
    number_cell,
    row_cells,
    text_cell,
    text_xml,
)
from leadreturns.writers.xlsx_package import Sheet, Workbook
from leadreturns.writers.xlsx_styles import HEADING, Styles

ANSWER_COLUMNS = ("Decision", "Explanation", "Credit", "Currency")

_PLAIN_NUMBER = re.compile(r"-|-?[0-9][0-9.,]*%?", re.ASCII)
_MEASURED_ROWS = 200
_CHUNK_ROWS = 500
_ANSWER_WIDTHS = (11.0, 110.0, 11.0, 9.0)
_NARROWEST, _WIDEST = 8, 48


class Answer(NamedTuple):
    """What one row is told."""

    outcome: str
    """'approved', 'rejected', 'review' or 'unreadable'."""
    reply: str
    """One sentence, fit for the buyer's eyes."""
    credit: str = ""
    """The plain decimal text of `core.money.format_minor`, or '' when nothing is said about money."""
    currency: str = ""


AnswerOf = Callable[[int], Answer | None]
"""The answer to a row by its number; None for a row that gets none."""


@dataclass(frozen=True, slots=True)
class RowsOfFile:
    """A buyer's file, row by row."""

    rows: Iterable[tuple[int, Sequence[Any]]]
    """Row numbers as a person sees them, and the cells: texts, numbers, dates, None, or values with a `text`."""
    header_row: int
    """The number of the row that holds the headings."""
    delimiter: str = ","
    encoding: str = "utf-8"
    """Of a CSV answer; 'utf-8-sig' where the buyer's spreadsheet has to be told that it is UTF-8."""
    sheet: str = ""


def write_response(source: RowsOfFile, answer_of: AnswerOf, stream: BinaryIO, kind: str = "csv") -> None:
    """Writes the answer as `kind` 'csv' or 'xlsx'. A row longer than the headings keeps its surplus after the answer.

    In CSV texts that a spreadsheet could run are guarded, in xlsx they are texts whatever they look like.
    """
    if kind == "xlsx":
        _write_xlsx(source, answer_of, stream)
    else:
        _write_csv(source, answer_of, stream)


def _write_csv(source: RowsOfFile, answer_of: AnswerOf, stream: BinaryIO) -> None:
    lines = _csv_lines(source, answer_of)
    encode = codecs.getincrementalencoder(source.encoding)("backslashreplace").encode
    while chunk := list(islice(lines, _CHUNK_ROWS)):
        stream.write(encode("".join(chunk)))


def _csv_lines(source: RowsOfFile, answer_of: AnswerOf) -> Iterator[str]:
    width, delimiter = 0, source.delimiter
    for number, row in source.rows:
        cells = [
            cell if type(cell) is str and cell[:1].isalnum() and cell.isprintable() else _own_text(cell) for cell in row
        ]
        answer = answer_of(number)
        if number == source.header_row:
            width = len(cells)
            yield joined(cells + answer_headings(cells), delimiter) + "\n"
        elif answer is None:
            yield joined(cells, delimiter) + "\n"
        else:
            outcome, reply, credit, currency = answer
            own = cells if len(cells) == width else [*cells, *[""] * (width - len(cells))][:width]
            told = guarded(reply).replace('"', '""')
            line = delimiter.join((joined(own, delimiter), outcome, f'"{told}"', credit, currency))
            surplus = cells[width:]
            yield (f"{line}{delimiter}{joined(surplus, delimiter)}\n" if surplus else line + "\n")


def answer_headings(headings: Sequence[str]) -> list[str]:
    """`ANSWER_COLUMNS`, each told apart from a heading that the buyer already uses."""
    used = {heading.strip().casefold() for heading in headings}
    return [f"{name} (reply)" if name.casefold() in used else name for name in ANSWER_COLUMNS]


def _own_text(cell: Any) -> str:
    """A buyer's own cell for CSV; his plain numbers are no formulas and stay as they are."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell if _PLAIN_NUMBER.fullmatch(cell) else guarded(cell)
    return guarded(_plain_text(cell))


def _plain_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, (date, time)):
        return cell.isoformat().replace("T", " ")
    return str(getattr(cell, "text", cell))


def _write_xlsx(source: RowsOfFile, answer_of: AnswerOf, stream: BinaryIO) -> None:
    rows = iter(source.rows)
    first = list(islice(rows, _MEASURED_ROWS))
    headings = next((row for number, row in first if number == source.header_row), ())
    book = Workbook(stream, [source.sheet or "Returns"])
    sheet = Sheet(
        name=source.sheet or "Returns",
        widths=[*_own_widths(first, len(headings)), *_ANSWER_WIDTHS],
        header_row=source.header_row,
    )
    book.add_sheet(sheet, _xlsx_rows(chain(first, rows), source.header_row, answer_of, book.styles))
    book.close()


def _own_widths(rows: Sequence[tuple[int, Sequence[Any]]], count: int) -> list[float]:
    widest = [_NARROWEST] * count
    for _, row in rows:
        for at, cell in enumerate(row[:count]):
            widest[at] = max(widest[at], display_width(_plain_text(cell)) + 2)
    return [float(min(width, _WIDEST)) for width in widest]


def _xlsx_rows(
    rows: Iterable[tuple[int, Sequence[Any]]], header_row: int, answer_of: AnswerOf, styles: Styles
) -> Iterator[str]:
    """The `row` elements, under the row numbers of the buyer's own sheet."""
    width, place = 0, 0
    for number, row in rows:
        place = max(number, place + 1)
        if place > MOST_ROWS:
            raise Refused("too_many_rows", f"row {place:,} does not fit into a sheet", "answer as CSV")
        answer = answer_of(number)
        if number == header_row:
            width = len(row)
            cells = _heading_cells(row, place, styles)
        elif answer is None:
            cells = row_cells(row, 0, place, styles)
        else:
            cells = row_cells(row[:width], 0, place, styles) + _answer_cells(answer, width, place, styles)
            if len(row) > width:
                cells += row_cells(row[width:], width + len(ANSWER_COLUMNS), place, styles)
        yield f'<row r="{place}">{cells}</row>'


def _heading_cells(row: Sequence[Any], place: int, styles: Styles) -> str:
    own = styles.number(HEADING)
    ours = styles.number(HEADING._replace(fill="answer"))
    texts = [_plain_text(cell) for cell in row]
    marked = [(text, own) for text in texts] + [(text, ours) for text in answer_headings(texts)]
    return "".join(text_cell(f"{column_letters(at)}{place}", text, style) for at, (text, style) in enumerate(marked))


def _answer_cells(answer: Answer, start: int, place: int, styles: Styles) -> str:
    outcome, reply, credit, currency = answer
    at_outcome, at_reply, at_credit, at_currency = column_range(start, len(ANSWER_COLUMNS))
    told = text_xml(reply)
    amount = number_cell(f"{at_credit}{place}", credit, styles.money(currency)) if credit else ""
    return (
        f'<c r="{at_outcome}{place}" t="inlineStr"><is><t>{outcome}</t></is></c>'
        f'<c r="{at_reply}{place}" t="inlineStr"><is>{told}</is></c>'
        f'{amount}<c r="{at_currency}{place}" t="inlineStr"><is><t>{currency}</t></is></c>'
    )
