"""Values → the XML of worksheet cells: texts are always texts, numbers exact, dates real. Never a formula.

The form is that of ECMA-376 part 1, 18.3.1.4 (c) with inline strings, so that a sheet of any length can be streamed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from html import escape
from math import isfinite
from typing import Any

from leadreturns.core.wording import column_letters
from leadreturns.writers.clean import clean_data
from leadreturns.writers.csv_writer import starts_like_formula
from leadreturns.writers.xlsx_styles import CLOCK_FORMAT, DATE_FORMAT, SECONDS_FORMAT, Style, Styles

MOST_CHARACTERS = 32_767
"""In one cell, counted in UTF-16 units (Excel specifications and limits)."""
MOST_ROWS = 1_048_576
_CUT_MARK = " … [cut here]"
_SURELY_SHORT = 16_000
_BETWEEN = "\u241f"
_BLANK_BEFORE, _BLANK_AFTER = f" {_BETWEEN}", f"{_BETWEEN} "

_EXCEL_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_SERIAL_DAY = date(1900, 3, 1)
"""Before it Excel's day numbers are off by one, for a leap day that never was."""
_EXACT_DIGITS = 15
_LINE_HEIGHT, _TALLEST = 15, 405


@cache
@cache
def column_range(start: int, count: int) -> tuple[str, ...]:
    """The letters of `count` columns from number `start` on."""
    return tuple(column_letters(at) for at in range(start, start + count))


def text_xml(text: str) -> str:
    """The `t` element of a text: escaped, controls visible, cut with a mark where Excel would refuse the file."""
    if len(text) > _SURELY_SHORT:
        text = _cut(text)
    if not text.isprintable() or "&" in text or "<" in text or ">" in text or "_x" in text:
        # Excel reads _x0041_ as the letter A; an escaped underscore keeps the text as it is written.
        text = escape(_EXCEL_ESCAPE.sub("_x005F_", clean_data(text)), quote=False)
    if text and (text[0] <= " " or text[-1] <= " " or "\n" in text):
        return f'<t xml:space="preserve">{text}</t>'
    return f"<t>{text}</t>"


def _cut(text: str) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) // 2 <= MOST_CHARACTERS:
        return text
    room = MOST_CHARACTERS - len(_CUT_MARK)
    return units[: room * 2].decode("utf-16-le", "ignore") + _CUT_MARK


def row_xml(number: int, cells: Sequence[str], lines: int = 1) -> str:
    """A row of that number, tall enough for `lines` lines: not every program measures wrapped texts by itself."""
    height = f' ht="{min(lines * _LINE_HEIGHT, _TALLEST)}" customHeight="1"' if lines > 1 else ""
    return f'<row r="{number}"{height}>{"".join(cells)}</row>'


def text_cell(reference: str, text: str, style: int = 0) -> str:
    """A text cell; nothing for an empty text without a style."""
    mark = f' s="{style}"' if style else ""
    if not text:
        return f'<c r="{reference}"{mark}/>' if style else ""
    return f'<c r="{reference}"{mark} t="inlineStr"><is>{text_xml(text)}</is></c>'


def number_cell(reference: str, number: str, style: int = 0) -> str:
    """A number cell from a plain decimal text; a text cell when Excel could not hold all its digits."""
    if len(number) > _EXACT_DIGITS and sum(map(str.isdigit, number)) > _EXACT_DIGITS:
        return text_cell(reference, number, style)
    mark = f' s="{style}"' if style else ""
    return f'<c r="{reference}"{mark}><v>{number}</v></c>'


def is_risky(text: str) -> bool:
    """True when the text needs the `quoted` style, so that editing its cell does not make it a formula."""
    return not text[:1].isalnum() and starts_like_formula(text)


def day_serial(day: date) -> str | None:
    """Excel's number of a calendar day; None for days before March 1900."""
    return str(day.toordinal() - _EPOCH) if day >= _FIRST_SERIAL_DAY else None


def moment_serial(moment: datetime) -> str | None:
    """Excel's number of a clock reading; its offset, if any, is left out."""
    whole = day_serial(moment.date())
    if whole is None:
        return None
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return f"{whole}{f'{seconds / 86_400:.10f}'[1:]}" if seconds else whole


def any_cell(reference: str, value: Any, styles: Styles) -> str:
    """A cell as it stood in somebody's file: text, number, truth, date, or an error that stays a text."""
    if isinstance(value, str):
        return text_cell(reference, value, styles.quoted if is_risky(value) else 0)
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int):
        return number_cell(reference, str(value))
    if isinstance(value, float):
        return _float_cell(reference, value)
    if isinstance(value, (date, time)):
        return _moment_cell(reference, value, styles)
    return text_cell(reference, str(getattr(value, "text", value)))


def row_cells(cells: Sequence[Any], start: int, place: int, styles: Styles) -> str:
    """The cells of row `place` from column number `start` on, each as `any_cell` has it.

    Rows of harmless texts, which most are, take a way that is four times as fast.
    """
    letters = column_range(start, len(cells))
    pairs = zip(letters, cells, strict=True)
    if not _is_simple(cells):
        return "".join([any_cell(f"{letter}{place}", cell, styles) for letter, cell in pairs])
    end = "</t></is></c>"
    quoted = f'{place}" s="{styles.quoted}" t="inlineStr"><is><t>'
    plain = f'{place}" t="inlineStr"><is><t>'
    return "".join(
        [f'<c r="{letter}{plain if cell[0].isalnum() else quoted}{cell}{end}' for letter, cell in pairs if cell]
    )


def _is_simple(cells: Sequence[Any]) -> bool:
    """True when all cells are texts that need neither escapes nor kept blanks nor a cut."""
    try:
        line = _BETWEEN.join(cells)
    except TypeError:
        return False
    return (
        line.isprintable()
        and "<" not in line
        and "&" not in line
        and ">" not in line
        and "_x" not in line
        and _BLANK_BEFORE not in line
        and _BLANK_AFTER not in line
        and line.strip() == line
        and len(line) < _SURELY_SHORT
    )


def _moment_cell(reference: str, value: date | time, styles: Styles) -> str:
    if isinstance(value, time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return number_cell(reference, f"{seconds / 86_400:.10f}", styles.number(Style(CLOCK_FORMAT)))
    if isinstance(value, datetime):
        serial, style = moment_serial(value), Style(SECONDS_FORMAT)
    else:
        serial, style = day_serial(value), Style(DATE_FORMAT)
    if serial is None:
        return text_cell(reference, value.isoformat())
    return f'<c r="{reference}" s="{styles.number(style)}"><v>{serial}</v></c>'


def _float_cell(reference: str, value: float) -> str:
    if not isfinite(value):
        return text_cell(reference, str(value))
    # Readers give whole numbers as floats; the text of an id must not grow a ".0".
    number = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return f'<c r="{reference}"><v>{number}</v></c>'
