"""Transactions → the records of an Intuit Interchange file: TRNS, its SPL lines, ENDTRNS.

Columns and signs are those of Intuit's IIF reference: TRNSTYPE, ACCNT and AMOUNT are required, debits are positive,
the lines of a transaction add up to zero, dates are month first with a year of two digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadreturns.core.money import format_minor
from leadreturns.reports.double_entry import Posting, Transaction

_COLUMNS = ("TRNSTYPE", "DATE", "ACCNT", "NAME", "CLASS", "AMOUNT", "DOCNUM", "MEMO")

Record = Sequence[str]


def iif_records(transactions: Sequence[Transaction]) -> Iterator[Record]:
    """Header and records; an SPL line has the adjustment's id as its DOCNUM."""
    for word in ("!TRNS", "!SPL"):
        yield (word, *_COLUMNS)
    yield ("!ENDTRNS",)
    for each in transactions:
        shared = each.party.values
        yield _record("TRNS", each, each.party, shared["document"], each.title)
        for posting in each.postings:
            number = posting.values["adjustment"] or shared["document"]
            yield _record("SPL", each, posting, number, posting.values["about"] or "Tax")
        yield ("ENDTRNS",)


def _record(word: str, transaction: Transaction, posting: Posting, number: str, memo: str) -> Record:
    values, currency = posting.values, transaction.voucher.currency
    return (
        word,
        values.get("type", ""),
        values["date"],
        posting.account,
        values["account"],
        values.get("class", ""),
        format_minor(posting.minor, currency),
        number,
        memo,
    )
