"""What a user gets wrong: one message with what, where and what to do, the exit code of the table, nothing changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.desk import TERMS, Desk, Ran, new_desk

SALES = """\
lead_id,buyer,sold_at,price,payout,supplier,campaign,phone
L-1001,acme,2026-10-20,50.00,30.00,leadco,solar,+1 202 555 0101
L-1002,acme,2026-10-21,40.00,24.00,leadco,solar,+1 202 555 0102
L-1003,bolt,2026-10-21,40.00,24.00,webreach,solar,+1 202 555 0102
"""
FILES: dict[str, str | bytes] = {
    "good.csv": "lead_id\nL-1002\n",
    "empty.csv": "",
    "header_only.csv": "lead_id,reason,return date\n",
    "blank_rows.csv": "lead_id,reason\n\n,\n  \n",
    "no_identifier.csv": "name,reason\nAnn,disconnected\n",
    "no_buyer.csv": "lead_id\nL-1003\n",
    "two_headings.csv": "lead_id,Order ID,reason\nL-1001,L-1001,disconnected\n",
    "same_heading_twice.csv": "lead_id,reason,reason\nL-1001,disconnected,wrong number\n",
    "ambiguous_dates.csv": "lead_id,return date\nL-1001,03/04/2026\n",
    "damaged.xlsx": b"PK\x03\x04" + b"\x00" * 300,
    "binary.csv": bytes(range(256)) * 20,
    "picture.png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 200,
    "not_text.txt": b"\xff\xfe\x00\xd8" * 40,
}


@pytest.fixture
def sold(desk: Desk) -> Desk:
    """Three sales, one return approved, and all those files."""
    desk.ledger(SALES)
    desk.returns("lead_id\nL-1001\n", "--buyer", "acme", name="first.csv")
    for name, content in FILES.items():
        desk.file(name, content)
    (desk.root / "folder").mkdir()
    return desk


def refused(desk: Desk, *words: object, code: int = 3) -> Ran:
    """The command, which must change nothing, say why on stderr, and show no traceback."""
    before = desk.content()
    ran = desk.run(*words)
    assert ran.code == code, ran
    assert ran.err.startswith(("error: ", "Usage: ")), ran.err
    assert "Traceback" not in ran.err
    assert desk.content() == before
    return ran


@pytest.mark.parametrize("command", [("import", "--buyer", "acme"), ("ledger", "import")])
@pytest.mark.parametrize(
    ("name", "says", "code"),
    [
        ("missing.csv", "There is no file missing.csv", "missing_file"),
        ("folder", "folder is a folder, not a file", "not_a_file"),
        ("/dev/null", "null is a device, not a file", "not_a_file"),
        ("-", "There is no file -", "missing_file"),
        ("empty.csv", "empty.csv is empty", "empty_file"),
        ("damaged.xlsx", "damaged.xlsx is a damaged or incomplete workbook", None),
        ("binary.csv", "binary.csv is binary data", None),
        ("picture.png", "picture.png is ", None),
        ("not_text.txt", "not_text.txt", None),
        ("no_identifier.csv", "no_identifier.csv: no column for", "missing_columns"),
        ("two_headings.csv", "two_headings.csv: ", None),
    ],
)
def test_a_file_that_is_none(sold: Desk, command: tuple[str, ...], name: str, says: str, code: str | None) -> None:
    ran = refused(sold, *command, name)

    assert says in ran.err
    assert "\nhint: " in ran.err

    machine = refused_json(sold, *command, name)
    assert code in (None, machine["code"])
    assert says in machine["message"]


def refused_json(desk: Desk, *words: object) -> dict[str, str]:
    """The first problem of the object that a refused command prints on stdout."""
    ran = desk.run(*words, "--json")
    assert ran.code == 3
    assert ran.json["status"] == "refused"
    assert set(ran.json) == {"status", "problems"}
    for problem in ran.json["problems"]:
        assert set(problem) == {"code", "message", "hint"}
        assert re.fullmatch(r"[a-z_]+", problem["code"])
        assert problem["message"]
    first: dict[str, str] = ran.json["problems"][0]
    return first


@pytest.mark.parametrize(
    ("words", "code", "says", "hint"),
    [
        (
            ("header_only.csv", "--buyer", "acme"),
            "no_rows",
            "header_only.csv: no data rows below the header",
            "--header-row",
        ),
        (("blank_rows.csv", "--buyer", "acme"), "no_rows", "blank_rows.csv: no data rows", "--header-row"),
        (
            ("no_identifier.csv", "--buyer", "acme"),
            "missing_columns",
            'found: "name", "reason"',
            '--map lead_id="Heading"',
        ),
        (("no_buyer.csv",), "missing_columns", "no column for buyer", "--buyer NAME"),
        (("no_buyer.csv",), "missing_columns", "no column for buyer", "--any-buyer"),
        (
            ("two_headings.csv", "--buyer", "acme"),
            "ambiguous_columns",
            '"lead_id" and "Order ID": columns 1 and 2 (A, B) could each be lead_id',
            "--map lead_id=",
        ),
        (("same_heading_twice.csv", "--buyer", "acme"), "ambiguous_columns", '"reason"', "--map reason="),
        (("ambiguous_dates.csv", "--buyer", "acme"), "ambiguous_dates", '"03/04/2026" (row 2)', "--date-order dmy"),
        (("good.csv", "--buyer", "amce"), "unknown_buyer", 'the buyer "amce"', 'did you mean "acme"?'),
        (("good.csv", "--buyer", "zzz"), "unknown_buyer", 'the buyer "zzz"', "[buyers.NAME]"),
        (("good.csv", "--buyer", "acme", "--map", "lead_id=Ref"), "unknown_heading", '"Ref"', "heading of the file"),
        (("good.csv", "--buyer", "acme", "--header-row", "99"), None, "row 99", "--header-row"),
        (("good.csv", "--buyer", "acme", "--password-file", "nope"), "missing_file", "nope cannot be read", "password"),
        (
            ("good.csv", "--buyer", "acme", "--response", "nix/answer.csv"),
            "bad_output",
            "there is no folder nix",
            "mkdir",
        ),
        (("good.csv", "--buyer", "acme", "--response", "folder"), "bad_output", "folder is a folder", "name a file"),
        (
            ("good.csv", "--buyer", "acme", "--response", "good.csv"),
            "bad_output",
            "good.csv would replace",
            "another name",
        ),
        (("good.csv", "--buyer", "acme", "-o", "nix/out.json"), "bad_output", "there is no folder nix", "mkdir"),
        (("first.csv", "--buyer", "bolt"), "already_imported_otherwise", "is batch 1 already", "batch void 1"),
        (("first.csv", "--any-buyer"), "already_imported_otherwise", "(--buyer acme)", "batch void 1"),
    ],
)
def test_a_return_file_that_cannot_be_taken(
    sold: Desk, words: tuple[str, ...], code: str | None, says: str, hint: str
) -> None:
    ran = refused(sold, "import", *words)

    assert says in ran.err
    assert hint in ran.err
    machine = refused_json(sold, "import", *words)
    assert code in (None, machine["code"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lead_id,buyer,sold_at\nL-1,acme,2026-10-20\n", "no column for price"),
        ("buyer,sold_at,price\nacme,2026-10-20,5.00\n", "no column for lead_id"),
        ("lead_id,buyer,sold_at,price\n", "no data rows"),
        ("lead_id,buyer,sold_at,price,cpl\nL-1,acme,2026-10-20,5.00,5.00\n", '"price" and "cpl"'),
    ],
)
def test_a_ledger_file_that_cannot_be_taken(sold: Desk, text: str, says: str) -> None:
    ran = refused(sold, "ledger", "import", sold.file("sales.csv", text))

    assert f"sales.csv: {says}" in ran.err
    assert "hint: " in ran.err


def test_a_reason_that_the_policies_do_not_know(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "ws", TERMS + '[reasons.disconnected]\naliases = ["disc"]\n')
    desk.ledger(SALES)
    desk.file("good.csv", "lead_id\nL-1002\n")

    assert (
        'no reason "disconected"'
        in refused(desk, "import", "good.csv", "--buyer", "acme", "--reason", "disconected").err
    )
    ran = refused(desk, "import", "good.csv", "--buyer", "acme")
    assert "no column for reason" in ran.err
    assert "--reason" in ran.err
    assert desk.run("import", "good.csv", "--buyer", "acme", "--reason", "disc").code == 0


# ---- The command line itself -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("imports",), "No such command 'imports'"),
        (("import",), "Missing argument 'FILE'"),
        (("import", "good.csv", "--byer", "acme"), "No such option: --byer"),
        (("import", "good.csv", "--buyer", "acme", "--any-buyer"), "contradict each other"),
        (("import", "good.csv", "--buyer", "acme", "--received", "yesterday"), "neither a date nor a time"),
        (("import", "good.csv", "--buyer", "acme", "--received", "2026-02-30"), "neither a date nor a time"),
        (("import", "good.csv", "--buyer", "acme", "--received", "10/12/2026"), "write 2026-10-12"),
        (("import", "good.csv", "--buyer", "acme", "--map", "lead_id"), "is not FIELD=HEADING"),
        (("import", "good.csv", "--buyer", "acme", "--map", "leadid=Ref"), "Did you mean lead_id?"),
        (("import", "good.csv", "--buyer", "acme", "--received", "9999-12-31"), "neither a date nor a time"),
        (("import", "good.csv", "--buyer", "acme", "--received", "0001-01-01T10:00"), "neither a date nor a time"),
        (("import", "good.csv", "--buyer", ""), "name a buyer"),
        (("import", "good.csv", "--buyer", "acme", "--response", "answer.pdf"), "answers are CSV or Excel"),
        (("batch", "respond", "1", "-o", "answer.html"), "answers are CSV or Excel"),
        (("batch", "show", str(2**63)), "is not in the range"),
        (("returns", "show", str(10**30)), "is not in the range"),
        (("returns", "list", "--batch", str(2**63)), "is no id"),
        (("returns", "list", "--buyer", " "), "name a buyer"),
        (("returns", "list", "--since", "9999-12-31"), "is no date"),
        (("review", "approve", str(2**63)), "is not in the range"),
        (("review", "approve", "1", "--sale", str(2**63)), "is no id"),
        (("ledger", "void", str(2**63)), "is not in the range"),
        (("period", "close", "9999-12"), "is no month"),
        (("period", "close", ""), "is no month"),
        (("period", "reopen", "", "--because", "x"), "is no month"),
        (("report", "roi", "--from", "0000-01"), "is no month"),
        (("policy", "show", "--on", "9999-12-31"), "is no date"),
        (("policy", "try", "--sold", "0001-01-01"), "neither a date nor a time"),
        (("status", "--wait", "-1"), "is not in the range"),
        (("import", "good.csv", "--buyer", "acme", "--map", "lead_id=A", "--map", "lead_id=B"), "names lead_id twice"),
        (("import", "good.csv", "--buyer", "acme", "--encoding", "foo"), "for example: utf-8, utf-16"),
        (("ledger", "import", "good.csv", "--encoding", "uft-8"), "did you mean utf-8?"),
        (("import", "missing.csv", "--buyer", "acme", "--delimiter", "xx"), "one character, or the word tab"),
        (("import", "good.csv", "--buyer", "acme", "--format", "csv"), "prints lines or JSON"),
        (("review", "approve", "1", "--format", "xlsx"), "prints lines or JSON"),
        (("store", "check", "--format", "html"), "prints lines or JSON"),
        (("batch", "show", "1", "-o", "batch.csv"), "prints lines or JSON"),
        (("import", "good.csv", "--buyer", "acme", "--date-order", "ydm"), "'ydm' is not one of"),
        (("import", "good.csv", "--buyer", "acme", "--header-row", "0"), "0 is not in the range"),
        (("import", "good.csv", "--buyer", "acme", "--fail-on", "always"), "'always' is not one of"),
        (("import", "good.csv", "--buyer", "acme", "--wait", "soon"), "'soon' is not a valid float"),
        (("review", "approve"), "Missing argument"),
        (("review", "approve", "one"), "'one' is not a valid int"),
        (("review", "reject", "1"), "Missing option '--because'"),
        (("review", "reject", "1", "--because", ""), "say why"),
        (("review", "reverse", "1", "--because", "   "), "say why"),
        (("batch", "void", "1", "--because", ""), "say why"),
        (("batch", "show", "one"), "'one' is not a valid int"),
        (("batch", "respond", "1"), "the answer needs a file"),
        (("returns", "list", "--outcome", "denied"), "approved, rejected or review"),
        (("returns", "list", "--finding", "toolate"), "too_late"),
        (("returns", "list", "--since", "yesterday"), "write it like 2026-10-12"),
        (("report", "roi", "--by", "client"), "one of: buyer, supplier, campaign, month, currency"),
        (("report", "roi", "--from", "2026"), "write it like 2026-10"),
        (("report", "roi", "--from", "2026-10", "--to", "2026-09"), "--from 2026-10 is after --to 2026-09"),
        (("report", "roi", "--basis", "cash"), "'cash' is not one of"),
        (("report", "adjustments", "--period", "2026-13"), "write it like 2026-10"),
        (("report", "returns", "--by", "client"), "'client' is not one of"),
        (("report", "roi", "--format", "pdf"), "'pdf' is not one of"),
        (("report", "roi", "--format", "xlsx"), "add -o report.xlsx"),
        (("report", "roi", "--format", "html"), "add -o report.html"),
    ],
)
def test_a_command_line_that_is_wrong_by_itself_ends_in_2(sold: Desk, words: tuple[str, ...], says: str) -> None:
    assert says in refused(sold, *words, code=2).err


@pytest.mark.parametrize(
    ("words", "says", "hint"),
    [
        (("batch", "show", "9"), "there is no batch 9", "leadreturns batch list"),
        (("batch", "void", "9", "--because", "x"), "there is no batch 9", "leadreturns batch list"),
        (("batch", "respond", "9", "-o", "answer.csv"), "there is no batch 9", "leadreturns batch list"),
        (("returns", "show", "9"), "there is no return 9", "leadreturns returns list"),
        (("returns", "redecide", "9"), "there is no return 9", "leadreturns returns list"),
        (("review", "approve", "9"), "there is no return 9", "leadreturns returns list"),
        (("review", "reject", "9", "--because", "x"), "there is no return 9", "leadreturns returns list"),
        (("review", "reverse", "9", "--because", "x"), "there is no return 9", "leadreturns returns list"),
        (("ledger", "show", "L-9"), "the ledger has no lead L-9", "import its ledger"),
        (("ledger", "void", "9"), "there is no ledger file 9", "leadreturns ledger list"),
        (("returns", "list", "--batch", "9"), "there is no batch 9", "leadreturns batch list"),
        (("returns", "list", "--buyer", "amce"), 'the buyer "amce"', 'did you mean "acme"?'),
        (("review", "list", "--buyer", "amce"), 'the buyer "amce"', 'did you mean "acme"?'),
        (("policy", "show", "--buyer", "amce"), 'the buyer "amce"', 'did you mean "acme"?'),
        (("review", "approve", "1"), "return 1 is approved", "is approved already"),
        (("review", "reject", "1", "--because", "x"), "return 1 is approved", "review reverse ID --because TEXT"),
        (("returns", "redecide", "1"), "return 1 is approved", "review reverse ID --because TEXT"),
        (("store", "backup", "good.csv"), "good.csv exists already", "another file"),
        (("store", "backup", "nix/copy.db"), "nix is not a folder", "create it"),
        (("init", "."), "policies.toml exists already; nothing was changed", "another folder"),
        (("init", "good.csv"), "good.csv", "folder"),
    ],
)
def test_what_is_not_there_or_in_another_state_is_refused(
    sold: Desk, words: tuple[str, ...], says: str, hint: str
) -> None:
    ran = refused(sold, *words)

    assert says in ran.err
    assert hint in ran.err


# ---- Several ids: all or nothing ---------------------------------------------------------------------------------


@pytest.fixture
def queue(tmp_path: Path) -> Desk:
    """Returns 1 and 2 wait, 3 and 4 are of an ambiguous and an unknown lead."""
    desk = new_desk(tmp_path / "ws", TERMS.replace('"auto"', '"review"') + 'unknown_lead = "review"\n')
    desk.ledger(SALES.replace("L-1003,bolt", "L-1003,acme"))
    desk.returns("lead_id,phone\nL-1001,\nL-1002,\n,+1 202 555 0102\nL-9,\n", "--buyer", "acme")
    return desk


@pytest.mark.parametrize(
    "words",
    [
        ("review", "approve", "1", "2", "99"),
        ("review", "approve", "1", "4"),
        ("review", "approve", "1", "3"),
        ("review", "reject", "1", "2", "99", "--because", "x"),
        ("review", "reverse", "1", "--because", "x"),
        ("returns", "redecide", "1", "99"),
    ],
)
def test_one_id_that_does_not_fit_refuses_them_all(queue: Desk, words: tuple[str, ...]) -> None:
    refused(queue, *words)


def test_an_ambiguous_return_is_approved_only_for_one_of_its_sales(queue: Desk) -> None:
    bare = refused(queue, "review", "approve", 3)
    assert "several sales fit return 3" in bare.err
    assert "--sale 2, --sale 3" in bare.err
    wrong = refused(queue, "review", "approve", 3, "--sale", 1)
    assert "sale 1 does not fit return 3" in wrong.err
    assert "--sale 2, --sale 3" in wrong.err
    refused(queue, "review", "approve", 3, "--sale", 99)

    done = queue.run("review", "approve", 3, "--sale", 3, "--json").ok().json

    assert [(each["before"], each["outcome"], each["credit"]) for each in done["returns"]] == [
        ("review", "approved", "40.00")
    ]
    queue.check()


def test_a_sale_is_not_named_for_a_return_that_has_one(queue: Desk) -> None:
    assert "return 1 has no sale 2" in refused(queue, "review", "approve", 1, "--sale", 2).err
    queue.run("review", "approve", 1, "--sale", 1).ok()


def test_a_return_without_any_sale_cannot_be_approved(queue: Desk) -> None:
    ran = refused(queue, "review", "approve", 4)

    assert "return 4 has no sale" in ran.err
    assert "leadreturns returns redecide 4" in ran.err


def test_two_returns_of_one_sale_are_not_both_approved(queue: Desk) -> None:
    queue.returns("lead_id\nL-1001\n", "--buyer", "acme", name="again.csv")

    ran = refused(queue, "review", "approve", 1, 5)

    assert "return 5: its sale is credited already (batch 1, row 2)" in ran.err
    assert "review reverse ID" in ran.err


def test_a_returned_of_a_voided_batch_is_decided_no_more(queue: Desk) -> None:
    queue.run("batch", "void", 1, "--because", "wrong file").ok()

    for words in (("review", "approve", 1), ("returns", "redecide", 1), ("review", "reject", 1, "--because", "x")):
        ran = refused(queue, *words)
        assert "return 1 is void" in ran.err
        assert "may be imported anew" in ran.err
    again = refused(queue, "batch", "void", 1, "--because", "again")
    assert "batch 1 is void already: wrong file" in again.err


def test_all_or_nothing_imports_nothing_when_a_row_cannot_be_read(sold: Desk) -> None:
    sold.file("mixed.csv", "lead_id,return date\nL-1002,2026-10-25\nL-1003,2026-02-31\n")

    ran = refused(sold, "import", "mixed.csv", "--buyer", "acme", "--all-or-nothing")

    assert "1 row cannot be read" in ran.err
    assert "row 3" in ran.err
    assert sold.run("import", "mixed.csv", "--buyer", "acme").code == 1


# ---- policies.toml -----------------------------------------------------------------------------------------------

FIVE_FAULTS = """\
version  = 1
currency = "usd"
timezone = "UTC"

