"""Ledger files one after another: what a later one may change, what it may not, and taking one back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.desk import DAY, TERMS, Desk, new_desk

HEAD = "lead_id,buyer,sold_at,price,payout,supplier,campaign,currency,email,phone\n"
ANN = "L-1001,acme,2026-10-20 09:15:00,50.00,30.00,leadco,solar,USD,ann@example.com,+1 202 555 0101\n"
BOB = "L-1002,acme,2026-10-21 10:00:00,40.00,24.00,leadco,solar,USD,bob@example.com,+1 202 555 0102\n"
IN_REVIEW = TERMS.replace('"auto"', '"review"')


def counts(done: Any) -> dict[str, int]:
    return {name: done[name] for name in ("rows", "inserted", "updated", "unchanged", "unreadable")}


def problems(done: Any) -> list[tuple[int, str]]:
    return [(each["row"], each["code"]) for each in done["problems"]]


def price(desk: Desk) -> list[int]:
    return [row[0] for row in desk.query("SELECT price_minor FROM sales ORDER BY id")]


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    first = desk.ledger(HEAD + ANN + BOB)
    before = desk.content()

    again = desk.ledger(HEAD + ANN + BOB)

    assert counts(first) == {"rows": 2, "inserted": 2, "updated": 0, "unchanged": 0, "unreadable": 0}
    assert counts(again) == {"rows": 2, "inserted": 0, "updated": 0, "unchanged": 2, "unreadable": 0}
    after = desk.content()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"ledgers", "ledger_figures"}, "only the record of the import itself is new"


def test_a_corrected_row_updates_its_sale_and_every_sum(desk: Desk) -> None:
    desk.ledger(HEAD + ANN + BOB)

    done = desk.ledger(HEAD + ANN.replace("50.00", "55.00").replace("leadco", "webreach") + BOB)

    assert counts(done) == {"rows": 2, "inserted": 0, "updated": 1, "unchanged": 1, "unreadable": 0}
    rows = {row["supplier"]: row for row in desk.read_json("report", "roi", "--by", "supplier")["rows"]}
    assert (rows["webreach"]["revenue"], rows["leadco"]["revenue"]) == ("55.00", "40.00")
    desk.check()


def test_columns_that_a_later_file_does_not_have_leave_their_values_alone(desk: Desk) -> None:
    desk.ledger(HEAD + ANN)

    done = desk.ledger("lead_id,buyer,sold_at,price\nL-1001,acme,2026-10-20 09:15:00,52.00\n")

    assert done["updated"] == 1
    assert desk.query(
        "SELECT s.price_minor, s.payout_minor, p.name, m.name, c.phone, c.email FROM sales AS s "
        "JOIN suppliers AS p ON p.id = s.supplier_id JOIN campaigns AS m ON m.id = s.campaign_id "
        "JOIN sale_contacts AS c ON c.sale_id = s.id"
    ) == [(5200, 3000, "leadco", "solar", "+12025550101", "ann@example.com")]


# ---- Twins: one file says a sale twice ---------------------------------------------------------------------------


def twins_of(letters: str) -> str:
    """A file with one row about the same sale for each letter; equal letters say the same."""
    prices = {"A": "50.00", "B": "45.00", "C": "40.00"}
    return HEAD + "".join(ANN.replace("50.00", prices[letter]) for letter in letters)


@pytest.mark.parametrize("letters", ["AA", "AAA"])
@pytest.mark.parametrize("known", [False, True])
def test_equal_twins_count_as_unchanged(desk: Desk, letters: str, known: bool) -> None:
    if known:
        desk.ledger(HEAD + ANN)

    done = desk.ledger(twins_of(letters), name="twins.csv")

    assert problems(done) == []
    assert done["inserted"] + done["unchanged"] == len(letters)
    assert price(desk) == [5000]
    desk.check()


@pytest.mark.parametrize("letters", ["AB", "BA", "AAB", "ABA", "ABB", "BAA", "BBA", "ABC", "AAAB"])
@pytest.mark.parametrize("known", [False, True])
def test_twins_that_disagree_are_all_problems_and_none_is_taken(desk: Desk, letters: str, known: bool) -> None:
    if known:
        desk.ledger(HEAD + ANN)

    done = desk.ledger(twins_of(letters) + BOB, name="twins.csv")

    assert sorted(problems(done)) == [(row, "conflicting_sale") for row in range(2, 2 + len(letters))]
    assert counts(done) == {
        "rows": len(letters) + 1,
        "inserted": 1,
        "updated": 0,
        "unchanged": 0,
        "unreadable": len(letters),
    }
    assert price(desk) == ([5000, 4000] if known else [4000]), "the sale stays as it was before the file"
    desk.check()


@pytest.mark.parametrize("letters", ["BB", "BBB"])
def test_equal_twins_that_correct_a_known_sale_update_it_once(desk: Desk, letters: str) -> None:
    desk.ledger(HEAD + ANN)

    done = desk.ledger(twins_of(letters), name="twins.csv")

    assert (done["updated"], done["unchanged"], problems(done)) == (1, len(letters) - 1, [])
    assert price(desk) == [4500]
    desk.check()


def test_twins_far_apart_in_a_long_file_are_found(desk: Desk) -> None:
    """Further apart than the rows that are written at a time."""
    desk.ledger(HEAD + BOB)
    many = "".join(f"F-{number:05},acme,2026-10-01,10.00,6.00,leadco,solar,USD,,\n" for number in range(6000))

    done = desk.ledger(HEAD + ANN + BOB + many + ANN + BOB.replace("40.00", "41.00"), name="long.csv")

    assert problems(done) == [(3, "conflicting_sale"), (6005, "conflicting_sale")]
    assert (done["inserted"], done["unchanged"]) == (6001, 1)
    assert desk.query("SELECT price_minor FROM sales WHERE lead_id = 'L-1002'") == [(4000,)]
    desk.check()


def test_ids_that_differ_by_case_are_different_sales(desk: Desk) -> None:
    done = desk.ledger(HEAD + ANN + ANN.replace("L-1001", "l-1001").replace("50.00", "20.00"))

    assert done["inserted"] == 2
    result = desk.returns("lead_id\nl-1001\n", "--buyer", "acme")
    assert result["credits"] == [{"currency": "USD", "amount": "20.00", "count": 1}]
    folded = desk.returns("lead_id\nL- 1001\n", "--buyer", "acme", name="folded.csv")
    assert folded["findings"] == {"ambiguous_match": 1}, "a spelling that is neither decides for neither"


# ---- Money rests on a sale ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ("50.00", "51.00"),
        ("30.00", "29.00"),
        ("USD", "EUR"),
        ("2026-10-20 09:15:00", "2026-10-20 09:15:01"),
        ("leadco", "webreach"),
        ("solar", "roofing"),
    ],
)
def test_a_sale_with_an_adjustment_keeps_its_money_its_date_and_its_parties(
    desk: Desk, said: str, changed: str
) -> None:
    desk.ledger(HEAD + ANN + BOB)
    desk.returns("lead_id\nL-1001\n", "--buyer", "acme")

    done = desk.ledger(HEAD + ANN.replace(said, changed) + BOB.replace("40.00", "42.00"))

    assert problems(done) == [(2, "sale_already_adjusted")]
    assert done["updated"] == 1, "the other rows are taken"
    desk.check()


def test_contacts_of_an_adjusted_sale_may_still_be_corrected(desk: Desk) -> None:
    desk.ledger(HEAD + ANN)
    desk.returns("lead_id\nL-1001\n", "--buyer", "acme")

    done = desk.ledger(HEAD + ANN.replace("ann@", "anne@"))

    assert (done["updated"], done["problems"]) == (1, [])
    assert desk.query("SELECT email FROM sale_contacts") == [("anne@example.com",)]


def test_a_reversed_return_still_fixes_its_sale(desk: Desk) -> None:
    desk.ledger(HEAD + ANN)
    desk.returns("lead_id\nL-1001\n", "--buyer", "acme")
    desk.run("review", "reverse", 1, "--because", "the lead answered").ok()

    done = desk.ledger(HEAD + ANN.replace("50.00", "51.00"))

    assert problems(done) == [(2, "sale_already_adjusted")]


def test_a_sale_that_was_returned_at_price_nought_is_fixed_too(desk: Desk) -> None:
    free = ANN.replace("50.00", "0.00").replace("30.00", "0.00")
    desk.ledger(HEAD + free)
    assert desk.returns("lead_id\nL-1001\n", "--buyer", "acme")["approved"] == 1

    done = desk.ledger(HEAD + ANN)

    assert problems(done) == [(2, "sale_already_adjusted")]
    desk.check()


def test_the_credit_that_waits_follows_its_sale_to_another_month_and_supplier(tmp_path: Any) -> None:
    desk = new_desk(tmp_path / "ws", IN_REVIEW)
    desk.ledger(HEAD + ANN)
    assert desk.returns("lead_id\nL-1001\n", "--buyer", "acme")["review"] == 1

    moved = ANN.replace("2026-10-20", "2026-09-30").replace("leadco", "webreach").replace("50.00", "45.00")
    assert desk.ledger(HEAD + moved)["updated"] == 1

    rows = desk.read_json("report", "roi", "--by", "supplier,month")["rows"]
    assert [(row["supplier"], row["month"], row["pending"]) for row in rows] == [("webreach", "2026-09", "50.00")]
    desk.check()
    desk.run("review", "approve", 1).ok()
    (row,) = desk.read_json("report", "roi")["rows"]
    assert (row["credits"], row["pending"]) == ("45.00", "0.00"), "approved at the price that the ledger has now"
    desk.check()


# ---- Closed months -----------------------------------------------------------------------------------------------


@pytest.fixture
def closed(desk: Desk) -> Desk:
    """October is closed; Ann was sold in it."""
    desk.ledger(HEAD + ANN)
    desk.run("period", "close", "2026-10").ok()
    return desk


def test_a_new_sale_of_a_closed_month_is_refused_row_by_row(closed: Desk) -> None:
    done = closed.ledger(HEAD + ANN + BOB + BOB.replace("L-1002", "L-1003").replace("2026-10-21", "2026-11-01"))

    assert problems(done) == [(3, "period_closed")]
    assert "--adjust-closed" in done["problems"][0]["message"]
    assert (done["inserted"], done["unchanged"]) == (1, 1)


def test_a_change_of_money_in_a_closed_month_is_refused_and_of_a_contact_is_not(closed: Desk) -> None:
    done = closed.ledger(HEAD + ANN.replace("50.00", "49.00"))
    assert problems(done) == [(2, "period_closed")]

    away = closed.ledger(HEAD + ANN.replace("2026-10-20", "2026-11-01"), name="away.csv")
    assert problems(away) == [(2, "period_closed")], "moving a sale out of the month changes the month too"

    assert closed.ledger(HEAD + ANN.replace("ann@", "anne@"), name="contact.csv")["updated"] == 1


def test_adjust_closed_takes_the_rows_and_is_on_record(closed: Desk) -> None:
    done = closed.ledger(HEAD + ANN.replace("50.00", "49.00") + BOB, "--adjust-closed")

    assert (done["inserted"], done["updated"], done["problems"]) == (1, 1, [])
    assert closed.query("SELECT adjust_closed FROM ledgers ORDER BY id") == [(0,), (1,)]
    closed.check()


def test_a_ledger_file_with_sales_of_a_closed_month_is_not_taken_back(closed: Desk) -> None:
    before = closed.content()

    ran = closed.run("ledger", "void", 1, "--yes")

    assert ran.code == 3
    assert "1 of its sales are of months that are closed" in ran.err
    assert closed.content() == before


# ---- Taking a file back ------------------------------------------------------------------------------------------


def test_a_voided_file_takes_its_sales_with_it_and_gives_changed_ones_back_what_they_said(desk: Desk) -> None:
    desk.ledger(HEAD + ANN)
    before = desk.content()
    desk.ledger(HEAD + ANN.replace("50.00", "70.00").replace("leadco", "webreach") + BOB)

    ran = desk.run("ledger", "void", 2, "--yes", "--json").ok()

    assert ran.json == {"status": "void", "ledger": 2, "removed": 1, "restored": 1}
    after = desk.content()
    assert after["sales"] == before["sales"]
    assert after["sale_contacts"] == before["sale_contacts"]
    assert [row["status"] for row in desk.read_json("ledger", "list")["rows"]] == ["stands", "void"]
    assert desk.read_json("report", "roi")["totals"][0]["revenue"] == "50.00"
    desk.check()


def test_a_file_whose_sales_have_returns_stays(desk: Desk) -> None:
    desk.ledger(HEAD + ANN + BOB)
    desk.returns("lead_id\nL-1002\n", "--buyer", "acme")
    before = desk.content()

    ran = desk.run("ledger", "void", 1, "--yes")

    assert ran.code == 3
    assert "1 of its sales have returns" in ran.err
    assert desk.content() == before


def test_files_are_taken_back_last_first(desk: Desk) -> None:
    desk.ledger(HEAD + ANN)
    desk.ledger(HEAD + ANN.replace("50.00", "55.00"))
    desk.ledger(HEAD + ANN.replace("50.00", "60.00"))

    refused = desk.run("ledger", "void", 2, "--yes")

    assert refused.code == 3
    assert "leadreturns ledger void 3 first" in refused.err
    for ledger, left in ((3, [5500]), (2, [5000]), (1, [])):
        desk.run("ledger", "void", ledger, "--yes").ok()
        assert price(desk) == left
    desk.check()


def test_a_voided_file_may_be_imported_again(desk: Desk) -> None:
    desk.ledger(HEAD + ANN)
    desk.run("ledger", "void", 1, "--yes").ok()

    assert desk.ledger(HEAD + ANN)["inserted"] == 1
    assert desk.run("ledger", "void", 1, "--yes").code == 3, "void already"
    desk.check()


# ---- A sale that arrives after its return ------------------------------------------------------------------------


def test_a_late_sale_changes_no_decision_by_itself_and_says_how_to(desk: Desk) -> None:
    desk.ledger(HEAD + BOB)
    result = desk.returns("lead_id\nL-1001\nL-7777\n", "--buyer", "acme")
    assert result["findings"] == {"unknown_lead": 2}

    ran = desk.run("ledger", "import", desk.file("late.csv", HEAD + ANN)).ok()

    assert "1 earlier return of an unknown lead would match now" in ran.err
    assert "leadreturns returns redecide 1" in ran.err
    assert [row["outcome"] for row in desk.read_json("returns", "list")["returns"]] == ["rejected", "rejected"]

    desk.run("returns", "redecide", 1).ok()

    listed = desk.read_json("returns", "list")["returns"]
    assert [row["outcome"] for row in listed] == ["approved", "rejected"]
    assert listed[0]["credit"] == "50.00"
    desk.check()


def test_a_return_is_explained_by_the_sale_that_was_decided_on_though_it_changed_in_the_same_second(desk: Desk) -> None:
    desk.policies(IN_REVIEW)
    desk.ledger(HEAD + ANN)
    desk.returns("lead_id\nL-1001\n", "--buyer", "acme")

    ran = desk.run("ledger", "import", desk.file("cheaper.csv", HEAD + ANN.replace("50.00", "45.00"))).ok()
    shown = desk.run("returns", "show", 1).out

    assert "for 50.00 USD" in shown
    assert "would be 50.00 USD" in shown
    assert "1 return in review rests on what a sale said before" in ran.err
    assert "leadreturns returns redecide 1" in ran.err

    desk.run("returns", "redecide", 1).ok()

    assert "for 45.00 USD" in desk.run("returns", "show", 1).out
    assert desk.read_json("returns", "list")["returns"][0]["pending"] == "45.00"
    desk.check()


def test_an_approval_for_nothing_leaves_its_months_behind_when_the_sale_moves_on(desk: Desk) -> None:
    free = ANN.replace("50.00,30.00", "0.00,0.00")
    desk.ledger(HEAD + free)
    desk.returns("lead_id\nL-1001\n", "--buyer", "acme")
    desk.now += 31 * DAY
    desk.run("review", "reverse", 1, "--because", "not asked for").ok()

    assert (
        desk.ledger(HEAD + free.replace("2026-10-20", "2026-11-20").replace("0.00,0.00", "50.00,30.00"))["updated"] == 1
    )

    assert desk.query("SELECT posted_month, returned FROM cube WHERE sold_month = 202610 AND returned <> 0") == [
        (202611, 1), (202612, -1),
    ]  # fmt: skip
    desk.check()


def test_taking_a_file_back_is_rehearsed_in_words(desk: Desk) -> None:
    desk.ledger(HEAD + ANN)

    ran = desk.run("ledger", "void", 1, "--dry-run").ok()

    assert ran.out == "ledger file 1: 1 sale removed, 0 as they were before (dry run: nothing kept)\n"
    assert len(price(desk)) == 1


# ---- A sale that its return has left -----------------------------------------------------------------------------

SECOND_SALE = "lead_id,buyer,sale_ref,sold_at,price,payout,supplier\nL-1001,acme,second,2026-10-22,60.00,30.00,leadco\n"


@pytest.mark.parametrize("money", [True, False])
def test_a_sale_stays_on_record_when_its_return_turns_out_to_fit_another_too(tmp_path: Any, money: bool) -> None:
    """Decided on one sale, it becomes ambiguous when the ledger learns of a second one."""
    desk = new_desk(tmp_path / "ws", TERMS if money else IN_REVIEW)
    desk.ledger(HEAD + ANN)
    desk.returns("lead_id\nL-1001\n", "--buyer", "acme")
    if money:
        desk.run("review", "reverse", 1, "--because", "a mistake").ok()
    desk.ledger(SECOND_SALE, name="second.csv")

    desk.run("returns", "redecide", 1).ok()

    (row,) = desk.read_json("returns", "list")["returns"]
    assert (row["outcome"], row["findings"][0]["code"], row["currency"]) == ("review", "ambiguous_match", None)
    entries = [
        entry["kind"] for sale in desk.read_json("ledger", "show", "L-1001")["sales"] for entry in sale["adjustments"]
    ]
    assert entries == (
        ["buyer_credit", "supplier_clawback", "buyer_debit", "supplier_clawback_reversed"] if money else []
    )
    assert desk.run("ledger", "void", 1, "--yes").code == 3, "a decision was taken on its sale"
    changed = desk.ledger(HEAD + ANN.replace("50.00", "51.00"), name="changed.csv")
    assert problems(changed) == ([(2, "sale_already_adjusted")] if money else [])
    desk.check()

    desk.run("review", "approve", 1, "--sale", 2).ok()
    assert [each["amount"] for each in desk.read_json("ledger", "show", "L-1001")["sales"][1]["adjustments"]] == [
        "60.00",
        "15.00",
    ]
    desk.check()
