"""Opening the store: its journal, its rights, what is refused, and what happens when others hold it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadreturns.errors import StoreBusy, StoreRefused
from leadreturns.store.connection import journal_for, open_store
from leadreturns.store.migrations import APPLICATION_ID, SCHEMA_VERSION
from tests.desk import Desk, command_line, new_desk, opened_plainly, process_environment

SALES = "lead_id,buyer,sold_at,price\nL-1,acme,2026-10-20,50.00\n"
RETURNS = "lead_id\nL-1\n"


@pytest.fixture
def sold(desk: Desk) -> Desk:
    """A workspace with one sale, and the files to go on with."""
    desk.ledger(SALES)
    desk.file("returns.csv", RETURNS)
    return desk


# ---- Journal -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 40, 1), ("TRUNCATE", "EXTRA")),
        ((3, 44, 5), ("TRUNCATE", "EXTRA")),
        ((3, 44, 6), ("WAL", "FULL")),
        ((3, 45, 0), ("TRUNCATE", "EXTRA")),
        ((3, 50, 6), ("TRUNCATE", "EXTRA")),
        ((3, 50, 7), ("WAL", "FULL")),
        ((3, 51, 2), ("TRUNCATE", "EXTRA")),
        ((3, 51, 3), ("WAL", "FULL")),
        ((3, 53, 4), ("WAL", "FULL")),
        ((4, 0, 0), ("WAL", "FULL")),
    ],
)
def test_wal_is_used_only_where_its_reset_fault_is_mended(version: tuple[int, ...], expected: tuple[str, str]) -> None:
    assert journal_for(version) == expected


def test_the_pragmas_are_those_chosen_for_the_library_at_hand(sold: Desk) -> None:
    store = open_store(sold.store, write=True)

    def pragma(name: str) -> object:
        return store.connection.execute(f"PRAGMA {name}").fetchone()[0]

    with contextlib.closing(store):
        journal, synchronous = journal_for(sqlite3.sqlite_version_info)
        assert pragma("journal_mode") == journal.lower()
        assert pragma("synchronous") == {"FULL": 2, "EXTRA": 3}[synchronous]
        assert (pragma("foreign_keys"), pragma("recursive_triggers"), pragma("secure_delete")) == (1, 1, 1)
        assert pragma("application_id") == APPLICATION_ID
        assert pragma("user_version") == SCHEMA_VERSION


@pytest.mark.parametrize(("version", "mode"), [((3, 40, 1), "truncate"), ((3, 51, 3), "wal")])
def test_a_store_changes_its_journal_with_the_library(
    sold: Desk, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], mode: str
) -> None:
    """A store written under a fixed library and opened by an old one leaves WAL again, and the other way round."""
    with opened_plainly(sold.store) as connection:
        connection.execute(f"PRAGMA journal_mode = {'wal' if mode == 'truncate' else 'truncate'}")
    monkeypatch.setattr("leadreturns.store.connection.sqlite3.sqlite_version_info", version)

    with contextlib.closing(open_store(sold.store, write=True)) as store:
        assert store.connection.execute("PRAGMA journal_mode").fetchone()[0] == mode


def test_store_info_says_which_journal_and_why(sold: Desk) -> None:
    told = sold.read_json("store", "info")["SQLite"]

    assert sqlite3.sqlite_version in told
    assert journal_for(sqlite3.sqlite_version_info)[0] in told
    assert "WAL-reset fault" in told


def test_a_reading_command_cannot_write(sold: Desk) -> None:
    with contextlib.closing(open_store(sold.store, write=False)) as store, pytest.raises(sqlite3.OperationalError):
        store.connection.execute("UPDATE cube SET sold = 0")


# ---- Who may read it, and who opens it ---------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_store_is_its_owners_alone_from_the_first_byte(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        desk = new_desk(tmp_path / "ws")
        desk.ledger(SALES)
        backup = desk.root / "copy.db"
        desk.run("store", "backup", backup).ok()
    finally:
        os.umask(before)

    made = [path for path in desk.root.iterdir() if path.name.startswith(("leadreturns.db", "copy.db"))]
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in made} == {path.name: 0o600 for path in made}


def test_an_empty_file_that_lay_in_the_stores_place_becomes_its_owners_alone(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "ws")
    desk.store.unlink(missing_ok=True)
    desk.store.touch(0o644)
    desk.store.chmod(0o644)

    desk.ledger(SALES)

    assert stat.S_IMODE(desk.store.stat().st_mode) == 0o600


COMMANDS = (
    ("ledger", "import", "ledger.csv"),
    ("import", "returns.csv", "--buyer", "acme"),
    ("import", "returns.csv", "--buyer", "acme", "--dry-run"),
    ("returns", "list", "-o", "list.csv"),
    ("report", "roi", "-o", "roi.xlsx"),
    ("batch", "show", "1"),
    ("store", "check"),
    ("store", "info"),
    ("store", "backup", "copy.db"),
)


WATCH = """
import json, sys
opened = []
sys.addaudithook(lambda event, arguments: opened.append(str(arguments[0])) if event == "open" else None)
from leadreturns.cli.app import program
for words in json.loads(sys.argv[1]):
    try:
        program()(words, prog_name="leadreturns")
    except SystemExit as ended:
        assert ended.code == 0, words
