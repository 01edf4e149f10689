"""What was returned before: the standing approvals, the newest other request of a sale, and what caps have used up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from leadreturns.core.finding import APPROVED
from leadreturns.core.identity import fold_name
from leadreturns.core.sale import Sale


class Prior(NamedTuple):
    """An earlier return of the same sale, in a batch that is not void."""

    batch: int
    row: int
    outcome: str


class UsageKey(NamedTuple):
    """Whose month a cap counts: a buyer's, or that of a buyer and a campaign, names as sections match them (folded)."""

    buyer: str
    campaign: str | None
    """None for all campaigns together; '' for the sales that name none."""
    month: int

    @classmethod
    def of(cls, sale: Sale, *, own_campaign: bool) -> UsageKey:
        """Of all that was sold to the sale's buyer in its month, or only of the sale's own campaign."""
        return cls(fold_name(sale.buyer), fold_name(sale.campaign) if own_campaign else None, sale.sold_month)


@dataclass(slots=True)
class Usage:
    """A month of sales, and how much of it has come back."""

    sold: int = 0
    revenue: dict[str, int] = field(default_factory=dict)
    """Minor units by currency."""
    approved: int = 0
    approved_credit: dict[str, int] = field(default_factory=dict)
    requested: int = 0
    requested_credit: dict[str, int] = field(default_factory=dict)

    def count(self, counts: str) -> int:
        """Returns that count against a cap; `counts` is the term cap_counts."""
        return self.approved if counts == "approved" else self.requested

    def credit(self, counts: str, currency: str) -> int:
        """Credit in minor units that counts against a cap on revenue."""
        amounts = self.approved_credit if counts == "approved" else self.requested_credit
        return amounts.get(currency, 0)


@dataclass(slots=True)
class History:
    """What stands before the next row of a file is decided.

    `after` changes it in place: a copy for each of a hundred thousand rows would cost more than deciding them. It has
    no other reader than the loop that folds it down the file.
    """

    approved: dict[int, Prior] = field(default_factory=dict)
    """Sale id → the standing approval."""
    newest: dict[int, Prior] = field(default_factory=dict)
    """Sale id → the newest return of any outcome."""
    usage: dict[UsageKey, Usage] = field(default_factory=dict)
    """Filled only for the buyers and months at hand, and only when a term asks for it."""

    def after(self, sale: Sale, prior: Prior, credit_minor: int) -> None:
        """Take one decided return into account."""
        self.newest[sale.id] = prior
        approved = prior.outcome == APPROVED
        if approved:
            self.approved[sale.id] = prior
        if self.usage:
            self._count(sale, approved, credit_minor)

    def revised(self, sale: Sale, prior: Prior, before: str, credit_minor: int) -> None:
        """Take into account that a return which stood as `before` stands as `prior` says from now on."""
        newest = self.newest.get(sale.id)
        if newest is None or newest[:2] <= prior[:2]:
            self.newest[sale.id] = prior
        is_approved, was_approved = prior.outcome == APPROVED, before == APPROVED
        if is_approved:
            self.approved[sale.id] = prior
        elif was_approved and self.approved.get(sale.id, prior)[:2] == prior[:2]:
            self.approved.pop(sale.id, None)
        if self.usage and is_approved != was_approved:
            sign = 1 if is_approved else -1
            for own in (False, True):
                usage = self.usage_of(sale, own_campaign=own)
                usage.approved += sign
                _add(usage.approved_credit, sale.currency, sign * credit_minor)

    def _count(self, sale: Sale, approved: bool, credit_minor: int) -> None:
        for own in (False, True):
            usage = self.usage_of(sale, own_campaign=own)
            usage.requested += 1
            _add(usage.requested_credit, sale.currency, credit_minor)
            if approved:
                usage.approved += 1
                _add(usage.approved_credit, sale.currency, credit_minor)

    def usage_of(self, sale: Sale, *, own_campaign: bool) -> Usage:
        """The usage of the sale's month, of its buyer or its buyer and campaign."""
        return self.usage.setdefault(UsageKey.of(sale, own_campaign=own_campaign), Usage())


def _add(amounts: dict[str, int], currency: str, minor: int) -> None:
    amounts[currency] = amounts.get(currency, 0) + minor


EMPTY_PRIORS: Mapping[int, Prior] = {}
