"""The sums behind a decision: money in JSON, rates of blocks, room under a cap, and the clocks of `policy try`."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from leadreturns.core.money import parse_share
from tests.desk import Desk, new_desk

HEAD = 'version = 1\ncurrency = "USD"\ntimezone = "America/New_York"\n'
AUTO = HEAD + '[terms]\nwindow = "10 days"\napproval = "auto"\n'
BUYER = '[buyers."{}"]\ntimezone = "{}"\n'
LEDGER = "lead_id,buyer,sold_at,price\nA,acme,2026-10-01,44.44\nB,acme,2026-10-01,100.00\nC,acme,2026-10-01,188.86\n"


def requested(tmp_path: Path, terms: str, buyer: str, sold: str, at: str) -> Any:
    desk = new_desk(tmp_path / "w", terms)
    return desk.read_json("policy", "try", "--buyer", buyer, "--sold", sold, "--requested", at)


@pytest.mark.parametrize("at", ["2026-09-05T22:00", "2026-09-11T23:59", "2026-09-11"])
def test_a_pretend_request_is_received_on_the_buyers_own_clock_in_the_west(tmp_path: Path, at: str) -> None:
    terms = AUTO + BUYER.format("big co", "America/Los_Angeles")
    found = requested(tmp_path, terms, "big co", "2026-09-01", at)
    assert (found["outcome"], found["findings"]) == ("approved", [])


@pytest.mark.parametrize(
    ("sold", "at"),
    [("2026-10-01T12:00", "2026-10-11T22:00"), ("2026-10-01T12:00", "2026-10-11"), ("2026-10-01", "2026-10-11")],
)
def test_a_pretend_request_is_received_on_the_buyers_own_clock_in_the_east(tmp_path: Path, sold: str, at: str) -> None:
    terms = AUTO + 'counted_to = "received"\n' + BUYER.format("lon", "Europe/London")
    assert requested(tmp_path, terms, "lon", sold, at)["outcome"] == "approved"
    assert requested(tmp_path, terms, "lon", sold, "2026-10-12")["outcome"] == "rejected"


@pytest.fixture
def capped(tmp_path: Path) -> Desk:
    """A month of 333.30, of which 50.00 may come back; 44.44 do, then 100.00 do not fit."""
    desk = new_desk(tmp_path / "w", AUTO.replace("10 days", "60 days") + 'cap = "15.0016% of revenue per month"\n')
    desk.ledger(LEDGER)
    desk.returns("lead_id,requested_at\nA,2026-10-03\nB,2026-10-03\n", "--buyer", "acme", "--received", "2026-10-20")
    return desk


def test_money_of_a_cap_on_revenue_is_written_with_its_digits(capped: Desk) -> None:
    sums = {"of": "333.30", "limit": "50.00", "used": "44.44", "this": "100.00"}
    listed = capped.read_json("returns", "list")["returns"][1]
    (finding,) = listed["findings"]
    assert {name: finding["facts"][name] for name in sums} == sums
    shown = capped.read_json("returns", "show", 2)
    (step,) = [each for each in shown["steps"] if each["step"] == "cap"]
    assert {name: step["facts"][name] for name in sums} == sums
    assert (step["facts"]["left_before"], step["facts"]["left_after"]) == ("5.56", "5.56")
    tried = capped.read_json("policy", "try", "--buyer", "acme", "--sold", "2026-10-02", "--requested", "2026-10-03")
    assert tried["findings"][0]["facts"]["used"] == "44.44"
    (kept,) = capped.query("SELECT json_extract(findings, '$[0].facts.used') FROM decisions WHERE return_id = 2")
    assert kept == (4444,)


def test_counts_of_other_caps_stay_numbers(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "w", AUTO + 'cap = "0 returns per month"\n')
    found = desk.read_json("policy", "try", "--sold", "2026-10-02", "--requested", "2026-10-03")
    assert [found["findings"][0]["facts"][name] for name in ("limit", "used", "this")] == [0, 0, 1]


def test_the_buyer_is_told_that_a_dear_return_does_not_fit_in_what_is_left(capped: Desk) -> None:
    reply = capped.read_json("policy", "try", "--buyer", "acme", "--sold", "2026-10-02", "--requested", "2026-10-03")
    assert reply["reply"] == (
        "The cap of 15.0016% of revenue per month has 5.56 USD left for 2026-10; "
        "this return of 100.00 USD does not fit in it."
    )


@pytest.mark.parametrize(("kind", "outcome"), [("auto_reject", "Rejected"), ("always_review", "In review")])
def test_a_block_with_a_return_rate_states_and_keeps_its_sum(tmp_path: Path, kind: str, outcome: str) -> None:
    block = f'[[{kind}]]\nname = "often back"\nreturn_rate = "from 30%"\n'
    desk = new_desk(tmp_path / "w", AUTO.replace("10 days", "60 days") + block)
    desk.ledger(LEDGER)
    desk.returns("lead_id,requested_at\nA,2026-10-03\nB,2026-10-03\n", "--buyer", "acme", "--received", "2026-10-20")
    listed = desk.read_json("returns", "list")["returns"]
    assert listed[0]["outcome"] == "approved"
    said = f'{outcome}: the rule "often back" applies: 1 of 3 sales of 2026-10 had come back. [{kind}]'
    assert listed[1]["explanation"] == said
    rate = {"approved": 1, "of": 3, "month": "2026-10"}
    assert listed[1]["findings"][0]["facts"] == {"block": "often back", "return_rate": rate}
    (rule,) = [each for each in desk.read_json("returns", "show", 2)["steps"] if each["step"] == "rule"]
    assert rule["facts"]["return_rate"] == rate
    assert "1 of 3 sales of that month had come back" in rule["told"]


def test_one_in_three_is_one_of_three_as_the_page_on_terms_says() -> None:
    down, up = parse_share("33.333334%"), parse_share("33.333333%")
    assert isinstance(down, Fraction)
    assert isinstance(up, Fraction)
    for sold in (3, 30, 300, 3_000_000):
        assert int(down * sold) == sold // 3
        assert -(-(up * sold).numerator // (up * sold).denominator) == sold // 3
    page = (Path(__file__).parents[2] / "docs" / "terms.md").read_text(encoding="utf-8")
    assert 'one in three is `"33.333334%"`' in page
