"""What the commands about terms say beside their answer: other contracts, cited decisions, holidays that end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk, new_desk

HEAD = 'version = 1\ncurrency = "USD"\ntimezone = "America/New_York"\n'
CONTRACTS = (
    HEAD
    + '[terms]\nwindow = "10 days"\n'
    + '[[contracts]]\nbuyer = "Acme"\ncampaign = "solar"\nfrom = 2026-09-01\nuntil = 2026-12-31\nwindow = "5 days"\n'
    + '[[contracts]]\nbuyer = "acme"\ncampaign = "roof repair"\nwindow = "6 days"\n'
)


def told(desk: Desk, *flags: str) -> str:
    return desk.run("policy", "show", "--buyer", "acme", *flags).ok().err


def test_contracts_for_single_campaigns_are_pointed_at_where_no_campaign_is_named(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "w", CONTRACTS)
    desk.ledger("lead_id,buyer,sold_at,price,campaign\nA,acme,2026-10-01,50.00,solar\n")
    said = told(desk, "--on", "2026-10-01")
    assert "contracts of acme for single campaigns are in force and not shown" in said
    assert 'see them with --campaign "roof repair", --campaign solar' in said
    assert "--campaign solar" not in told(desk, "--on", "2027-01-01")
    assert "not shown" not in told(desk, "--on", "2026-10-01", "--campaign", "solar")


def test_a_return_decided_anew_shows_which_decision_it_cites(tmp_path: Path) -> None:
    late = HEAD + '[terms]\nwindow = "1 day"\napproval = "auto"\n'
    desk = new_desk(tmp_path / "w", late)
    desk.ledger("lead_id,buyer,sold_at,price\nA,acme,2026-10-01,50.00\n")
    desk.returns("lead_id,requested_at\nA,2026-10-05\n", "--buyer", "acme", "--received", "2026-10-20")
    desk.policies(late.replace("1 day", "9 days"))
    desk.run("returns", "redecide", 1).ok()
    first, second = desk.read_json("returns", "show", 1)["decisions"]
    assert (first["cites"], second["cites"]) == (None, first["id"])
    assert f"(decision {second['id']}, in place of decision {first['id']})" in " ".join(
        desk.run("returns", "show", 1).ok().out.split()
    )


@pytest.mark.parametrize(
    ("flags", "said"), [((), "sold to the same buyer on 2026-09-25"), (("--buyer", "acme"), "acme")]
)
def test_an_earlier_sale_to_a_buyer_who_is_not_named_is_told_without_a_name(
    tmp_path: Path, flags: tuple[str, ...], said: str
) -> None:
    terms = HEAD + '[reasons.duplicate]\n[terms]\nduplicate_lookback = "30 days"\n[buyers.acme]\nlate = "review"\n'
    desk = new_desk(tmp_path / "w", terms)
    asked = ("--reason", "duplicate", "--sold", "2026-10-01", "--requested", "2026-10-02")
    (step,) = [
        each
        for each in desk.read_json("policy", "try", *asked, *flags, "--earlier", "2026-09-25")["steps"]
        if each["step"] == "duplicate"
    ]
    assert said in step["told"]
    assert "  " not in step["told"]


def test_a_deadline_beyond_the_last_known_holiday_says_so(tmp_path: Path) -> None:
    terms = HEAD + '[calendar]\nholidays = ["US"]\n[terms]\nwindow = "5 business days"\n'
    desk = new_desk(tmp_path / "w", terms)
    for sold, beyond in (("2026-12-29", False), ("2035-12-20", False), ("2035-12-28", True)):
        steps = desk.read_json("policy", "try", "--sold", sold, "--requested", sold)["steps"]
        (deadline,) = [each["told"] for each in steps if each["step"] == "deadline"]
        assert ("no holidays are known after 2035" in deadline) is beyond


def test_the_way_out_of_curly_quotation_marks_works(tmp_path: Path) -> None:
    curly = HEAD + "[terms]\nwindow = \u201c10 days\u201d\n"
    desk = new_desk(tmp_path / "w", curly)
    said = desk.run("policy", "check").err
    assert 'write straight ones: window = "10 days"' in said
    desk.policies(curly.replace("\u201c10 days\u201d", '"10 days"'))
    desk.run("policy", "check").ok()
