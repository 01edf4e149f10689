"""Which columns of a table fit into a terminal, and how wide each becomes."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from leadreturns.reports.table import Column

GAP = 2
"""Blanks between two columns."""

_NARROWEST = {"text": 10, "sentence": 28, "id": 20, "bar": 4}
"""Texts may wrap down to this many characters, bars are drawn smaller; numbers and dates never wrap."""
_WHOLE_WORD = 18
"""Words of up to this many characters stay whole in a text column: reason codes, names."""


class Fitted(NamedTuple):
    """A column that is shown: its position in the table and its width in characters."""

    position: int
    width: int


def display_width(text: str) -> int:
    """The number of terminal cells that a clean text takes: two for wide East Asian characters, none for marks."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) == "Mn":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(columns: Sequence[Column], texts: Sequence[Sequence[str]], width: int) -> list[Fitted]:
    """The columns that fit into `width`, left to right; none when even those of rank 0 do not.

    Columns of the highest rank go first, empty ones before others, the rightmost of equals before the rest.
    """
    natural, least = _widths(columns, texts)
    filled = [any(row[position] for row in texts) for position in range(len(columns))]
    kept = list(range(len(columns)))
    while sum(least[position] + GAP for position in kept) - GAP > width:
        loose = [position for position in kept if columns[position].order > 0]
        if not loose:
            return []
        kept.remove(max(loose, key=lambda at: (not filled[at], columns[at].order, at)))
    return _shared_out(kept, natural, least, width)


def _widths(columns: Sequence[Column], texts: Sequence[Sequence[str]]) -> tuple[list[int], list[int]]:
    natural, least = [], []
    for position, column in enumerate(columns):
        cells = max((display_width(row[position]) for row in texts), default=0)
        narrowest = min(cells, _NARROWEST.get(column.kind, cells))
        if column.kind == "text":
            words = (display_width(word) for row in texts for word in row[position].split())
            narrowest = max(narrowest, max((word for word in words if word <= _WHOLE_WORD), default=0))
        longest_word = max((display_width(word) for word in column.title.split()), default=0)
        natural.append(max(cells, display_width(column.title)))
        least.append(max(narrowest, longest_word))
    return natural, least


def _shared_out(kept: list[int], natural: list[int], least: list[int], width: int) -> list[Fitted]:
    """Each column's least width, and the rest of the room evenly, so that who wants little more gets it whole."""
    given = {position: least[position] for position in kept}
    room = width - sum(given.values()) - GAP * (len(kept) - 1)
    hungry = sorted(kept, key=lambda at: natural[at] - least[at])
    for served, position in enumerate(hungry):
        portion = min(natural[position] - least[position], room // (len(hungry) - served))
        given[position] += portion
        room -= portion
    return [Fitted(position, given[position]) for position in kept]


def heading_lines(title: str, width: int) -> list[str]:
    """A column's title on as many lines as it needs."""
    return textwrap.wrap(title, max(width, 1), break_on_hyphens=False) or [""]


def wrapped(text: str, width: int, first: str = "", indent: str = "") -> list[str]:
    """The text in lines of at most `width` characters with a hanging indent; options and paths stay whole."""
    return textwrap.wrap(
        text,
        max(width, len(indent) + 20),
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first]
