"""Adjustments put together as documents: nothing is lost, none is negative, taxes of lines add up."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Party
from leadreturns.core.voucher import ENTRY_KINDS, BookedLine, Issued, Voucher, first_day, iso_day, last_day, vouchers_of
from leadreturns.reports.double_entry import transactions_of
from leadreturns.reports.export_fields import Fields
from leadreturns.reports.export_format import ExportFormat

FORM = ExportFormat("x", "X", "hledger", "me", ".x", values={"receivable": "r", "payable": "p", "returns": "i",
                                                            "clawbacks": "c", "taxes": "t"})  # fmt: skip
FORWARD = ("buyer_credit", "supplier_clawback")


def line(
    key: int, kind: str = "buyer_credit", minor: int = 1000, name: str = "acme", currency: str = "USD"
) -> BookedLine:
    party = kind.split("_")[0]
    return BookedLine(key, kind, party, name, currency, minor, minor, key, key, f"L-{key}", "", "", 0, 1, "", 0)


def vouchers(
    *lines: BookedLine, book: PolicyBook | None = None, issued: dict[int, Issued] | None = None
) -> list[Voucher]:
    return vouchers_of(lines, book or PolicyBook(), 202602, issued or {})


def test_credits_above_debits_are_a_credit_note() -> None:
    [found] = vouchers(line(1), line(2, "buyer_debit", 400))
    assert (found.kind, found.net_minor, found.number) == ("credit_note", 600, "R2602-1")
    assert [found.amount_of(each) for each in found.lines] == [1000, -400]


def test_debits_above_credits_are_a_debit_note() -> None:
    [found] = vouchers(line(1, minor=300), line(2, "buyer_debit", 400))
    assert (found.kind, found.net_minor) == ("debit_note", 100)
    assert [found.amount_of(each) for each in found.lines] == [-300, 400]


def test_later_entries_leave_the_number_as_it_is() -> None:
    assert vouchers(line(7), line(9))[0].number == vouchers(line(7), line(9), line(12))[0].number == "R2602-7"


def test_entries_on_a_note_are_a_document_of_their_own() -> None:
    note = Issued("CN-2026-0001", 20_500, 83, Fraction(1, 12), Party(name="Us"), Party(name="Acme"))
    found = vouchers(line(1), line(2), issued={1: note}, book=PolicyBook(tax_rate=Fraction(1, 5)))
    assert [(each.number, each.net_minor, each.tax_minor) for each in found] == [
        ("R2602-2", 1000, 200),
        ("CN-2026-0001", 1000, 83),
    ], "an issued note keeps the tax that it was issued with"


def test_suppliers_are_never_taxed() -> None:
    found = vouchers(line(1, "supplier_clawback"), book=PolicyBook(tax_rate=Fraction(1, 5)))
    assert (found[0].tax_minor, found[0].tax_rate) == (0, None)


def test_documents_are_booked_on_the_last_day_of_the_month() -> None:
    assert (iso_day(first_day(202602)), iso_day(last_day(202602))) == ("2026-02-01", "2026-02-28")
    assert iso_day(last_day(202412)) == "2024-12-31"
    assert vouchers(line(1))[0].day == last_day(202602)


entries = st.lists(
    st.tuples(
        st.sampled_from(ENTRY_KINDS),
        st.integers(1, 10**12),
        st.sampled_from(["acme", "beta"]),
        st.sampled_from(["USD", "JPY"]),
    ),
    max_size=30,
)
rates = st.none() | st.fractions(0, 1, max_denominator=10_000)


@given(entries, rates)
def test_nothing_is_lost_and_everything_adds_up(found: list[tuple[str, int, str, str]], rate: Fraction | None) -> None:
    book = PolicyBook(tax_rate=rate)
    lines = [line(key, *entry) for key, entry in enumerate(found, 1)]

    made = vouchers_of(lines, book, 202610, {})

    assert sorted(each.id for voucher in made for each in voucher.lines) == [each.id for each in lines]
    assert all(voucher.net_minor >= 0 and voucher.tax_minor >= 0 for voucher in made)
    signed = {"credit_note": 1, "debit_note": -1, "clawback": 1, "clawback_reversed": -1}
    for currency in ("USD", "JPY"):
        assert sum(signed[each.kind] * each.net_minor for each in made if each.currency == currency) == sum(
            each.amount_minor * (1 if each.kind in FORWARD else -1) for each in lines if each.currency == currency
        )
    fields = Fields(FORM, book)
    for transaction in transactions_of(made, fields):
        assert transaction.party.minor + sum(posting.minor for posting in transaction.postings) == 0
    for voucher in made:
        said = [(voucher.amount_of(each), values) for each, values in fields.lines(voucher)]
        taxes = [minor_of(values["tax"]) for _, values in said]
        assert sum(taxes) == voucher.tax_minor == minor_of(fields.of(voucher)["total_tax"])
        assert [abs(tax) for tax in taxes] == [minor_of(values["positive_tax"]) for _, values in said]
        assert all(amount * tax >= 0 for (amount, _), tax in zip(said, taxes, strict=True)), "the sign of the line"


def minor_of(text: str) -> int:
    return int(text.replace(".", ""))
