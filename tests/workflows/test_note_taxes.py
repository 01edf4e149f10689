"""The rate of tax changes between a credit and what takes it back: each note keeps the rate of what it corrects."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.desk import DAY, NOON, Desk, new_desk

POLICIES = """\
version = 1
currency = "EUR"
timezone = "UTC"
[terms]
window = "90 days"
approval = "auto"
[buyers.acme]
address = ["1 Street"]
[seller]
name = "Northwind Leads LLC"
address = ["400 Harbor Street"]
tax_id = "DE123456789"
"""
LEDGER = """\
lead_id,buyer,sold_at,price
A-1,acme,2026-09-03,300.00
A-2,acme,2026-09-04,21.13
A-3,acme,2026-09-05,80.00
"""
HEAD = "lead_id,buyer,requested_at\n"
SEPTEMBER, OCTOBER, NOVEMBER = NOON - 42 * DAY, NOON - 12 * DAY, NOON


def rate(share: str, label: str = "USt") -> str:
    return POLICIES + (f'[tax]\nrate = "{share}"\nlabel = "{label}"\n' if share else "")


def september(root: Path, share: str, leads: tuple[str, ...] = ("A-1",)) -> Desk:
    """On 21 October, with September closed: what it credits stands on no note yet."""
    desk = new_desk(root / "w", rate(share))
    desk.now = SEPTEMBER
    desk.ledger(LEDGER)
    desk.returns(HEAD + "".join(f"{lead},acme,2026-09-20\n" for lead in leads))
    desk.now = OCTOBER
    desk.run("period", "close", "2026-09").ok()
    return desk


def close_october(desk: Desk, share: str) -> None:
    """On 2 November, with another rate than before."""
    desk.policies(rate(share))
    desk.now = NOVEMBER
    desk.run("period", "close", "2026-10").ok()


def issue(desk: Desk, period: str, *flags: str) -> Any:
    return desk.read_json("credit-note", "issue", "--period", period, *flags)


def taxes(done: Any) -> list[tuple[str, str, str, str | None]]:
    """Of the new notes: number, net, tax, rate."""
    return [
        (each["number"], each["net"], each["tax_amount"], each["tax_rate"]) for each in done["notes"] if each["new"]
    ]


def void(desk: Desk, number: str) -> str:
    return desk.run("credit-note", "void", number, "--because", "it was wrong").ok().err


def test_what_takes_a_credit_back_is_taxed_as_the_credit_was(tmp_path: Path) -> None:
    desk = september(tmp_path, "19%")
    assert taxes(issue(desk, "2026-09")) == [("CN-2026-0001", "300.00", "57.00", "19%")]
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    close_october(desk, "16%")

    rehearsed = desk.run("credit-note", "issue", "--period", "2026-10", "--dry-run").ok()
    done = issue(desk, "2026-10")

    assert taxes(done) == [("DN-2026-0001", "300.00", "57.00", "19%")]
    assert (
        "DN-2026-0001 for acme has the tax of 19% of CN-2026-0001, since the entries of the one take those of the "
        "other back; today's is tax of 16%"
    ) in rehearsed.err
    assert done["taxes"] == [
        {
            "number": "DN-2026-0001",
            "rate": "19%",
            "today": "16%",
            "notes": [{"number": "CN-2026-0001", "rate": "19%", "opposite": True}],
        }
    ]
    assert desk.read_json("credit-note", "show", "DN-2026-0001")["tax"]["label"] == "USt"
    desk.check()


def test_credits_at_todays_rate_and_reversals_at_an_earlier_one_are_notes_of_their_own(tmp_path: Path) -> None:
    desk = september(tmp_path, "19%")
    issue(desk, "2026-09")
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    desk.returns(HEAD + "A-3,acme,2026-10-10\n", name="october.csv")
    close_october(desk, "16%")

    assert taxes(issue(desk, "2026-10")) == [
        ("CN-2026-0002", "80.00", "12.80", "16%"),
        ("DN-2026-0001", "300.00", "57.00", "19%"),
    ]
    desk.check()


@pytest.mark.parametrize(("before", "after", "tax"), [("", "16%", "0.00"), ("16%", "", "3.38")])
def test_a_tax_that_comes_or_goes_leaves_reversals_as_the_credit_was(
    tmp_path: Path, before: str, after: str, tax: str
) -> None:
    desk = september(tmp_path, before, ("A-2",))
    issue(desk, "2026-09")
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    close_october(desk, after)
    assert taxes(issue(desk, "2026-10")) == [("DN-2026-0001", "21.13", tax, before or None)]
    desk.check()


def test_a_note_issued_anew_keeps_its_rate_and_says_so(tmp_path: Path) -> None:
    desk = september(tmp_path, "19%")
    issue(desk, "2026-09")
    desk.policies(rate("16%"))

    told = void(desk, "CN-2026-0001")
    again = desk.run("credit-note", "issue", "--period", "2026-09").ok()

    assert "keep their tax of 19%; with --todays-rate they get today's tax of 16%" in told
    note = desk.read_json("credit-note", "show", "CN-2026-0002")
    assert (note["total"], note["tax"]["rate"]) == ("357.00", "19%")
    assert (
        "CN-2026-0002 for acme keeps the tax of 19% of CN-2026-0001, which had its lines before; today's is tax of "
        "16%: where that is the right one, take CN-2026-0002 back and issue with --todays-rate"
    ) in again.err
    desk.check()


def test_a_note_taken_back_for_its_rate_is_issued_anew_at_todays(tmp_path: Path) -> None:
    desk = september(tmp_path, "19%")
    issue(desk, "2026-09")
    desk.policies(rate("16%"))
    void(desk, "CN-2026-0001")

    again = desk.run("credit-note", "issue", "--period", "2026-09", "--todays-rate").ok()

    assert "CN-2026-0002 for acme has today's tax of 16%, where CN-2026-0001 had tax of 19%" in again.err
    note = desk.read_json("credit-note", "show", "CN-2026-0002")
    assert (note["total"], note["tax"]["rate"]) == ("348.00", "16%")
    desk.now = OCTOBER
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    close_october(desk, "7%")
    assert taxes(issue(desk, "2026-10")) == [("DN-2026-0002", "300.00", "48.00", "16%")], "as the note that stands"
    desk.check()


def test_a_credit_whose_reversal_stands_keeps_its_rate_whatever_is_asked_for(tmp_path: Path) -> None:
    """Else the two would not come to nothing. Both taken back, both may be issued at today's."""
    desk = september(tmp_path, "19%")
    issue(desk, "2026-09")
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    close_october(desk, "16%")
    issue(desk, "2026-10")
    void(desk, "CN-2026-0001")

    assert taxes(issue(desk, "2026-09", "--todays-rate")) == [("CN-2026-0002", "300.00", "57.00", "19%")]

    void(desk, "CN-2026-0002")
    void(desk, "DN-2026-0001")
    assert taxes(issue(desk, "2026-10", "--todays-rate"))[0][2:] == ("48.00", "16%")
    assert taxes(issue(desk, "2026-09"))[0][2:] == ("48.00", "16%")
    desk.check()


