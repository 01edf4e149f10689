"""The terms of a contract as values; which of them are in force is `policy.PolicyBook`'s business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from leadreturns.core.calendar import HOURS, UTC_ZONE, Clock, Window

AS_CREDIT = "as credit"
"""A clawback share that equals the share which the buyer was credited."""

DUPLICATE_WORDS = frozenset({"duplicate", "duplicates", "duplicated", "dupe", "dupes", "dup"})
"""A reason with one of these in its code or label claims that the buyer had the person already."""


class Origin(NamedTuple):
    """Where a term stands: '[buyers.acme]' and the line; ('default', 0) for one that nobody wrote."""

    layer: str
    line: int


DEFAULT_ORIGIN = Origin("default", 0)


@dataclass(frozen=True, slots=True)
class Reason:
    """One return reason that the policies know."""

    code: str
    label: str = ""
    aliases: tuple[str, ...] = ()
    credit: Fraction | None = None
    """Share of the price; None leaves it to the terms."""
    evidence: tuple[str, ...] = ()
    """Of 'call_attempts', 'comment', 'duplicate_of'."""
    min_call_attempts: int = 0
    valid: bool = True
    reply: str = ""
    is_duplicate: bool = False
    """The reason claims a duplicate, so that the ledger can prove or refute it."""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many returns a month: a number, a share of the sales, or a share of the revenue."""

    basis: str
    """'returns', 'sales' or 'revenue'."""
    amount: Fraction
    """The number for 'returns', else the share."""
    text: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The effective terms of one sale; field for field the keys of [terms] in policies.toml."""

    timezone: str = "UTC"
    window: Window = Window("days", 30, "30 days")
    counted_from: str = "sold"
    counted_to: str = "requested"
    max_lag: Window | None = None
    deadline: str = "end of day"
    first_day_counts: bool = False
    not_before: Window = Window(HOURS, 0, "0 hours")
    late: str = "reject"
    reasons: tuple[str, ...] | None = None
    unknown_reason: str = "review"
    unknown_lead: str = "reject"
    duplicate_lookback: Window | None = None
    roll_forward: bool = False
    cap: tuple[Cap, ...] = ()
    cap_counts: str = "approved"
    cap_scope: str = "buyer"
    cap_rounding: str = "down"
    over_cap: str = "review"
    approval: str = "review"
    credit: Fraction = Fraction(1)
    clawback: Fraction | str = Fraction(0)
    post_to: str = "decided"
    clock: Clock = field(default=Clock(UTC_ZONE), compare=False, repr=False)
    """Derived: how this sale's windows are counted."""
    still_clock: Clock = field(default=Clock(UTC_ZONE), compare=False, repr=False)
    """Derived: the same, but nothing rolls forward: for the `within` of a block, which is no deadline."""
    plain_clock: Clock = field(default=Clock(UTC_ZONE), compare=False, repr=False)
    """Derived: the same zone and calendar, whole days: for max_lag, look-backs and suppliers' windows."""
    origins: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)

    def origin(self, key: str) -> Origin:
        """Where the term `key` stands."""
        return self.origins.get(key, DEFAULT_ORIGIN)


@dataclass(frozen=True, slots=True)
class Layer:
    """One section that sets terms: its name as written in the file, its terms and the line of each."""

    name: str
    values: Mapping[str, Any]
    """Typed as the fields of `Terms`, only the keys that the section sets."""
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Contract:
    """An insertion order: terms for a buyer, or a buyer and a campaign, in force on the day of the sale."""

    buyer: str
    campaign: str
    """'' for every campaign of the buyer."""
    reference: str
    first_day: int | None
    last_day: int | None
    layer: Layer
    line: int

    def in_force(self, day: int) -> bool:
        """True when a sale of that day falls under the contract; both ends are included."""
        after_start = self.first_day is None or day >= self.first_day
        return after_start and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class RateTest:
    """A condition on the buyer's return rate (standing approvals / sales, of the sale's month)."""

    below: bool
    share: Fraction
    beyond: bool = False
    """For a test that is not `below`: 'above 30%' leaves the figure itself out, 'from 30%' includes it."""


@dataclass(frozen=True, slots=True)
class RuleBlock:
    """An [[auto_approve]], [[always_review]] or [[auto_reject]] block; None means that the line is not there."""

    name: str
    price_from: int | None = None
    price_up_to: int | None = None
    within: Window | None = None
    reasons: tuple[str, ...] | None = None
    buyers: tuple[str, ...] | None = None
    campaigns: tuple[str, ...] | None = None
    suppliers: tuple[str, ...] | None = None
    matched_by: tuple[str, ...] | None = None
    """Of 'sale_ref', 'lead_id', 'phone', 'email'; a match by phone and e-mail together counts as both."""
    return_rate: RateTest | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class SupplierTerms:
    """What a supplier lets through of a buyer's return."""

    clawback: Fraction | str | None = None
    """Share of the payout, `AS_CREDIT`, or None for the share that [terms] names."""
    window: Window | None = None
    """From the sale to the receipt of the batch; None is without end."""
    reasons: tuple[str, ...] | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class FileSettings:
    """How a buyer's files are to be read."""

    date_order: str = ""
    region: str = ""
    encoding: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Field → heading in the buyer's files."""
    rows_where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Heading → the values that mark a row as a return."""
    date_formats: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """What documents say about the seller, a buyer or a supplier; nothing of it changes a decision."""

    name: str = ""
    address: tuple[str, ...] = ()
    country: str = ""
    tax_id: str = ""
    email: str = ""
    account: str = ""
    notify: Mapping[str, Any] = field(default_factory=dict)
