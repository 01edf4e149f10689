"""`policy try` with odd flags, and the buyer's name in the spellings of ledger and policies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk, new_desk

TERMS = """\
version  = 1
currency = "USD"
timezone = "UTC"

[terms]
window   = "10 days"
approval = "auto"

[buyers."Acme, Inc."]
window = "5 days"

[[contracts]]
buyer  = "ACME, inc."
from   = 2026-10-01
window = "20 days"
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return new_desk(tmp_path / "leads", TERMS)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--month-returned", "5"], "--month-returned 5 is more than --month-sold 0"),
        (["--month-sold", "5", "--month-returned", "9"], "--month-returned 9 is more than --month-sold 5"),
        (["--month-sold", "-1"], "--month-sold"),
        (["--call-attempts", "-1"], "--call-attempts"),
        (["--price", "-1"], "--price -1 is no amount in USD"),
        (["--price", "1.234"], "--price 1.234 is no amount in USD"),
        (["--requested", "soon"], "--requested soon is neither a date nor a time"),
        (["--currency", "DOLLARS"], "--currency DOLLARS is none"),
        (["--matched-by", "name"], "--matched-by name is none"),
    ],
)
def test_figures_that_cannot_be_are_refused(desk: Desk, flags: list[str], said: str) -> None:
    ran = desk.run("policy", "try", *flags)
    assert ran.code == 2
    assert said in ran.err


@pytest.mark.parametrize("written", ["Acme, Inc.", "ACME, inc.", "acme, inc."])
@pytest.mark.parametrize("in_ledger", ["", "Acme, INC."])
def test_a_buyer_is_known_in_any_spelling_of_case(desk: Desk, written: str, in_ledger: str) -> None:
    if in_ledger:
        desk.ledger(f'lead_id,buyer,sold_at,price\nL1,"{in_ledger}",2026-10-02,50.00\n')
    found = desk.read_json("policy", "try", "--buyer", written, "--sold", "2026-10-02", "--requested", "2026-10-20")
    assert found["outcome"] == "approved"


def test_a_row_names_the_buyer_in_a_third_spelling(desk: Desk) -> None:
    desk.ledger('lead_id,buyer,sold_at,price\nL1,"Acme, Inc.",2026-10-02,50.00\n')
    told = desk.returns('lead_id,buyer,requested_at\nL1,"acme, inc.",2026-10-03\n', "--received", "2026-10-20")
    assert (told["approved"], told["unreadable"]) == (1, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "--campaign", "solr"), ['the campaign "solr"; did you mean "solar"?']),
        (("try", "--campaign", "Solar", "--supplier", "leadc"), ['the supplier "leadc"; did you mean "leadco"?']),
        (("try", "--campaign", "xyz"), ['the campaign "xyz"']),
        (("show", "--campaign", "SOLAR"), []),
    ],
)
def test_a_name_that_nobody_has_is_not_passed_over(desk: Desk, words: tuple[str, ...], said: list[str]) -> None:
    desk.ledger("lead_id,buyer,campaign,supplier,sold_at,price\nL1,bolt,solar,leadco,2026-10-02,50.00\n")
    ran = desk.run("policy", *words).ok()
    start = "warning: no sale and no section of the policies names "
    assert ran.err.splitlines() == [start + each for each in said]
