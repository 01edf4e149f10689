"""What a replay changes, added up by buyer and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from leadreturns.core.finding import APPROVED, IN_REVIEW
from leadreturns.core.replay import Replayed
from leadreturns.core.roi import RoiFigures


class Group(NamedTuple):
    """Whose returns are counted together."""

    buyer: str
    reason: str
    """'' for returns whose text names no known reason."""
    currency: str


class Change(NamedTuple):
    """The returns of a group before and after; money in minor units."""

    returns: int = 0
    changed: int = 0
    approved_before: int = 0
    approved_after: int = 0
    review_before: int = 0
    review_after: int = 0
    credit_before: int = 0
    credit_after: int = 0
    clawback_before: int = 0
    clawback_after: int = 0

    def plus(self, other: Change) -> Change:
        """The sum of both."""
        return Change(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


_NOTHING = [0] * len(Change._fields)


@dataclass(slots=True)
class Comparison:
    """Everything that a replay came to, added up as it goes."""

    currency: str
    """Of returns without a sale, which move no money."""
    groups: dict[Group, list[int]] = field(default_factory=dict)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a return that stood one way would stand another way."""
    stood: int = 0
    """Persons' decisions that stand, since the new terms leave the return to a person."""
    replaced: int = 0
    """Persons' decisions in whose place the new terms decide by themselves, and otherwise."""
    months: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    """Buyer and currency → the months whose sales came back."""

    def add(self, one: Replayed) -> None:
        """Count one return."""
        before, after = one.past.stands, one.stands
        sale = one.decision.sale or before.sale
        buyer, currency = (sale.buyer, sale.currency) if sale else (one.past.row.buyer, self.currency)
        group = Group(buyer, one.decision.reason_code or one.past.reason_code, currency)
        figures = (
            1,
            one.changed,
            before.outcome == APPROVED,
            after.outcome == APPROVED,
            before.outcome == IN_REVIEW,
            after.outcome == IN_REVIEW,
            before.credit_minor,
            after.credit_minor,
            before.clawback_minor,
            after.clawback_minor,
        )
        held = self.groups.get(group)
        # A group of one return would otherwise hold True and False where counts belong.
        self.groups[group] = [a + b for a, b in zip(held or _NOTHING, figures, strict=True)]
        if sale is not None:
            self.months.setdefault((buyer, currency), set()).add(sale.sold_month)
        if before.outcome != after.outcome:
            self.moves[before.outcome, after.outcome] += 1
        if before.by_person:
            self.stood += after.by_person
            self.replaced += not after.by_person and one.changed

    def changes(self) -> dict[Group, Change]:
        """The groups in the order of their names."""
        return {group: Change(*self.groups[group]) for group in sorted(self.groups)}

    @property
    def total(self) -> Change:
        """All groups together; the money of several currencies is not to be used."""
        total = Change()
        for figures in self.groups.values():
            total = total.plus(Change(*figures))
        return total


class BuyerRoi(NamedTuple):
    """The ROI of a buyer before and after, over all sales of the months whose sales came back."""

    before: RoiFigures
    after: RoiFigures


def roi_by_buyer(
    comparison: Comparison, sold: Mapping[tuple[str, str, int], RoiFigures]
) -> dict[tuple[str, str], BuyerRoi]:
    """By buyer and currency; `sold` holds the figures of each buyer, currency and month as they stand."""
    changes: dict[tuple[str, str], Change] = {}
    for group, change in comparison.changes().items():
        key = (group.buyer, group.currency)
        changes[key] = changes.get(key, Change()).plus(change)
    found = {}
    for key, months in comparison.months.items():
        before = RoiFigures()
        for month in months:
            before = before.plus(sold.get((*key, month), RoiFigures()))
        found[key] = BuyerRoi(before, changed_roi(before, changes[key]))
    return found


def changed_roi(before: RoiFigures, change: Change) -> RoiFigures:
    """The figures with the change put in."""
    return before._replace(
        returned=before.returned + change.approved_after - change.approved_before,
        credits=before.credits + change.credit_after - change.credit_before,
        clawbacks=before.clawbacks + change.clawback_after - change.clawback_before,
    )
