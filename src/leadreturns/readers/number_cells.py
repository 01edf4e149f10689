"""What a number cell of a spreadsheet stands for: whole numbers without '.0', damaged ids named, zeros rebuilt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from leadreturns.readers.cells import MAX_CELL_CHARACTERS, Cell, CellFault

FIRST_DAMAGED = 10**15
"""Spreadsheets keep 15 digits; the digits after that in a number cell are not those that were typed."""
_FORMAT_TOKEN = re.compile(r'\[[^\]]*\]|"([^"]*)"|\\(.)|_.|\*.|(0|#)|([-() /.:+])|(.)', re.DOTALL)
_DIGIT_PLACES = re.compile(r"x*(?:#*0[0x]*|#+x*)")
_CONDITION = re.compile(r"\[[<>=]")
_LETTER = re.compile(r"[^\W\d_]")


def plain_number(value: float) -> Cell:
    """The number as an int where it is whole, or CellFault 'damaged_id' where it has more than 15 digits."""
    if -FIRST_DAMAGED < value < FIRST_DAMAGED:
        whole = int(value)
        if whole == value:
            return whole
        # A spreadsheet shows, and computes with, 15 digits; the 16th and 17th are of the way it stores a number.
        shown = float(f"{value:.15g}")
        whole = int(shown)
        return whole if whole == shown else shown
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
    """The text template of a number format that shows more than the digits of a number, else ''.

    That are formats with leading zeros, such as '00000' or '000\\-00\\-0000', and with letters, such as '"L-"0'. Each
    '0' in the template stands for a digit, all else for itself. A format with decimals, thousands, percent or dates is
    none, and so is one for some numbers only.
    """
    template = shape = ""
    for quoted, escaped, digit, sign, other in _FORMAT_TOKEN.findall(format_code.split(";")[0]):
        literal = quoted or escaped or sign
        if other or sign == "." or "0" in literal or "#" in literal:
            return ""
        shape += digit or ("x" if literal else "")
        template += digit or literal
    if not _DIGIT_PLACES.fullmatch(shape) or _CONDITION.search(format_code):
        return ""
    # What '#' stands for is not shown where it is not there, and any further digits stand before the first '0'.
    template = template.replace("#", "") if "0" in template else re.sub("#+", "0", template)
    return template if template.count("0") > 1 or _LETTER.search(template) else ""


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