print("OPENED", json.dumps(opened))
"""


def test_nothing_but_sqlite_ever_opens_the_store(sold: Desk) -> None:
    """Closing any other handle on the file would drop SQLite's locks, and `integrity_check` would not notice."""
    ran = subprocess.run(
        [command_line()[0], "-c", WATCH, json.dumps(COMMANDS)],
        cwd=sold.root,
        env=process_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    opened = json.loads(ran.stdout.rpartition("OPENED ")[2])
    assert [path for path in opened if Path(path).name.startswith("leadreturns.db")] == []
    assert any(path.endswith("returns.csv") for path in opened), "the watch does see what is opened"


@pytest.mark.parametrize(
    "name", ["leadreturns.db", "leadreturns.db-journal", "leadreturns.db-wal", "linked.csv", "twin.csv"]
)
@pytest.mark.parametrize("words", [("returns", "list", "-o"), ("report", "roi", "--format", "json", "-o")])
def test_no_output_goes_into_the_store(sold: Desk, name: str, words: tuple[str, ...]) -> None:
    (sold.root / "linked.csv").symlink_to(sold.store)
    if name == "twin.csv":
        os.link(sold.store, sold.root / "twin.csv")
    before = sold.content()

    ran = sold.run(*words, sold.root / name)

    assert ran.code == 3
    assert "hint: " in ran.err
    assert sold.content() == before


@pytest.mark.parametrize("words", [("import", "{store}", "--buyer", "acme"), ("ledger", "import", "{store}")])
def test_the_store_is_no_input_either(sold: Desk, words: tuple[str, ...]) -> None:
    before = sold.content()

    ran = sold.run(*(word.replace("{store}", str(sold.store)) for word in words))

    assert ran.code == 3
    assert sold.content() == before


# ---- What is refused ---------------------------------------------------------------------------------------------

WORDS = [("review", "list"), ("report", "roi"), ("import", "returns.csv", "--buyer", "acme"), ("store", "check")]


@pytest.mark.parametrize("words", WORDS)
def test_a_file_of_another_program_is_refused_and_left_alone(tmp_path: Path, words: tuple[str, ...]) -> None:
    desk = new_desk(tmp_path / "ws")
    desk.file("returns.csv", RETURNS)
    with opened_plainly(desk.store) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    before = desk.store.read_bytes()

    ran = desk.run(*words)

    assert ran.code == 3
    assert "belongs to another program" in ran.err
    assert "--workspace DIR" in ran.err
    assert desk.store.read_bytes() == before


@pytest.mark.parametrize("words", WORDS)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, words: tuple[str, ...]) -> None:
    desk = new_desk(tmp_path / "ws")
    desk.file("returns.csv", RETURNS)
    desk.file("leadreturns.db", "lead_id,buyer\n" * 500)

    ran = desk.run(*words)

    assert ran.code == 3
    assert "is not a leadreturns store" in ran.err
    assert desk.store.read_text() == "lead_id,buyer\n" * 500


