"""Closing a month, what comes too late for it, and opening it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.desk import DAY, NOON, TERMS, Desk, new_desk

LEDGER = """\
lead_id,buyer,supplier,sold_at,price,payout
A-1,acme,leadco,2026-09-10,50.00,20.00
A-2,acme,leadco,2026-09-28,40.00,20.00
B-1,bolt,leadco,2026-10-05,30.00,10.00
B-2,bolt,webreach,2026-10-20,25.00,10.00
B-3,bolt,webreach,2026-10-29,35.00,10.00
"""
HEAD = "lead_id,buyer,requested_at,reason\n"
OCTOBER_20 = NOON - 13 * DAY
POSTED_AS_ASKED = TERMS.replace("[terms]", '[terms]\npost_to = "requested"')


@pytest.fixture
def october(desk: Desk) -> Desk:
    """A-2 and B-1 were returned in October; it is the second of November."""
    desk.ledger(LEDGER)
    desk.now = OCTOBER_20
    desk.returns(HEAD + "A-2,acme,2026-10-19,bad\nB-1,bolt,2026-10-20,bad\n", name="october.csv")
    desk.now = NOON
    return desk


def report(desk: Desk, month: str) -> dict[str, str]:
    """The reports of a month as they are printed, byte by byte."""
    return {
        " ".join(words): desk.run("report", *words).out
        for words in (
            ("adjustments", "--period", month),
            ("adjustments", "--period", month, "--json"),
            ("adjustments", "--period", month, "--detail", "--json"),
            ("adjustments", "--period", month, "--detail", "--format", "csv"),
            ("roi", "--by", "buyer,supplier,month", "--basis", "posting", "--from", month, "--to", month, "--json"),
        )
    }


def net(desk: Desk, month: str) -> dict[str, str]:
    rows = desk.read_json("report", "adjustments", "--period", month)["rows"]
    return {row["name"]: row["net"] for row in rows}


def states(desk: Desk) -> list[tuple[str, str]]:
    return [(each["period"], each["status"]) for each in desk.read_json("period", "list")["periods"]]


def test_closing_freezes_sums_per_party_side_and_currency_with_who_did_it(october: Desk) -> None:
    done = october.read_json("period", "close", "2026-10")

    assert (done["status"], done["period"], done["entries"]) == ("recorded", "2026-10", 4)
    assert done["closed_by"] == october.query("SELECT by FROM period_events")[0][0] != ""
    assert [(each["party"], each["name"], each["currency"], each["net"], each["count"]) for each in done["sums"]] == [
        ("buyer", "acme", "USD", "40.00", 1),
        ("buyer", "bolt", "USD", "30.00", 1),
        ("supplier", "leadco", "USD", "15.00", 2),
    ]
    assert len(done["digest"]) == 64
    assert states(october) == [("2026-10", "closed"), ("2026-11", "open")]
    october.check()


def test_a_dry_run_tells_the_same_and_closes_nothing(october: Desk) -> None:
    before = october.content()
    rehearsed = october.read_json("period", "close", "2026-10", "--dry-run")
    assert rehearsed["status"] == "dry_run"
    assert october.content() == before
    real = october.read_json("period", "close", "2026-10")
    assert {**real, "status": "dry_run"} == rehearsed


def test_closing_twice_is_nothing_to_do(october: Desk) -> None:
    october.run("period", "close", "2026-10").ok()
    before = october.content()
    again = october.run("period", "close", "2026-10").ok()
    assert "nothing to do: 2026-10 was closed 2026-11-02 12:00 UTC by" in again.err
    assert october.content() == before


@pytest.mark.parametrize(("month", "until"), [("2026-11", "2026-12-01"), ("2026-12", "2027-01-01")])
def test_a_month_is_closed_only_after_its_end(october: Desk, month: str, until: str) -> None:
    ran = october.run("period", "close", month)
    assert ran.code == 3
    assert f"{month} is not over" in ran.err
    assert f"close it from {until} on" in ran.err


def test_the_end_of_a_month_is_read_on_the_clock_of_the_workspace(tmp_path: Any) -> None:
    desk = new_desk(tmp_path / "w", TERMS.replace("UTC", "America/New_York"))
    desk.now = NOON - DAY - 10 * 3600
    assert desk.run("period", "close", "2026-10").code == 3, "22:00 on the last of October in New York"
    desk.now += 2 * 3600
    desk.run("period", "close", "2026-10").ok()


def test_months_close_in_order_and_the_first_may_be_any_that_leaves_no_money_open_before_it(desk: Desk) -> None:
    desk.ledger(LEDGER)
    desk.now = NOON - 40 * DAY
    desk.returns(HEAD + "A-1,acme,2026-09-20,bad\n", name="september.csv")
    desk.now = NOON + 40 * DAY

    early = desk.run("period", "close", "2026-10")
    assert early.code == 3
    assert "2026-10 cannot be closed before 2026-09" in early.err
    desk.run("period", "close", "2026-09").ok()

    skipping = desk.run("period", "close", "2026-11")
    assert skipping.code == 3
    assert "leadreturns period close 2026-10" in skipping.err
    desk.run("period", "close", "2026-10").ok()
    desk.run("period", "close", "2026-11").ok()
    assert desk.run("period", "close", "2026-08").ok().err.startswith("nothing to do: 2026-08 was closed together with")


def test_what_comes_later_lands_in_the_open_month_and_says_so(tmp_path: Any) -> None:
    desk = new_desk(tmp_path / "w", POSTED_AS_ASKED)
    desk.ledger(LEDGER)
    desk.run("period", "close", "2026-10").ok()
    closed = report(desk, "2026-10")

    file = desk.file("late.csv", HEAD + "B-1,bolt,2026-10-20,bad\nB-2,bolt,2026-10-25,bad\nA-1,acme,2026-09-12,bad\n")
    ran = desk.run("import", file).ok()

    assert "6 adjustments for sales of closed months: posted to 2026-11" in ran.err
    stored = desk.read_json("import", file)
    assert stored["late_adjustments"] == [{"period": "2026-11", "count": 6}]
    assert net(desk, "2026-11") == {"acme": "50.00", "bolt": "55.00", "leadco": "15.00", "webreach": "5.00"}
    assert report(desk, "2026-10") == closed


def test_a_late_reversal_lands_in_the_open_month_and_says_so(october: Desk) -> None:
    october.run("period", "close", "2026-10").ok()
    closed = report(october, "2026-10")

    ran = october.run("review", "reverse", 1, "--because", "the recording says otherwise").ok()

    assert "2 adjustments for sales of closed months: posted to 2026-11" in ran.err
    assert net(october, "2026-11") == {"acme": "-40.00", "leadco": "-10.00"}
    assert report(october, "2026-10") == closed
    october.check()


def test_a_return_decided_anew_under_other_terms_leaves_the_closed_month_as_it_was(october: Desk) -> None:
    october.run("period", "close", "2026-10").ok()
    closed = report(october, "2026-10")
    october.run("export", "quickbooks", "--period", "2026-10", "-o", "before.csv").ok()
    october.run("review", "reverse", 2, "--because", "wrong reason").ok()
    october.policies(TERMS + '\n[reasons.dead]\naliases = ["bad"]\ncredit = "50%"\n')

    october.run("returns", "redecide", 2).ok()

    lines = october.read_json("report", "adjustments", "--period", "2026-11", "--detail")["rows"]
    assert [(line["kind"], line["reason"], line["amount"]) for line in lines] == [
        ("buyer_debit", "bad", "30.00"),
        ("supplier_clawback_reversed", "bad", "5.00"),
        ("buyer_credit", "dead", "15.00"),
        ("supplier_clawback", "dead", "5.00"),
    ]
    assert report(october, "2026-10") == closed
    october.run("export", "quickbooks", "--period", "2026-10", "-o", "after.csv").ok()
    assert (october.root / "after.csv").read_bytes() == (october.root / "before.csv").read_bytes()


def test_a_queue_is_shown_with_its_money_and_needs_carry(tmp_path: Any) -> None:
    desk = new_desk(tmp_path / "w", TERMS + '[buyers.bolt]\napproval = "review"\n')
    desk.ledger(LEDGER)
    desk.now = OCTOBER_20
    desk.returns(HEAD + "A-2,acme,2026-10-19,bad\nB-1,bolt,2026-10-20,bad\nB-9,bolt,2026-10-20,bad\n")
    desk.now = NOON
    before = desk.content()

    refused = desk.run("period", "close", "2026-10")
    assert refused.code == 3
    assert "1 return waits for a person" in refused.err
    assert "bolt: 1 in review, 30.00 USD at risk" in refused.err
    assert "--carry" in refused.err
    assert desk.content() == before
    assert desk.read_json("period", "close", "2026-10")["problems"][0]["code"] == "queue_not_empty"

    done = desk.read_json("period", "close", "2026-10", "--carry")
    assert done["carried"] == [{"buyer": "bolt", "currency": "USD", "waiting": 1, "credit": "30.00"}]
    assert "1 in review carried over, 30.00 USD at risk" in desk.run("period", "list").out


def test_credit_in_review_moves_out_of_a_closed_month_of_the_posting_report(tmp_path: Any) -> None:
    desk = new_desk(tmp_path / "w", TERMS.replace('"auto"', '"review"'))
    desk.ledger(LEDGER)
    desk.run("period", "close", "2026-10").ok()
    closed = report(desk, "2026-10")

    desk.returns(HEAD + "B-1,bolt,2026-10-20,bad\nB-3,bolt,2026-11-01,bad\n")

    assert report(desk, "2026-10") == closed
    posting = desk.read_json("report", "roi", "--by", "month", "--basis", "posting")
    assert {row["month"]: row["pending"] for row in posting["rows"]} == {
        "2026-09": "0.00",
        "2026-10": "0.00",
        "2026-11": "65.00",
    }
    by_sale = desk.read_json("report", "roi", "--by", "month")
    assert {row["month"]: row["pending"] for row in by_sale["rows"]} == {"2026-09": "0.00", "2026-10": "65.00"}
    assert posting["totals"] == by_sale["totals"]


def test_reopening_is_last_first_on_record_and_marks_every_report(october: Desk) -> None:
    october.now = NOON + 40 * DAY
    october.run("period", "close", "2026-10").ok()
    october.run("period", "close", "2026-11").ok()

    inner = october.run("period", "reopen", "2026-10", "--because", "acme sent more")
    assert inner.code == 3
    assert "leadreturns period reopen 2026-11" in inner.err
    october.run("period", "reopen", "2026-11", "--because", "first things last").ok()
    done = october.run("period", "reopen", "2026-10", "--because", "acme sent a second file").ok()
    mark = "and reopened 2026-12-12 12:00 UTC by"
    assert mark in done.out

    for words in (("adjustments",), ("adjustments", "--detail")):
        value = october.read_json("report", *words, "--period", "2026-10")
        assert value["status"] == "open"
        assert [each["because"] for each in value["reopened"]] == ["acme sent a second file"]
        assert mark in october.run("report", *words, "--period", "2026-10").out
    roi = october.read_json("report", "roi", "--basis", "posting", "--from", "2026-10")
    assert [each["period"] for each in roi["reopened"]] == ["2026-10", "2026-11"]

    october.run("period", "close", "2026-10").ok()
    again = october.read_json("report", "adjustments", "--period", "2026-10")
    assert (again["status"], len(again["reopened"])) == ("closed", 1), "the mark stays when it is closed again"
    assert "acme sent a second file" in october.run("report", "adjustments", "--period", "2026-10").out
    october.check()


def test_a_reopened_month_takes_money_again(tmp_path: Any) -> None:
    desk = new_desk(tmp_path / "w", POSTED_AS_ASKED)
    desk.ledger(LEDGER)
    desk.run("period", "close", "2026-10").ok()
    desk.run("period", "reopen", "2026-10", "--because", "a file was overlooked").ok()
    desk.returns(HEAD + "B-1,bolt,2026-10-20,bad\n")
    assert net(desk, "2026-10") == {"bolt": "30.00", "leadco": "5.00"}
    assert desk.read_json("period", "close", "2026-10")["entries"] == 2


@pytest.mark.parametrize("words", [("close", "2026-13"), ("close", "October"), ("reopen", "2026-10", "--because", " ")])
def test_words_that_make_no_sense_are_a_wrong_command_line(october: Desk, words: tuple[str, ...]) -> None:
    before = october.content()
    assert october.run("period", *words).code == 2
    assert october.content() == before


def test_reopening_an_open_month_is_refused(october: Desk) -> None:
    ran = october.run("period", "reopen", "2026-10", "--because", "just so")
    assert (ran.code, "2026-10 is open" in ran.err) == (3, True)


def test_reading_without_a_store_makes_none(tmp_path: Any) -> None:
    desk = new_desk(tmp_path / "w")
    assert states(desk) == [("2026-11", "open")]
    assert not desk.store.exists()


def test_the_detail_tells_days_and_times_by_the_clock_of_the_workspace(tmp_path: Path) -> None:
    """Half past one at night on the second in UTC is still the first in New York, as on a credit note."""
    desk = new_desk(tmp_path / "w", TERMS.replace('"UTC"', '"America/New_York"'))
    desk.ledger("lead_id,buyer,sold_at,price\nA-9,acme,2026-10-02T01:30:00Z,10.00\n")
    desk.returns(HEAD + "A-9,acme,2026-10-20,bad\n")

    (line,) = desk.read_json("report", "adjustments", "--period", "2026-11", "--detail")["rows"]

    assert (line["sold_on"], line["recorded_at"]) == ("2026-10-01", "2026-11-02T07:00:00-05:00")


def test_what_is_forced_into_a_closed_month_is_told_by_its_reports(october: Desk) -> None:
    october.run("period", "close", "2026-10", "--carry").ok()
    words = ("report", "roi", "--basis", "posting", "--from", "2026-10", "--to", "2026-10")
    assert october.read_json(*words)["adjusted_closed"] == []
    late = "lead_id,buyer,supplier,sold_at,price,payout\nA-7,acme,leadco,2026-10-30,20.00,5.00\n"
    late += "B-2,bolt,webreach,2026-10-20,26.00,10.00\nC-1,acme,leadco,2026-11-01,9.00,5.00\n"
    refused = october.ledger(late, name="late.csv")
    assert [each["code"] for each in refused["problems"]] == ["period_closed"] * 2
    assert october.read_json(*words)["adjusted_closed"] == []

    assert october.ledger(late, "--adjust-closed", name="late.csv")["inserted"] == 1

    (told,) = october.read_json(*words)["adjusted_closed"]
    assert (told["period"], told["file"], told["sales"]) == ("2026-10", "late.csv", 2)
    assert "2026-10 was closed when late.csv (ledger file 3) changed 2 of its sales" in october.run(*words).out
    assert "late.csv" not in october.run("report", "roi", "--basis", "posting", "--from", "2026-11").out
    listed = october.read_json("ledger", "list")["rows"]
    assert [each["adjust_closed"] for each in listed] == ["no", "no", "yes"]


def test_another_time_zone_changes_no_closed_month(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "w", TERMS.replace('"UTC"', '"America/New_York"'))
    desk.ledger("lead_id,buyer,sold_at,price\nA-9,acme,2026-10-02T01:30:00Z,10.00\n")
    desk.now = OCTOBER_20
    desk.returns(HEAD + "A-9,acme,2026-10-19,bad\n")
    desk.now = NOON
    desk.run("period", "close", "2026-10").ok()
    words = ("report", "adjustments", "--period", "2026-10", "--detail", "--format", "csv")
    before = desk.run(*words).ok().out
    assert ",2026-10-01," in before

    desk.policies(TERMS.replace('"UTC"', '"Asia/Tokyo"'))

    assert desk.run(*words).ok().out == before
    desk.run("period", "reopen", "2026-10", "--because", "one more file").ok()
    assert ",2026-10-02," in desk.run(*words).ok().out


def test_a_row_that_moves_a_sale_out_of_a_closed_month_names_that_month(october: Desk) -> None:
    october.run("period", "close", "2026-10", "--carry").ok()
    moved = october.ledger("lead_id,buyer,supplier,sold_at,price,payout\nB-2,bolt,webreach,2026-11-01,25.00,10.00\n")
    assert [(each["code"], each["message"][:26]) for each in moved["problems"]] == [
        ("period_closed", "row 2: 2026-10 is closed; ")
    ]
