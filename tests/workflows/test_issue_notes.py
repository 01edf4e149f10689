"""Notes of a closed month: issued once, numbered without a gap, never changed, taken back by counter-documents."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.desk import DAY, NOON, TERMS, Desk, command_line, new_desk, process_environment

SELLER = """
[seller]
name    = "Northwind Leads LLC"
address = ["400 Harbor Street", "Portland, ME 04101"]
tax_id  = "82-1234567"

[buyers.acme]
name    = "Acme Home Services, Inc."
address = ["1200 Industrial Parkway", "Columbus, OH 43004"]
account = "C-10442"
"""
REASONS = """
[reasons.bad]
label = "Phone disconnected"
[reasons.wrong]
"""
LEDGER = """\
lead_id,buyer,supplier,sold_at,price,payout,currency
A-1,acme,leadco,2026-10-03,50.00,20.00,USD
A-2,acme,leadco,2026-10-04,40.00,20.00,USD
A-3,acme,leadco,2026-10-05,33.00,20.00,EUR
B-1,bolt,webreach,2026-10-06,30.00,10.00,USD
B-2,bolt,webreach,2026-10-07,25.00,10.00,USD
"""
HEAD = "lead_id,buyer,requested_at,reason\n"
ALL = HEAD + "".join(
    f"{lead},{buyer},2026-10-20,{reason}\n"
    for lead, buyer, reason in (
        ("A-1", "acme", "bad"),
        ("A-2", "acme", "wrong"),
        ("A-3", "acme", "bad"),
        ("B-1", "bolt", "bad"),
    )
)


def closed_october(root: Path, policies: str = TERMS + REASONS + SELLER, returns: str = ALL) -> Desk:
    desk = new_desk(root / "w", policies)
    desk.ledger(LEDGER)
    desk.now = NOON - 10 * DAY
    desk.returns(returns)
    desk.now = NOON
    desk.run("period", "close", "2026-10").ok()
    return desk


@pytest.fixture
def october(tmp_path: Path) -> Desk:
    return closed_october(tmp_path)


def issue(desk: Desk, *flags: str) -> Any:
    return desk.read_json("credit-note", "issue", "--period", "2026-10", *flags)


def shown(desk: Desk, number: str) -> Any:
    return desk.read_json("credit-note", "show", number)


def heads(value: Any) -> list[tuple[str, str, str, str]]:
    return [(note["number"], note["name"], note["currency"], note["total"]) for note in value["notes"]]


def test_one_note_per_buyer_and_currency_with_a_line_for_each_return(october: Desk) -> None:
    done = issue(october)

    assert done["status"] == "recorded"
    assert heads(done) == [
        ("CN-2026-0001", "acme", "EUR", "33.00"),
        ("CN-2026-0002", "acme", "USD", "90.00"),
        ("CN-2026-0003", "bolt", "USD", "30.00"),
    ]
    note = shown(october, "CN-2026-0002")
    assert [{key: line[key] for key in line if key != "adjustment"} for line in note["lines"]] == [
        {
            "lead_id": "A-1",
            "sold_on": "2026-10-03",
            "reason": "Phone disconnected",
            "price": "50.00",
            "credit": "50.00",
        },
        {"lead_id": "A-2", "sold_on": "2026-10-04", "reason": "wrong", "price": "40.00", "credit": "40.00"},
    ]
    assert note["seller"]["name"] == "Northwind Leads LLC"
    assert note["party"] == {
        "side": "buyer",
        "ledger_name": "acme",
        "name": "Acme Home Services, Inc.",
        "address": ["1200 Industrial Parkway", "Columbus, OH 43004"],
        "country": None,
        "tax_id": None,
        "email": None,
        "account": "C-10442",
    }
    assert (note["issued_on"], note["period"], note["tax"]) == ("2026-11-02", "2026-10", None)
    assert len(note["policy"]) == 64
    october.check()


def test_issuing_again_gives_the_same_notes_and_says_so(october: Desk) -> None:
    first = issue(october)
    before = october.content()

    ran = october.run("credit-note", "issue", "--period", "2026-10").ok()

    assert "nothing to do: every adjustment stands on a note already" in ran.err
    assert october.content() == before
    again = issue(october)
    assert again["status"] == "already_issued"
    assert heads(again) == heads(first)
    assert [note["new"] for note in again["notes"]] == [False, False, False]


def test_one_buyer_alone_and_then_the_others(october: Desk) -> None:
    assert heads(issue(october, "--buyer", "BOLT")) == [("CN-2026-0001", "bolt", "USD", "30.00")]
    assert [number for number, *_ in heads(issue(october))] == ["CN-2026-0001", "CN-2026-0002", "CN-2026-0003"]
    october.check()


def test_a_rehearsal_shows_the_numbers_and_keeps_none(october: Desk) -> None:
    before = october.content()
    rehearsed = issue(october, "--dry-run")
    assert (rehearsed["status"], october.content()) == ("dry_run", before)
    assert heads(issue(october)) == heads(rehearsed)


def test_an_open_month_has_no_notes(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "w", TERMS + SELLER)
    desk.ledger(LEDGER)
    ran = desk.run("credit-note", "issue", "--period", "2026-10")
    assert ran.code == 3
    assert "2026-10 is open, and notes are issued for closed periods only" in ran.err
    assert "leadreturns period close 2026-10" in ran.err


def test_a_seller_who_says_nothing_of_himself_is_told_what_and_where(tmp_path: Path) -> None:
    desk = closed_october(tmp_path, TERMS)
    before = desk.content()
    ran = desk.run("credit-note", "issue", "--period", "2026-10")
    assert ran.code == 3
    assert "3 notes of 2026-10 cannot be issued" in ran.err
    assert '[seller] has no name: write name = "Your Company Ltd." in a section [seller] of policies.toml' in ran.err
    assert "[seller] has no address" in ran.err
    assert desk.content() == before
    refused = issue(desk)
    assert [each["code"] for each in refused["problems"]] == ["missing_party_data"] * 3


def test_a_buyer_without_address_is_named_and_his_note_issued(october: Desk) -> None:
    ran = october.run("credit-note", "issue", "--period", "2026-10").ok()
    assert "[buyers.bolt] has no address: write address = " in ran.err
    assert "[buyers.acme]" not in ran.err


def test_debits_above_credits_make_a_debit_note(tmp_path: Path) -> None:
    desk = closed_october(tmp_path)
    issue(desk)
    desk.run("review", "reverse", 2, "--because", "reached after all").ok()
    desk.returns(HEAD + "B-2,bolt,2026-11-02,bad\n", name="november.csv")
    desk.now = NOON + 30 * DAY
    desk.run("period", "close", "2026-11").ok()

    done = desk.read_json("credit-note", "issue", "--period", "2026-11")

    assert heads(done) == [("DN-2026-0001", "acme", "USD", "40.00"), ("CN-2026-0004", "bolt", "USD", "25.00")]
    note = shown(desk, "DN-2026-0001")
    assert [(line["lead_id"], line["debit"]) for line in note["lines"]] == [("A-2", "40.00")]
    desk.run("credit-note", "show", "DN-2026-0001", "-o", "debit.html").ok()
    assert "<td>wrong, taken back</td>" in (desk.root / "debit.html").read_text()
    for shape in ("csv", "table"):
        assert "wrong, taken back" in desk.run("credit-note", "show", "DN-2026-0001", "--format", shape).out
    desk.check()


def test_credits_taken_back_in_the_same_month_leave_nothing_to_send(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "w", TERMS + SELLER)
    desk.ledger(LEDGER)
    desk.now = NOON - 10 * DAY
    desk.returns(HEAD + "A-1,acme,2026-10-20,bad\n")
    desk.run("review", "reverse", 1, "--because", "a slip").ok()
    desk.now = NOON
    desk.run("period", "close", "2026-10").ok()

    done = issue(desk)

    assert (done["status"], done["notes"]) == ("nothing", [])
    assert done["balanced"] == [{"name": "acme", "currency": "USD", "lines": 2}]
    assert "credits and debits of 2 entries are equal" in desk.run("credit-note", "issue", "--period", "2026-10").err


def test_a_note_is_taken_back_by_a_counter_document_and_its_lines_issued_anew(october: Desk) -> None:
    issue(october)
    original = shown(october, "CN-2026-0002")
    october.policies(TERMS + REASONS + SELLER.replace("1200 Industrial", "77 Industrial"))

    ran = october.run("credit-note", "void", "CN-2026-0002", "--because", "the street number was wrong").ok()
    assert "CN-2026-0002 is taken back by DN-2026-0001" in ran.err

    counter = shown(october, "DN-2026-0001")
    assert (counter["voids"], counter["because"], counter["total"]) == (
        "CN-2026-0002",
        "the street number was wrong",
        "90.00",
    )
    assert counter["party"] == original["party"], "it takes back what was sent, to the same address"
    assert counter["wording"]["intro"] == (
        "This document takes back CN-2026-0002 in full. Reason: the street number was wrong"
    )
    void = shown(october, "CN-2026-0002")
    assert (void["status"], void["voided_by"]) == ("void", "DN-2026-0001")
    assert void["wording"].pop("closing") == "", "it asks for nothing any more"
    assert original["wording"].pop("closing").startswith("Please set the amount off")
    assert {**original, "status": "void", "voided_by": "DN-2026-0001"} == void

    anew = issue(october)
    assert [(note["number"], note["new"]) for note in anew["notes"]] == [
        ("CN-2026-0001", False),
        ("CN-2026-0003", False),
        ("CN-2026-0004", True),
    ]
    assert shown(october, "CN-2026-0004")["party"]["address"][0] == "77 Industrial Parkway"
    october.check()


@pytest.mark.parametrize(
    ("number", "code"),
    [("CN-2026-0002", "already_void"), ("DN-2026-0001", "counter_document"), ("CN-2026-0099", "unknown_note")],
)
def test_what_cannot_be_taken_back(october: Desk, number: str, code: str) -> None:
    issue(october)
    october.run("credit-note", "void", "CN-2026-0002", "--because", "once").ok()
    before = october.content()
    refused = october.run("credit-note", "void", number, "--because", "twice", "--json")
    assert (refused.code, refused.json["problems"][0]["code"]) == (3, code)
    assert october.content() == before


def test_a_month_reopened_and_closed_again_gets_further_notes_for_what_is_new(tmp_path: Path) -> None:
    terms = (TERMS + REASONS + SELLER).replace("[terms]", '[terms]\npost_to = "requested"')
    desk = closed_october(tmp_path, terms)
    issue(desk)
    ran = desk.run("period", "reopen", "2026-10", "--because", "bolt sent a second file").ok()
    assert "3 notes of the month stay as they are" in ran.err
    desk.returns(HEAD + "B-2,bolt,2026-10-21,bad\n", name="second.csv")
    assert desk.run("credit-note", "issue", "--period", "2026-10").code == 3, "it is open"
    desk.run("period", "close", "2026-10").ok()

    done = issue(desk)

    assert [(note["number"], note["total"]) for note in done["notes"] if note["new"]] == [("CN-2026-0004", "25.00")]
    desk.check()


def test_numbers_start_anew_in_each_year_of_issue_and_have_no_gap(tmp_path: Path) -> None:
    desk = closed_october(tmp_path)
    issue(desk, "--buyer", "bolt")
    desk.now = NOON + 70 * DAY
    assert [number for number, *_ in heads(issue(desk))] == ["CN-2026-0001", "CN-2027-0001", "CN-2027-0002"]
    desk.check()


def test_suppliers_get_statements_the_same_way(october: Desk) -> None:
    ran = october.run("credit-note", "issue", "--period", "2026-10").ok()
    assert "credit-note issue --period 2026-10 --suppliers" in ran.err

    done = issue(october, "--suppliers")

    assert heads(done) == [
        ("SS-2026-0001", "leadco", "EUR", "10.00"),
        ("SS-2026-0002", "leadco", "USD", "20.00"),
        ("SS-2026-0003", "webreach", "USD", "5.00"),
    ]
    line = shown(october, "SS-2026-0003")["lines"][0]
    assert (line["lead_id"], line["payout"], line["clawback"]) == ("B-1", "10.00", "5.00")
    voided = october.run("credit-note", "void", "SS-2026-0003", "--because", "wrong supplier").ok()
    assert "to issue anew: leadreturns credit-note issue --period 2026-10 --suppliers" in voided.err
    twice = october.run("credit-note", "void", "SS-2026-0003", "--because", "wrong supplier")
    assert "issue the lines anew: leadreturns credit-note issue --period 2026-10 --suppliers" in twice.err
    counter = shown(october, "SR-2026-0001")
    assert (counter["kind"], counter["lines"][0]["given_back"]) == ("clawback_reversed", "5.00")
    listed = october.read_json("credit-note", "list", "--supplier", "webreach")["notes"]
    assert [note["number"] for note in listed] == ["SS-2026-0003", "SR-2026-0001"]
    october.check()


def test_notes_of_one_side_and_name_only(october: Desk) -> None:
    issue(october)
    issue(october, "--supplier", "webreach")
    listed = october.read_json("credit-note", "list")["notes"]
    assert [note["number"] for note in listed] == ["CN-2026-0001", "CN-2026-0002", "CN-2026-0003", "SS-2026-0001"]
    assert len(october.read_json("credit-note", "list", "--buyer", "acme")["notes"]) == 2
    assert october.read_json("credit-note", "list", "--period", "2026-09")["notes"] == []
    unknown = october.run("credit-note", "issue", "--period", "2026-10", "--supplier", "leadcoo")
    assert (unknown.code, 'did you mean "leadco"?' in unknown.err) == (3, True)
    assert october.run("credit-note", "issue", "--period", "2026-10", "--buyer", "acme", "--suppliers").code == 2


def test_tax_is_told_apart_and_frozen(tmp_path: Path) -> None:
    taxed = TERMS + SELLER + '[tax]\nrate = "20%"\nlabel = "VAT"\n'
    desk = closed_october(tmp_path, taxed, HEAD + "A-1,acme,2026-10-20,bad\nA-2,acme,2026-10-20,bad\n")
    note = issue(desk)["notes"][0]
    assert (note["net"], note["tax_amount"], note["total"]) == ("90.00", "18.00", "108.00")
    desk.policies(taxed.replace("20%", "25%"))
    assert shown(desk, "CN-2026-0001")["tax"] == {"label": "VAT", "rate": "20%", "amount": "18.00"}
    out = desk.run("credit-note", "show", "CN-2026-0001").out
    assert "VAT 20%" in out
    assert "108.00" in out


def test_the_words_are_the_users_and_stay_as_issued(october: Desk) -> None:
    template = october.root / "templates" / "credit_note.toml"
    template.parent.mkdir()
    template.write_text(
        '[credit_note]\ntitle = "Gutschrift"\nintro = "Wir schreiben Ihnen $total für $period gut."\n'
        '[labels]\nlead = "Kontakt"\ntotal = "Summe"\n',
        encoding="utf-8",
    )
    issue(october)
    template.unlink()

    words = shown(october, "CN-2026-0002")["wording"]
    assert words["title"] == "Gutschrift"
    assert words["intro"] == "Wir schreiben Ihnen 90.00 USD für 2026-10 gut."
    assert words["closing"] == "Please set the amount off against your next payment and quote CN-2026-0002."
    out = october.run("credit-note", "show", "CN-2026-0002").out
    assert "Gutschrift" in out
    assert "Kontakt" in out


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("[credit_note\n", "templates/credit_note.toml cannot be read"),
        ('[credit_notes]\ntitle = "x"\n', 'did you mean "credit_note"?'),
        ('[credit_note]\ntitel = "x"\n', 'did you mean "title"?'),
        ('[credit_note]\nintro = "Dear $buyer"\n', "unknown placeholder $buyer"),
        ("[labels]\nlead = 3\n", "[labels] lead is no text"),
        ("labels = 3\n", "labels is no section"),
        ('[credit_note]\nintro = "' + "x" * 2001 + '"\n', "longer than 2,000 characters"),
        ("#" * 100_001, "larger than 100 kB"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_before_anything_is_numbered(
    october: Desk, template: str, says: str
) -> None:
    path = october.root / "templates" / "credit_note.toml"
    path.parent.mkdir()
    path.write_text(template, encoding="utf-8")
    before = october.content()
    ran = october.run("credit-note", "issue", "--period", "2026-10")
    assert (ran.code, says in ran.err) == (3, True), ran.err
    assert october.content() == before


def test_the_packaged_template_is_a_template(october: Desk) -> None:
    (october.root / "templates").mkdir()
    october.run("credit-note", "template", "-o", "templates/credit_note.toml").ok()
    assert issue(october)["status"] == "recorded"
    assert october.run("credit-note", "template", "--layout").ok().out.startswith("// The layout of notes")


def test_every_file_of_a_note_tells_the_same(october: Desk) -> None:
    from openpyxl import load_workbook

    issue(october)
    for suffix in ("csv", "json", "xlsx", "html", "txt"):
        october.run("credit-note", "show", "CN-2026-0002", "-o", f"note.{suffix}").ok()

    assert json.loads((october.root / "note.json").read_text()) == shown(october, "CN-2026-0002")
    assert (october.root / "note.csv").read_text().splitlines()[:2] == [
        "lead_id,sold_on,reason,currency,price,credit,adjustment",
        "A-1,2026-10-03,Phone disconnected,USD,50.00,50.00,1",
    ]
    sheet = load_workbook(october.root / "note.xlsx").worksheets[0]
    assert [cell.value for cell in sheet["F"]] == ["Credit", 50, 40, 90]
    text = (october.root / "note.txt").read_text()
    for words in ("Acme Home Services, Inc.", "Portland, ME 04101", "CN-2026-0002", "90.00", "2026-10-04"):
        assert words in text
        assert words in (october.root / "note.html").read_text()


@pytest.mark.parametrize("kind", ["table", "csv", "json", "xlsx", "html", "txt", "pdf"])
def test_a_note_that_was_taken_back_asks_for_no_money_in_any_format(october: Desk, kind: str) -> None:
    if kind == "pdf":
        pytest.importorskip("typst", reason="the extra pdf is not installed")
        if shutil.which("pdftotext") is None:
            pytest.skip("pdftotext is not installed")
    issue(october)
    october.run("credit-note", "void", "CN-2026-0002", "--because", "wrong address").ok()
    file = october.root / f"note.{kind}"

    if kind in ("table", "csv"):
        ran = october.run("credit-note", "show", "CN-2026-0002", "--format", kind).ok()
        assert "VOID: taken back by DN-2026-0001" in (ran.err if kind == "csv" else ran.out)
        said = ran.out
    else:
        ran = october.run("credit-note", "show", "CN-2026-0002", "-o", file).ok()
        assert "warning: CN-2026-0002 is void, taken back by DN-2026-0001" in ran.err
        said = text_of(file)

    assert ("A-1" in said, "set the amount off" in said) == (True, False)
    counter = october.root / f"counter.{'txt' if kind == 'table' else kind}"
    assert "is void" not in october.run("credit-note", "show", "DN-2026-0001", "-o", counter).ok().err


def text_of(file: Path) -> str:
    """Every text in the file, as a reader sees it."""
    if file.suffix == ".pdf":
        return subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    if file.suffix == ".xlsx":
        from openpyxl import load_workbook

        cells = (cell.value for sheet in load_workbook(file) for row in sheet.iter_rows() for cell in row)
        return "\n".join(map(str, cells))
    return file.read_text(encoding="utf-8")


def test_a_folder_of_files_one_for_each_note(october: Desk) -> None:
    (october.root / "sent").mkdir()
    october.run("credit-note", "issue", "--period", "2026-10", "--folder", "sent", "--as", "html").ok()
    assert sorted(path.name for path in (october.root / "sent").iterdir()) == [
        "CN-2026-0001.html",
        "CN-2026-0002.html",
        "CN-2026-0003.html",
    ]


def test_a_layout_that_cannot_be_set_is_refused_before_anything_is_numbered(october: Desk) -> None:
    pytest.importorskip("typst", reason="the extra pdf is not installed")
    (october.root / "templates").mkdir()
    (october.root / "sent").mkdir()
    (october.root / "templates" / "credit_note.typ").write_text("#let x = \n")
    before = october.content()

    ran = october.run("credit-note", "issue", "--period", "2026-10", "--folder", "sent", "--as", "pdf")

    assert (ran.code, october.content()) == (3, before)
    assert "credit_note.typ cannot be set: expected expression" in ran.err


def test_a_folder_that_is_not_there_is_refused_before_anything_is_numbered(october: Desk) -> None:
    before = october.content()
    ran = october.run("credit-note", "issue", "--period", "2026-10", "--folder", "nowhere", "--as", "csv")
    assert (ran.code, "nowhere" in ran.err) == (3, True)
    assert october.content() == before


def test_five_processes_at_once_issue_each_note_once(tmp_path: Path) -> None:
    terms = (TERMS + SELLER).replace("[terms]", '[terms]\npost_to = "requested"')
    desk = new_desk(tmp_path / "w", terms)
    desk.ledger(LEDGER)
    desk.returns(ALL)
    desk.run("period", "close", "2026-10").ok()
    command = command_line("credit-note", "issue", "--period", "2026-10", "--json")
    running = [
        subprocess.Popen(command, cwd=desk.root, env=process_environment(), stdout=subprocess.PIPE, text=True)
        for _ in range(5)
    ]

    printed = [json.loads(process.communicate(timeout=90)[0]) for process in running]

    assert sorted(each["status"] for each in printed) == ["already_issued"] * 4 + ["recorded"]
    numbers = {tuple(note["number"][:3] + note["number"][8:] for note in each["notes"]) for each in printed}
    assert numbers == {("CN-0001", "CN-0002", "CN-0003")}
    desk.check()


def test_a_name_that_ends_in_what_no_note_is_written_as_is_refused(october: Desk) -> None:
    october.run("credit-note", "issue", "--period", "2026-10").ok()
    refused = october.run("credit-note", "show", "CN-2026-0001", "-o", "note.docx")
    assert refused.code == 2
    assert "no note is written as .docx" in refused.err
    assert "known are .pdf, .html, .xlsx, .csv, .json, .txt" in refused.err
    assert not (october.root / "note.docx").exists()
    for name in ("note", "note.txt", "NOTE.CSV"):
        october.run("credit-note", "show", "CN-2026-0001", "-o", name).ok()
    october.run("credit-note", "show", "CN-2026-0001", "-o", "note.data", "--json").ok()


def test_boxes_in_a_pdf_are_told_with_the_note_and_whom_it_is_for(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra pdf is not installed")
    desk = closed_october(tmp_path, TERMS + REASONS + SELLER.replace("1200 Industrial", "\U00010600 Industrial"))
    told = ": no font at hand has \U00010600, boxes stand in the PDF instead"
    issued = desk.run("credit-note", "issue", "--period", "2026-10", "--folder", ".").ok()
    assert f"warning: CN-2026-0001 for acme and 1 more{told}" in issued.err
    assert "for bolt" not in issued.err
    shown = desk.run("credit-note", "show", "CN-2026-0001", "-o", "note.pdf").ok()
    assert f"CN-2026-0001 for acme{told}" in shown.err and "-o CN-2026-0001.html" in shown.err
    assert "no font" not in desk.run("credit-note", "show", "CN-2026-0001", "-o", "note.html").ok().err


def test_a_font_that_a_layout_names_in_vain_is_told(october: Desk) -> None:
    pytest.importorskip("typst", reason="the extra pdf is not installed")
    october.run("credit-note", "issue", "--period", "2026-10").ok()
    (october.root / "templates").mkdir()
    october.run("credit-note", "template", "--layout", "-o", "templates/credit_note.typ").ok()
    assert "warning" not in october.run("credit-note", "show", "CN-2026-0001", "-o", "note.pdf").ok().err
    layout = october.root / "templates" / "credit_note.typ"
    layout.write_text(layout.read_text("utf-8").replace("Libertinus Serif", "House Style Sans"), encoding="utf-8")
    shown = october.run("credit-note", "show", "CN-2026-0001", "-o", "note.pdf").ok()
    assert "credit_note.typ: unknown font family: house style sans" in shown.err
