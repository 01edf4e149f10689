"""The only place that asks what time it is."""

import time


def now() -> int:
    """The epoch second."""
    return int(time.time())


def ticks() -> float:
    """Seconds of a clock that only measures durations."""
    return time.perf_counter()
