"""Vouchers → transactions of two sides that add up to zero: debits positive, credits negative.

A credit to a buyer debits the income account of returns and credits what he owes us; a clawback debits what we owe the
supplier and credits the cost account. A debit note and a reversed clawback go the other way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from leadreturns.core.voucher import (
    BUYER,
    CLAWBACK,
    CLAWBACK_REVERSED,
    CREDIT_NOTE,
    DEBIT_NOTE,
    SUPPLIER,
    BookedLine,
    Voucher,
)
from leadreturns.reports.export_fields import Fields

PARTY_ACCOUNT = {BUYER: "receivable", SUPPLIER: "payable"}
"""By side, the value of a format that names the account of a party."""
_OWN_ACCOUNT = {BUYER: "returns", SUPPLIER: "clawbacks"}
_OWN_SIGN = {CREDIT_NOTE: 1, DEBIT_NOTE: -1, CLAWBACK: -1, CLAWBACK_REVERSED: 1}
TITLES = {
    CREDIT_NOTE: "Credit note for returned leads",
    DEBIT_NOTE: "Debit note for returns taken back",
    CLAWBACK: "Clawback of payouts for returned leads",
    CLAWBACK_REVERSED: "Clawbacks taken back",
}
"""What a document of each kind is called in one line."""


class Posting(NamedTuple):
    """One line of a transaction."""

    account: str
    """As the format's [values] name it, with its fields filled in."""
    minor: int
    """Debit positive, credit negative."""
    values: Mapping[str, str]
    """All fields of the adjustment, or of the document."""
    line: BookedLine | None = None


class Transaction(NamedTuple):
    """One document as an entry in a journal."""

    voucher: Voucher
    title: str
    party: Posting
    """What the party owes us less, or more."""
    postings: Sequence[Posting]
    """The entries, and the tax where there is any; with `party` they add up to zero."""


def transactions_of(vouchers: Sequence[Voucher], fields: Fields) -> list[Transaction]:
    """A transaction for each document. The format's values name the accounts: receivable, payable, returns,
    clawbacks, taxes."""
    return [_transaction(voucher, fields) for voucher in vouchers]


def _transaction(voucher: Voucher, fields: Fields) -> Transaction:
    shared, sign = fields.of(voucher), _OWN_SIGN[voucher.kind]
    postings = [
        Posting(values.get(_OWN_ACCOUNT[voucher.side], ""), sign * voucher.amount_of(line), values, line)
        for line, values in fields.lines(voucher)
    ]
    if voucher.tax_minor:
        postings.append(Posting(shared.get("taxes", ""), sign * voucher.tax_minor, shared))
    owed = -sum(posting.minor for posting in postings)
    party = Posting(shared.get(PARTY_ACCOUNT[voucher.side], ""), owed, shared)
    return Transaction(voucher, f"{fields.draft}{TITLES[voucher.kind]}, {shared['period']}", party, postings)
