"""`policy simulate`: recorded returns under other terms, in the order of time, with nothing written."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk import Desk, new_desk

HEAD = 'version = 1\ncurrency = "USD"\ntimezone = "UTC"\n'
REASONS = "[reasons.disconnected]\n[reasons.duplicate]\ncredit = '50%'\n[reasons.no_answer]\nvalid = false\n"
TERMS = HEAD + REASONS + "[terms]\nwindow = '10 days'\napproval = 'auto'\nclawback = '50%'\n"
NOON = int(datetime(2026, 10, 15, 12, tzinfo=UTC).timestamp())
SALES = "lead_id,buyer,campaign,supplier,sold_at,price,payout\n" + "".join(
    f"L{number},{'acme' if number <= 12 else 'bolt'},solar,leadco,2026-10-{(number - 1) % 10 + 1:02d},50.00,20.00\n"
    for number in range(1, 21)
)
SALES += "".join(f"S{number},acme,solar,leadco,2026-09-20,50.00,20.00\n" for number in range(1, 11))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = new_desk(tmp_path / "w", TERMS)
    made.now = NOON
    made.ledger(SALES)
    return made


def batch(desk: Desk, *rows: str, buyer: str = "acme", received: str = "2026-10-15", name: str = "") -> int:
    """Import rows of lead,requested,reason; the batch's number."""
    count = len(desk.query("SELECT id FROM batches")) if desk.store.exists() else 0
    text = "lead_id,requested_at,reason,comment\n" + "".join(f"{row},file {count}\n" for row in rows)
    done = desk.returns(text, "--buyer", buyer, "--received", received, name=name or f"returns{count}.csv")
    assert done["status"] == "recorded"
    return int(done["batch"])


def simulated(desk: Desk, terms: str, *flags: str) -> Any:
    """The JSON of a simulation; nothing may have been written."""
    before = desk.content()
    found = desk.read_json("policy", "simulate", desk.file("new.toml", terms), *flags)
    assert desk.content() == before
    return found


def details(desk: Desk, terms: str, *flags: str) -> dict[int, tuple[str, str, str]]:
    """By return: before, after, leading finding."""
    rows = simulated(desk, terms, "--detail", *flags)["rows"]
    return {row["id"]: (row["before"], row["after"], row["finding"]) for row in rows}


def test_the_same_terms_change_nothing_whatever_happened_in_between(desk: Desk) -> None:
    late, unknown = "L2,2026-10-14,disconnected", "X9,2026-10-06,duplicate"
    batch(desk, "L1,2026-10-05,disconnected", "L1,2026-10-06,disconnected", late, "L3,2026-10-05,who knows")
    batch(desk, "L3,2026-10-06,disconnected", "L4,2026-10-06,no_answer", "L5,2026-10-06,duplicate", unknown)
    desk.run("review", "reject", 4, "--because", "no reason").ok()
    batch(desk, "L3,2026-10-07,disconnected", "L13,2026-10-07,disconnected", "L6,2026-10-05,whatever")
    desk.run("review", "approve", 11).ok()
    batch(desk, "L6,2026-10-08,disconnected", "L7,2026-10-08,disconnected")
    found = simulated(desk, TERMS)
    assert (found["returns"], found["changed"], found["moves"]) == (13, 0, [])
    assert found["persons"] == {"stand": 2, "replaced": 0}
    for row in found["rows"]:
        assert row["credit_before"] == row["credit_after"]
        assert row["roi_before"] == row["roi_after"]


def test_a_shorter_window_turns_approvals_down_and_tells_the_money(desk: Desk) -> None:
    batch(desk, "L1,2026-10-03,disconnected", "L2,2026-10-09,duplicate", "L3,2026-10-09,disconnected")
    found = simulated(desk, TERMS.replace("10 days", "5 days"))
    assert found["moves"] == [{"before": "approved", "after": "rejected", "count": 2}]
    by_reason = {row["reason"]: row for row in found["rows"]}
    disconnected, duplicate = by_reason["disconnected"], by_reason["duplicate"]
    assert (disconnected["returns"], disconnected["changed"]) == (2, 1)
    assert (disconnected["credit_before"], disconnected["credit_after"], disconnected["credit_change"]) == (
        "100.00", "50.00", "-50.00",
    )  # fmt: skip
    assert (duplicate["credit_before"], duplicate["credit_change"]) == ("25.00", "-25.00")
    assert (duplicate["clawback_before"], duplicate["clawback_change"]) == ("10.00", "-10.00")
    (total,) = found["totals"]
    assert (total["credit_change"], total["clawback_change"], total["approved_after"]) == ("-75.00", "-20.00", 1)


