"""What makes the program fast, held without a clock: statements counted, tables read, modules imported, memory used."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import typer

from leadreturns.cli.app import COMMANDS, GROUPS, program
from leadreturns.store import connection as store_connection
from leadreturns.store.connection import Store
from tests.desk import Desk, command_line, new_desk, process_environment

HEADING = "lead_id,buyer,supplier,campaign,sold_at,price,payout,phone,email\n"
CHUNK = 5_000
HEAVY = {
    "pandas",
    "numpy",
    "openpyxl",
    "sqlite_utils",
    "python_calamine",
    "pydantic",
    "rich",
    "phonenumbers",
    "tomlkit",
}


def ledger_text(sales: int) -> str:
    return HEADING + "".join(
        f"L-{n},buyer-{n % 7},supplier-{n % 5},campaign-{n % 3},2026-10-{n % 27 + 1:02d} 10:{n % 60:02d},"
        f"{20 + n % 80}.50,{10 + n % 9}.25,+1415555{n % 10_000:04d},person.{n}@example.com\n"
        for n in range(sales)
    )


def returns_text(rows: range) -> str:
    return "lead_id,buyer,reason,requested_at\n" + "".join(f"L-{n},buyer-{n % 7},bad phone,2026-10-28\n" for n in rows)


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A store with 12,000 sales and 600 returns."""
    desk = new_desk(tmp_path_factory.mktemp("stocked"))
    assert desk.ledger(ledger_text(12_000))["inserted"] == 12_000
    assert desk.returns(returns_text(range(600)))["rows"] == 600
    return desk


@contextlib.contextmanager
def statements_counted() -> Iterator[Counter[str]]:
    """How often each statement begins while the block runs. A bulk insert shows up once for each of its rows."""
    counted: Counter[str] = Counter()
    prepared = store_connection.set_pragmas

    def traced(connection: sqlite3.Connection, *, in_file: bool, write: bool) -> None:
        prepared(connection, in_file=in_file, write=write)
        connection.set_trace_callback(lambda sql: counted.update([" ".join(sql.split()[:3])]))

    with mock.patch.object(store_connection, "set_pragmas", traced):
        yield counted


def queries(counted: Counter[str]) -> int:
    """All statements but the inserts and updates, which are one for each row that is written."""
    return sum(times for begin, times in counted.items() if not begin.startswith(("INSERT", "UPDATE")))


def test_an_import_asks_as_many_questions_for_many_rows_as_for_few(stocked: Desk) -> None:
    with statements_counted() as few:
        assert stocked.returns(returns_text(range(1_000, 1_010)), "--dry-run", name="few.csv")["approved"] == 10
    with statements_counted() as many:
        assert stocked.returns(returns_text(range(1_000, 5_500)), "--dry-run", name="many.csv")["approved"] == 4_500

    assert 0 < queries(few) == queries(many) < 60


def test_a_further_chunk_costs_a_handful_of_questions(stocked: Desk) -> None:
    with statements_counted() as one:
        stocked.returns(returns_text(range(1_000, 2_000)), "--dry-run", name="one.csv")
    with statements_counted() as two:
        stocked.returns(returns_text(range(600, 600 + 2 * CHUNK)), "--dry-run", name="two.csv")

    assert 0 < queries(two) - queries(one) <= 10


def test_a_rehearsal_asks_as_many_questions_for_many_returns_as_for_few(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "w")
    desk.ledger(ledger_text(2_000))
    desk.returns(returns_text(range(10)), "--received", "2026-10-29", name="few.csv")
    desk.returns(returns_text(range(10, 1_500)), "--received", "2026-11-02", name="many.csv")
    terms = desk.root.joinpath("policies.toml").read_text(encoding="utf-8")
    other = desk.file("new.toml", terms.replace("30 days", "20 days") + 'cap = "20% of sales per month"\n')
    asked = []
    for month, returns in (("2026-10", 10), ("2026-11", 1_490)):
        with statements_counted() as counted:
            found = desk.read_json("policy", "simulate", other, "--from", month, "--to", month)
        assert found["returns"] == returns
        asked.append(queries(counted))
    assert 0 < asked[0] == asked[1] < 40


def test_totals_are_written_by_the_cell_not_by_the_row(stocked: Desk) -> None:
    with statements_counted() as counted:
        stocked.returns(returns_text(range(1_000, 9_000)), "--dry-run", name="many.csv")

    cells = 7 * 5 * 3
    assert counted["INSERT INTO returns"] >= 8_000
    assert 0 < counted["INSERT INTO cube"] <= cells
    assert 0 < counted["INSERT INTO totals"] <= cells


def test_a_ledger_is_counted_in_statements_that_do_not_grow_with_it(tmp_path: Path) -> None:
    told = []
    for sales in (500, 4_500):
        desk = new_desk(tmp_path / str(sales))
        desk.run("ledger", "import", desk.file("first.csv", HEADING + "A,b,c,d,2026-10-01,1.00,0.00,,\n")).ok()
        with statements_counted() as counted:
            assert desk.ledger(ledger_text(sales))["inserted"] == sales
        told.append(queries(counted) + counted["INSERT INTO cube"] + counted["INSERT INTO totals"])

    assert 0 < told[0] == told[1]


