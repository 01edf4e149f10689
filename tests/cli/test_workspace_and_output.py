"""Where a command works, and where its results go."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desk import Desk, command_line, new_desk, process_environment, shell

SALES = """\
lead_id,buyer,sold_at,price,payout,supplier,campaign
L-1,acme,2026-10-20,50.00,30.00,leadco,solar
L-2,acme,2026-10-20,40.00,24.00,leadco,roofing
L-3,bolt,2026-10-20,30.00,18.00,webreach,roofing
"""


@pytest.fixture
def sold(desk: Desk) -> Desk:
    desk.ledger(SALES)
    desk.returns("lead_id\nL-1\nL-9\n", "--buyer", "acme")
    return desk


# ---- Finding the workspace ---------------------------------------------------------------------------------------

REPORT = ("report", "roi", "--json")


def sold_in(desk: Desk) -> int:
    """How many sales the report of a workspace tells."""
    return 3 if desk.store.exists() else 0


def test_no_workspace_is_refused_with_the_three_ways(tmp_path: Path) -> None:
    for words in (
        ("report", "roi"),
        ("import", "x.csv"),
        ("ledger", "import", "x.csv"),
        ("status",),
        ("policy", "check"),
    ):
        ran = Desk(tmp_path).run(*words)
        assert ran.code == 3
        assert "no workspace here" in ran.err
        for way in ("--workspace DIR", "LEADRETURNS_WORKSPACE=DIR", "leadreturns init DIR"):
            assert way in ran.err
    assert list(tmp_path.iterdir()) == []


def test_the_folder_itself_and_every_folder_below_it(sold: Desk) -> None:
    deep = sold.root / "2026" / "october"
    deep.mkdir(parents=True)

    for folder in (sold.root, deep):
        assert sold.run(*REPORT, cwd=folder).json["totals"][0]["sold"] == 3


def test_the_nearest_folder_wins(sold: Desk) -> None:
    inner = new_desk(sold.root / "inner")

    assert sold.run(*REPORT, cwd=inner.root).json["totals"] == []


@pytest.mark.parametrize("flag", ["--workspace", "-C"])
def test_the_flag_beats_the_variable_and_the_variable_the_folder(sold: Desk, tmp_path: Path, flag: str) -> None:
    here, named = new_desk(tmp_path / "here"), new_desk(tmp_path / "named")
    here.environ["LEADRETURNS_WORKSPACE"] = str(sold.root)

    assert here.run(*REPORT).json["totals"][0]["sold"] == 3
    assert here.run(*REPORT, flag, named.root).json["totals"] == []
    assert here.run(*REPORT, flag, "../returns-2026").json["totals"][0]["sold"] == 3


@pytest.mark.parametrize("how", ["flag", "variable"])
def test_a_named_folder_that_is_no_workspace_is_refused_and_not_looked_above(sold: Desk, how: str) -> None:
    inside = sold.root / "inside"
    inside.mkdir()
    if how == "variable":
        sold.environ["LEADRETURNS_WORKSPACE"] = str(inside)

    ran = sold.run("report", "roi", *(("-C", inside) if how == "flag" else ()))

    assert ran.code == 3
    assert f"{inside} is no workspace: it has no policies.toml" in ran.err
    assert f"leadreturns init {inside}" in ran.err


def test_an_empty_variable_is_none(sold: Desk) -> None:
    sold.environ["LEADRETURNS_WORKSPACE"] = ""

    sold.run("report", "roi").ok()


def test_init_makes_a_workspace_that_can_be_worked_in_at_once(tmp_path: Path) -> None:
    here = Desk(tmp_path)

    ran = here.run("init", "returns-2026").ok()

    assert "made returns-2026/policies.toml" in ran.err
    made = Desk(tmp_path / "returns-2026")
    assert {path.name for path in made.root.iterdir()} <= {"policies.toml", "leadreturns.db", "leadreturns.db-journal"}
    text = (made.root / "policies.toml").read_text(encoding="utf-8")
    assert text.startswith("#")
    made.run("policy", "check").ok()
    assert made.ledger(SALES)["inserted"] == 3
    assert stat.S_IMODE(made.store.stat().st_mode) == 0o600
    again = here.run("init", "returns-2026")
    assert again.code == 3
    assert (made.root / "policies.toml").read_text(encoding="utf-8") == text


def test_init_here(tmp_path: Path) -> None:
    Desk(tmp_path).run("init").ok()

    assert (tmp_path / "policies.toml").is_file()


# ---- Where results go --------------------------------------------------------------------------------------------


def test_results_go_to_stdout_and_talk_to_stderr(sold: Desk) -> None:
    sold.file("more.csv", "lead_id\nL-2\nL-3\n")

    ran = sold.run("import", "more.csv", "--buyer", "acme")
    again = sold.run("import", "more.csv", "--buyer", "acme", "--quiet")

    assert ran.out.startswith("batch 2: more.csv from acme\n  2 rows: 1 approved, 1 rejected")
    assert ran.err == ""
    assert (again.out, again.err) == ("", ""), "--quiet says nothing but warnings and errors"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def test_the_name_of_the_output_file_says_its_format(sold: Desk) -> None:
    for name in ("roi.csv", "roi.json", "roi.txt", "roi.xlsx", "roi.html", "roi"):
        ran = sold.run("report", "roi", "-o", name).ok()
        assert (ran.out, ran.err) == ("", f"wrote {name}\n")

    rows = list(csv.DictReader(io.StringIO(read(sold.root / "roi.csv"))))
    assert [(row["buyer"], row["credits"]) for row in rows] == [("acme", "50.00"), ("bolt", "0.00")]
    assert json.loads(read(sold.root / "roi.json"))["report"] == "roi"
    assert read(sold.root / "roi.txt") == read(sold.root / "roi") == sold.run("report", "roi").out
    assert (sold.root / "roi.xlsx").read_bytes().startswith(b"PK")
    assert read(sold.root / "roi.html").lstrip().lower().startswith("<!doctype html>")


def test_the_format_beats_the_name(sold: Desk) -> None:
    sold.run("report", "roi", "--format", "csv", "-o", "roi.txt").ok()
    assert read(sold.root / "roi.txt").startswith("buyer,currency,sold")
    sold.run("report", "roi", "--json", "-o", "roi.csv").ok()
    assert json.loads(read(sold.root / "roi.csv"))["report"] == "roi"


@pytest.mark.parametrize("flags", [(), ("--json",), ("--format", "csv")])
def test_a_dash_is_stdout(sold: Desk, flags: tuple[str, ...]) -> None:
    assert sold.run("report", "roi", *flags, "-o", "-").ok().out == sold.run("report", "roi", *flags).out


@pytest.mark.parametrize(
    "words",
    [
        ("import", "returns.csv", "--buyer", "acme"),
        ("batch", "show", "1"),
        ("store", "check"),
        ("policy", "check"),
        ("review", "approve", "1"),
    ],
)
def test_commands_that_print_lines_write_them_into_the_file_too(sold: Desk, words: tuple[str, ...]) -> None:
    printed = sold.run(*words, "-o", "-") if words[0] != "review" else None

    ran = sold.run(*words, "-o", "told.txt")

    if printed is not None:
        assert ran.out == ""
        assert read(sold.root / "told.txt") == printed.out
    else:
        assert ran.code == 3, "refused: it is approved already"
        assert not (sold.root / "told.txt").exists()


def test_an_old_file_stays_when_the_command_is_refused(sold: Desk) -> None:
    sold.file("old.csv", "kept")

    assert sold.run("returns", "list", "--batch", 99, "-o", "old.csv").code == 3
    assert (sold.root / "old.csv").read_text() == "kept"


def test_csv_has_no_totals_and_one_line_a_row(sold: Desk) -> None:
    rows = list(csv.reader(io.StringIO(sold.run("report", "roi", "--format", "csv").out)))

    assert len(rows) == 3
    assert len({len(row) for row in rows}) == 1
    assert all(row[0] for row in rows)


@pytest.mark.parametrize("words", [("returns", "list"), ("review", "list"), ("batch", "list"), ("report", "roi")])
def test_an_empty_list_is_an_answer(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk.run(*words).ok().out.count("\n") == 1, "the heading alone"
    assert len(desk.run(*words, "--format", "csv").ok().out.splitlines()) == 1


# ---- The shell around it -----------------------------------------------------------------------------------------


def test_a_reader_that_leaves_early_is_no_fault(sold: Desk) -> None:
    lines = "".join(f"F-{number:05},acme,2026-10-01,10.00,6.00,leadco,solar\n" for number in range(3000))
    sold.ledger(SALES.splitlines()[0] + "\n" + lines, name="many.csv")
    sold.returns(
        "lead_id\n" + "".join(f"F-{number:05}\n" for number in range(3000)), "--buyer", "acme", name="many_r.csv"
    )

    for words in (("returns", "list"), ("returns", "list", "--json"), ("returns", "list", "--format", "csv")):
        with subprocess.Popen(
            command_line(*words),
            cwd=sold.root,
            env=process_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.read(10)
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 0


@pytest.mark.parametrize(
    "environ",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"},
        {"TERM": "dumb", "COLUMNS": "20"},
        {"NO_COLOR": "1"},
        {"HOME": "/nonexistent", "PATH": os.defpath},
        {"TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "1"},
    ],
)
def test_what_a_script_reads_does_not_depend_on_the_shell(sold: Desk, environ: dict[str, str]) -> None:
    sold.ledger(SALES.splitlines()[0] + "\nÜ-1,müller,2026-10-20,5.00,1.00,señor,solar\n", name="names.csv")

    for words in (("report", "roi", "--by", "buyer", "--json"), ("returns", "list", "--format", "csv")):
        ran = shell(sold.root, *words, environ=environ)
        assert ran.returncode == 0
        assert ran.stderr == ""
        assert ran.stdout == sold.run(*words).out


def test_the_program_is_a_module_and_a_script(sold: Desk) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "leadreturns", "--version"],
        env=process_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0
    assert ran.stdout.startswith("leadreturns ")


def test_a_command_alone_shows_its_help(desk: Desk) -> None:
    for words in ((), ("ledger",), ("batch",), ("report",), ("store",)):
        ran = desk.run(*words)
        assert ran.code in (0, 2)
        assert "Usage: leadreturns" in ran.out + ran.err
    for words in (("import",), ("ledger", "import"), ("report", "roi"), ("review", "approve")):
        shown = desk.run(*words, "--help").ok().out
        assert "Examples:" in shown
        assert f"leadreturns {' '.join(words)}" in shown


# ---- A bug of our own --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("leadreturns.workflows.look_up.find_returns", ("returns", "list")),
        ("leadreturns.workflows.look_up.find_returns", ("returns", "list", "--json")),
        ("leadreturns.core.decision.decide", ("import", "more.csv", "--buyer", "acme")),
        ("leadreturns.store.sale_writer.SaleWriter.finish", ("ledger", "import", "ledger.csv")),
        ("leadreturns.store.recorder.Recorder.record_again", ("review", "reverse", "1", "--because", "x")),
    ],
)
def test_a_bug_says_where_it_is_and_nothing_of_the_data(
    sold: Desk, monkeypatch: pytest.MonkeyPatch, place: str, words: tuple[str, ...]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("ann@example.com owes 50.00\n\x1b[31m")

    sold.file("more.csv", "lead_id\nL-2\n")
    before = sold.content()
    monkeypatch.setattr(place, fail)

    ran = sold.run(*words)

    assert ran.code == 4
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 2
    assert "this is a bug in leadreturns" in ran.err
    assert "ValueError at " in ran.err
    assert "please report this line" in ran.err
    assert "Traceback" not in ran.err
    for secret in ("ann@example.com", "50.00", "\x1b"):
        assert secret not in ran.err
    assert sold.content() == before


def test_a_bug_after_the_commit_does_not_call_the_store_unchanged(sold: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError

    sold.file("more.csv", "lead_id\nL-2\n")
    monkeypatch.setattr("leadreturns.workflows.respond.write_response", fail)

    ran = sold.run("import", "more.csv", "--buyer", "acme", "--response", "answer.csv")

    assert ran.code == 4
    assert "what the command recorded before stays recorded" in ran.err
    assert sold.run("batch", "show", 2).code == 0


def test_quiet_leaves_out_what_an_act_came_to_and_nothing_that_was_asked_for(sold: Desk) -> None:
    sold.file("more.csv", "lead_id,return date\nL-2,2026-10-25\nL-1,2026-02-31\n")

    for words in (
        ("ledger", "import", "ledger.csv"),
        ("returns", "redecide", 2),
        ("review", "reverse", 1, "--because", "x"),
        ("review", "approve", 1),
        ("store", "check"),
        ("policy", "check"),
        ("batch", "void", 1, "--because", "x"),
    ):
        quiet = sold.run(*words, "-q").ok()
        assert (quiet.out, quiet.err) == ("", ""), words
    imported = sold.run("import", "more.csv", "--buyer", "acme", "-q")
    assert (imported.code, imported.out) == (1, "")
    assert imported.err.startswith("warning: row 3, "), "what a person must see is said all the same"
    for words in (("batch", "show", 2), ("report", "roi"), ("returns", "show", 1), ("returns", "list", "--json")):
        assert sold.run(*words, "-q").ok().out
    assert sold.run("import", "more.csv", "--buyer", "acme", "-q", "--json").json["status"] == "already_imported"
    sold.run("import", "more.csv", "--buyer", "acme", "-q", "-o", "told.txt").ok()
    assert "2 rows" in read(sold.root / "told.txt")