def test_roi_before_and_after_is_the_buyers_over_the_months_of_the_sales(desk: Desk) -> None:
    """12 sales: 600.00 for 240.00. One return credits 50.00 and claws 10.00 back."""
    batch(desk, "L1,2026-10-03,disconnected")
    (row,) = simulated(desk, TERMS.replace("10 days", "1 day"))["rows"]
    assert (row["roi_before"], row["roi_after"]) == ("1.391304", "1.500000")
    report = desk.read_json("report", "roi", "--by", "buyer", "--from", "2026-10", "--to", "2026-10")
    assert row["roi_before"] == next(each["roi"] for each in report["rows"] if each["buyer"] == "acme")


def test_another_share_changes_money_and_not_the_outcome(desk: Desk) -> None:
    batch(desk, "L1,2026-10-03,disconnected")
    found = simulated(desk, TERMS + "credit = '90%'\n")
    assert (found["changed"], found["moves"]) == (1, [])
    assert found["totals"][0]["credit_change"] == "-5.00"


def test_returns_above_are_seen_as_the_new_terms_decide_them(desk: Desk) -> None:
    batch(desk, "L1,2026-10-09,disconnected")
    batch(desk, "L1,2026-10-05,disconnected", received="2026-10-16")
    assert [row["outcome"] for row in desk.read_json("returns", "list")["returns"]] == ["approved", "rejected"]
    found = details(desk, TERMS.replace("10 days", "5 days"))
    assert found == {
        1: ("approved", "rejected", "too_late"),
        2: ("rejected", "review", "already_requested"),
    }


def test_only_returns_received_in_the_months_are_replayed_and_what_was_before_stays(desk: Desk) -> None:
    batch(desk, "S1,2026-09-22,disconnected", received="2026-09-30")
    batch(desk, "S1,2026-09-28,disconnected", "L2,2026-10-09,disconnected", received="2026-10-31")
    batch(desk, "L3,2026-10-09,disconnected", received="2026-11-01")
    strict = TERMS.replace("10 days", "1 day")
    assert simulated(desk, strict, "--from", "2026-10", "--to", "2026-10")["returns"] == 2
    assert details(desk, strict, "--from", "2026-10", "--to", "2026-10") == {3: ("approved", "rejected", "too_late")}
    assert simulated(desk, strict, "--from", "2026-11")["returns"] == 1
    assert simulated(desk, strict, "--to", "2026-09")["returns"] == 1
    assert simulated(desk, strict, "--from", "2027-01")["returns"] == 0


def test_months_are_those_of_the_receipt_on_the_clock_of_the_workspace(desk: Desk) -> None:
    desk.policies(TERMS.replace('"UTC"', '"America/New_York"'))
    batch(desk, "L1,2026-10-03,disconnected", received="2026-11-01T03:59:59+00:00")
    assert simulated(desk, TERMS, "--to", "2026-10")["returns"] == 1
    assert simulated(desk, TERMS, "--from", "2026-11")["returns"] == 0


def test_a_persons_decision_stands_where_the_new_terms_say_review(desk: Desk) -> None:
    manual = TERMS.replace("'auto'", "'review'")
    desk.policies(manual)
    batch(desk, "L1,2026-10-03,disconnected", "L2,2026-10-03,disconnected", "L3,2026-10-09,disconnected")
    desk.run("review", "approve", 1, 3).ok()
    desk.run("review", "reject", 2, "--because", "no proof").ok()
    assert simulated(desk, manual)["changed"] == 0
    found = details(desk, TERMS)
    assert found == {2: ("rejected", "approved", "")}
    assert details(desk, manual.replace("10 days", "5 days")) == {3: ("approved", "rejected", "too_late")}
    assert simulated(desk, manual.replace("10 days", "5 days"))["persons"] == {"stand": 2, "replaced": 1}


