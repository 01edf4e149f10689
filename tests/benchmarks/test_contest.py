"""How contestants are run, checked and written down: a figure without the right answer is no figure."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from pathlib import Path

import pytest

from benchmarks import ours, page
from benchmarks.bounds import Bound, bounds
from benchmarks.contest import Contestant, Figures, hold, printed
from benchmarks.measure import Run, drop_from_page_cache, run

SUMMARY = {
    "status": "recorded",
    "batch": 2,
    "approved": 2,
    "rejected": 1,
    "review": 0,
    "unreadable": 1,
    "credits": [{"currency": "USD", "amount": "12.50", "count": 2}],
}


def test_a_run_tells_time_memory_and_what_was_said() -> None:
    # Half a second: a child that is smaller than the test's own process is only seen by the samples.
    holding = "import time; held = b'x' * 70_000_000; time.sleep(0.5); print('done'); raise SystemExit(3)"
    done = run((sys.executable, "-c", holding))
    assert (done.stdout, done.stderr, done.exit_code) == ("done\n", "", 3)
    assert done.seconds > 0
    assert 60 < done.peak_mib < 200


def test_a_contestant_with_another_answer_drops_out() -> None:
    says = "import json; print('starting'); print(json.dumps({'approved_rows': %d}))"
    right = Contestant("right", (sys.executable, "-c", says % 1), check=printed)
    wrong = Contestant("wrong", (sys.executable, "-c", says % 2), check=printed)
    broken = Contestant("broken", (sys.executable, "-c", "raise SystemExit('no ledger')"), check=printed)
    figures = hold((right, wrong, broken), 2, {"approved_rows": 1})
    assert [len(figures[name].seconds) for name in ("right", "wrong", "broken")] == [2, 0, 0]
    assert "another answer" in figures["wrong"].failure
    assert figures["broken"].failure == "exit code 1: no ledger"


def test_the_page_keeps_what_stands_around_the_figures(tmp_path: Path) -> None:
    target = tmp_path / "performance.md"
    target.write_text(f"# Performance\n\nBefore.\n\n{page.BEGIN}\nold\n{page.END}\n\nAfter.\n")
    results = {"10k_1m": {"leadreturns": Figures([2.0, 1.0, 1.5], [60.0, 61.0, 59.0], [{"match": 0.25}])}}
    kept = [
        Bound("import", "pandas", 0.5, "×", 0.4),
        Bound("memory", "", 64, "MiB", 70.0),
        Bound("x", "", 1, "×", None),
    ]
    page.write(target, page.figures(["2 cores"], kept, results, {"10k_1m": "2026-11-23"}))
    text = target.read_text()
    assert text.startswith("# Performance\n\nBefore.\n")
    assert text.endswith("\n\nAfter.\n")
    assert "old" not in text
    assert "| import | pandas | ≤ 0.5 × | 0.40 × | kept |" in text
    assert "| memory |  | ≤ 64 MiB | 70 MiB | **missed** |" in text
    assert "| leadreturns | 1.5 | 1–2 | 1.00 | 61 | 3 |" in text
    assert "Stages of leadreturns, seconds: match 0.250." in text


def test_our_answer_is_read_from_the_summary_and_the_view(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "leadreturns.db") as store:
        store.execute("create table returns_view (batch integer, row integer, outcome text)")
        rows = [(1, 2, "approved"), (2, 4, "approved"), (2, 2, "approved"), (2, 3, "rejected")]
        store.executemany("insert into returns_view values (?, ?, ?)", rows)
    store.close()
    assert ours.check_line(_said(json.dumps(SUMMARY)), tmp_path) == {
        "outcomes": {"approved": 2, "rejected": 1, "unreadable": 1},
        "credit_minor": {"USD": 1250},
        "approved_rows": hashlib.sha256(b"2\n4\n").hexdigest(),
    }


@pytest.mark.parametrize(
    ("stdout", "why"), [("", "no summary: Traceback"), ('{"status": "refused"}', "nothing recorded")]
)
def test_a_crash_is_not_taken_for_rows_that_could_not_be_read(stdout: str, why: str) -> None:
    with pytest.raises(ours.Failed, match=why):
        ours.summary(_said(stdout, "Traceback (most recent call last): …"))


def test_a_stage_told_several_times_is_summed_up() -> None:
    told = '{"stage": "match", "seconds": 0.25}\nreading acme.csv\n{"stage": "record", "seconds": 1}\n' * 2
    assert ours.stages(_said("", told)) == {"match": 0.5, "record": 2.0}


def test_a_copied_store_is_whole_and_survives_being_dropped_from_memory(tmp_path: Path) -> None:
    ours.empty_workspace(tmp_path / "one")
    (tmp_path / "one/leadreturns.db").write_bytes(b"x" * 10_000)
    ours.copy_store(tmp_path / "one", tmp_path / "two")
    drop_from_page_cache(tmp_path / "two")
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == ["leadreturns.db", "policies.toml"]
    assert (tmp_path / "two/leadreturns.db").read_bytes() == b"x" * 10_000


def test_a_bound_is_a_ratio_of_medians_and_silent_without_figures() -> None:
    results = {
        "10k_1m": {"leadreturns": Figures([3.0, 1.0, 2.0]), "DuckDB, ledger loaded before": Figures([4.0, 9.0, 4.0])},
        "100k_1m": {"leadreturns": Figures(failure="exit code 4")},
    }
    found = {(bound.work, bound.against): bound.reached for bound in bounds(results, {"peak_mib": 40.0})}
    assert found["import 10k CSV on 1 M", "DuckDB, ledger loaded before"] == 0.5
    assert found["import 100k CSV on 1 M", "pandas"] is None
    assert found["peak memory, ledger import 10 M", ""] == 40.0


def _said(stdout: str, stderr: str = "") -> Run:
    return Run(1.0, 20.0, 1, stdout, stderr)
