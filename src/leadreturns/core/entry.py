"""An adjustment with everything that it is about, as people read it."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One adjustment; the amount is in minor units, and negative where it reverses another."""

    id: int
    period: int
    kind: str
    buyer: str
    supplier: str
    campaign: str
    lead_id: str
    sold_day: int
    """The day of the sale on the workspace's clock."""
    reason: str
    currency: str
    of_minor: int
    amount_minor: int
    return_id: int
    recorded_at: int

    @property
    def is_buyers(self) -> bool:
        """True for credits and debits, False for clawbacks and their reversals."""
        return self.kind.startswith("buyer")
