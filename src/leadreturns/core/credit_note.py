"""A period's adjustments of one party as a numbered document: a credit or a debit note, or a supplier's statement.

A note is never negative. Where debits come to more than credits it is a debit note, and its lines turn their signs;
where both come to the same there is nothing to send. Tax is charged on the sum of the lines, for buyers only: what a
supplier gives back is his supply, and its tax belongs on his own document. Lines of two rates are two notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from leadreturns.core.adjustment import BUYER_CREDIT, SUPPLIER_CLAWBACK
from leadreturns.core.money import share_of
from leadreturns.core.note_tax import TaxedOn, rate_order
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Party
from leadreturns.core.voucher import (
    BUYER,
    CLAWBACK,
    CLAWBACK_REVERSED,
    CREDIT_NOTE,
    DEBIT_NOTE,
    SUPPLIER,
    party_of,
)

SERIES = {CREDIT_NOTE: "CN", DEBIT_NOTE: "DN", CLAWBACK: "SS", CLAWBACK_REVERSED: "SR"}
"""Each kind is numbered on its own, from 1 in each year of issue."""
KINDS = {series: kind for kind, series in SERIES.items()}
COUNTER_OF = {
    CREDIT_NOTE: DEBIT_NOTE,
    DEBIT_NOTE: CREDIT_NOTE,
    CLAWBACK: CLAWBACK_REVERSED,
    CLAWBACK_REVERSED: CLAWBACK,
}
"""What takes a note of that kind back."""
_KIND = {
    (BUYER, True): CREDIT_NOTE,
    (BUYER, False): DEBIT_NOTE,
    (SUPPLIER, True): CLAWBACK,
    (SUPPLIER, False): CLAWBACK_REVERSED,
}


class Entry(NamedTuple):
    """One adjustment that no note speaks of yet."""

    id: int
    kind: str
    name: str
    """The buyer or supplier, as the ledger writes him."""
    currency: str
    amount_minor: int
    """Positive; the kind says who gains."""
    of_minor: int
    """The price or payout that it is a share of."""
    lead_id: str
    sold_on: str
    """'2026-10-12', on the workspace's clock."""
    reason: str
    """In words for the party."""
    follows: TaxedOn | None = None
    """The note whose rate of tax it carries; None for today's rate."""