def test_an_override_of_a_rejection_is_the_rules_again(desk: Desk) -> None:
    batch(desk, "L1,2026-10-13,disconnected")
    desk.run("review", "approve", 1, "--because", "he called before").ok()
    assert details(desk, TERMS) == {1: ("approved", "rejected", "too_late")}
    assert simulated(desk, TERMS)["persons"] == {"stand": 0, "replaced": 1}
    assert simulated(desk, TERMS + "late = 'review'\n")["changed"] == 0


def test_later_returns_see_a_persons_decision_from_its_hour_on(desk: Desk) -> None:
    manual = TERMS.replace("'auto'", "'review'")
    desk.policies(manual)
    batch(desk, "L1,2026-10-03,disconnected")
    batch(desk, "L1,2026-10-04,disconnected", received="2026-10-16")
    desk.run("review", "approve", 1).ok()
    batch(desk, "L1,2026-10-05,disconnected", received="2026-10-17")
    leads = [each["findings"][0]["code"] for each in desk.read_json("returns", "list")["returns"][1:]]
    assert leads == ["already_requested", "already_returned"]
    assert simulated(desk, manual)["changed"] == 0


def test_decisions_about_returns_outside_the_months_happen_in_between(desk: Desk) -> None:
    batch(desk, "S1,2026-09-22,disconnected", received="2026-09-30")
    batch(desk, "S2,2026-09-22,disconnected", received="2026-10-14")
    desk.run("review", "reverse", 1, "--because", "by mistake").ok()
    batch(desk, "S1,2026-09-23,disconnected", "S3,2026-09-22,disconnected", received="2026-10-15")
    third = desk.read_json("returns", "list")["returns"][2]
    assert third["findings"][0]["code"] == "already_requested"
    assert simulated(desk, TERMS, "--from", "2026-10")["changed"] == 0
    capped = TERMS + "cap = '2 returns per month'\nover_cap = 'reject'\n"
    assert details(desk, capped, "--from", "2026-10") == {}
    assert details(desk, capped.replace("'2 ret", "'1 ret"), "--from", "2026-10") == {
        2: ("approved", "rejected", "over_cap"),
    }


def test_batches_received_outside_the_months_but_recorded_between_are_seen(desk: Desk) -> None:
    batch(desk, "S1,2026-09-22,disconnected", received="2026-10-14")
    batch(desk, "S2,2026-09-22,disconnected", received="2026-09-30")
    batch(desk, "S2,2026-09-23,disconnected", "S3,2026-09-22,disconnected", received="2026-10-15")
    assert simulated(desk, TERMS, "--from", "2026-10")["changed"] == 0
    capped = TERMS + "cap = '2 returns per month'\n"
    assert details(desk, capped, "--from", "2026-10") == {4: ("approved", "review", "over_cap")}


def test_a_cap_counts_down_the_replay_and_what_was_approved_before_it(desk: Desk) -> None:
    batch(desk, "S1,2026-09-22,disconnected", received="2026-09-30")
    batch(desk, "S2,2026-09-22,disconnected", "S3,2026-09-22,disconnected", "L13,2026-10-04,disconnected")
    caps: list[tuple[str, set[str]]] = [
        ("3 returns", set()),
        ("2 returns", {3}),
        ("10% of sales", {2, 3}),
        ("30% of sales", set()),
        ("20% of revenue", {3}),
    ]
    for cap, beyond in caps:
        assert set(details(desk, TERMS + f"cap = '{cap} per month'\n", "--from", "2026-10")) == beyond, cap
    requested = TERMS + "cap = '2 returns per month'\ncap_counts = 'requested'\n"
    assert set(details(desk, requested, "--from", "2026-10")) == {3}


def test_void_batches_are_no_part_of_it(desk: Desk) -> None:
    batch(desk, "L1,2026-10-03,disconnected")
    batch(desk, "L1,2026-10-04,disconnected")
    desk.run("batch", "void", 1, "--because", "wrong file", "--yes").ok()
    found = simulated(desk, TERMS)
    assert found["returns"] == 1
    assert details(desk, TERMS) == {2: ("rejected", "approved", "")}