def tables_read(desk: Desk, *words: str) -> set[str]:
    """The tables that the statements of a command scan or search, out of SQLite's own plans."""
    read: set[str] = set()
    execute = sqlite3.Connection.execute

    class Planning(sqlite3.Connection):
        def execute(self, sql: str, *rest: object) -> sqlite3.Cursor:
            if sql.lstrip().startswith(("SELECT", "WITH")):
                for *_, step in execute(self, f"EXPLAIN QUERY PLAN {sql}", *rest):
                    read.update(re.findall(r"^(?:SCAN|SEARCH) (\w+)", step))
                aliases = dict(re.findall(r"(?:FROM|JOIN) (\w+) AS (\w+)", sql))
                read.update(table for table, alias in aliases.items() if alias in read)
            return execute(self, sql, *rest)

    real = sqlite3.connect
    with mock.patch.object(sqlite3, "connect", lambda *a, **k: real(*a, **{**k, "factory": Planning})):
        desk.run(*words).ok()
    return read


@pytest.mark.parametrize(
    "words",
    [
        ("report", "roi", "--by", "buyer"),
        ("report", "roi", "--by", "supplier", "--by", "month"),
        ("report", "roi", "--by", "campaign", "--basis", "posting"),
        ("report", "adjustments", "--period", "2026-11"),
    ],
    ids=" ".join,
)
def test_a_report_by_one_dimension_reads_totals_only(stocked: Desk, words: tuple[str, ...]) -> None:
    read = tables_read(stocked, *words)

    assert "totals" in read
    assert not read & {"sales", "returns", "adjustments", "decisions", "cube"}


def test_a_report_by_several_dimensions_reads_the_cube(stocked: Desk) -> None:
    read = tables_read(stocked, "report", "roi", "--by", "buyer", "--by", "campaign")

    assert "cube" in read
    assert not read & {"sales", "returns", "adjustments", "decisions"}


def test_the_match_searches_indexes_and_scans_nothing(stocked: Desk) -> None:
    from leadreturns.store import gathering

    with contextlib.closing(sqlite3.connect(stocked.store)) as connection:
        for query in (gathering._BY_LEAD, gathering._BY_REF, gathering._BY_PHONE, gathering._BY_EMAIL):
            plan = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {query}", ("[]",))]
            assert [step for step in plan if step.startswith("SCAN")] == ["SCAN k VIRTUAL TABLE INDEX 1:"]


def modules_of(root: Path, *words: str) -> set[str]:
    """The modules that a command has imported when it ends, in a process of its own."""
    script = (
        "import atexit, sys\n"
        "atexit.register(lambda: sys.stderr.write('MODULES ' + ' '.join(sys.modules)))\n"
        "from leadreturns.cli.app import main\n"
        "main()\n"
    )
    ran = subprocess.run(
        [command_line()[0], "-c", script, *words],
        cwd=root,
        env=process_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr
    return set(ran.stderr.rpartition("MODULES ")[2].split())


@pytest.mark.parametrize(
    "words",
    [("status",), ("review", "list"), ("report", "roi"), ("report", "adjustments"), ("returns", "list")],
    ids=" ".join,
)
def test_everyday_commands_import_nothing_heavy(stocked: Desk, words: tuple[str, ...]) -> None:
    assert not modules_of(stocked.root, *words) & HEAVY


def test_commands_without_a_store_import_nothing_heavy_either(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "new")

    assert not modules_of(desk.root, "status") & HEAVY


def test_an_import_of_csv_imports_no_data_frames(stocked: Desk) -> None:
    file = stocked.file("small.csv", returns_text(range(11_000, 11_010)))

    loaded = modules_of(stocked.root, "import", str(file), "--dry-run")

    assert not loaded & {"pandas", "numpy", "openpyxl", "sqlite_utils", "python_calamine", "pydantic"}


def test_help_imports_no_command(tmp_path: Path) -> None:
    loaded = modules_of(tmp_path, "--help")

    assert not loaded & {*HEAVY, "sqlite3", "csv", "json"}
    own = {"leadreturns.cli", "leadreturns.cli.app", "leadreturns.cli.streams", "leadreturns.errors"}
    assert {name for name in loaded if name.startswith("leadreturns.")} == own


@pytest.mark.parametrize("name", [*COMMANDS, *GROUPS])
def test_the_list_of_commands_tells_each_as_its_own_help_does(name: str) -> None:
    real, listed = typer.main.get_command(program(name)), typer.main.get_command(program(""))

    assert list(listed.commands) == [*COMMANDS, *GROUPS]  # type: ignore[attr-defined]
    assert real.commands[name].help == listed.commands[name].help  # type: ignore[attr-defined]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="getrusage tells a child its parent's peak")
def test_fifty_thousand_rows_stay_below_a_hundred_mib(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "large")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from leadreturns.cli.app import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    told = dict(line.split(':', 1) for line in Path('/proc/self/status').read_text().splitlines())\n"
        "    sys.stderr.write(f'PEAK {told[\"VmHWM\"].split()[0]}')\n"
    )
    peaks = []
    files = (
        ("ledger", "import", desk.file("ledger.csv", ledger_text(50_000))),
        ("import", desk.file("returns.csv", returns_text(range(50_000)))),
    )
    for words in files:
        ran = subprocess.run(
            [command_line()[0], "-c", script, *map(str, words)],
            cwd=desk.root,
            env=process_environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        peaks.append(int(ran.stderr.rpartition("PEAK ")[2]) / 1024)

    assert max(peaks) < 100, peaks


def test_a_store_is_opened_by_few_statements(stocked: Desk) -> None:
    counted: list[str] = []
    real = sqlite3.connect

    def traced(*args: object, **options: object) -> sqlite3.Connection:
        made = real(*args, **options)  # type: ignore[call-overload]
        made.set_trace_callback(counted.append)
        return made  # type: ignore[no-any-return]

    with mock.patch.object(sqlite3, "connect", traced):
        opened: Store = store_connection.open_store(stocked.store, write=False)
    opened.close()

    assert 0 < len(counted) <= 12
