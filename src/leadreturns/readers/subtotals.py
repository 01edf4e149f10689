"""Rows between the records that count or sum a group of them, as spreadsheets insert: "Solar Count", 2."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from leadreturns.core.identity import fold_words
from leadreturns.readers.row_ids import may_be_count
from leadreturns.readers.row_kinds import is_figure, is_total
from leadreturns.readers.table import Cell
from leadreturns.readers.texts import cell_text

AMOUNTS = ("price", "payout")
_TOTAL_START = re.compile(r"\s*(?:grand|sub|overall|total|sum|count|average|number|row|record)", re.IGNORECASE)
_OF_GROUP = re.compile(
    r"(.+?)[\s:-]+(?:count|total|subtotal|sum|average|max|min|anzahl|ergebnis|summe|mittelwert|nombre|somme)",
    re.IGNORECASE | re.DOTALL,
)
_PHONE_DIGITS = 7
_OF_ALL = frozenset(("grand", "overall"))


def leads_total(cell: Cell) -> bool:
    """True of a first cell that may name a total, so that its row needs a second look."""
    return isinstance(cell, str) and _TOTAL_START.match(cell) is not None


class Subtotals:
    """Tells the subtotals of one table.

    `key`: the place of the identifier that tells records at a glance; `ids`: the places of all; `used`: place and
    field of every column that is read.
    """

    def __init__(self, key: int, ids: Sequence[int], used: Mapping[int, str]) -> None:
        self._key, self._ids, self._used = key, ids, used

    def is_led(self, texts: Sequence[str], records: Sequence[Sequence[Cell]]) -> bool:
        """A count in the identifier's column, behind a first cell that names a total."""
        count = texts[self._key]
        if not self._key or not leads_total(texts[0]) or not is_total(texts[0]) or not is_figure(count):
            return False
        if any(texts[at] for at in (*self._used, *self._ids) if at not in (0, self._key)):
            return False
        return bool(records) and not any(_is_of_make(count, cell_text(row[self._key])) for row in records)

    def is_of_group(self, texts: Sequence[str], records: Sequence[Sequence[Cell]]) -> bool:
        """A label such as 'Solar Count' below rows that say 'Solar' there, with nothing else but amounts and a count.

        That 'Solar' stands above proves it: a return that says 'Head Count' for a reason is none.
        """
        if not records or not may_be_count(texts[self._key]):
            return False
        others = [at for at, text in enumerate(texts) if text and at != self._key]
        labels = [at for at in others if at not in self._ids and self._names_group(texts[at], at, records)]
        if len(labels) != 1:
            return False
        return all(self._may_be_sum(texts[at], at) for at in others if at not in labels)

    def _may_be_sum(self, text: str, at: int) -> bool:
        """A figure where amounts stand, or in a column that is not read; there it must be too short for a phone."""
        if not is_figure(text):
            return False
        return self._used[at] in AMOUNTS if at in self._used else not (text.isdecimal() and len(text) >= _PHONE_DIGITS)

    @staticmethod
    def _names_group(text: str, at: int, records: Sequence[Sequence[Cell]]) -> bool:
        found = _OF_GROUP.fullmatch(text)
        if found is None:
            return False
        group = fold_words(found[1])
        return group in _OF_ALL or any(group == fold_words(cell_text(row[at])) for row in records)


def _is_of_make(text: str, other: str) -> bool:
    """True when two texts have as many characters, digits where the other has digits."""
    return len(text) == len(other) and list(map(str.isdigit, text)) == list(map(str.isdigit, other))