@pytest.mark.parametrize("words", WORDS)
def test_a_newer_store_is_refused_and_left_alone(sold: Desk, words: tuple[str, ...]) -> None:
    with opened_plainly(sold.store) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")

    ran = sold.run(*words)

    assert ran.code == 3
    assert "written by a newer leadreturns" in ran.err
    assert "install the newer version" in ran.err


def test_a_store_with_two_names_is_refused(sold: Desk) -> None:
    os.link(sold.store, sold.root / "second.db")

    ran = sold.run("report", "roi")

    assert ran.code == 3
    assert "second name (hard link)" in ran.err


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "ws")
    desk.store.mkdir()

    assert desk.run("report", "roi").code == 3
    assert desk.run("ledger", "import", desk.file("ledger.csv", SALES)).code == 3


def test_a_damaged_store_is_said_to_be_so_and_is_no_bug(sold: Desk) -> None:
    size = sold.store.stat().st_size
    with sold.store.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 8192))

    for words in WORDS:
        ran = sold.run(*words)
        assert ran.code in (1, 3), (words, ran.err)
        assert "bug" not in ran.err


def test_an_empty_file_in_its_place_becomes_the_store(tmp_path: Path) -> None:
    """It is what a kill leaves behind right after the file was made."""
    desk = new_desk(tmp_path / "ws")
    desk.file("leadreturns.db", "")

    assert desk.run("report", "roi").code == 0
    assert desk.store.stat().st_size == 0, "reading does not make one"
    assert desk.ledger(SALES)["inserted"] == 1


