"""What the columns of an accounting file can say: the fields of a document and of each of its lines, as texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from string import Formatter

from leadreturns.core.adjustment import REVERSAL_OF
from leadreturns.core.calendar import date_of, format_month
from leadreturns.core.lead_return import TimeKind
from leadreturns.core.money import format_minor, share_of
from leadreturns.core.policy import PolicyBook
from leadreturns.core.voucher import BookedLine, Voucher, first_day, iso_day
from leadreturns.errors import Refused
from leadreturns.reports.export_format import ExportFormat

FIELDS: Mapping[str, str] = {
    "document": "number of the credit note, else one of ours",
    "account": "the party's `account` in policies.toml, else his name",
    "party": "his name as the ledger writes it",
    "name": "his `name` in policies.toml, else as the ledger writes it",
    "email": "his `email`",
    "tax_id": "his `tax_id`",
    "currency": "ISO code",
    "exchange_rate": "what [exchange_rates] says of the currency; 1 where it says nothing of that of policies.toml",
    "date": "last day of the period",
    "first_day": "first day of the period",
    "issued_on": "day on which the credit note was issued, else the last day of the period",
    "period": "as 2026-10",
    "total": "sum of the document without tax; never negative",
    "adjustment": "our id of the entry",
    "kind": "buyer_credit, buyer_debit, supplier_clawback or supplier_clawback_reversed",
    "amount": "amount of the entry, negative where it goes against the document",
    "positive": "the same, never negative",
    "price": "price or payout that it is a share of",
    "tax": "tax on the entry, negative where it goes against the document; those of a document add up to its tax",
    "positive_tax": "the same, never negative",
    "total_tax": "tax of the document; never negative",
    "tax_code": "with tax values.taxed_code, else the name of the rate in tax_names; without tax values.untaxed_code",
    "tax_rate": "the tax rate as 20%, or nothing",
    "about": "one line: what was returned, when it was sold, why; begins with DRAFT while the month is open",
    "lead_id": "the lead",
    "sale_ref": "reference of the sale",
    "campaign": "campaign of the sale",
    "sold_on": "day of the sale",
    "reason": "label of the return reason",
    "return": "our id of the return",
    "sale": "our id of the sale",
}
"""Field → what it holds."""
NUMBERS = frozenset({"total", "amount", "positive", "price", "tax", "positive_tax", "total_tax", "exchange_rate"})
DATES = frozenset({"date", "first_day", "issued_on", "sold_on"})
_REVERSALS = frozenset(REVERSAL_OF.values())


def fields_of(template: str, place: str) -> list[str]:
    """The fields that a template names. `Refused` (`bad_format`) for one that cannot be filled."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as fault:
        raise Refused("bad_format", f'{place}: "{template}": {fault}', "write a brace as {{") from None
    for _, name, spec, conversion in parts:
        if name is not None and (not name.isidentifier() or conversion or not _is_cut(spec or "")):
            raise Refused("bad_format", f'{place}: "{template}" is no template', "write {field}, or {field:.30} to cut")
    return [name for _, name, _, _ in parts if name is not None]


def _is_cut(spec: str) -> bool:
    return not spec or (spec[0] == "." and spec[1:].isdecimal())


def is_plain_value(template: str) -> bool:
    """True when a template is one number or one date, so that nothing foreign stands in it."""
    return template.startswith("{") and template.endswith("}") and template[1:-1] in NUMBERS | DATES


def tax_name(form: ExportFormat, rate: Fraction) -> str:
    """What the program calls a tax rate; '' where the format does not know."""
    return form.values.get("taxed_code", "") or form.tax_names.get(f"{percent_text(rate)}%", "")


def percent_text(rate: Fraction) -> str:
    """A share as a percentage without needless zeros: 1/5 → '20', 71/800 → '8.875'."""
    millionths = rate * 100 * 10**6
    text = f"{int(millionths) // 10**6}.{int(millionths) % 10**6:06d}"
    return text.rstrip("0").rstrip(".")