def test_sales_that_came_later_change_nothing(desk: Desk) -> None:
    batch(desk, "X1,2026-10-03,disconnected")
    desk.ledger(SALES + "X1,acme,solar,leadco,2026-10-01,50.00,20.00\n", name="more.csv")
    assert simulated(desk, TERMS)["changed"] == 0
    assert details(desk, TERMS + "unknown_lead = 'review'\n") == {1: ("rejected", "review", "unknown_lead")}
    desk.run("returns", "redecide", 1).ok()
    assert simulated(desk, TERMS)["changed"] == 0


def test_an_ambiguous_return_that_a_person_settled_stays_settled(desk: Desk) -> None:
    desk.ledger("lead_id,buyer,sold_at,price,payout,supplier\nl1,acme,2026-10-01,70.00,20.00,leadco\n", name="twin.csv")
    batch(desk, "L 1,2026-10-03,disconnected")
    sale = desk.query("SELECT id FROM sales WHERE lead_id = 'l1'")[0][0]
    desk.run("review", "approve", 1, "--sale", sale).ok()
    batch(desk, "l1,2026-10-04,disconnected", received="2026-10-16")
    found = simulated(desk, TERMS)
    assert (found["changed"], found["totals"][0]["credit_before"]) == (0, "70.00")


def test_a_claimed_duplicate_is_proved_from_the_ledger(desk: Desk) -> None:
    desk.ledger(
        "lead_id,buyer,sold_at,price,payout,supplier,phone\n"
        "P1,acme,2026-09-20,50.00,20.00,leadco,+14155550111\nP2,acme,2026-10-01,50.00,20.00,leadco,+14155550111\n",
        name="persons.csv",
    )
    batch(desk, "P2,2026-10-03,duplicate", "L1,2026-10-03,duplicate")
    found = details(desk, TERMS + "duplicate_lookback = '30 days'\n")
    assert found == {2: ("approved", "review", "not_a_duplicate")}


def test_reasons_are_read_anew(desk: Desk) -> None:
    batch(desk, "L1,2026-10-03,line dead", "L2,2026-10-03,nonsense")
    new = TERMS.replace("[reasons.disconnected]\n", "[reasons.disconnected]\naliases = ['line dead']\n")
    found = simulated(desk, new)
    assert [(row["reason"], row["changed"]) for row in found["rows"]] == [("(none known)", 0), ("disconnected", 1)]


def test_currencies_are_never_added_together(desk: Desk) -> None:
    euros = "lead_id,buyer,sold_at,price,payout,supplier,currency\nE1,acme,2026-10-01,40.00,10.00,leadco,EUR\n"
    desk.ledger(euros, name="euros.csv")
    batch(desk, "L1,2026-10-03,disconnected", "E1,2026-10-03,disconnected")
    found = simulated(desk, TERMS.replace("10 days", "1 day"))
    told = [(row["currency"], row["credit_change"]) for row in found["totals"]]
    assert told == [("EUR", "-40.00"), ("USD", "-50.00")]


def test_every_format_tells_the_same(desk: Desk) -> None:
    batch(desk, "L1,2026-10-03,disconnected")
    new = desk.file("new.toml", TERMS.replace("10 days", "1 day"))
    rows = list(csv.DictReader(io.StringIO(desk.run("policy", "simulate", new, "--format", "csv").ok().out)))
    assert rows[0]["credit_change"] == "-50.00"
    shown = desk.run("policy", "simulate", new).ok().out
    assert "1 of 1 return would stand otherwise; 50.00 USD less credited, 10.00 USD less clawed back." in shown
    assert "nothing was booked" in shown
    desk.run("policy", "simulate", new, "-o", "s.xlsx").ok()
    assert (desk.root / "s.xlsx").read_bytes().startswith(b"PK")
    detail = desk.run("policy", "simulate", new, "--detail", "--format", "csv").ok().out
    assert detail.startswith("id,batch,row,buyer,lead_id,reason,before,after,")


