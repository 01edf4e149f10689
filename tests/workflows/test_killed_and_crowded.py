"""Runs that are killed, and runs that meet: law 10 (wholly there or not at all) and law 4 (same bytes, one batch)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desk import TERMS, Desk, command_line, new_desk, process_environment

ROWS = 2000
LEDGER = "lead_id,buyer,sold_at,price,payout,supplier\n" + "".join(
    f"L-{number:05},acme,2026-10-{1 + number % 28:02},{20 + number % 60}.{number % 100:02},12.50,leadco\n"
    for number in range(ROWS)
)
RETURNS = "lead_id,return date\n" + "".join(
    f"L-{number:05},{'2026-02-31' if number % 500 == 8 else '2026-10-30'}\n" for number in range(0, ROWS, 2)
)


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A ledger, a return file that is not imported yet, and the program's modules loaded."""
    desk = new_desk(tmp_path_factory.mktemp("killed") / "ws")
    desk.ledger(LEDGER)
    desk.file("returns.csv", RETURNS)
    return desk


def copy_of(desk: Desk, root: Path) -> Desk:
    shutil.copytree(desk.root, root)
    return Desk(root, now=desk.now)


def forked(work: Callable[[], int]) -> int:
    """The id of a child process that does the work and ends with its exit code; it starts with all modules loaded."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(work())
        finally:
            os._exit(99)
    return child


def ended(child: int) -> int:
    """The exit code of the child, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def figures(desk: Desk) -> str:
    """All that reports say."""
    reports = (
        ("report", "roi", "--by", "buyer,supplier,month"),
        ("report", "roi", "--basis", "posting"),
        ("report", "adjustments"),
        ("report", "returns"),
    )
    return json.dumps([desk.read_json(*words) for words in reports])


def import_returns(desk: Desk) -> int:
    return desk.run("import", "returns.csv", "--buyer", "acme").code


@pytest.fixture(scope="module")
def whole(sold: Desk, tmp_path_factory: pytest.TempPathFactory) -> tuple[float, str]:
    """How long an undisturbed import takes, and what the reports say after it."""
    desk = copy_of(sold, tmp_path_factory.mktemp("whole") / "ws")
    start = time.monotonic()
    assert ended(forked(lambda: import_returns(desk))) == 1, "some rows cannot be read"
    took = time.monotonic() - start
    return took, figures(desk)


