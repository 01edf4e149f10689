"""The terms of policies.toml as values, and which of them are in force for a sale.

`PolicyBook.terms_for` lays the layers over each other: [terms] → [campaigns.X] → [buyers.Y] → [[contracts]], the
more specific wins key by key, and every term remembers the layer and line that it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from leadreturns.core.calendar import HOURS, Calendar, Clock, Window, Zone
from leadreturns.core.identity import fold_name, fold_words

Section = TypeVar("Section")

AS_CREDIT = "as credit"
"""A clawback share that equals the share which the buyer was credited."""


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
    clock: Clock = field(default=Clock(Zone("UTC")), compare=False, repr=False)
    """Derived: how this sale's windows are counted."""
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


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """Everything policies.toml says."""

    currency: str = "USD"
    timezone: str = "UTC"
    region: str = ""
    calendar: Calendar = Calendar()
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    house: Layer = Layer("[terms]", {}, {})
    campaigns: Mapping[str, Layer] = field(default_factory=dict)
    buyers: Mapping[str, Layer] = field(default_factory=dict)
    contracts: tuple[Contract, ...] = ()
    suppliers: Mapping[str, SupplierTerms] = field(default_factory=dict)
    auto_approve: tuple[RuleBlock, ...] = ()
    always_review: tuple[RuleBlock, ...] = ()
    auto_reject: tuple[RuleBlock, ...] = ()
    files: Mapping[str, FileSettings] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)
    """'seller', 'buyers.NAME', 'suppliers.NAME'."""
    tax_rate: Fraction | None = None
    tax_label: str = ""
    text: str = ""
    """The file as it was read, with the dates that holiday codes stood for, so that it decides the same again."""
    digest: str = ""
    """SHA-256 of `text`."""
    _terms: dict[tuple[str, str, int], Terms] = field(default_factory=dict, compare=False, repr=False)
    _merged: dict[tuple[str, ...], Terms] = field(default_factory=dict, compare=False, repr=False)
    _reason_codes: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _zones: dict[str, Zone] = field(default_factory=dict, compare=False, repr=False)

    @property
    def zone(self) -> Zone:
        """The clock of the workspace, on which periods are read."""
        return self.zone_named(self.timezone)

    def zone_named(self, name: str) -> Zone:
        """One `Zone` per name, so that its look-ups are shared."""
        found = self._zones.get(name)
        if found is None:
            found = self._zones[name] = Zone(name)
        return found

    def terms_for(self, buyer: str, campaign: str, day: int) -> Terms:
        """The terms in force for a sale of `campaign` to `buyer` on the calendar day `day`."""
        key = (buyer, campaign, day if self.contracts else 0)
        found = self._terms.get(key)
        if found is None:
            found = self._terms[key] = self._merge(self._layers(buyer, campaign, day))
        return found

    def contracts_in_force(self, buyer: str, campaign: str, day: int) -> list[Contract]:
        """The contracts that a sale falls under, the general before the one for its campaign."""
        names = fold_name(buyer), fold_name(campaign)
        fitting = [
            contract
            for contract in self.contracts
            if fold_name(contract.buyer) == names[0]
            and (not contract.campaign or fold_name(contract.campaign) == names[1])
            and contract.in_force(day)
        ]
        return sorted(fitting, key=lambda contract: bool(contract.campaign))

    def _layers(self, buyer: str, campaign: str, day: int) -> list[Layer]:
        layers = [self.house]
        for sections, name in ((self.campaigns, campaign), (self.buyers, buyer)):
            section = section_named(sections, name)
            if section is not None:
                layers.append(section)
        layers.extend(contract.layer for contract in self.contracts_in_force(buyer, campaign, day))
        return layers

    def _merge(self, layers: list[Layer]) -> Terms:
        signature = tuple(layer.name for layer in layers)
        found = self._merged.get(signature)
        if found is None:
            values: dict[str, Any] = {"timezone": self.timezone}
            origins: dict[str, Origin] = {}
            for layer in layers:
                values.update(layer.values)
                origins.update({key: Origin(layer.name, line) for key, line in layer.lines.items()})
            values["clock"] = self._clock(values)
            found = self._merged[signature] = Terms(**values, origins=origins)
        return found

    def _clock(self, values: Mapping[str, Any]) -> Clock:
        return Clock(
            zone=self.zone_named(values["timezone"]),
            calendar=self.calendar,
            exact=values.get("deadline") == "exact",
            first_day_counts=values.get("first_day_counts", False),
            roll_forward=values.get("roll_forward", False),
        )

    def supplier_terms(self, supplier: str) -> SupplierTerms:
        """What the supplier lets through; the defaults when no section names him."""
        return section_named(self.suppliers, supplier) or _NO_SUPPLIER_TERMS

    def file_settings(self, buyer: str) -> FileSettings:
        """How the buyer's files are read; the defaults when no section names him."""
        return section_named(self.files, buyer) or _NO_FILE_SETTINGS

    def reason_code(self, text: str) -> str | None:
        """The code of the reason that `text` names by code, label or alias; None when it names none.

        Without any reason in the policies every text is accepted as its own code.
        """
        if not self.reasons:
            return text
        if not self._reason_codes:
            self._reason_codes.update(self._known_reason_texts())
        return self._reason_codes.get(text) or self._reason_codes.get(fold_words(text))

    def _known_reason_texts(self) -> dict[str, str]:
        known: dict[str, str] = {}
        for reason in self.reasons.values():
            for text in (*reason.aliases, reason.label):
                if fold_words(text):
                    known.setdefault(fold_words(text), reason.code)
        # A code is the strongest name: it beats an alias of another reason that happens to read the same.
        known.update({fold_words(code): code for code in self.reasons})
        return known


_NO_SUPPLIER_TERMS = SupplierTerms()
_NO_FILE_SETTINGS = FileSettings()


def section_named(sections: Mapping[str, Section], name: str) -> Section | None:
    """The section of that name: the exact one, else the only one that differs by case or blanks."""
    found = sections.get(name)
    if found is not None or not sections or not name:
        return found
    folded = fold_name(name)
    alike = [section for key, section in sections.items() if fold_name(key) == folded]
    return alike[0] if len(alike) == 1 else None
