"""Contestants in turn, again and again, and what their runs come to."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import Run, run
from benchmarks.ours import ENVIRONMENT, Failed, must, stages

Check = Callable[[Run], dict[str, Any]]


def printed(done: Run) -> dict[str, Any]:
    """The check line of a peer: the last line that it printed."""
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@dataclass(frozen=True)
class Contestant:
    """One way of doing a piece of work, as a command line."""

    name: str
    command: Sequence[str | Path]
    prepare: Callable[[], object] = lambda: None
    """What is done before each run and not measured."""
    check: Check | None = None
    accepted: tuple[int, ...] = (0,)


@dataclass
class Figures:
    """The runs of one contestant."""

    seconds: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)
    stages: list[dict[str, float]] = field(default_factory=list)
    failure: str = ""

    def median(self) -> float:
        """Seconds of the middle run."""
        return statistics.median(self.seconds)

    def peak(self) -> float:
        """The largest peak of all runs, in MiB."""
        return max(self.peak_mib)

    def stage(self, name: str) -> float | None:
        """Median seconds of one stage; None when it was never told."""
        told = [run[name] for run in self.stages if name in run]
        return statistics.median(told) if told else None

    def plain(self) -> dict[str, Any]:
        """For the file of results."""
        return asdict(self)


def hold(contestants: Sequence[Contestant], repeat: int, expected: dict[str, Any] | None = None) -> dict[str, Figures]:
    """Runs all in turn, `repeat` times; one that fails, or whose check line is not `expected`, drops out."""
    figures = {contestant.name: Figures() for contestant in contestants}
    for _ in range(repeat):
        for contestant in contestants:
            result = figures[contestant.name]
            if not result.failure:
                try:
                    _enter(result, contestant, expected)
                except Failed as failure:
                    result.failure = str(failure)
                    print(f"  {contestant.name}: {failure}", file=sys.stderr)
    return figures


def _enter(result: Figures, contestant: Contestant, expected: dict[str, Any] | None) -> None:
    contestant.prepare()
    done = must(run(contestant.command, ENVIRONMENT), contestant.accepted)
    if contestant.check:
        found = contestant.check(done)
        if found != expected:
            raise Failed(f"another answer: {found} instead of {expected}")
    result.seconds.append(done.seconds)
    result.peak_mib.append(done.peak_mib)
    result.stages.append(stages(done))
    print(f"  {contestant.name}: {done.seconds:.3f} s, {done.peak_mib:.0f} MiB", file=sys.stderr)
