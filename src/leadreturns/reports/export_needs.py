"""What the policies do not say for an accounting file, each with the place to write it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadreturns.core.credit_note import toml_key
from leadreturns.core.money import digits_of
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Party
from leadreturns.core.voucher import Voucher
from leadreturns.reports.export_format import UBL, ExportFormat
from leadreturns.reports.ubl_document import seller_and_buyer

_EXAMPLES = {
    "name": 'name = "Their Company Ltd."',
    "account": 'account = "…"',
    "country": 'country = "US"',
    "tax_id": 'tax_id = "DE123456789"',
    "email": 'email = "billing@their.example"',
    "address": 'address = ["1 Main Street", "Springfield, IL 62701"]',
}


def unmet_needs(form: ExportFormat, vouchers: Sequence[Voucher], book: PolicyBook) -> list[str]:
    """One line for each thing that is missing; each once, however many documents need it."""
    return list(dict.fromkeys(_needs(form, vouchers, book)))


def _needs(form: ExportFormat, vouchers: Sequence[Voucher], book: PolicyBook) -> Iterator[str]:
    for voucher in vouchers:
        seller, party = seller_and_buyer(voucher, book)
        yield from _gaps(book, ("seller",), seller, form.needs_of_seller)
        yield from _gaps(book, (f"{voucher.side}s", voucher.name), party, form.needs)
        if form.shape == UBL:
            for path, each in ((("seller",), seller), ((f"{voucher.side}s", voucher.name), party)):
                if each.country and not (len(each.country) == 2 and each.country.isascii() and each.country.isalpha()):
                    yield _line(book, path, f'has a country "{each.country}" that is no ISO code', "country")
            if voucher.tax_rate is not None and seller.tax_id and not seller.tax_id[:2].isalpha():
                yield _line(book, ("seller",), "has a tax_id that does not begin with its country's code", "tax_id")
            if digits_of(voucher.currency) > 2:
                yield f"{voucher.currency} has more than two decimals, and UBL amounts have not"


def _gaps(book: PolicyBook, path: tuple[str, ...], party: Party, keys: Sequence[str]) -> Iterator[str]:
    return (_line(book, path, f"has no {key}", key) for key in keys if not getattr(party, key))


def _line(book: PolicyBook, path: tuple[str, ...], fault: str, key: str) -> str:
    section = f"[{'.'.join((path[0], *map(toml_key, path[1:])))}]"
    at = book.lines.get(path)
    place = f"under {section} (line {at})" if at else f"in a section {section}"
    return f"{section} {fault}: write {_EXAMPLES[key]} {place} of policies.toml"


def accounts_by_name(vouchers: Sequence[Voucher]) -> list[str]:
    """The parties without an `account`, whose names stand in for it."""
    return sorted({voucher.name for voucher in vouchers if not voucher.party.account})