[terms]
window = 10
credit = 0.5
late   = "rejected"

[buyers.acme]
windw = "14 days"
"""


@pytest.mark.parametrize(
    "words",
    [
        ("policy", "check"),
        ("import", "good.csv", "--buyer", "acme"),
        ("ledger", "import", "good.csv"),
        ("review", "reverse", "1", "--because", "x"),
        ("batch", "void", "1", "--because", "x"),
        ("status",),
    ],
)
def test_all_faults_of_the_policies_come_at_once_with_their_lines(sold: Desk, words: tuple[str, ...]) -> None:
    sold.policies(FIVE_FAULTS)

    ran = refused(sold, *words)

    assert "policies.toml has 5 faults" in ran.err
    for line, says in (
        (2, 'currency: "usd" is no currency'),
        (6, "window: 10 has no unit"),
        (7, "credit: 0.5 is no share"),
        (8, 'late: "rejected" is not allowed here'),
        (11, 'windw: unknown key; did you mean "window"?'),
    ):
        assert re.search(rf"policies\.toml:{line}: .*{re.escape(says)}", ran.err), says
    assert "leadreturns policy check" in ran.err


def test_faults_of_the_policies_as_json(sold: Desk) -> None:
    sold.policies(FIVE_FAULTS)

    ran = sold.run("policy", "check", "--json")

    assert ran.code == 3
    assert [problem["code"] for problem in ran.json["problems"]] == ["bad_policies"] * 6


@pytest.mark.parametrize("content", ["version = ", "version = 99\n", "\x00\x01", "[terms\n"])
def test_policies_that_are_no_policies(sold: Desk, content: str) -> None:
    sold.policies(content)

    assert "policies.toml" in refused(sold, "import", "good.csv", "--buyer", "acme").err


@pytest.mark.parametrize(
    "words",
    [
        ("review", "approve", "1"),
        ("review", "reject", "1", "--because", "x"),
        ("review", "reverse", "1", "--because", "x"),
        ("returns", "redecide", "1"),
        ("batch", "void", "1", "--because", "x"),
        ("ledger", "void", "1"),
        ("period", "reopen", "2026-09", "--because", "x"),
        ("credit-note", "issue", "--period", "2026-09"),
        ("credit-note", "void", "CN-2026-0001", "--because", "x"),
        ("store", "backup"),
    ],
)
@pytest.mark.parametrize("rehearsed", [(), ("--dry-run",)])
def test_where_nothing_was_imported_an_act_is_refused_and_makes_no_store(
    desk: Desk, words: tuple[str, ...], rehearsed: tuple[str, ...]
) -> None:
    if rehearsed and words == ("store", "backup"):
        return

    ran = desk.run(*words, *rehearsed)

    assert ran.code == 3
    assert "has no store yet: nothing was imported" in ran.err
    assert "leadreturns ledger import FILE" in ran.err
    assert [path.name for path in desk.root.iterdir()] == ["policies.toml"]


def test_an_empty_month_may_be_closed_and_one_that_is_not_over_makes_no_store(desk: Desk) -> None:
    assert desk.run("period", "close", "2026-11").code == 3
    assert desk.run("period", "close", "2026-10", "--dry-run").code == 0
    assert not desk.store.exists()

    desk.run("period", "close", "2026-10").ok()
    desk.check()


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("lead_id\nL-1\n", ("--buyer", "nobody")),
        ("lead_id,reason,return date\n", ("--any-buyer",)),
        ("lead_id,return date\nL-1,2026-02-31\n", ("--any-buyer", "--all-or-nothing")),
    ],
)
def test_a_first_import_that_is_refused_makes_no_store(desk: Desk, text: str, flags: tuple[str, ...]) -> None:
    ran = desk.run("import", desk.file("returns.csv", text), *flags)

    assert ran.code == 3
    assert not desk.store.exists()


def test_a_rehearsal_learns_nothing(sold: Desk) -> None:
    policies = sold.root / "policies.toml"
    before = policies.read_text()
    sold.file("own.csv", "Kd-Nr\nL-1001\n")
    command = ("import", "own.csv", "--buyer", "acme", "--map", "lead_id=Kd-Nr", "--learn")
    ran = sold.run(*command, "--dry-run").ok()

    assert "would write 1 column of acme to policies.toml" in ran.err
    assert policies.read_text() == before
    assert "lead_id" in sold.run("import", "good.csv", "--buyer", "acme", "--inspect", "-q").ok().out
    known = sold.run("import", "good.csv", "--buyer", "acme", "--learn").ok()
    assert "nothing to write to policies.toml: every heading is known by itself" in known.err
    assert policies.read_text() == before
    assert "wrote 1 column" in sold.run(*command).ok().err
    assert 'columns = {lead_id = "Kd-Nr"}' in policies.read_text()
