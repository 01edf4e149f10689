"""Caps and proofs of duplicates over several files, counted by the store: every outcome worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk, new_desk

HEAD = 'version = 1\ncurrency = "USD"\ntimezone = "America/New_York"\n'
TERMS = HEAD + '[terms]\nwindow = "60 days"\napproval = "auto"\n'
# October: 20 solar leads of 50.00 and 11 roofing leads of 30.00, 1330.00 in all; the last is November in UTC already.
OCTOBER = [f"S{n},solar,2026-10-{n:02d},50.00" for n in range(1, 21)]
OCTOBER += [f"R{n},roof,2026-10-{n:02d},30.00" for n in range(1, 11)] + ["E1,roof,2026-10-31 23:30,30.00"]
NOVEMBER = ["N1,roof,2026-11-01 00:30,30.00"]
LEDGER = "lead_id,campaign,sold_at,price,buyer\n" + "".join(f"{row},acme\n" for row in OCTOBER + NOVEMBER)


def outcomes(tmp_path: Path, terms: str, *files: str) -> tuple[Desk, str]:
    """The leads in the order of the files; those over the cap stand in brackets, others that were rejected with '-'."""
    desk = new_desk(tmp_path / "w", TERMS + terms)
    desk.ledger(LEDGER)
    for number, leads in enumerate(files):
        rows = "".join(f"{lead},2026-11-05,file {number}\n" for lead in leads.split())
        flags = ("--buyer", "acme", "--received", "2026-11-06")
        desk.returns(f"lead_id,requested_at,comment\n{rows}", *flags, name=f"{number}.csv")
    told = []
    for each in desk.read_json("returns", "list")["returns"]:
        over = [finding["code"] for finding in each["findings"]] == ["over_cap"]
        told.append(
            f"({each['lead_id']})" if over else each["lead_id"] + ("" if each["outcome"] == "approved" else "-")
        )
    return desk, " ".join(told)


@pytest.mark.parametrize(
    ("terms", "files", "told"),
    [
        # A tenth of 31 sales is 3; November has one sale, a tenth of which is none.
        ('cap = "10% of sales per month"', ("S1 R1", "S2 R2 E1 N1"), "S1 R1 S2 (R2) (E1) (N1)"),
        # Rounded up: 4, and 1 in November.
        ('cap = "10% of sales per month"\ncap_rounding = "up"', ("S1 R1", "S2 R2 E1 N1"), "S1 R1 S2 R2 (E1) N1"),
        # A tenth of 20 solar leads is 2, of 11 roofing leads 1.
        (
            'cap = "10% of sales per month"\ncap_scope = "buyer and campaign"',
            ("S1 S2 S3 R1", "R2 E1 S4"),
            "S1 S2 (S3) R1 (R2) (E1) (S4)",
        ),
        # The second request of S1 is rejected, and takes the second of three places all the same.
        ('cap = "3 returns per month"\ncap_counts = "requested"', ("S1 S1 S2 S3", "S4"), "S1 S1- S2 (S3) (S4)"),
        ('cap = "3 returns per month"', ("S1 S1 S2 S3", "S4"), "S1 S1- S2 S3 (S4)"),
        # 133.00: five halves of 50.00, and then neither 25.00 nor 15.00 more.
        ('cap = "10% of revenue per month"\ncredit = "50%"', ("S1 S2 S3", "S4 S5 S6 R1"), "S1 S2 S3 S4 S5 (S6) (R1)"),
        # Of two caps each must have room: four returns, and 133.00 of which 50.00 + 50.00 + 30.00 are used.
        ('cap = ["4 returns per month", "10% of revenue per month"]', ("S1 S2", "R1 R2"), "S1 S2 R1 (R2)"),
        # A campaign's own cap beside the buyer's, both counted for the buyer.
        (
            'cap = "2 returns per month"\n[campaigns.roof]\ncap = "1 return per month"',
            ("S1 R1", "S2 S3"),
            "S1 (R1) S2 (S3)",
        ),
    ],
)  # fmt: skip
def test_places_are_counted_over_files(tmp_path: Path, terms: str, files: tuple[str, ...], told: str) -> None:
    desk, found = outcomes(tmp_path, terms, *files)
    assert found == told
    desk.check()


def test_a_voided_file_gives_its_places_back_and_the_room_is_told(tmp_path: Path) -> None:
    desk, told = outcomes(tmp_path, 'cap = "2 returns per month"', "S1 S2", "S3")
    assert told == "S1 S2 (S3)"
    desk.run("batch", "void", 1, "--because", "sent twice", "--yes").ok()
    assert desk.run("returns", "redecide", 3).ok().out == "return 3: review → approved, credit 50.00 USD\n"
    shown = desk.run("returns", "show", 3).ok().out
    assert "2 allowed in 2026-10; 2 left before this return, 1 left after it" in shown
    assert "approved by the rules" in shown
    assert "decided anew for" in shown


DUPLICATES = """\
lead_id,buyer,sold_at,price,phone,email,sale_ref
A1,acme,2026-10-01 10:00,50,4155550101,,
A2,acme,2026-10-20 10:00,50,4155550101,,
A3,acme,2026-11-25 10:00,50,4155550101,,
B1,bolt,2026-10-01 10:00,50,4155550102,,
B2,acme,2026-10-05 10:00,50,4155550102,,
C1,acme,2026-10-01 10:00,50,,x@example.com,
C2,acme,2026-10-03,50,,X@Example.com,
D1,acme,2026-10-03 09:00,50,,,r1
D1,acme,2026-10-04 09:00,50,,,r2
F1,acme,2026-10-04 09:00,50,4155550109,q@example.com,
F2,acme,2026-10-03 09:00,50,4155550109,q@example.com,
"""
PROOFS = {
    "A1": None,
    "A2": "lead A1 was sold to acme on 2026-10-01 10:00, within 30 days",
    "A3": None,
    "B2": None,
    "C1": None,
    "C2": "lead C1 was sold to acme on 2026-10-01 10:00, within 30 days",
    "r1": None,
    "r2": "lead D1 was sold to acme on 2026-10-03 09:00, within 30 days",
    "F1": "lead F2 was sold to acme on 2026-10-03 09:00, within 30 days",
    "F2": None,
}


def test_the_ledger_proves_or_refutes_each_claimed_duplicate(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "w", f'{TERMS}duplicate_lookback = "30 days"\n[reasons.dup]\nlabel = "Duplicate"\n')
    desk.ledger(DUPLICATES)
    rows = "".join(f",{key},2026-11-26,dup\n" if key.startswith("r") else f"{key},,2026-11-26,dup\n" for key in PROOFS)
    desk.returns(f"lead_id,sale_ref,requested_at,reason\n{rows}", "--buyer", "acme", "--received", "2026-11-27")
    for number, (key, proof) in enumerate(PROOFS.items(), start=1):
        found = desk.read_json("returns", "show", number)
        (step,) = [each for each in found["steps"] if each["step"] == "duplicate"]
        assert step["told"] == (proof or "no earlier sale of this person to acme within 30 days"), key
        codes = [finding["code"] for finding in found["findings"]]
        assert (found["outcome"], codes) == (("review", ["not_a_duplicate"]) if proof is None else ("approved", [])), (
            key
        )


@pytest.mark.parametrize("file", ["B0 B1 B2 B3 B4 A0 A1 A2", "A0 A1 A2 B0 B1 B2 B3 B4"])
def test_sales_without_a_campaign_have_places_of_their_own(tmp_path: Path, file: str) -> None:
    sales = [f"A{n},solar,2026-10-01,10.00,acme\n" for n in range(10)] + [
        f"B{n},,2026-10-01,10.00,acme\n" for n in range(10)
    ]
    desk = new_desk(tmp_path / "w", TERMS + 'cap = "20% of sales per month"\ncap_scope = "buyer and campaign"\n')
    desk.ledger("lead_id,campaign,sold_at,price,buyer\n" + "".join(sales))
    rows = "".join(f"{lead},2026-10-20\n" for lead in file.split())

    desk.returns(f"lead_id,requested_at\n{rows}", "--buyer", "acme", "--received", "2026-10-20")

    listed = desk.read_json("returns", "list")["returns"]
    assert [each["lead_id"] for each in listed if each["outcome"] == "approved"] == [
        lead for lead in file.split() if lead[1] in "01"
    ]
    desk.check()


def test_names_that_sections_take_for_one_share_their_places(tmp_path: Path) -> None:
    spelled = [("Solar", "acme"), ("solar", "acme"), ("SOLAR", "Acme"), ("so lar", "acme")]
    terms = '[campaigns.solar]\ncap = "2 returns per month"\ncap_scope = "buyer and campaign"\n[buyers.acme]\n'
    desk = new_desk(tmp_path / "w", TERMS + terms)
    sales = "".join(f"L{n},{campaign},2026-10-01,10.00,{buyer}\n" for n, (campaign, buyer) in enumerate(spelled))
    desk.ledger(f"lead_id,campaign,sold_at,price,buyer\n{sales}")
    rows = "".join(f"L{n},2026-10-20,{buyer}\n" for n, (_, buyer) in enumerate(spelled))

    desk.returns(f"lead_id,requested_at,buyer\n{rows}", "--received", "2026-10-20")

    listed = desk.read_json("returns", "list")["returns"]
    assert [each["outcome"] for each in listed] == ["approved", "approved", "review", "review"]
    desk.check()
