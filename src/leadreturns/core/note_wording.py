"""The words on notes: a template for each kind, and labels; with placeholders that are filled when a note is issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from leadreturns.core.calendar import format_month
from leadreturns.core.money import format_minor
from leadreturns.core.voucher import DEBIT_NOTE, VOUCHER_KINDS

COUNTER = "counter"
"""The words of a document that takes another one back; its title is that of its kind."""
SECTIONS = (*VOUCHER_KINDS, COUNTER)
TEXTS = ("title", "intro", "closing")
BY_RATE = "by_rate"
"""Of debit notes: the intro of one beside which the party has a note with another rate of tax in the same month."""
LABELS = (
    "from", "to", "number", "issued_on", "period", "voids", "tax_id", "email", "account", "country", "lead", "sold_on",
    "reason", "price", "payout", "credit", "debit", "clawback", "given_back", "taken_back", "net", "tax", "total",
    "page",
)  # fmt: skip
PLACEHOLDERS = (
    "number", "period", "month", "issued_on", "seller", "party", "currency", "net", "tax", "total", "rate", "lines",
    "voids", "because",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """What a template file says, over what is packaged."""

    texts: Mapping[str, Mapping[str, str]]
    """Kind, or 'counter' → the keys of `texts_of` → a text with placeholders."""
    labels: Mapping[str, str]

    def filled(self, kind: str, values: Mapping[str, str], *, by_rate: bool = False) -> dict[str, str]:
        """The words of one note; `values` has a text for each of `PLACEHOLDERS`. `by_rate` says that the party has one
        with another rate of tax too."""
        texts = dict(self.texts[kind])
        intro = texts.pop(BY_RATE, "")
        if by_rate and intro:
            texts["intro"] = intro
        if values["voids"]:
            texts |= {key: text for key, text in self.texts[COUNTER].items() if key != "title"}
        return {**self.labels, **{key: Template(text).substitute(values) for key, text in texts.items()}}


def texts_of(section: str) -> tuple[str, ...]:
    """The keys that a section of the template may have."""
    return (*TEXTS, BY_RATE) if section == DEBIT_NOTE else TEXTS


def faults_of(text: str) -> str:
    """What is wrong with a template text; '' when nothing is."""
    template = Template(text)
    if not template.is_valid():
        return "has a $ that begins no placeholder; write $$ for a dollar sign"
    unknown = [name for name in template.get_identifiers() if name not in PLACEHOLDERS]
    if unknown:
        return f"has an unknown placeholder ${unknown[0]}; known: {', '.join('$' + name for name in PLACEHOLDERS)}"
    return ""


def month_words(period: int) -> str:
    """202610 → 'October 2026'."""
    return f"{MONTHS[period % 100 - 1]} {period // 100}"


def money_words(minor: int, currency: str) -> str:
    """123450, 'USD' → '1,234.50 USD'."""
    whole, point, decimals = format_minor(minor, currency).partition(".")
    return f"{int(whole):,}{point}{decimals} {currency}"


def period_words(period: int) -> dict[str, str]:
    """The placeholders that tell the period."""
    return {"period": format_month(period), "month": month_words(period)}