def test_a_group_of_one_return_has_counts_in_every_format(desk: Desk) -> None:
    batch(desk, "L1,2026-10-05,disconnected", "L2,2026-10-12,disconnected", "L3,2026-10-05,no_answer")
    (lone,) = [row for row in simulated(desk, TERMS)["rows"] if row["reason"] == "no_answer"]
    counts = ("returns", "changed", "approved_before", "approved_after", "review_before", "review_after")
    assert [(type(lone[name]), lone[name]) for name in counts] == [(int, 1)] + [(int, 0)] * 5
    path = desk.file("new.toml", TERMS)
    table = list(csv.DictReader(io.StringIO(desk.run("policy", "simulate", path, "--format", "csv").ok().out)))
    assert [row["changed"] for row in table] == ["0", "0"]
    desk.run("policy", "simulate", path, "-o", "new.xlsx").ok()
    sheet = openpyxl.load_workbook(desk.root / "new.xlsx").active
    assert sheet is not None
    assert "False" not in {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}


def test_faulty_policies_and_months_are_refused(desk: Desk) -> None:
    batch(desk, "L1,2026-10-03,disconnected")
    refused = desk.run("policy", "simulate", desk.file("new.toml", TERMS + "windw = '1 day'\n"))
    assert refused.code == 3
    assert 'new.toml:13: [terms] windw: unknown key; did you mean "window"?' in refused.err
    missing = desk.run("policy", "simulate", "missing.toml")
    assert (missing.code, missing.err) == (3, "error: there is no missing.toml\nhint: check the name and the folder\n")
    assert desk.run("policy", "simulate", "new.toml", "--from", "2026-13").code == 2
    assert desk.run("policy", "simulate", "new.toml", "--from", "2026-12", "--to", "2026-10").code == 2


def test_an_empty_store_has_nothing_to_replay(tmp_path: Path) -> None:
    fresh = new_desk(tmp_path / "fresh", TERMS)
    found = fresh.read_json("policy", "simulate", fresh.file("new.toml", TERMS))
    assert (found["returns"], found["rows"], found["totals"]) == (0, [], [])
    assert not fresh.store.exists()


ROWS = st.tuples(
    st.integers(1, 20), st.integers(1, 16), st.sampled_from(["disconnected", "duplicate", "odd", "no_answer"])
)
FILES = st.lists(
    st.tuples(st.sampled_from(["acme", "bolt"]), st.lists(ROWS, min_size=1, max_size=6)), min_size=1, max_size=5
)
ACTS = st.lists(st.tuples(st.sampled_from(["approve", "reject"]), st.integers(0, 30)), max_size=6)
POLICIES = st.sampled_from([
    TERMS,
    TERMS.replace("'auto'", "'review'"),
    TERMS + "cap = '2 returns per month'\n",
    TERMS + "cap = '20% of sales per month'\ncap_counts = 'requested'\nover_cap = 'reject'\n",
    TERMS + "late = 'review'\nunknown_reason = 'reject'\n[[auto_reject]]\nname = 'r'\nreturn_rate = 'above 10%'\n",
])  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=POLICIES, files=FILES, acts=ACTS)
def test_any_history_replayed_under_its_own_terms_stands_as_it_does(
    tmp_path_factory: pytest.TempPathFactory, terms: str, files: list[Any], acts: list[tuple[str, int]]
) -> None:
    """Persons decide only what was left to them, so nothing but the rules of then may come out again."""
    desk = new_desk(tmp_path_factory.mktemp("any") / "w", terms)
    desk.now = NOON
    desk.ledger(SALES)
    waiting = iter(acts)
    for number, (buyer, rows) in enumerate(files):
        texts = [f"L{lead},2026-10-{day:02d},{reason}" for lead, day, reason in rows]
        batch(desk, *texts, buyer=buyer, name=f"f{number}.csv")
        for verb, at in [act for act in (next(waiting, None),) if act]:
            queue = [each["id"] for each in desk.read_json("review", "list")["returns"]]
            if queue:
                because = ["--because", "so"] if verb == "reject" else []
                desk.run("review", verb, queue[at % len(queue)], *because)
    found = simulated(desk, terms)
    assert (found["changed"], found["moves"]) == (0, [])
