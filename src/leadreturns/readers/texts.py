"""What a cell shows as text, and which characters around and inside a text count for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from leadreturns.readers.table import Cell, CellFault

SPREADSHEET_DIGITS = 10**15
"""A spreadsheet keeps 15 digits of a number; a longer one has lost its last digits."""
GUARDED = ("=", "+", "-", "@")
"""What a text begins with that a spreadsheet would calculate; a quote before it guards it."""
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Zero-width characters, soft hyphen, byte order mark and writing-direction marks."""

_TRIMMED = INVISIBLE + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_NO_INVISIBLE = {**dict.fromkeys(map(ord, INVISIBLE)), 0xA0: " ", 0x202F: " ", 0x2007: " "}


def text_of(cell: Cell) -> str:
    """What a cell shows: 123.0 → '123', an empty one → '', a date in ISO form, True → 'TRUE'."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < SPREADSHEET_DIGITS else repr(cell)
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, CellFault):
        return cell.text
    return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()


def trim(text: str) -> str:
    """`text` without blanks, no-break and zero-width characters at its ends."""
    return text.strip() if text.isascii() else text.strip(_TRIMMED)


def clean_text(text: str) -> str:
    """A free text, trimmed, without invisible characters and without what guards it: '+12 is +12, ="12" is 12."""
    if not text.isascii():
        text = text.translate(_NO_INVISIBLE).strip(_TRIMMED)
    text = text.strip()
    if text[:2] == '="' and text[-1] == '"' and '"' not in text[2:-1]:
        return text[2:-1].strip()
    return text[1:].lstrip() if text[:1] == "'" and text[1:2] in GUARDED else text


def as_texts(cells: Sequence[Cell]) -> Sequence[str]:
    """The cells as texts; the same sequence where they are texts already."""
    if set(map(type, cells)) <= {str}:
        return cast("Sequence[str]", cells)
    return [cell if isinstance(cell, str) else text_of(cell) for cell in cells]


def clean_texts(cells: Sequence[Cell]) -> list[str]:
    """The cells of a column of free texts, each cleaned."""
    texts = as_texts(cells)
    joined = "".join(texts)
    if joined.isascii() and "'" not in joined and '="' not in joined:
        return [text.strip() for text in texts]
    return list(map(clean_text, texts))


def cell_text(cell: Cell) -> str:
    """What a cell shows, trimmed."""
    return trim(cell if isinstance(cell, str) else text_of(cell))


def first_text(cells: Sequence[Cell]) -> str:
    """The first cell of a row that is not blank, as text; '' for a blank row."""
    return next(filter(None, map(cell_text, cells)), "")
