"""What is measured: every scenario prepares its files, then lets the contestants run in turn."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import ours
from benchmarks.contest import Contestant, Figures, hold, printed
from benchmarks.generate import write_ledger, write_returns
from benchmarks.measure import drop_from_page_cache, run
from benchmarks.shape import Shape

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"
START_RUNS = 15
REPORTS = {
    "report roi by buyer": ("report", "roi", "--by", "buyer"),
    "report roi by buyer and month": ("report", "roi", "--by", "buyer", "--by", "month"),
    "report roi by buyer, supplier and campaign": (
        "report",
        "roi",
        "--by",
        "buyer",
        "--by",
        "supplier",
        "--by",
        "campaign",
    ),
    "report adjustments": ("report", "adjustments"),
}
FLOOR = "sqlite3 .import and a unique index"
Results = dict[str, Figures]


def startup(repeat: int) -> Results:
    """Small commands beside the floors of the interpreter and of Typer."""
    data = _data(2_000, 200)
    python = sys.executable
    small = {"status": ("status",), "review list": ("review", "list"), "report roi": ("report", "roi", "--by", "buyer")}
    contestants = [
        Contestant("python -c pass", (python, "-c", "pass")),
        Contestant("import typer, pydantic", (python, "-c", "import typer, pydantic")),
        Contestant("ten-line Typer program --help", (python, HERE / "ten_lines.py", "--help")),
        Contestant("leadreturns --help", (*ours.COMMAND, "--help")),
        *(
            Contestant(name, (*ours.COMMAND, *words, "-C", data / "store"), partial(ours.prepared_store, data))
            for name, words in small.items()
        ),
    ]
    # The first round compiles and fills the page cache.
    hold(contestants, 1)
    return hold(contestants, max(repeat, START_RUNS))


def ledger(sales: int, repeat: int) -> Results:
    """The ledger into an empty store, beside the sqlite3 shell with one unique index and beside DuckDB."""
    data = _data(sales, 10_000)
    scratch = data / "scratch"
    flat, columnar = scratch / "flat.db", scratch / "ledger.duckdb"
    workspace = data / "empty"
    contestants = [
        Contestant(
            "leadreturns ledger import",
            ours.ledger_import(data, workspace),
            partial(ours.empty_workspace, workspace),
            ours.recorded_sales,
            ours.DONE,
        ),
        _sqlite_floor(data / "ledger.csv", flat, scratch),
        Contestant("DuckDB load", _duckdb(data, "--load", columnar), partial(_emptied, scratch)),
    ]
    figures = hold(contestants, repeat, {"inserted": sales})
    shutil.rmtree(workspace, ignore_errors=True)
    return figures


def returns(sales: int, rows: int, repeat: int, suffix: str = ".csv") -> Results:
    """A return file beside the scripts that decide the same file."""
    data = _data(sales, rows, workbook=suffix == ".xlsx")
    file = data / f"returns_{rows}{suffix}"
    kept = data / f"after_{rows}{suffix}"
    script = (sys.executable, "-m", "benchmarks.peer_pandas", data, file, data / "pandas")
    contestants = [
        _importer("leadreturns", file, kept, partial(_fresh_store, data, kept)),
        Contestant("pandas", script, check=printed),
        Contestant("DuckDB, ledger from CSV", _duckdb(data, file, data / "duckdb"), check=printed),
        _duckdb_with_store(data, file),
    ]
    return hold(contestants, repeat, _expected(data, rows))


def cold(sales: int, rows: int, repeat: int) -> Results:
    """The same import with the store in the page cache and not."""
    data = _data(sales, rows)
    file = data / f"returns_{rows}.csv"
    copy = data / "cold"

    def chill() -> None:
        _fresh_store(data, copy)
        drop_from_page_cache(copy)

    contestants = [
        _importer("warm", file, copy, partial(_fresh_store, data, copy)),
        _importer("cold", file, copy, chill),
    ]
    figures = hold(contestants, repeat, _expected(data, rows))
    shutil.rmtree(copy, ignore_errors=True)
    return figures


def reports(sales: int, rows: int, repeat: int) -> Results:
    """Reports on the store as the import of `rows` returns left it."""
    data = _data(sales, rows)
    workspace = data / f"after_{rows}.csv"
    if not workspace.joinpath("leadreturns.db").exists():
        returns(sales, rows, 1)
    contestants = [Contestant(name, (*ours.COMMAND, *words, "-C", workspace)) for name, words in REPORTS.items()]
    return hold(contestants, max(repeat, 5))


SCENARIOS: dict[str, Callable[[int], Results]] = {
    "startup": startup,
    "ledger_1m": partial(ledger, 1_000_000),
    "10k_1m": partial(returns, 1_000_000, 10_000),
    "100k_1m": partial(returns, 1_000_000, 100_000),
    "100k_1m_xlsx": partial(returns, 1_000_000, 100_000, suffix=".xlsx"),
    "100k_10m": partial(cold, 10_000_000, 100_000),
    "1m_10m": partial(returns, 10_000_000, 1_000_000),
    "reports_10m": partial(reports, 10_000_000, 1_000_000),
}
LARGE = ("100k_10m", "1m_10m")
"""These take minutes a run."""


def prepared_ledger(sales: int) -> dict[str, Any] | None:
    """What the ledger import took that made the store of the larger scenarios; None before they ran."""
    stamp = _folder(sales) / "prepared.json"
    found: dict[str, Any] | None = json.loads(stamp.read_text()) if stamp.exists() else None
    return found


def _importer(name: str, file: Path, workspace: Path, prepare: Callable[[], object]) -> Contestant:
    return Contestant(
        name,
        ours.returns_import(file, workspace),
        prepare,
        lambda done: ours.check_line(done, workspace),
        ours.DONE,
    )


def _duckdb(*words: str | Path) -> Sequence[str | Path]:
    return (sys.executable, "-m", "benchmarks.peer_duckdb", *words)


def _duckdb_with_store(data: Path, file: Path) -> Contestant:
    loaded, store = data / "ledger.duckdb", data / "store.duckdb"

    def prepare() -> None:
        if not loaded.exists():
            ours.must(run(_duckdb(data, "--load", loaded), ours.ENVIRONMENT))
        shutil.copyfile(loaded, store)
        with store.open("rb") as copy:
            os.fsync(copy.fileno())

    command = _duckdb(data, file, data / "duckdb", "--store", store)
    return Contestant("DuckDB, ledger loaded before", command, prepare, printed)


def _sqlite_floor(ledger_file: Path, target: Path, scratch: Path) -> Contestant:
    if shutil.which("sqlite3") is None:
        command = (sys.executable, "-m", "benchmarks.sqlite_floor", ledger_file, target)
        return Contestant(FLOOR, command, partial(_emptied, scratch))
    script = scratch / "floor.sql"

    def prepare() -> None:
        _emptied(scratch)
        columns = "lead_id, buyer, supplier, campaign, sold_at, price, payout, currency, email, phone"
        script.write_text(
            f"create table sale ({columns.replace(',', ' text,')} text);\n"
            f".mode csv\n.import --skip 1 '{ledger_file}' sale\n"
            "create unique index sale_key on sale (lead_id, buyer);\n"
        )

    return Contestant(FLOOR, ("sqlite3", target, f".read {script}"), prepare)


def _fresh_store(data: Path, target: Path) -> None:
    ours.copy_store(ours.prepared_store(data), target)


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _folder(sales: int) -> Path:
    return DATA / (f"{sales // 1_000_000}m" if sales >= 1_000_000 else f"{sales // 1000}k")


def _data(sales: int, rows: int, workbook: bool = False) -> Path:
    """The folder with the files of this size, written where they are missing or the generator has changed."""
    folder, shape = _folder(sales), Shape(sales)
    stamp, generator = folder / "generator.txt", _generator_digest()
    if not stamp.exists() or stamp.read_text() != generator:
        print(f"  writing {folder}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        write_ledger(shape, folder)
        stamp.write_text(generator)
    last = folder / (f"returns_{rows}.xlsx" if workbook else f"expected_{rows}.json")
    if not last.exists():
        write_returns(shape, rows, folder, workbook)
    return folder


def _generator_digest() -> str:
    texts = (HERE.joinpath(f"{name}.py").read_bytes() for name in ("generate", "mix", "shape", "sheet", "terms"))
    return hashlib.sha256(b"".join(texts)).hexdigest()


def _expected(data: Path, rows: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data.joinpath(f"expected_{rows}.json").read_text())
    return found