def test_without_a_change_of_rate_nothing_is_said(tmp_path: Path) -> None:
    desk = september(tmp_path, "19%", ("A-1", "A-2"))
    issue(desk, "2026-09")
    assert "--todays-rate" not in void(desk, "CN-2026-0001")
    ran = desk.run("credit-note", "issue", "--period", "2026-09").ok()
    assert "today's" not in ran.err
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    close_october(desk, "19%")
    done = issue(desk, "2026-10")
    assert (taxes(done), done["taxes"]) == ([("DN-2026-0002", "300.00", "57.00", "19%")], [])


def test_a_rate_of_nothing_is_told_apart_from_no_tax(tmp_path: Path) -> None:
    desk = september(tmp_path, "0%")
    assert taxes(issue(desk, "2026-09")) == [("CN-2026-0001", "300.00", "0.00", "0%")]


def test_todays_rate_is_not_for_suppliers_who_are_never_taxed(tmp_path: Path) -> None:
    desk = september(tmp_path, "19%")
    ran = desk.run("credit-note", "issue", "--period", "2026-09", "--suppliers", "--todays-rate")
    assert (ran.code, "statements for suppliers bear no tax" in ran.err) == (2, True)


def balanced_october(root: Path) -> Desk:
    """October takes 300.00 of September back and credits 300.00 anew, at one rate: nothing was sent. Now it is 16%."""
    desk = new_desk(root / "w", rate("19%"))
    desk.now = SEPTEMBER
    desk.ledger(LEDGER + "A-8,acme,2026-09-06,300.00\n")
    desk.returns(HEAD + "A-1,acme,2026-09-20\n")
    desk.now = OCTOBER
    desk.run("period", "close", "2026-09").ok()
    issue(desk, "2026-09")
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    desk.returns(HEAD + "A-8,acme,2026-10-10\n", name="october.csv")
    close_october(desk, "19%")
    assert issue(desk, "2026-10")["status"] == "nothing"
    desk.policies(rate("16%"))
    return desk


