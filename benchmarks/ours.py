"""leadreturns as a contestant: its command lines, a store that is made once and copied, and what came out of a run."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

from benchmarks.measure import Run, run
from benchmarks.terms import POLICIES, RECEIVED

SOURCE = Path(__file__).resolve().parents[1] / "src"
_SCRIPT = Path(sys.executable).with_name("leadreturns")
_ENTRY = "import sys; from leadreturns.cli.app import main; sys.exit(main())"
COMMAND: tuple[str | Path, ...] = (_SCRIPT,) if _SCRIPT.exists() else (sys.executable, "-c", _ENTRY)
ENVIRONMENT = {"PYTHONPATH": f"{SOURCE}{os.pathsep}{SOURCE.parent}", "LEADRETURNS_TIMINGS": "1"}
DONE = (0, 1)
"""1 is 'done, and rows could not be read', which is so for every benchmark file."""


class Failed(Exception):
    """A contestant did not do the work."""


def prepared_store(data: Path) -> Path:
    """A workspace that holds the ledger and the earlier batch; made anew when leadreturns has changed.

    What the ledger import took stands in `prepared.json` beside it.
    """
    workspace, stamp = data / "store", data / "prepared.json"
    source = _source_digest()
    if stamp.exists() and json.loads(stamp.read_text())["source"] == source:
        return workspace
    stamp.unlink(missing_ok=True)
    empty_workspace(workspace)
    ledger = must(run(ledger_import(data, workspace), ENVIRONMENT), DONE)
    summary(ledger)
    earlier = [*COMMAND, "import", data / "earlier.csv", "-C", workspace, "--received", RECEIVED, "--json"]
    summary(must(run(earlier, ENVIRONMENT), DONE))
    figures = {"source": source, "seconds": ledger.seconds, "peak_mib": ledger.peak_mib, "stages": stages(ledger)}
    stamp.write_text(json.dumps(figures))
    return workspace


def empty_workspace(workspace: Path) -> None:
    """A folder with the benchmark's terms and no store."""
    shutil.rmtree(workspace, ignore_errors=True)
    workspace.mkdir(parents=True)
    workspace.joinpath("policies.toml").write_text(POLICIES)


def copy_store(source: Path, target: Path) -> None:
    """A copy of a workspace, on the disk before anything is measured."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    for path in target.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def ledger_import(data: Path, workspace: Path) -> list[str | Path]:
    """The command that reads the ledger into an empty workspace."""
    return [*COMMAND, "ledger", "import", data / "ledger.csv", "-C", workspace, "--json"]


def returns_import(returns: Path, workspace: Path) -> list[str | Path]:
    """The command that decides a return file and writes the answer beside the store."""
    answer = workspace / f"answer{returns.suffix}"
    return [*COMMAND, "import", returns, "-C", workspace, "--received", RECEIVED, "--response", answer, "--json"]


def recorded_sales(done: Run) -> dict[str, Any]:
    """How many sales a ledger import inserted."""
    return {"inserted": summary(done)["inserted"]}


def check_line(done: Run, workspace: Path) -> dict[str, object]:
    """Counts, credits and the digest of the approved rows, as the peers print them."""
    told = summary(done)
    outcomes = {name: told[name] for name in ("approved", "rejected", "review", "unreadable") if told[name]}
    credit = {total["currency"]: int(total["amount"].replace(".", "")) for total in told["credits"]}
    digest = hashlib.sha256()
    with sqlite3.connect(f"file:{workspace / 'leadreturns.db'}?mode=ro", uri=True) as store:
        approved = "select row from returns_view where batch = ? and outcome = 'approved' order by row"
        for (row,) in store.execute(approved, (told["batch"],)):
            digest.update(b"%d\n" % row)
    store.close()
    return {"outcomes": outcomes, "credit_minor": credit, "approved_rows": digest.hexdigest()}


def summary(done: Run) -> dict[str, Any]:
    """What an import said of itself; `Failed` when it recorded nothing, for a crash of Python ends in 1 too."""
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise Failed(f"no summary: {done.stderr.strip()[-600:]}") from None
    if told.get("status") != "recorded":
        raise Failed(f"nothing recorded: {done.stdout.strip()[-600:]}")
    return told


def stages(done: Run) -> dict[str, float]:
    """Seconds per stage, in the order in which they were first told; a stage told several times is summed up."""
    seconds: dict[str, float] = {}
    for line in done.stderr.splitlines():
        if line.startswith('{"stage"'):
            told = json.loads(line)
            seconds[told["stage"]] = seconds.get(told["stage"], 0.0) + told["seconds"]
    return seconds


def must(done: Run, accepted: tuple[int, ...] = (0,)) -> Run:
    """The run, if it ended as it should; `Failed` with the end of what it said otherwise."""
    if done.exit_code not in accepted:
        said = (done.stderr.strip() or done.stdout.strip())[-600:]
        raise Failed(f"exit code {done.exit_code}: {said}")
    return done


def _source_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in SOURCE.rglob("*") if path.suffix in (".py", ".sql")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
