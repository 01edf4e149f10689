"""Revenue, credits, payout and clawbacks → net figures, profit, ROI and return rate."""

from __future__ import annotations

from typing import NamedTuple

from leadreturns.core.money import format_ratio


class RoiFigures(NamedTuple):
    """The sums of one group in one currency; minor units, except the two counts."""

    sold: int = 0
    returned: int = 0
    revenue: int = 0
    credits: int = 0
    payout: int = 0
    clawbacks: int = 0
    pending: int = 0
    """Credit still in review."""

    def plus(self, other: RoiFigures) -> RoiFigures:
        """The sums of both groups."""
        return RoiFigures(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def net_revenue(self) -> int:
        """Revenue less credits."""
        return self.revenue - self.credits

    @property
    def net_payout(self) -> int:
        """Payout less clawbacks."""
        return self.payout - self.clawbacks

    @property
    def profit(self) -> int:
        """Net revenue less net payout."""
        return self.net_revenue - self.net_payout

    @property
    def roi(self) -> str | None:
        """Profit / net payout with 6 decimals, None when nothing was paid out."""
        return format_ratio(self.profit, self.net_payout)

    @property
    def roi_before(self) -> str | None:
        """(Revenue - payout) / payout: what ROI would be if nothing had come back."""
        return format_ratio(self.revenue - self.payout, self.payout)

    @property
    def return_rate(self) -> str | None:
        """Standing approvals / sales, None without sales."""
        return format_ratio(self.returned, self.sold)
