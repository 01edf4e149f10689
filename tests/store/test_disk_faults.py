"""A disk without room and a store with damaged pages: told as such, never as a bug, and nothing half done."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from leadreturns.store.checks import broken_rules
from tests.desk import Desk, command_line, opened_plainly, process_environment

HEAD = "lead_id,buyer,sold_at,price\n"


@pytest.fixture
def sold(desk: Desk) -> Desk:
    desk.ledger(HEAD + "".join(f"L-{number},acme,2026-10-20,50.00\n" for number in range(2_000)))
    desk.file("returns.csv", "lead_id,comment\n" + "".join(f"L-{number},{number * 'x'}\n" for number in range(900)))
    return desk


def with_little_room(desk: Desk, *words: object) -> subprocess.CompletedProcess[str]:
    """The command while no file may grow beyond 100 KiB, which is how a full disk looks to it."""
    return subprocess.run(
        ["bash", "-c", 'ulimit -f 100; exec "$@"', "bash", *command_line(*words)],
        cwd=desk.root,
        env=process_environment({"TMPDIR": str(desk.root)}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_no_room_for_an_import_is_refused_and_nothing_is_recorded(sold: Desk) -> None:
    before = sold.content()
    sold.file("small.csv", "lead_id\n" + "".join(f"L-{number}\n" for number in range(900)))

    ran = with_little_room(sold, "import", "small.csv", "--buyer", "acme", "--received", "2026-11-01", "--json")

    assert ran.returncode == 3, ran.stderr
    assert json.loads(ran.stdout)["problems"][0]["code"] == "store_not_writable"
    assert f"{sold.store} cannot be written" in ran.stderr
    assert "nothing was recorded" in ran.stderr
    assert sold.content() == before
    sold.check()


def test_no_room_for_a_backup_names_the_copy(sold: Desk) -> None:
    ran = with_little_room(sold, "store", "backup", "copy.db")

    assert ran.returncode == 3, ran.stderr
    assert ran.stderr.startswith("error: copy.db cannot be written: ")
    assert sorted(path.name for path in sold.root.glob("*copy*")) == []


@pytest.mark.parametrize("folder", ["/proc", "/dev/null"])
def test_a_backup_to_where_nothing_can_be_written(sold: Desk, folder: str) -> None:
    if not Path(folder).exists():
        return
    ran = sold.run("store", "backup", f"{folder}/copy.db")

    assert ran.code == 3
    assert folder in ran.err
    assert "bug" not in ran.err


def test_damaged_pages_are_told_with_what_to_do_and_are_no_bug(sold: Desk) -> None:
    sold.run("import", "returns.csv", "--buyer", "acme").ok()
    content = bytearray(sold.store.read_bytes())
    for page in range(len(content) // 4096 // 2, len(content) // 4096, 3):
        content[4096 * page : 4096 * page + 300] = b"\xff" * 300
    sold.store.write_bytes(content)

    for words in (("returns", "list"), ("report", "returns"), ("batch", "respond", 1, "-o", "answer.csv")):
        ran = sold.run(*words)
        assert ran.code in (0, 3), (words, ran.err)
        assert "bug" not in ran.err
    proof = sold.run("store", "check")
    assert proof.code in (1, 3)
    assert "damaged" in proof.err
    assert "leadreturns store check" not in proof.err, "it was just run"


def test_a_rule_that_cannot_be_asked_does_not_hold(sold: Desk) -> None:
    with opened_plainly(sold.store) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'problems'")
        connection.execute("PRAGMA writable_schema = RESET")

        found = {each.rule: each.ids for each in broken_rules(connection)}

    told = ("it cannot be asked: the store is damaged",)
    assert found["rows of a batch are approved, rejected, in review or unreadable"] == told
