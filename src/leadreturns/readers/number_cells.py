"""What a number cell of a spreadsheet stands for: whole numbers without '.0', damaged ids named, zeros rebuilt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from leadreturns.readers.cells import MAX_CELL_CHARACTERS, Cell, CellFault

FIRST_DAMAGED = 10**15
"""Spreadsheets keep 15 digits; the digits after that in a number cell are not those that were typed."""
_FORMAT_TOKEN = re.compile(r'\[[^\]]*\]|"([^"]*)"|\\(.)|_.|\*.|(0)|([-() /.:+])|(.)', re.DOTALL)


def plain_number(value: float) -> Cell:
    """The number as an int where it is whole, or CellFault 'damaged_id' where it has more than 15 digits."""
    if -FIRST_DAMAGED < value < FIRST_DAMAGED:
        whole = int(value)
        return whole if whole == value else value
    return CellFault("damaged_id", f"{value:.15g}")


def plain_cell(value: object) -> Cell:
    """A value of any spreadsheet reader as one of ours; blank text is None, midnight is a date, durations are text."""
    kind = type(value)
    if kind is str:
        return plain_text(value) if value else None  # type: ignore[arg-type]
    if kind is float or kind is int:
        return plain_number(value)  # type: ignore[arg-type]
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=None)
        return moment.date() if moment.time() == time.min else moment
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if value is None or isinstance(value, (bool, date, time, CellFault)):
        return value
    return plain_text(str(value))


def plain_text(value: str) -> str:
    """The text itself. Raises ValueError when it is longer than any honest cell."""
    if len(value) > MAX_CELL_CHARACTERS:
        raise ValueError("a cell is too long")
    return value


def plain_row(values: Sequence[object]) -> list[Cell]:
    """A row of values of a spreadsheet reader as cells of ours."""
    row: list[Cell] = []
    for value in values:
        if type(value) is str and len(value) < MAX_CELL_CHARACTERS:
            row.append(value or None)
        else:
            row.append(plain_cell(value))
    return row


def padded_template(format_code: str) -> str:
    """The text template of a number format that shows leading zeros, such as '00000' or '000\\-00\\-0000', else ''.

    Each '0' in it stands for a digit, all else for itself. A format with a single zero, with decimals, thousands,
    percent or dates is none: what it shows is the number itself.
    """
    template, zeros = "", 0
    for quoted, escaped, zero, sign, other in _FORMAT_TOKEN.findall(format_code.split(";")[0]):
        literal = quoted or escaped or sign
        if other or sign == "." or "0" in literal:
            return ""
        zeros += bool(zero)
        template += zero or literal
    return template if zeros > 1 else ""


def padded_text(template: str, value: object) -> str | None:
    """The text that a cell with that format shows, None where it is no whole number from 0 on."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not 0 <= value < FIRST_DAMAGED
        or value != int(value)
    ):
        return None
    digits = list(str(int(value)))
    shown: list[str] = []
    for character in reversed(template):
        shown.append((digits.pop() if digits else "0") if character == "0" else character)
    first = len(template) - template.index("0")
    return "".join([*reversed(shown[first:]), *digits, *reversed(shown[:first])])
