"""What each stage of a run cost, as JSON lines on stderr, for benchmarks."""

import atexit
import json
import sys
from collections.abc import Callable

from leadreturns.cli import clock


class Timings:
    """Adds up the seconds between one call and the next under the stage's name."""

    def __init__(self, advance: Callable[[int], None]) -> None:
        self._advance = advance
        self._seconds: dict[str, float] = {}
        self._last = clock.ticks()
        atexit.register(self.print)

    def watch(self, stage: str, rows: int) -> None:
        """A stage has ended, or done `rows` more rows."""
        self._advance(rows)
        here = clock.ticks()
        self._seconds[stage] = self._seconds.get(stage, 0.0) + here - self._last
        self._last = here

    def print(self) -> None:
        """One line a stage; what came after the last stage is the commit and the answer."""
        self.watch("finish", 0)
        for stage, seconds in self._seconds.items():
            sys.stderr.write(json.dumps({"stage": stage, "seconds": round(seconds, 4)}) + "\n")
