"""Lists and facts as people and scripts read them: numbers are numbers, times are those of the workspace's clock."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desk import TERMS, Desk, new_desk, opened_plainly

SALES = """\
lead_id,buyer,sold_at,price,payout,supplier,campaign
L-1,acme,2026-10-20,50.00,30.00,leadco,solar
L-2,acme,2026-10-21,40.00,24.00,leadco,roofing
"""
COUNTS = re.compile(r"-?[\d,]+")
WRITTEN_IN_DIGITS = {"lead_id", "digest", "sha256", "policy"}
"""What may look like a number and is a name."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """In New York, where the tests' noon of UTC is seven in the morning."""
    desk = new_desk(
        tmp_path / "ws", TERMS.replace('"UTC"', '"America/New_York"') + '\n[buyers.bolt]\napproval = "review"\n'
    )
    desk.ledger(SALES)
    desk.ledger(SALES.replace("acme", "bolt"), name="bolt.csv")
    desk.returns("lead_id\nL-1\nL-9\n", "--buyer", "acme", name="one.csv")
    desk.returns("lead_id,return date\nL-2,2026-10-25\nL-1,2026-02-31\n", "--buyer", "bolt", name="two.csv")
    return desk


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a JSON value, under the key that it stands at."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, name)
    elif isinstance(value, str):
        yield name, value


@pytest.mark.parametrize(
    "words",
    [
        ("ledger", "list"),
        ("ledger", "show", "L-1"),
        ("batch", "list"),
        ("batch", "show", 1),
        ("returns", "list"),
        ("returns", "show", 1),
        ("review", "list"),
        ("report", "adjustments", "--detail"),
        ("report", "returns"),
        ("report", "exposure"),
        ("report", "roi", "--by", "buyer,month"),
        ("period", "list"),
        ("policy", "show"),
        ("store", "info"),
        ("store", "check"),
        ("status",),
        ("ledger", "import", "ledger.csv"),
        ("import", "one.csv", "--buyer", "acme"),
        ("batch", "void", 1, "--because", "x", "--dry-run"),
    ],
)
def test_a_whole_number_is_a_number_in_json(desk: Desk, words: tuple[object, ...]) -> None:
    found = desk.read_json(*words)

    assert [pair for pair in texts(found) if COUNTS.fullmatch(pair[1]) and pair[0] not in WRITTEN_IN_DIGITS] == []


def test_what_the_store_holds_is_told_in_numbers(desk: Desk) -> None:
    found = desk.read_json("store", "info")

    assert {name: found[name] for name in ("schema", "sales", "batches", "returns", "policy_texts")} == {
        "schema": found["schema"], "sales": 4, "batches": 2, "returns": 3, "policy_texts": 1,
    }  # fmt: skip
    assert isinstance(found["schema"], int)
    assert found["store"] == str(desk.store)
    assert "policy texts" in desk.run("store", "info").out


def test_broken_rules_name_their_ids_as_numbers(desk: Desk) -> None:
    with opened_plainly(desk.store) as connection:
        (guard,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'batch_files_no_update'").fetchone()
        connection.execute("DROP TRIGGER batch_files_no_update")
        connection.execute("UPDATE batch_files SET bytes = x'00' WHERE batch_id = 2")
        connection.execute(guard)

    (broken,) = desk.run("store", "check", "--json").json["broken"]

    assert broken["ids"] == [2]


def test_lists_show_the_workspaces_clock(desk: Desk) -> None:
    for words in (("batch", "list"), ("ledger", "list")):
        assert "2026-11-02T07:00:00-05:00" in desk.run(*words).out
        (first, *_) = csv.DictReader(io.StringIO(desk.run(*words, "--format", "csv").out))
        assert first["imported_at"] == "2026-11-02T07:00:00-05:00"
        assert desk.read_json(*words)["rows"][0]["imported_at"] == "2026-11-02T12:00:00+00:00"
    assert "imported 2026-11-02 07:00 by " in desk.run("batch", "show", 1).out
    assert "two.csv, 2026-11-02 07:00" in desk.run("status").out
    assert "2026-11-02 07:00  approved by the rules" in desk.run("returns", "show", 1).out
    assert re.search(r"decision +2026-11-02 07:00 +policy", desk.run("ledger", "show", "L-1").out)


def test_a_list_is_shown_in_utc_while_the_policies_have_faults(desk: Desk) -> None:
    desk.policies("nonsense = 1\n")

    ran = desk.run("batch", "list").ok()

    assert "2026-11-02T12:00:00+00:00" in ran.out
    assert ran.err == (
        "warning: policies.toml has faults: times are shown in UTC (leadreturns policy check tells them)\n"
    )


def test_one_is_one_and_two_are_two(desk: Desk) -> None:
    assert "  1 row: 1 approved" in desk.run("import", desk.file("a.csv", "lead_id\nL-2\n"), "--buyer", "acme").out
    assert (
        "a.csv: 1 row: 1 new"
        in desk.run(
            "ledger", "import", desk.file("a.csv", f"{SALES.splitlines()[0]}\nL-7,acme,2026-10-20,1.00,,,\n")
        ).out
    )
    desk.ledger(SALES.splitlines()[0] + "\nL-9,acme,2026-10-20,1.00,0.50,,\n", name="late.csv")
    ran = desk.run(
        "ledger", "import", desk.file("b.csv", f"{SALES.splitlines()[0]}\nL-9,acme,2026-10-20,2.00,0.50,,\n")
    )
    assert "1 earlier return of an unknown lead would match now:\n  leadreturns returns redecide 2\n" in ran.err
    assert "1 waits for you" in desk.run("import", desk.file("c.csv", "lead_id\nL-1\n"), "--buyer", "bolt").err


def test_a_row_that_stops_a_whole_file_is_named_once(desk: Desk) -> None:
    bad = desk.file("bad.csv", "lead_id,return date\nL-1,2026-10-25\nL-2,2026-02-31\n")

    ran = desk.run("import", bad, "--buyer", "acme", "--all-or-nothing")

    assert ran.code == 3
    assert ran.err.count("row 3") == 1
    assert "1 row cannot be read, and --all-or-nothing was asked for: row 3" in ran.err


def test_facts_begin_with_the_first_fact(desk: Desk) -> None:
    for words in (("status",), ("store", "info")):
        assert desk.run(*words).out.splitlines()[0].split()[0] in ("last", "store")


def test_ids_are_shown_as_one_types_them(desk: Desk) -> None:
    """A comma in an id would have to be taken out again before `returns show` takes it."""
    rows = "".join(f"L-{number},\n" for number in range(10, 1_300))
    desk.returns("lead_id,comment\n" + rows, "--buyer", "acme", name="many.csv")

    listed = desk.run("returns", "list", "--batch", 3).out

    assert re.search(r"^ *1293 +3 +1291 ", listed, re.M)
    assert not re.search(r"\d,\d", listed)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ledger", "list"), "no ledger files yet: leadreturns ledger import FILE\n"),
        (("batch", "list"), "no batches yet: leadreturns import FILE --buyer NAME\n"),
        (("returns", "list"), "no returns yet: leadreturns import FILE --buyer NAME\n"),
        (("returns", "list", "--reason", "misspelt"), "no return fits\n"),
        (("review", "list"), "nothing waits\n"),
    ],
)
def test_an_empty_list_says_so_beside_it(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    empty = new_desk(tmp_path / "new")

    assert empty.run(*words).ok().err == says
    assert empty.run(*words, "-q").ok().err == ""
    assert empty.run(*words, "--json").json