class NoteLine(NamedTuple):
    """One adjustment as a note tells it."""

    adjustment: int
    lead_id: str
    sold_on: str
    reason: str
    of_minor: int
    amount_minor: int
    """Positive in the note's own direction: on a debit note what is debited."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A note before it has a number."""

    kind: str
    name: str
    currency: str
    lines: Sequence[NoteLine]
    tax_minor: int
    tax_rate: Fraction | None = None
    """Of every line; None on statements for suppliers too."""
    tax_label: str = ""
    """That of the note whose rate it carries, if it carries one's."""

    @property
    def side(self) -> str:
        """'buyer' or 'supplier'."""
        return side_of(self.kind)

    @property
    def net_minor(self) -> int:
        """The sum of the lines; above 0."""
        return sum(line.amount_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class Content:
    """What a note says beside its lines, frozen at its issue."""

    seller: Party
    party: Party
    tax_rate: Fraction | None
    tax_label: str
    issued_on: str
    """'2026-11-02', on the workspace's clock."""
    wording: Mapping[str, str]
    """'title', 'intro', 'closing', and the labels of fields and columns, all placeholders filled."""


@dataclass(frozen=True, slots=True)
class Note:
    """An issued note. Nothing of it changes; one that must go is taken back by a counter-document."""

    number: str
    kind: str
    name: str
    period: int
    currency: str
    net_minor: int
    tax_minor: int
    content: Content
    issued_at: int
    issued_by: str
    policy: str
    """The digest of the policies that it was issued under."""
    voids: str = ""
    """The number of the note that this one takes back."""
    because: str = ""
    """Why, on a counter-document."""
    voided_by: str = ""
    """The number of the counter-document that took this one back."""
    lines: Sequence[NoteLine] = field(default_factory=tuple)
    """In the order of booking; left out in lists."""
    line_count: int = 0

    @property
    def side(self) -> str:
        """'buyer' or 'supplier'."""
        return side_of(self.kind)

    @property
    def total_minor(self) -> int:
        """What is owed: net and tax."""
        return self.net_minor + self.tax_minor

    @property
    def status(self) -> str:
        """'standing', 'void', or 'counter' for a counter-document."""
        return "counter" if self.voids else "void" if self.voided_by else "standing"


def side_of(kind: str) -> str:
    """Whom a note of that kind is for: 'buyer' or 'supplier'."""
    return BUYER if kind in (CREDIT_NOTE, DEBIT_NOTE) else SUPPLIER


def drafts_of(entries: Iterable[Entry], side: str, tax_rate: Fraction | None) -> tuple[list[Draft], list[Draft]]:
    """The notes to be issued, and those that come to nothing because credits and debits are equal.

    One per name, currency and rate of tax, in that order; lines in the order of booking. `tax_rate` is today's.
    """
    groups: dict[tuple[str, str, Fraction | None], list[Entry]] = {}
    for entry in entries:
        rate = None if side != BUYER else entry.follows.rate if entry.follows else tax_rate
        groups.setdefault((entry.name, entry.currency, rate), []).append(entry)
    drafts = [_draft(key, groups[key], side) for key in sorted(groups, key=lambda key: (*key[:2], rate_order(key[2])))]
    return [draft for draft in drafts if draft.net_minor], [draft for draft in drafts if not draft.net_minor]


def _draft(key: tuple[str, str, Fraction | None], entries: Sequence[Entry], side: str) -> Draft:
    name, currency, rate = key
    granted = [_granted(entry) for entry in entries]
    forward = sum(granted) >= 0
    lines = [
        NoteLine(entry.id, entry.lead_id, entry.sold_on, entry.reason, entry.of_minor, amount if forward else -amount)
        for entry, amount in zip(entries, granted, strict=True)
    ]
    tax = share_of(abs(sum(granted)), rate) if rate else 0
    label = next((entry.follows.label for entry in reversed(entries) if entry.follows), "")
    return Draft(_KIND[side, forward], name, currency, lines, tax, rate, label)


def _granted(entry: Entry) -> int:
    """The amount with its sign: a reversed credit or clawback counts against the others."""
    return entry.amount_minor if entry.kind in (BUYER_CREDIT, SUPPLIER_CLAWBACK) else -entry.amount_minor


class Gaps(NamedTuple):
    """What the policies do not say for a set of notes, each as 'section: what is missing'."""

    needed: Sequence[str]
    """Without these no note is issued."""
    wanted: Sequence[str]
    """Notes are issued without these, and are poorer for it."""


def gaps_of(book: PolicyBook, drafts: Sequence[Draft]) -> Gaps:
    """What the notes lack.

    The seller must have a name and an address. A tax document also needs his tax id and the address of the buyer
    (EU: article 226 of directive 2006/112/EC; elsewhere much the same).
    """
    seller = book.parties.get("seller", Party())
    taxed = any(draft.tax_minor for draft in drafts)
    needed = [
        _gap(book, ("seller",), key)
        for key in ("name", "address", "tax_id")
        if not getattr(seller, key) and (key != "tax_id" or taxed)
    ]
    wanted: list[str] = []
    for side, name in dict.fromkeys((draft.side, draft.name) for draft in drafts):
        if not party_of(book, side, name).address:
            strictly = any(draft.tax_minor and (draft.side, draft.name) == (side, name) for draft in drafts)
            (needed if strictly else wanted).append(_gap(book, (f"{side}s", name), "address"))
    return Gaps(needed, wanted)


_EXAMPLES = {
    "name": 'name = "Your Company Ltd."',
    "address": 'address = ["1 Main Street", "Springfield, IL 62701"]',
    "tax_id": 'tax_id = "…"',
}


def _gap(book: PolicyBook, path: tuple[str, ...], key: str) -> str:
    section = f"[{'.'.join((path[0], *(toml_key(part) for part in path[1:])))}]"
    line = book.lines.get(path)
    where = f"under {section} (line {line})" if line else f"in a section {section}"
    return f"{section} has no {key}: write {_EXAMPLES[key]} {where} of policies.toml"


def toml_key(text: str) -> str:
    """The text as a key of TOML: bare where that is allowed, else in quotes."""
    if text and text.isascii() and text.replace("-", "").replace("_", "").isalnum():
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
