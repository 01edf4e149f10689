"""At which rate an adjustment is taxed on a note: today's, unless a note spoke of it, or of its opposite, before.

A credit and the entry that takes it back are one supply told twice, so both carry the rate of the first note, whatever
`[tax]` says by then: a correction follows the tax point of what it corrects (EU: articles 90 and 219 of directive
2006/112/EC). A note voided for another reason must not change its tax when its lines are issued anew, so these keep
their rate too, unless the user asks for today's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple


class TaxedOn(NamedTuple):
    """A note, no counter-document, that has an adjustment or its opposite among its lines."""

    entry: int
    """The adjustment that is to be taxed."""
    is_own: bool
    """True when the note has the entry itself, False when it has the one that it takes back or is taken back by."""
    stands: bool
    """False once a counter-document took it back."""
    number: str
    rate: Fraction | None
    label: str


class TaxTold(NamedTuple):
    """A new note whose tax is not simply today's, as its issue says."""

    number: str
    name: str
    rate: Fraction | None
    """What the note is taxed at; None for not at all."""
    today: Fraction | None
    notes: Sequence[TaxedOn]
    """Those that its lines, or their opposites, stood on before; each once."""


def notes_followed(found: Iterable[TaxedOn], *, todays: bool = False) -> dict[int, TaxedOn]:
    """Adjustment → the note whose rate it carries; one that is not named is taxed at today's rate.

    The first of these that there is, and of several the newest:

    1. The note that its opposite stands on.
    2. One that it stood on itself.
    3. One that its opposite stood on.

    `todays` leaves 2 and 3 out: a rate that was wrong is put right where nothing stands on it any more. `found` is in
    the order of issue.
    """
    best: dict[int, tuple[int, TaxedOn]] = {}
    for each in found:
        rank = _rank(each)
        if (rank == _STANDING or not todays) and rank >= best.get(each.entry, (0, each))[0]:
            best[each.entry] = rank, each
    return {entry: each for entry, (_, each) in best.items()}


_STANDING = 2


def _rank(each: TaxedOn) -> int:
    return 1 if each.is_own else _STANDING if each.stands else 0


def rate_order(rate: Fraction | None) -> tuple[bool, Fraction]:
    """What rates are sorted by: no tax, then the lowest."""
    return rate is not None, rate or Fraction(0)
