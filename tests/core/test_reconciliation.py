"""A statement against the books, case by case."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leadreturns.core.reconciliation import (
    CLASSES,
    Compared,
    Granted,
    StatementRow,
    class_sums,
    compare,
    sign_of_deductions,
)


def granted(*entries: tuple[str, int], currency: str = "USD") -> list[Granted]:
    """(lead, minor units); each lead has one sale with the reference 'S-lead'."""
    return [Granted(at, lead, f"S-{lead}", currency, minor) for at, (lead, minor) in enumerate(entries, 1)]


def rows(*entries: tuple[str, str, int], currency: str = "USD") -> list[StatementRow]:
    """(lead, sale reference, minor units) from row 2 on."""
    return [StatementRow(at, *entry[:2], currency, entry[2]) for at, entry in enumerate(entries, 2)]


def told(compared: list[Compared]) -> list[tuple[str, str, int, int]]:
    return [(each.kind, each.lead_id, each.granted_minor, each.deducted_minor) for each in compared]


def test_the_four_classes() -> None:
    books = granted(("A", 500), ("B", 600), ("C", 700))
    statement = rows(("A", "", 500), ("B", "", 590), ("D", "", 100))
    assert told(compare(books, statement, 1)) == [
        ("differing", "B", 600, 590),
        ("missing", "C", 700, 0),
        ("unknown", "D", 0, 100),
        ("matched", "A", 500, 500),
    ]


def test_exact_spelling_beats_the_folded_one() -> None:
    books = granted(("lead-1", 500), ("LEAD-1", 600))
    statement = rows(("LEAD-1", "", 600), ("lead-1", "", 500))
    assert [each.kind for each in compare(books, statement, 1)] == ["matched", "matched"]


def test_a_folded_spelling_finds_the_only_lead() -> None:
    assert told(compare(granted(("L-0007", 500)), rows((" l-0007", "", 500)), 1)) == [("matched", "L-0007", 500, 500)]


def test_a_spelling_that_fits_two_leads_is_not_guessed() -> None:
    found = compare(granted(("lead-1", 500), ("LEAD-1", 500)), rows(("Lead-1", "", 500)), 1)
    assert sorted(each.kind for each in found) == ["missing", "missing", "unknown"]


def test_rows_of_one_lead_add_up() -> None:
    [found] = compare(granted(("A", 500)), rows(("A", "", 500), ("A", "", 500)), 1)
    assert (found.kind, found.difference_minor, found.rows) == ("differing", 500, (2, 3))


def test_a_lead_sold_twice_is_compared_as_a_whole_unless_the_sale_is_named() -> None:
    twice = [Granted(1, "A", "S-1", "USD", 500), Granted(2, "A", "S-2", "USD", 700)]
    assert told(compare(twice, rows(("A", "", 1200)), 1)) == [("matched", "A", 1200, 1200)]
    named = compare(twice, rows(("A", "S-2", 700)), 1)
    assert [(each.kind, each.sale_ref) for each in named] == [("missing", ""), ("matched", "S-2")]
    only_reference = compare(twice, rows(("", "s-1", 500), ("", "S-2", 700)), 1)
    assert [each.kind for each in only_reference] == ["matched", "matched"]


def test_an_unknown_reference_falls_back_on_the_lead() -> None:
    assert told(compare(granted(("A", 500)), rows(("A", "their own 17", 500)), 1)) == [("matched", "A", 500, 500)]


def test_negative_deductions() -> None:
    assert told(compare(granted(("A", 500)), rows(("A", "", -500)), -1)) == [("matched", "A", 500, 500)]


def test_a_credit_taken_back_must_come_back() -> None:
    assert told(compare(granted(("A", -500)), rows(("A", "", -500)), 1)) == [("matched", "A", -500, -500)]
    assert told(compare(granted(("A", -500)), [], 1)) == [("missing", "A", -500, 0)]


def test_credited_and_taken_back_in_one_month_is_as_never_granted() -> None:
    assert compare(granted(("A", 0)), [], 1) == []
    assert told(compare(granted(("A", 0)), rows(("A", "", 500)), 1)) == [("unknown", "A", 0, 500)]


def test_currencies_are_never_mixed() -> None:
    found = compare(granted(("A", 500)), rows(("A", "", 500), currency="EUR"), 1)
    assert [(each.kind, each.currency) for each in found] == [("missing", "USD"), ("unknown", "EUR")]


def test_the_sign_that_deductions_have() -> None:
    assert sign_of_deductions(rows(("A", "", 5), ("B", "", 0))) == 1
    assert sign_of_deductions(rows(("A", "", -5), ("B", "", 0))) == -1
    assert sign_of_deductions(rows(("A", "", -5), ("B", "", 5))) == 0
    assert sign_of_deductions([]) == 1


leads = st.sampled_from(["A", "a", "B", "L-1", "l-1", "L 1"])
minors = st.integers(-300, 300)


@given(st.lists(st.tuples(leads, minors)), st.lists(st.tuples(leads, st.sampled_from(["", "S-A", "s-b", "x"]), minors)))
def test_nothing_is_lost(entries: list[tuple[str, int]], statement: list[tuple[str, str, int]]) -> None:
    books, theirs = granted(*entries), rows(*statement)

    compared = compare(books, theirs, 1)

    assert sum(each.granted_minor for each in compared) == sum(entry.minor for entry in books)
    assert sum(each.deducted_minor for each in compared) == sum(row.minor for row in theirs)
    assert sorted(row for each in compared for row in each.rows) == [row.row for row in theirs]
    assert {each.kind for each in compared} <= set(CLASSES)
    assert all((each.kind == "matched") == (each.difference_minor == 0) for each in compared)
    sums = class_sums(compared)
    assert sum(each.leads for each in sums) == len(compared)


def taxed(*entries: tuple[str, int, int]) -> list[Granted]:
    return [Granted(at, lead, f"S-{lead}", "EUR", minor, tax) for at, (lead, minor, tax) in enumerate(entries, 1)]


def test_what_a_note_charges_tax_on_agrees_with_it_and_without_it() -> None:
    found = compare(
        taxed(("A", 10_000, 1_900), ("B", 10_000, 1_900), ("C", 10_000, 1_900), ("D", 10_000, 0), ("E", -500, -95)),
        rows(
            ("A", "", 11_900), ("B", "", 10_000), ("C", "", 11_600), ("D", "", 11_900), ("E", "", -595), currency="EUR"
        ),
        1,
    )
    said = {each.lead_id: (each.kind, each.with_tax, each.difference_minor) for each in found}
    assert said == {
        "A": ("matched", True, 0),
        "B": ("matched", False, 0),
        "C": ("differing", False, 1_600),
        "D": ("differing", False, 1_900),
        "E": ("matched", True, 0),
    }
    sums = {each.kind: (each.granted_minor, each.deducted_minor, each.tax_minor) for each in class_sums(found)}
    assert sums == {"matched": (19_500, 21_305, 1_805), "differing": (20_000, 23_500, 0)}


def test_the_tax_of_all_sales_of_a_lead_adds_up() -> None:
    twice = [Granted(1, "A", "S-1", "EUR", 500, 95), Granted(2, "A", "S-2", "EUR", 700, 133)]
    [found] = compare(twice, rows(("A", "", 1_428), currency="EUR"), 1)
    assert (found.kind, found.with_tax, found.agreed_tax_minor) == ("matched", True, 228)
