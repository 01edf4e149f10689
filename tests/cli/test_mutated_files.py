"""Thousands of broken files through the command line: no traceback, none slow, and only whole batches in the store."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.cli.mutated_files import WHOLE, mutated
from tests.desk import Desk, Ran, new_desk

MAX_SECONDS = 5.0
MAX_GROWTH_KIB = 200 * 1024
SEEDS_THAT_FAILED: tuple[int, ...] = ()
"""Each seed whose file once showed a fault stays here."""
LEDGER = "Lead ID,Buyer,Sold at,Price\n" + "".join(f"L-{n:04},acme,2026-09-{n + 1:02},40.00\n" for n in range(12))


@pytest.fixture
def fuzzed(tmp_path: Path) -> Desk:
    desk = new_desk(tmp_path / "workspace")
    desk.ledger(LEDGER)
    return desk


def test_the_files_are_right_before_they_are_changed(fuzzed: Desk) -> None:
    for name, (content, _) in WHOLE.items():
        ran = _imported(fuzzed, name, content)
        assert ran.code == 0, (name, ran.err)


@pytest.mark.timeout(400)
def test_a_thousand_mutated_files(fuzzed: Desk) -> None:
    _endure(fuzzed, range(1_000))


def test_seeds_that_failed_once(fuzzed: Desk) -> None:
    _endure(fuzzed, SEEDS_THAT_FAILED)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("first", range(1_000, 21_000, 1_000))
def test_twenty_thousand_mutated_files(fuzzed: Desk, first: int) -> None:
    _endure(fuzzed, range(first, first + 1_000))


def _endure(desk: Desk, seeds: Iterable[int]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    faults = [f"seed {seed}: {fault}" for seed in seeds for fault in _faults(desk, seed)]
    assert faults == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MAX_GROWTH_KIB
    desk.check()


def _faults(desk: Desk, seed: int) -> Iterator[str]:
    name, content = mutated(seed)
    stored, started = _stored(desk), _computed_seconds()
    ran = _imported(desk, name, content)
    seconds = _computed_seconds() - started
    if seconds > MAX_SECONDS:
        yield f"{name} took {seconds:.1f} s"
    if ran.code not in (0, 1, 3):
        yield f"{name} ended with {ran.code}: {ran.err[-300:]}"
    elif ran.code == 3:
        problems = json.loads(ran.out)["problems"]
        if not all(each["code"] and each["message"] for each in problems):
            yield f"{name} is refused without a reason"
        if _stored(desk) != stored:
            yield f"{name} is refused, and the store has changed"
    elif "Traceback" in ran.err:
        yield f"{name}: {ran.err[-300:]}"


def _imported(desk: Desk, name: str, content: bytes) -> Ran:
    path = desk.file("mutated.dat", content)
    if name == "ledger":
        return desk.run("ledger", "import", path, "--json")
    return desk.run("import", path, "--any-buyer", "--json")


def _computed_seconds() -> float:
    """Of this process and of the children that parsed workbooks; what else the machine does stays out."""
    return sum(os.times()[:4])


def _stored(desk: Desk) -> tuple[int, int]:
    """A change of the store changes one of these."""
    found = desk.store.stat()
    return found.st_mtime_ns, found.st_size
