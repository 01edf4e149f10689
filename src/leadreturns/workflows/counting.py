"""Items as they come, counted for a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Advance = Callable[[int], None]
"""Told how many more items are done."""

Item = TypeVar("Item")
_A_STEP = 500


def uncounted(steps: int) -> None:
    """Progress that nobody sees."""


def counted(items: Iterable[Item], advance: Advance) -> Iterator[Item]:
    """The same items; `advance` hears of every 500."""
    for number, item in enumerate(items, 1):
        yield item
        if number % _A_STEP == 0:
            advance(_A_STEP)
