"""Transcripts of a screen of 80 columns, as somebody who sells leads sees it; `--update-golden` writes them anew.

The clock stands still; the names of operators and the digests of policies are masked.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest

from leadreturns.cli.app import program
from tests.desk import Desk, new_desk

GOLDEN = Path(__file__).parents[1] / "golden"
POLICIES = """\
version  = 1
currency = "USD"
timezone = "America/New_York"

[calendar]
holidays = ["2026-11-26"]

[reasons.disconnected]
label    = "Phone disconnected"
aliases  = ["disc", "number not in service"]
evidence = ["call_attempts"]
min_call_attempts = 2

[reasons.duplicate]
label  = "Buyer already had this person"
credit = "50%"

[reasons.no_answer]
aliases = ["voicemail"]
valid   = false
reply   = "Not reaching a lead is no ground for a return (IO 4.2)."

[terms]
window             = "10 days"
duplicate_lookback = "30 days"
cap                = "20% of sales per month"
credit             = "90%"

[buyers.acme]
approval = "auto"

[[contracts]]
buyer     = "acme"
campaign  = "solar"
reference = "IO-2026-014"
from      = 2026-10-01
until     = 2026-12-31
window    = "5 business days"

[[always_review]]
name  = "big tickets"
price = "from 150.00"

[suppliers.leadco]
clawback = "100%"
window   = "20 days"

[suppliers.clickforge]
clawback = "as credit"
reasons  = ["disconnected"]
"""
LEDGER = "lead_id,buyer,campaign,supplier,sold_at,price,payout,phone\n" + "".join(
    f"S-{number:03d},acme,solar,{'leadco' if number % 2 else 'clickforge'},2026-10-{number:02d} 09:30,"
    f"{40 + number}.50,2{number % 10}.00,+1415555{100 + number % 9:04d}\n"
    for number in range(1, 21)
)
LEDGER += "R-001,acme,roofing,leadco,2026-10-02 16:00,180.00,90.00,\n"
LEDGER += "R-002,bolt,roofing,leadco,2026-10-02 16:00,80.00,40.00,\n"
RETURNS = """\
lead_id,requested_at,reason,call_attempts,comment
S-001,2026-10-08,disc,3,
S-002,2026-10-13,disc,2,
S-010,2026-10-12,Buyer already had this person,,
S-004,2026-10-06,voicemail,,
S-005,2026-10-07,disc,1,
S-006,2026-10-09,disc,4,
R-001,2026-10-09,disc,2,
R-002,2026-10-09,disc,2,
S-011,2026-10-13,disc,2,
S-012,2026-10-14,disc,2,
"""
NEW = POLICIES.replace('window    = "5 business days"', 'window    = "3 business days"\ncredit    = "100%"')


class Screen(io.StringIO):
    """A terminal as far as the program can tell."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = new_desk(tmp_path_factory.mktemp("golden") / "leads", POLICIES)
    made.now = int(datetime(2026, 10, 20, 15, 30, tzinfo=UTC).timestamp())
    made.ledger(LEDGER)
    made.returns(RETURNS, "--buyer", "acme", "--received", "2026-10-20")
    made.now += 7200
    made.run("review", "approve", 5, "--because", "the second call is on the recording").ok()
    made.file("new.toml", NEW)
    return made


def transcript(desk: Desk, *lines: str) -> str:
    """The commands and what they print, as on a screen."""
    parts = []
    for line in lines:
        parts.append(f"$ {line}\n{_screen(desk, shlex.split(line)[1:])}")
    return _masked("\n".join(parts))


def _screen(desk: Desk, words: list[str]) -> str:
    screen = Screen()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LEADRETURNS_")}
    with (
        contextlib.chdir(desk.root),
        contextlib.redirect_stdout(screen),
        contextlib.redirect_stderr(screen),
        mock.patch.dict(os.environ, {**environ, "COLUMNS": "80", "NO_COLOR": "1", "PAGER": "cat"}, clear=True),
        mock.patch("leadreturns.cli.clock.now", lambda: desk.now),
        pytest.raises(SystemExit),
    ):
        program(words[0])(words, prog_name="leadreturns")
    return screen.getvalue()


def _masked(text: str) -> str:
    plain = re.sub("\x1b\\[[0-9;]*m", "", text)
    plain = re.sub(r"\b[0-9a-f]{12}\b", "DIGEST", plain)
    plain = re.sub(r"(by|Approved by) (?!the )\w+(?=[,:])", r"\1 OPERATOR", plain)
    return "\n".join(line.rstrip() for line in plain.splitlines()) + "\n"


_TRY_SOLAR = (
    "leadreturns policy try --buyer acme --campaign solar --sold 2026-11-20T09:30 --requested 2026-11-30 "
    "--reason disc --call-attempts 2 --price 45.00 --supplier leadco --payout 20.00 --month-sold 40 --month-returned 7"
)
_TRY_DUPLICATE = (
    "leadreturns policy try --buyer bolt --sold 2026-10-02 --requested 2026-10-05 --reason duplicate "
    "--earlier 2026-09-20 --month-sold 10"
)
TRANSCRIPTS = {
    "policy_show": [
        "leadreturns policy show --buyer acme --campaign solar --on 2026-10-15",
        "leadreturns policy show --buyer bolt --on 2026-10-15",
    ],
    "policy_try": [
        _TRY_SOLAR,
        "leadreturns policy try --buyer acme --sold 2026-10-02 --requested 2026-10-13 --reason voicemail",
        _TRY_DUPLICATE,
    ],
    "policy_simulate": [
        "leadreturns policy simulate new.toml --from 2026-10 --to 2026-10",
        "leadreturns policy simulate new.toml --from 2026-10 --detail",
    ],
    "returns_show_approved": ["leadreturns returns show 1", "leadreturns returns show 3"],
    "returns_show_rejected": ["leadreturns returns show 2", "leadreturns returns show 4", "leadreturns returns show 8"],
    "returns_show_review": ["leadreturns returns show 7", "leadreturns returns show 10"],
    "returns_show_by_a_person": ["leadreturns returns show 5"],
}


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_transcript(desk: Desk, name: str, request: pytest.FixtureRequest) -> None:
    printed = transcript(desk, *TRANSCRIPTS[name])
    path = GOLDEN / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        path.write_text(printed, encoding="utf-8")
    assert printed == path.read_text(encoding="utf-8")


def test_no_line_is_wider_than_the_screen() -> None:
    for path in GOLDEN.glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert len(line) <= 80 or line.startswith("$ "), f"{path.name}: {line}"