@pytest.mark.parametrize("moment", range(20))
def test_a_killed_import_is_wholly_there_or_not_at_all(
    sold: Desk, whole: tuple[float, str], tmp_path: Path, moment: int
) -> None:
    took, expected = whole
    desk = copy_of(sold, tmp_path / "ws")

    child = forked(lambda: import_returns(desk))
    time.sleep(took * (moment + 0.5) / 18)
    os.kill(child, signal.SIGKILL)
    code = ended(child)

    # Whoever comes next finds the journal of the killed run and takes its half-done work back.
    batches = [row["id"] for row in desk.read_json("batch", "list")["rows"]]
    assert batches in ([], [1])
    if code == 1:
        assert batches, "what was acknowledged is there"
    if not batches:
        for table in ("batch_figures", "returns", "decisions", "adjustments", "problems", "batch_files", "policies"):
            assert desk.query(f"SELECT count(*) FROM {table}") == [(0,)], table

    assert import_returns(desk) == (0 if batches else 1)

    assert figures(desk) == expected
    assert desk.query("SELECT count(*) FROM returns") == [(ROWS // 2 - 4,)]
    desk.check()


def test_an_interrupted_import_changes_nothing_and_says_so(sold: Desk, tmp_path: Path) -> None:
    desk = copy_of(sold, tmp_path / "ws")
    before = desk.content()
    script = (
        "import os, signal\n"
        # Tests may run in the background, where shells have interrupts ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from leadreturns.store import recorder\n"
        "real = recorder.Recorder.record_rows\n"
        "def interrupted(self, *rest):\n"
        "    real(self, *rest)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "recorder.Recorder.record_rows = interrupted\n"
        "from leadreturns.cli.app import main\n"
        "main()\n"
    )
    ran = subprocess.run(
        [command_line()[0], "-c", script, "import", "returns.csv", "--buyer", "acme"],
        cwd=desk.root,
        env=process_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 130
    assert "interrupted" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert desk.content() == before


def test_an_interrupt_while_the_program_loads_ends_it_without_a_word(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'typer':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from leadreturns.__main__ import main\n"
        "main()\n"
    )
    ran = subprocess.run(
        [command_line()[0], "-c", script, "--version"],
        cwd=tmp_path,
        env=process_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")


# ---- Runs that meet ----------------------------------------------------------------------------------------------


def test_the_same_bytes_from_several_processes_at_once_are_one_batch(sold: Desk, tmp_path: Path) -> None:
    desk = copy_of(sold, tmp_path / "ws")
    running = [
        subprocess.Popen(
            command_line("import", "returns.csv", "--buyer", "acme", "--json"),
            cwd=desk.root,
            env=process_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]

    told = [(json.loads(process.communicate()[0]), process.returncode) for process in running]

    assert Counter((said["status"], code) for said, code in told) == {("recorded", 1): 1, ("already_imported", 0): 2}
    assert len({json.dumps({**said, "status": ""}) for said, _ in told}) == 1, "all tell the same figures"
    assert len(desk.read_json("batch", "list")["rows"]) == 1
    desk.check()


def test_overlapping_files_at_the_same_time_credit_each_sale_once(sold: Desk, tmp_path: Path) -> None:
    desk = copy_of(sold, tmp_path / "ws")
    lines = RETURNS.splitlines(keepends=True)
    for number in range(3):
        desk.file(f"{number}.csv", "".join([lines[0], *lines[1 + 200 * number : 601 + 200 * number]]))

    children = [forked(lambda n=number: desk.run("import", f"{n}.csv", "--buyer", "acme").code) for number in range(3)]

    assert {ended(child) for child in children} <= {0, 1}
    assert desk.query("SELECT count(*), count(DISTINCT sale_id) FROM returns WHERE outcome = 'approved'") == [
        (996, 996)
    ]
    desk.check()


def test_two_people_who_decide_the_same_returns_do_each_once(tmp_path: Path) -> None:
    """Every return is approved by exactly one of them; the other is told so, and nobody meets a lock or a bug."""
    desk = new_desk(tmp_path / "ws", TERMS.replace('"auto"', '"review"'))
    desk.ledger(LEDGER)
    desk.returns("lead_id\n" + "".join(f"L-{number:05}\n" for number in range(12)), "--buyer", "acme")

    def approve_all(order: int) -> int:
        codes = Counter(desk.run("review", "approve", key).code for key in list(range(1, 13))[::order])
        return 50 + codes[0] if set(codes) <= {0, 3} else 49

    children = [forked(lambda order=order: approve_all(order)) for order in (1, -1, 1)]

    assert sum(ended(child) - 50 for child in children) == 12
    assert desk.query("SELECT count(*) FROM decisions WHERE decided_by LIKE 'user:%'") == [(12,)]
    assert desk.query("SELECT count(*) FROM adjustments WHERE kind = 'buyer_credit'") == [(12,)]
    desk.check()


def test_a_backup_taken_while_others_write_is_whole(sold: Desk, tmp_path: Path) -> None:
    desk = copy_of(sold, tmp_path / "ws")
    child = forked(lambda: import_returns(desk))
    copies = []
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        copies.append(desk.root / f"copy-{len(copies)}.db")
        desk.run("store", "backup", copies[-1]).ok()

    assert copies
    for number, copy in enumerate(copies):
        restored = new_desk(tmp_path / f"restored-{number}")
        copy.rename(restored.store)
        restored.check()
        (rows,) = restored.query("SELECT count(*) FROM returns")
        assert rows in [(0,), (ROWS // 2 - 4,)]


def test_a_reader_whose_pipe_is_full_keeps_nobody_from_writing(sold: Desk, tmp_path: Path) -> None:
    """A report is read to its end before the first line is printed."""
    desk = copy_of(sold, tmp_path / "ws")
    import_returns(desk)
    desk.file("more.csv", "lead_id\nL-00001\nL-00003\n")

    with subprocess.Popen(
        command_line("returns", "list", "--json"), cwd=desk.root, env=process_environment(), stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.read(1)
        ran = desk.run("import", "more.csv", "--buyer", "acme", "--wait", "0.5")
        assert (ran.code, reader.poll()) == (0, None), "the reader still waits for its pipe"
        reader.stdout.read()
