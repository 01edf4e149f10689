"""Vouchers → the business terms of an EN 16931 document, by the numbers that the norm gives them (BT-1, BG-25, …).

Amounts of a credit note are positive, its type says the direction; a line against it has the quantity -1, since prices
are never negative (Peppol BIS Billing 3.0, EN 16931-1:2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as fields_of
from dataclasses import replace
from fractions import Fraction
from typing import Any

from leadreturns.core.calendar import date_of
from leadreturns.core.money import format_minor
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Party
from leadreturns.core.voucher import Voucher, first_day
from leadreturns.reports.double_entry import TITLES
from leadreturns.reports.export_fields import FIELDS, Fields, percent_text
from leadreturns.reports.export_format import ExportFormat


def ubl_terms(voucher: Voucher, form: ExportFormat, book: PolicyBook, fields: Fields) -> dict[str, Any]:
    """Business term → text, date, or the terms of a group."""
    values, code = fields.of(voucher), voucher.currency
    seller, buyer = seller_and_buyer(voucher, book)
    net, tax = voucher.net_minor, voucher.tax_minor
    category = _category(voucher.tax_rate, values)
    return {
        "BT-1": voucher.number,
        "BT-2": date_of(voucher.issued.day if voucher.issued else voucher.day),
        "BT-3": values["type"],
        "BT-5": code,
        "BT-10": values["buyer_reference"],
        "BT-20": values["terms"],
        "BT-23": values["profile"],
        "BT-73": date_of(first_day(voucher.period)),
        "BT-74": date_of(voucher.day),
        "BG-1": [{"BT-22": f"{fields.draft}{TITLES[voucher.kind]}, {values['period']}"}],
        "BG-4": _party(seller, form, voucher.tax_rate),
        "BG-7": _party(buyer, form, voucher.tax_rate),
        "BT-106": format_minor(net, code),
        "BT-109": format_minor(net, code),
        "BT-110": format_minor(tax, code),
        "BT-112": format_minor(net + tax, code),
        "BT-115": format_minor(net + tax, code),
        "BG-23": [{"BT-116": format_minor(net, code), "BT-117": format_minor(tax, code), **category}],
        "BG-25": [_line(voucher, minor, own, category) for minor, own in _amounts(voucher, fields)],
    }


def seller_and_buyer(voucher: Voucher, book: PolicyBook) -> tuple[Party, Party]:
    """Both parties as the issued note has them, completed by what the policies say today."""
    seller = book.parties.get("seller", Party())
    if voucher.issued is None:
        return seller, voucher.party
    return _completed(voucher.issued.seller, seller), _completed(voucher.issued.party, voucher.party)


def _completed(party: Party, later: Party) -> Party:
    blank = {each.name: getattr(later, each.name) for each in fields_of(Party) if not getattr(party, each.name)}
    return replace(party, **blank)


def _amounts(voucher: Voucher, fields: Fields) -> list[tuple[int, Mapping[str, str]]]:
    return [(voucher.amount_of(line), values) for line, values in fields.lines(voucher)]


def _line(voucher: Voucher, minor: int, values: Mapping[str, str], category: Mapping[str, str]) -> dict[str, Any]:
    found = {
        "BT-126": values["adjustment"],
        "BT-129": "1" if minor >= 0 else "-1",
        "BT-130": values["unit"],
        "BT-131": format_minor(minor, voucher.currency),
        "BT-146": format_minor(abs(minor), voucher.currency),
        "BT-151": category["BT-118"],
        "BT-153": values["about"],
    }
    return {**found, "BT-152": category["BT-119"]} if "BT-119" in category else found


def _category(rate: Fraction | None, values: Mapping[str, str]) -> dict[str, str]:
    """The VAT category: standard, zero rated, or what the format says for a seller without a tax rate."""
    if rate is not None:
        return {"BT-118": "S" if rate else "Z", "BT-119": percent_text(rate)}
    exempt = {"BT-120": values["exemption"], "BT-121": values["exemption_code"]}
    return {"BT-118": values["untaxed"], **{term: text for term, text in exempt.items() if text}}


def _party(party: Party, form: ExportFormat, rate: Fraction | None) -> dict[str, Any]:
    known = {
        **dict.fromkeys(FIELDS, ""),
        "email": party.email,
        "tax_id": party.tax_id,
        "account": party.account,
        "name": party.name,
    }
    found = {
        "name": party.name,
        "einvoicing_addr": form.values["endpoint"].format_map(known),
        "einvoicing_addr_schemeid": form.values["endpoint_scheme"],
        "country_code": party.country.upper(),
        # Outside the scope of VAT no VAT number may stand (BR-O-02), yet the seller needs an identifier (BR-CO-26).
        "legal_identifier" if rate is None else "vat_identifier": party.tax_id,
        **dict(zip(("addr_l1", "addr_l2", "addr_l3"), party.address, strict=False)),
    }
    return {key: text for key, text in found.items() if text}