def journal_taxes(desk: Desk, period: str) -> list[str]:
    journal = desk.run("export", "hledger", "--period", period).ok().out
    return [line.strip() for line in journal.splitlines() if line.strip().startswith("liabilities:sales tax")]


def test_a_month_that_needed_no_note_needs_none_at_a_later_rate(tmp_path: Path) -> None:
    desk = balanced_october(tmp_path)

    rehearsed = desk.read_json("credit-note", "issue", "--period", "2026-10", "--dry-run")

    assert (rehearsed["status"], [each["name"] for each in rehearsed["balanced"]]) == ("nothing", ["acme"])
    assert journal_taxes(desk, "2026-10") == []


def test_what_takes_back_an_entry_of_a_month_that_needed_no_note_has_the_rate_of_that_time(tmp_path: Path) -> None:
    """September gave 57.00 of tax back, and in the end nothing is credited: November takes 57.00."""
    desk = balanced_october(tmp_path)
    desk.run("review", "reverse", 2, "--because", "sold after all").ok()
    desk.now = NOVEMBER + 30 * DAY
    desk.run("period", "close", "2026-11").ok()
    [drafted] = journal_taxes(desk, "2026-11")

    ran = desk.run("credit-note", "issue", "--period", "2026-11", "--dry-run").ok()
    done = issue(desk, "2026-11")

    assert "-57.00" in drafted
    assert taxes(done) == [("DN-2026-0001", "300.00", "57.00", "19%")]
    assert (
        "DN-2026-0001 for acme has the tax of 19% of CN-2026-0001: its entries take back such as came to nothing with "
        "what corrects that, and stand on no note; today's is tax of 16%"
    ) in ran.err
    assert issue(desk, "2026-10")["status"] == "nothing"
    assert journal_taxes(desk, "2026-10") == []
    desk.check()


def test_an_entry_taken_back_and_granted_again_in_one_month_needs_no_note_at_a_later_rate(tmp_path: Path) -> None:
    desk = september(tmp_path, "19%")
    issue(desk, "2026-09")
    for what in ("reverse", "approve"):
        desk.run("review", what, 1, "--because", "a second look").ok()
    close_october(desk, "16%")
    assert issue(desk, "2026-10")["status"] == "nothing"
    assert journal_taxes(desk, "2026-10") == []


def two_rates(root: Path) -> Desk:
    """October has a credit at 16% and takes one of September back at 19%; no note of it is issued yet."""
    desk = september(root, "19%")
    issue(desk, "2026-09")
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    desk.returns(HEAD + "A-3,acme,2026-10-10\n", name="october.csv")
    close_october(desk, "16%")
    return desk


def intro(desk: Desk, number: str) -> str:
    return str(desk.read_json("credit-note", "show", number)["wording"]["intro"])


def test_a_debit_note_beside_a_note_of_another_rate_says_what_is_true_of_its_rate(tmp_path: Path) -> None:
    desk = two_rates(tmp_path)
    issue(desk, "2026-10")
    assert intro(desk, "DN-2026-0001") == (
        "Credits taxed at 19% that were taken back in October 2026 came to more than those granted at that rate, so "
        "we debit you with 357.00 EUR."
    )
    assert intro(desk, "CN-2026-0002").startswith("We credit you with 92.80 EUR for leads that you returned")
    void(desk, "DN-2026-0001")
    issue(desk, "2026-10")
    assert intro(desk, "DN-2026-0002").startswith("Credits taxed at 19%"), "the credit note of before still stands"


