"""Everything policies.toml says, and which terms are in force for a sale.

`PolicyBook.terms_for` lays the layers over each other: [terms] → [campaigns.X] → [buyers.Y] → [[contracts]], the
more specific wins key by key, and every term remembers the layer and line that it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeVar

from leadreturns.core.business_days import Calendar
from leadreturns.core.calendar import Clock, Zone
from leadreturns.core.identity import fold_name, fold_words
from leadreturns.core.lead_return import TimeKind
from leadreturns.core.sale import Sale
from leadreturns.core.terms import (
    Contract,
    FileSettings,
    Layer,
    Origin,
    Party,
    Reason,
    RuleBlock,
    SupplierTerms,
    Terms,
)

Section = TypeVar("Section")


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
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, compare=False, repr=False)
    """The line of every section and key: ('buyers', 'acme', 'window') → 42."""
    _terms: dict[tuple[str, str, int], Terms] = field(default_factory=dict, compare=False, repr=False)
    _merged: dict[tuple[str, ...], Terms] = field(default_factory=dict, compare=False, repr=False)
    _base_zones: dict[tuple[str, str], Zone] = field(default_factory=dict, compare=False, repr=False)
    _reason_codes: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _read_reasons: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)
    _supplier_terms: dict[str, SupplierTerms] = field(default_factory=dict, compare=False, repr=False)
    rules_by_terms: dict[int, tuple[Any, ...]] = field(default_factory=dict, compare=False, repr=False)
    """What `rules.rules_under` has worked out, by the identity of the terms, which live as long as the book."""
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

    def terms_of(self, sale: Sale) -> Terms:
        """The terms in force for a sale.

        The day of the sale, which chooses the contract, is read on the clock of the layers below the contracts.
        """
        day = self._day_of(sale) if self.contracts else 0
        return self.terms_for(sale.buyer, sale.campaign, day)

    def contracts_of(self, sale: Sale) -> list[Contract]:
        """The contracts that a sale falls under, the general before the one for its campaign."""
        return self.contracts_in_force(sale.buyer, sale.campaign, self._day_of(sale))

    def _day_of(self, sale: Sale) -> int:
        if sale.sold_kind == TimeKind.DATE:
            return sale.sold_at // 86_400
        return self.base_zone(sale.buyer, sale.campaign).day(sale.sold_at)

    def base_zone(self, buyer: str, campaign: str) -> Zone:
        """The clock of a buyer and campaign before any contract."""
        key = (buyer, campaign)
        found = self._base_zones.get(key)
        if found is None:
            found = self._base_zones[key] = self._merge(self._standing_layers(buyer, campaign)).clock.zone
        return found

    def zone_of_wall(self, buyer: str, campaign: str, wall: int) -> Zone:
        """The clock on which a sale's time without a zone is read: that of the terms in force on the day written.

        A contract with a clock of its own would lose sales at its first and last hours, which that clock puts on
        another day than the one written: they are read on the clock below the contracts, and stay in it.
        """
        day, base = wall // 86_400, self.base_zone(buyer, campaign)
        zone = self.terms_for(buyer, campaign, day).clock.zone
        if zone is base:
            return base
        fallen = self.contracts_in_force(buyer, campaign, base.day(zone.wall_span(wall).last))
        return zone if fallen == self.contracts_in_force(buyer, campaign, day) else base

    @property
    def _all_layers(self) -> list[Layer]:
        return [self.house, *self.campaigns.values(), *self.buyers.values(), *(one.layer for one in self.contracts)]

    @property
    def counts_requests(self) -> bool:
        """True when a cap may count what was requested, not only what was approved."""
        return any(layer.values.get("cap_counts") == "requested" for layer in self._all_layers)

    @property
    def counts_usage(self) -> bool:
        """True when a cap or a return rate is asked for anywhere, so that months of sales must be counted."""
        blocks = (*self.always_review, *self.auto_reject)
        return (
            self.asks_rates
            or any(layer.values.get("cap") for layer in self._all_layers)
            or any(block.return_rate for block in blocks)
        )

    @property
    def asks_rates(self) -> bool:
        """True when an [[auto_approve]] block asks for the buyer's return rate."""
        return any(block.return_rate for block in self.auto_approve)

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
        contracts = self.contracts_in_force(buyer, campaign, day)
        return [*self._standing_layers(buyer, campaign), *(contract.layer for contract in contracts)]

    def _standing_layers(self, buyer: str, campaign: str) -> list[Layer]:
        layers = [self.house]
        for sections, name in ((self.campaigns, campaign), (self.buyers, buyer)):
            section = section_named(sections, name)
            if section is not None:
                layers.append(section)
        return layers

    def _merge(self, layers: list[Layer]) -> Terms:
        signature = tuple(layer.name for layer in layers)
        found = self._merged.get(signature)
        if found is None:
            values: dict[str, Any] = {"timezone": self.timezone}
            origins = {"timezone": Origin("top of the file", self.lines.get(("timezone",), 0))}
            for layer in layers:
                values.update(layer.values)
                origins.update({key: Origin(layer.name, line) for key, line in layer.lines.items()})
            zone = self.zone_named(values["timezone"])
            clock = Clock(
                zone=zone,
                calendar=self.calendar,
                exact=values.get("deadline") == "exact",
                first_day_counts=values.get("first_day_counts", False),
                roll_forward=values.get("roll_forward", False),
            )
            still = replace(clock, roll_forward=False) if clock.roll_forward else clock
            plain = Clock(zone=zone, calendar=self.calendar)
            found = self._merged[signature] = Terms(
                **values, clock=clock, still_clock=still, plain_clock=plain, origins=origins
            )
        return found

    def supplier_terms(self, supplier: str) -> SupplierTerms:
        """What the supplier lets through; the defaults when no section names him."""
        found = self._supplier_terms.get(supplier)
        if found is None:
            found = self._supplier_terms[supplier] = section_named(self.suppliers, supplier) or _NO_SUPPLIER_TERMS
        return found

    def file_settings(self, buyer: str) -> FileSettings:
        """How the buyer's files are read; the defaults when no section names him."""
        return section_named(self.files, buyer) or _NO_FILE_SETTINGS

    def reason_code(self, text: str) -> str | None:
        """The code of the reason that `text` names by code, label or alias; None when it names none.

        Without any reason in the policies every text is accepted as its own code.
        """
        if not self.reasons:
            return text
        found = self._read_reasons.get(text, "")
        if found == "":
            found = self._read_reason(text)
            if len(self._read_reasons) < _READ_REASONS:
                self._read_reasons[text] = found
        return found

    def _read_reason(self, text: str) -> str | None:
        if not self._reason_codes:
            self._reason_codes.update(self._known_reason_texts())
        return self._reason_codes.get(fold_words(text))

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
_READ_REASONS = 10_000
"""So many wordings are remembered with the reason that they name: a file has few, unless it holds whole sentences."""
_NO_FILE_SETTINGS = FileSettings()


def section_named(sections: Mapping[str, Section], name: str) -> Section | None:
    """The section of that name: the exact one, else the only one that differs by case or blanks."""
    found = sections.get(name)
    if found is not None or not sections or not name:
        return found
    folded = fold_name(name)
    alike = [section for key, section in sections.items() if fold_name(key) == folded]
    return alike[0] if len(alike) == 1 else None
