"""What keeps documents out of an accounting file: what the policies do not say or say wrongly, each with the place to
write it, and what the format itself does not allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadreturns.core.credit_note import toml_key
from leadreturns.core.money import digits_of
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Party
from leadreturns.core.voucher import Voucher
from leadreturns.reports.export_fields import Fields, fields_of, percent_text, tax_name
from leadreturns.reports.export_format import BEANCOUNT, HLEDGER, UBL, ExportFormat
from leadreturns.reports.ubl_document import seller_and_buyer

_TELLING_PARTIES = ("account", "party", "name")
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
        yield from _long_account(form, voucher, book)
    yield from _cut_alike(form, vouchers, Fields(form, book))
    if form.own_accounts:
        yield from (_shared_line(form, book, *each) for each in shared_accounts(form, vouchers))


def _long_account(form: ExportFormat, voucher: Voucher, book: PolicyBook) -> Iterator[str]:
    account = voucher.party.account
    if form.longest_account and len(account) > form.longest_account:
        fault = f'has the account "{account}" of {len(account)} characters where {form.longest_account} fit'
        yield _line(book, (f"{voucher.side}s", voucher.name), fault, "account")


Shared = tuple[str, str, Sequence[str]]
"""'buyer' or 'supplier', the account, and the names of those who are booked on it."""


def shared_accounts(form: ExportFormat, vouchers: Sequence[Voucher]) -> list[Shared]:
    """Accounts that several buyers or several suppliers are booked on: in capitals or not, save in journals."""
    if form.shape == UBL:
        return []
    found: dict[tuple[str, str], dict[str, str]] = {}
    for voucher in vouchers:
        account = voucher.party.account or voucher.name
        key = account if form.shape in (HLEDGER, BEANCOUNT) else account.casefold()
        found.setdefault((voucher.side, key), {})[voucher.name] = account
    return [(side, min(names.values()), sorted(names)) for (side, _), names in found.items() if len(names) > 1]


def _cut_alike(form: ExportFormat, vouchers: Sequence[Voucher], fields: Fields) -> Iterator[str]:
    """A line for each column of a format that cuts what tells parties apart down to the same text."""
    for table in form.tables:
        placed = [voucher for voucher in vouchers if voucher.kind in table.documents]
        for heading, template in table.columns.items():
            cut = [field for field in _TELLING_PARTIES if f"{{{field}:" in template]
            found: dict[tuple[str, str], dict[str, str]] = {}
            for voucher in placed if cut else ():
                values = fields.of(voucher)
                text = template.format_map(values)
                found.setdefault((voucher.side, text), {})[" ".join(values[field] for field in cut)] = voucher.name
            for (_, text), names in found.items():
                if len(names) > 1:
                    yield (
                        f'{", ".join(sorted(names.values()))} would all stand as "{text}" in the column {heading}: '
                        f"write accounts into policies.toml that differ sooner, or cut less in exports/{form.name}.toml"
                    )


def _shared_line(form: ExportFormat, book: PolicyBook, side: str, account: str, names: Sequence[str]) -> str:
    sections = (_place(book, (f"{side}s", name)) for name in names)
    return (
        f'{", ".join(names)} would all be booked on the account "{account}": give each an account of his own, '
        f"{'; '.join(sections)} of policies.toml, or write own_accounts = false into exports/{form.name}.toml of the "
        "workspace if they share it"
    )


def unfit(form: ExportFormat, voucher: Voucher) -> str:
    """Why a document cannot be written in this format whatever the policies say; '' where it can."""
    digits = digits_of(voucher.currency)
    if form.shape == UBL and digits > 2:
        return f"{voucher.currency} has {digits} decimals, and EN 16931 allows amounts two (its rules BR-DEC)"
    return ""


def unnamed_rates(form: ExportFormat, vouchers: Sequence[Voucher], book: PolicyBook) -> list[str]:
    """The currencies of the documents that the format writes an exchange rate of, and knows none; in alphabetical
    order."""
    if not _says(form, "exchange_rate"):
        return []
    fields = Fields(form, book)
    return sorted({voucher.currency for voucher in vouchers if not fields.exchange_rate(voucher.currency)})


def _says(form: ExportFormat, field: str) -> bool:
    """True when a column names the field, itself or by way of one of the values."""
    values = [pair for each in (form.values, *form.kinds.values()) for pair in each.items()]
    named = {field, *(name for name, text in values if field in fields_of(text, form.name))}
    columns = (template for table in form.tables for template in table.columns.values())
    return any(not named.isdisjoint(fields_of(template, form.name)) for template in columns)


def below_zero(form: ExportFormat, vouchers: Sequence[Voucher]) -> list[Voucher]:
    """The documents with lines against them, where the format says that these may not be taken."""
    if not form.negatives:
        return []
    return [each for each in vouchers if any(each.amount_of(line) < 0 for line in each.lines)]


def unnamed_taxes(form: ExportFormat, vouchers: Sequence[Voucher]) -> list[str]:
    """The tax rates of the documents that the format has no name for, as '19%'; none where no column names taxes."""
    columns = (template for table in form.tables for template in table.columns.values())
    if not any("{tax_code" in template for template in columns):
        return []
    rates = {voucher.tax_rate for voucher in vouchers if voucher.tax_rate}
    return [f"{percent_text(rate)}%" for rate in sorted(rates) if not tax_name(form, rate)]


def merged_taxes(form: ExportFormat, vouchers: Sequence[Voucher]) -> list[str]:
    """The tax rates of the documents, as '19%', where there are several and the columns tell all by one name."""
    if not (form.values.get("taxed_code") and _says(form, "tax_code")) or _says(form, "tax_rate"):
        return []
    rates = {voucher.tax_rate for voucher in vouchers if voucher.tax_rate}
    return [f"{percent_text(rate)}%" for rate in sorted(rates)] if len(rates) > 1 else []


def _gaps(book: PolicyBook, path: tuple[str, ...], party: Party, keys: Sequence[str]) -> Iterator[str]:
    return (_line(book, path, f"has no {key}", key) for key in keys if not getattr(party, key))


def _line(book: PolicyBook, path: tuple[str, ...], fault: str, key: str) -> str:
    return f"{_section(path)} {fault}: write {_EXAMPLES[key]} {_place(book, path)} of policies.toml"


def _section(path: tuple[str, ...]) -> str:
    return f"[{'.'.join((path[0], *map(toml_key, path[1:])))}]"


def _place(book: PolicyBook, path: tuple[str, ...]) -> str:
    at = book.lines.get(path)
    return f"under {_section(path)} (line {at})" if at else f"in a section {_section(path)}"


def accounts_by_name(vouchers: Sequence[Voucher]) -> list[str]:
    """The parties without an `account`, whose names stand in for it."""
    return sorted({voucher.name for voucher in vouchers if not voucher.party.account})