class Fields:
    """Says the fields of the vouchers of one export; the user's values are filled with them and stand among them."""

    def __init__(self, form: ExportFormat, book: PolicyBook, *, is_draft: bool = False) -> None:
        self._form = form
        self._book = book
        self.draft = "DRAFT: " if is_draft else ""
        """What stands before a sentence about a document while its month is open."""
        self._values: dict[tuple[str, ...], tuple[dict[str, str], dict[str, str]]] = {}
        self._dates: dict[int, str] = {}

    def of(self, voucher: Voucher) -> dict[str, str]:
        """The fields of a document; those of a line are ''."""
        return self._with_values(self._shared(voucher), voucher.kind)

    def lines(self, voucher: Voucher) -> Iterator[tuple[BookedLine, dict[str, str]]]:
        """Each line of a document with its fields, those of the document included."""
        shared, untaxed = self._shared(voucher), format_minor(0, voucher.currency)
        for line, tax in zip(voucher.lines, self._taxes(voucher), strict=True):
            fields = {**shared, **self._own(voucher, line), "tax": untaxed, "positive_tax": untaxed}
            if tax:
                fields["tax"] = format_minor(tax, voucher.currency)
                fields["positive_tax"] = format_minor(abs(tax), voucher.currency)
            yield line, self._with_values(fields, voucher.kind, line.kind)

    def _shared(self, voucher: Voucher) -> dict[str, str]:
        party = voucher.party
        return {
            **dict.fromkeys(FIELDS, ""),
            "document": voucher.number,
            "account": party.account or voucher.name,
            "party": voucher.name,
            "name": party.name or voucher.name,
            "email": party.email,
            "tax_id": party.tax_id,
            "currency": voucher.currency,
            "exchange_rate": self.exchange_rate(voucher.currency),
            "date": self._date(voucher.day),
            "first_day": self._date(first_day(voucher.period)),
            "issued_on": self._date(voucher.issued.day if voucher.issued else voucher.day),
            "period": format_month(voucher.period),
            "total": format_minor(voucher.net_minor, voucher.currency),
            "total_tax": format_minor(voucher.tax_minor, voucher.currency),
            **self._tax(voucher.tax_rate),
        }

    def exchange_rate(self, currency: str) -> str:
        """As the user's format says it, else 1 for the currency of the workspace; '' where nobody says it."""
        return self._form.exchange_rates.get(currency, "") or ("1" if currency == self._book.currency else "")

    def _tax(self, rate: Fraction | None) -> dict[str, str]:
        if not rate:
            return {"tax_rate": "", "tax_code": self._form.values.get("untaxed_code", "")}
        said = f"{percent_text(rate)}%"
        return {"tax_rate": said, "tax_code": tax_name(self._form, rate) or said}

    def _own(self, voucher: Voucher, line: BookedLine) -> dict[str, str]:
        reason = self._book.reasons.get(line.reason)
        label = (reason.label if reason else "") or line.reason
        positive = format_minor(line.amount_minor, voucher.currency)
        day = line.sold_at // 86_400 if line.sold_kind == TimeKind.DATE else self._book.zone.day(line.sold_at)
        return {
            "adjustment": str(line.id),
            "kind": line.kind,
            "amount": positive if voucher.amount_of(line) > 0 else f"-{positive}",
            "positive": positive,
            "price": format_minor(line.of_minor, voucher.currency),
            "lead_id": line.lead_id,
            "sale_ref": line.sale_ref,
            "campaign": line.campaign,
            "sold_on": self._date(day),
            "reason": label,
            "return": str(line.return_id),
            "sale": str(line.sale_id),
            "about": self.draft + _about(line, label, iso_day(day)),
        }

    def _with_values(self, fields: dict[str, str], *kinds: str) -> dict[str, str]:
        constant, templates = self._values.get(kinds) or self._values_of(kinds)
        if templates:
            fields.update({name: text.format_map(fields) for name, text in templates.items()})
        fields.update(constant)
        return fields

    def _values_of(self, kinds: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
        """The user's values for those kinds: the plain ones, and those that name fields."""
        values = dict(self._form.values)
        for kind in kinds:
            values.update(self._form.kinds.get(kind, {}))
        templates = {name: text for name, text in values.items() if "{" in text or "}" in text}
        constant = {name: text for name, text in values.items() if name not in templates}
        self._values[kinds] = constant, templates
        return constant, templates

    def _taxes(self, voucher: Voucher) -> list[int]:
        """The tax of each line: what the running sum's tax grows by, so that the lines add up to the document's. It has
        the sign of the line."""
        rate = voucher.tax_rate
        taxes, running, before = [], 0, 0
        for line in voucher.lines:
            running += voucher.amount_of(line)
            now = _signed_share(running, rate) if rate else 0
            taxes.append(now - before)
            before = now
        return taxes

    def _date(self, day: int) -> str:
        found = self._dates.get(day)
        if found is None:
            found = self._dates[day] = date_of(day).strftime(self._form.dates)
        return found


def _signed_share(minor: int, rate: Fraction) -> int:
    return share_of(minor, rate) if minor >= 0 else -share_of(-minor, rate)


def _about(line: BookedLine, reason: str, sold_on: str) -> str:
    lead = f"{line.lead_id}, sold {sold_on}" + (f": {reason}" if reason else "")
    return f"Return taken back: {lead}" if line.kind in _REVERSALS else f"Returned lead {lead}"