def test_reading_commands_without_a_store_act_on_an_empty_one_and_make_none(desk: Desk) -> None:
    for words in (
        ("review", "list"),
        ("returns", "list"),
        ("batch", "list"),
        ("ledger", "list"),
        ("report", "roi"),
        ("report", "adjustments"),
        ("report", "returns"),
        ("report", "exposure"),
        ("store", "check"),
        ("store", "info"),
        ("status",),
        ("policy", "check"),
    ):
        assert desk.run(*words).code == 0, words
    assert [path.name for path in desk.root.iterdir()] == ["policies.toml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_store_can_still_be_read(sold: Desk) -> None:
    sold.store.chmod(0o400)
    sold.root.chmod(0o500)
    try:
        sold.run("report", "roi").ok()
        assert sold.run("import", "returns.csv", "--buyer", "acme").code == 3
    finally:
        sold.root.chmod(0o700)


# ---- When others hold it -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def held(store: Path, how: str) -> Iterator[sqlite3.Connection]:
    with opened_plainly(store) as connection:
        connection.execute(how)
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")


@pytest.mark.parametrize(
    "words",
    [
        ("import", "returns.csv", "--buyer", "acme"),
        ("import", "returns.csv", "--buyer", "acme", "--dry-run"),
        ("ledger", "import", "ledger.csv"),
        ("review", "approve", "1"),
        ("returns", "redecide", "1"),
        ("batch", "void", "1", "--because", "x"),
        ("ledger", "void", "1"),
    ],
)
def test_a_store_that_another_run_writes_ends_in_75_within_the_wait(sold: Desk, words: tuple[str, ...]) -> None:
    before = sold.content()

    with held(sold.store, "BEGIN IMMEDIATE"):
        start = time.monotonic()
        ran = sold.run(*words, "--wait", "0.3")
        took = time.monotonic() - start

    assert ran.code == 75, ran.err
    assert "another run of leadreturns holds the store" in ran.err
    assert "--wait" in ran.err
    assert 0.25 <= took < 5
    assert sold.content() == before


def test_a_busy_store_in_json(sold: Desk) -> None:
    with held(sold.store, "BEGIN IMMEDIATE"):
        ran = sold.run("ledger", "import", "ledger.csv", "--wait", "0", "--json")

    assert ran.code == 75
    assert ran.json["status"] == "refused"
    assert ran.json["problems"][0]["code"] == "store_busy"


@pytest.mark.parametrize("words", [("report", "roi"), ("review", "list"), ("store", "check")])
def test_a_reader_does_not_wait_for_a_writer_that_has_not_come_to_its_commit(
    sold: Desk, words: tuple[str, ...]
) -> None:
    with held(sold.store, "BEGIN IMMEDIATE"):
        sold.run(*words, "--wait", "0").ok()


@pytest.mark.parametrize("words", [("report", "roi"), ("review", "list"), ("store", "check")])
def test_a_reader_that_meets_a_commit_waits_and_then_ends_in_75(sold: Desk, words: tuple[str, ...]) -> None:
    with held(sold.store, "BEGIN EXCLUSIVE"):
        assert sold.run(*words, "--wait", "0.2").code == 75


def test_a_lock_met_at_the_first_read_of_a_report_is_no_bug(sold: Desk) -> None:
    """The store was free when it was opened."""
    with contextlib.closing(open_store(sold.store, write=False, wait=0.1)) as store:
        with held(sold.store, "BEGIN EXCLUSIVE"), pytest.raises(StoreBusy), store.snapshot():
            pass
        with store.snapshot() as connection:
            assert connection.execute("SELECT count(*) FROM sales").fetchone() == (1,)


def test_a_commit_that_meets_a_reader_waits_and_then_gives_up_whole(sold: Desk) -> None:
    with contextlib.closing(open_store(sold.store, write=True, wait=0.2)) as store:
        with held(sold.store, "BEGIN") as reader:
            reader.execute("SELECT count(*) FROM sales").fetchone()
            with pytest.raises(StoreBusy), store.transaction() as connection:
                connection.execute("INSERT INTO campaigns (name) VALUES ('solar')")
        assert not store.connection.in_transaction
    assert sold.query("SELECT count(*) FROM campaigns WHERE name = 'solar'") == [(0,)]


# ---- The first run ----------------------------------------------------------------------------------------------


def test_first_imports_at_the_same_time_make_one_store(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "ws")
    for number in range(4):
        desk.file(f"{number}.csv", SALES.replace("L-1", f"L-{number % 2}"))

    running = [
        subprocess.Popen(
            command_line("ledger", "import", f"{number}.csv"),
            cwd=desk.root,
            env=process_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]

    ended = [(process.communicate()[1], process.returncode) for process in running]
    assert ended == [("", 0)] * 4
    assert desk.query("SELECT lead_id FROM sales ORDER BY 1") == [("L-0",), ("L-1",)]
    desk.check()


def test_a_kill_while_the_schema_is_made_leaves_a_file_that_the_next_run_can_use(tmp_path: Path) -> None:
    """Killed inside the migration, again and again at another statement."""
    script = (
        "import os, signal, sqlite3, sys\n"
        "from pathlib import Path\n"
        "from leadreturns.store import migrations\n"
        "from leadreturns.store.connection import open_store\n"
        "left = [int(sys.argv[2])]\n"
        "real = migrations.statements_of\n"
        "def counted(*names):\n"
        "    for statement in real(*names):\n"
        "        left[0] -= 1\n"
        "        if not left[0]:\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "        yield statement\n"
        "migrations.statements_of = counted\n"
        "open_store(Path(sys.argv[1]), write=True)\n"
    )
    for statement in (1, 2, 30, 70):
        desk = new_desk(tmp_path / f"ws-{statement}")
        killed = subprocess.run(
            [*command_line()[:1], "-c", script, str(desk.store), str(statement)], env=process_environment(), check=False
        )
        assert killed.returncode == -signal.SIGKILL

        assert desk.ledger(SALES)["inserted"] == 1
        desk.check()


def test_a_store_is_refused_as_an_exception_with_code_and_hint(tmp_path: Path) -> None:
    """For those who call the layer itself."""
    with pytest.raises(StoreRefused) as refused:
        open_store(tmp_path, write=False)
    assert (refused.value.code, bool(refused.value.hint), refused.value.exit_code) == ("not_a_store", True, 3)
