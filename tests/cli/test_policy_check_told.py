"""`policy check` on the command line: every warning with its line, its key and what to do."""

from __future__ import annotations

import re
from pathlib import Path

from tests.desk import new_desk

DOUBTFUL = """\
version  = 1
currency = "USD"
timezone = "UTC"

[reasons.disconnected]
aliases = ["disc"]
[reasons.wrong_number]
aliases = ["disc"]

[terms]
window   = "30 days"
approval = "auto"
over_cap = "reject"

[suppliers.leadco]
clawback = "100%"
window   = "10 days"

[[contracts]]
buyer  = "acme"
from   = 2026-01-01
until  = 2026-03-31
window = "20 days"
[[contracts]]
buyer  = "acme"
from   = 2026-05-01
window = "9 days"

[buyers.acne]
window = "5 days"

[[auto_approve]]
name  = "cheap"
price = "up to 25.00"
"""
LEDGER = "lead_id,buyer,supplier,sold_at,price,payout\nL1,acme,leadco,2026-10-01,50.00,20.00\n"


def test_every_warning_names_line_key_and_what_to_do(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "leads", DOUBTFUL)
    desk.ledger(LEDGER)
    ran = desk.run("policy", "check").ok()
    said = ran.err.splitlines()
    warnings, suggestions = said[::2], said[1::2]
    places = [re.match(r"warning: policies\.toml:(\d+): (\[[^:]+): \S", line) for line in warnings]
    assert [(int(found[1]), found[2]) for found in places if found] == [
        (8, "[reasons.wrong_number] aliases"),
        (11, "[terms] window"),
        (13, "[terms] over_cap"),
        (23, "[[contracts]] #1 window"),
        (24, "[[contracts]] #2 from"),
        (29, "[buyers.acne]"),
        (32, "[[auto_approve]] cheap"),
    ]
    assert all(line.startswith("  ") and line.strip() for line in suggestions)
    assert suggestions[5] == '  did you mean "acme"?'
    assert ran.out == "policies.toml is sound (7 warnings)\n"


def test_programs_get_the_same_in_parts(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "leads", DOUBTFUL)
    told = desk.read_json("policy", "check")
    assert {each["code"] for each in told["warnings"]} >= {"alias_claimed_twice", "contract_gap", "without_effect"}
    assert all(each["line"] and each["key"] and each["message"] and each["hint"] for each in told["warnings"])


def test_other_policies_are_checked_before_they_are_in_force(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "leads")
    desk.ledger(LEDGER)
    desk.file("new.toml", DOUBTFUL)
    ran = desk.run("policy", "check", "new.toml").ok()
    assert ran.err.startswith("warning: new.toml:8: [reasons.wrong_number] aliases: ")
    assert ran.out == "new.toml is sound (7 warnings)\n"
    desk.file("new.toml", DOUBTFUL.replace("window ", "windw "))
    refused = desk.run("policy", "check", "new.toml")
    assert refused.code == 3
    assert 'new.toml:11: [terms] windw: unknown key; did you mean "window"?' in refused.err
    assert desk.run("policy", "check").ok().out == "policies.toml is sound (no warnings)\n"


OVERLAPPING = """
[terms]
window = "72 hours"

[buyers.acme]

[[contracts]]
buyer  = "acme"
window = "5 days"
from   = 2026-07-01
until  = 2026-12-31

[[contracts]]
buyer            = "acme"
campaign         = "solar"
first_day_counts = true
from             = 2026-01-01
until            = 2026-12-31
"""


def test_a_line_that_counts_from_the_day_another_contract_begins_is_not_called_idle(tmp_path: Path) -> None:
    head = 'version = 1\ncurrency = "USD"\ntimezone = "UTC"\n'
    desk = new_desk(tmp_path / "w", head + OVERLAPPING)
    assert "first_day_counts" not in desk.run("policy", "check").err

    desk.policies(head + OVERLAPPING.replace('window = "5 days"', 'window = "96 hours"'))
    assert "first_day_counts: counts for nothing" in desk.run("policy", "check").err
