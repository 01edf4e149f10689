"""At which rate an adjustment is taxed on a note: today's, unless a note spoke of it, or of its opposite, before.

A credit and the entry that takes it back are one supply told twice, so both carry the rate of the first note, whatever
`[tax]` says by then: a correction follows the tax point of what it corrects (EU: articles 90 and 219 of directive
2006/112/EC). A note voided for another reason must not change its tax when its lines are issued anew, so these keep
their rate too, unless the user asks for today's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    evened: bool = False
    """True when the note has neither of them, but what came to nothing with the entry or its opposite."""


class Weighed(NamedTuple):
    """An entry without a note, as it counts for its party."""

    entry: int
    party: tuple[str, str]
    """Name and currency."""
    minor: int
    """Below 0 for a debit."""


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


def evened_out(
    entries: Iterable[Weighed], followed: Mapping[int, TaxedOn], today: Fraction | None
) -> dict[int, TaxedOn]:
    """`followed` with those entries that come to nothing together with the party's that carry the rate of a note.

    Nothing was sent of these, so no note says their rate, and a later rate would ask for notes of a month that needed
    none. With several such rates it is today's if that is among them, else the lowest.
    """
    free: dict[tuple[str, str], list[Weighed]] = {}
    sums: dict[tuple[str, str], dict[Fraction | None, int]] = {}
    notes: dict[tuple[tuple[str, str], Fraction | None], TaxedOn] = {}
    for each in entries:
        note = followed.get(each.entry)
        if note is None:
            free.setdefault(each.party, []).append(each)
            continue
        mine = sums.setdefault(each.party, {})
        mine[note.rate] = mine.get(note.rate, 0) + each.minor
        notes[each.party, note.rate] = note
    found = dict(followed)
    for party, left in free.items():
        sum_left = sum(each.minor for each in left)
        rates = [rate for rate, minor in sums.get(party, {}).items() if minor and minor + sum_left == 0]
        if rates:
            note = notes[party, today if today in rates else min(rates, key=rate_order)]
            found |= {each.entry: note._replace(entry=each.entry, is_own=False, evened=True) for each in left}
    return found


_STANDING = 2


def _rank(each: TaxedOn) -> int:
    return 1 if each.is_own else _STANDING if each.stands else 0


def rate_order(rate: Fraction | None) -> tuple[bool, Fraction]:
    """What rates are sorted by: no tax, then the lowest."""
    return rate is not None, rate or Fraction(0)
