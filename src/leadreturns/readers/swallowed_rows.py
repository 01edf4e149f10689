"""Whether a row over several lines has a cell with line breaks, or swallowed other rows through an open quote.

Both parse alike. What tells them apart is whether one of the later lines, read by itself, looks like a row: it has as
many cells, and where the rows have numbers, codes or addresses it has some of the same make.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")


class Splitting(NamedTuple):
    """How the lines of a file fall apart."""

    delimiter: str
    quote: str
    width: int
    """The number of cells that most rows have."""


def swallows_rows(split: Splitting, row: Sequence[str], lines: Sequence[str], above: Sequence[str]) -> bool:
    """True when a line of `lines` after the first seems to be a row of its own.

    `row` are the cells that were read from `lines`; `above` those of the row before.
    """
    wide = [line for line in lines[1:] if len(cells := _bare(split, line)) == split.width and any(cells)]
    further = [_bare(split, line) for line in wide]
    if not further:
        return False
    if _begins_quoted(split, lines[0]) and not _has_break(row[0]):
        # Another row that begins with a quote would have closed the open one.
        return False
    if len(row) != split.width:
        return True
    known = [cells for cells in (row, above) if len(cells) == split.width]
    makes = [{_make(cells[at]) for cells in known if not _has_break(cells[at])} - {""}
             for at in range(split.width)]  # fmt: skip
    if any(_make(cell) in makes[at] for line in wide for at, cell in enumerate(_bare(split, _quoted(split, line)))):
        return True
    return not any(makes) and not _all_prose(split, lines[0], further)


def _bare(split: Splitting, line: str) -> list[str]:
    return line.rstrip("\r\n").replace(split.quote, "").split(split.delimiter)


def _quoted(split: Splitting, line: str) -> str:
    """What of a later line stands inside the quotes that are open at its beginning: the rest are cells of the row
    itself, which look like those of a row anyway."""
    return re.split(f"(?<!{split.quote}){split.quote}(?!{split.quote})", line, maxsplit=1)[0]


def _begins_quoted(split: Splitting, line: str) -> bool:
    return line.lstrip("\ufeff ").startswith(split.quote)


def _has_break(cell: str) -> bool:
    return "\n" in cell or "\r" in cell


def _make(cell: str) -> str:
    """Of what signs a cell with digits or an address is made: 'L-17' is 'a-0'; '' for words and blanks."""
    text = cell.strip()
    if not text or " " in text or not ("@" in text or _DIGITS.search(text)):
        return ""
    return _LETTERS.sub("a", _DIGITS.sub("0", text))


def _all_prose(split: Splitting, first: str, further: Sequence[Sequence[str]]) -> bool:
    """True when blanks follow each delimiter of the later lines, as in a sentence, and not those of the first one."""
    if any(cell.startswith(" ") for cell in _bare(split, first)[1:-1]):
        return False
    return all(cell.startswith(" ") for cells in further for cell in cells[1:])