@pytest.mark.parametrize(
    ("debit_note", "says"),
    [
        ('title = "Belastung"', "Credits taxed at 19% that were taken back"),
        ('intro = "Wir belasten Sie mit $total."', "Wir belasten Sie mit 357.00 EUR."),
        ('intro = "Mehr."\nby_rate = "Zu $rate: $total."', "Zu 19%: 357.00 EUR."),
    ],
)
def test_a_template_without_a_sentence_for_rates_keeps_working(tmp_path: Path, debit_note: str, says: str) -> None:
    desk = two_rates(tmp_path)
    (desk.root / "templates").mkdir()
    desk.file("templates/credit_note.toml", f"[debit_note]\n{debit_note}\n")
    issue(desk, "2026-10")
    assert intro(desk, "DN-2026-0001").startswith(says)


def test_a_debit_note_alone_in_its_month_has_the_sentence_for_all(tmp_path: Path) -> None:
    desk = september(tmp_path, "19%")
    issue(desk, "2026-09")
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    close_october(desk, "16%")
    issue(desk, "2026-10")
    assert intro(desk, "DN-2026-0001").startswith("Credits that were taken back in October 2026 came to more than the")


def test_one_name_for_two_rates_is_warned_of(tmp_path: Path) -> None:
    desk = two_rates(tmp_path)
    issue(desk, "2026-10")

    ran = desk.run("export", "quickbooks", "--period", "2026-10", "-o", "x.zip").ok()
    told = desk.read_json("export", "quickbooks", "--period", "2026-10", "-o", "x.zip")

    assert 'warning: quickbooks: documents taxed at 16%, 19% all have "Tax": import them rate by rate' in ran.err
    assert told["merged_taxes"] == ["16%", "19%"]
    (desk.root / "exports").mkdir()
    names = '[tax_names]\n"16%" = "USt16"\n"19%" = "USt19"\n'
    desk.file("exports/quickbooks.toml", f'[values]\ntaxed_code = ""\n{names}')
    told = desk.read_json("export", "quickbooks", "--period", "2026-10", "-o", "x.csv")
    assert (told["merged_taxes"], told["unnamed_taxes"]) == ([], [])
    assert [",USt16," in path.read_text() for path in sorted(desk.root.glob("x*.csv"))] == [False, True]
    september_alone = desk.read_json("export", "quickbooks", "--period", "2026-09", "-o", "y.csv")
    assert september_alone["merged_taxes"] == []


def test_what_is_promised_of_lines_issued_anew_leaves_out_those_whose_opposite_stands(tmp_path: Path) -> None:
    desk = september(tmp_path, "19%")
    issue(desk, "2026-09")
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    close_october(desk, "16%")
    issue(desk, "2026-10")
    told = void(desk, "CN-2026-0001")
    assert "get today's tax of 16%, save those whose opposite, the credit or what takes it back, stands on" in told


def test_a_line_without_a_reason_is_taken_back_without_a_comma(tmp_path: Path) -> None:
    desk = september(tmp_path, "19%", ("A-1", "A-2"))
    issue(desk, "2026-09")
    desk.run("review", "reverse", 2, "--because", "sold after all").ok()
    desk.returns(HEAD + "A-3,acme,2026-10-10\n", name="october.csv")
    close_october(desk, "19%")
    issue(desk, "2026-10")
    shown = desk.run("credit-note", "show", "CN-2026-0002", "--format", "csv").ok().out
    assert [row["reason"] for row in csv.DictReader(io.StringIO(shown))][:2] == ["taken back", ""]


@pytest.mark.parametrize("noted", [False, True])
def test_accounting_files_have_the_rate_that_the_notes_have_or_will_have(tmp_path: Path, noted: bool) -> None:
    desk = september(tmp_path, "19%")
    issue(desk, "2026-09")
    desk.run("review", "reverse", 1, "--because", "sold after all").ok()
    desk.returns(HEAD + "A-3,acme,2026-10-10\n", name="october.csv")
    close_october(desk, "16%")
    if noted:
        issue(desk, "2026-10")
    journal = desk.run("export", "hledger", "--period", "2026-10").ok().out
    taxed = [line.split() for line in journal.splitlines() if line.strip().startswith("liabilities:sales tax")]
    assert sorted(each[-1] if each[-1] != "EUR" else each[-2] for each in taxed) == ["-57.00", "12.80"]
