"""Numbers drawn with block characters: a bar for a share, a sparkline for a year of months."""

from __future__ import annotations

from collections.abc import Sequence

BAR_WIDTH = 10
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"


def bar(rate: str | None, unicode: bool = True, width: int = BAR_WIDTH) -> str:
    """A share from '0' to '1' as a bar `width` characters long at most; '' for None. More than 1 fills the bar."""
    if rate is None:
        return ""
    share = min(max(float(rate), 0.0), 1.0)
    if not unicode:
        return "#" * round(share * width)
    eighths = round(share * width * 8)
    # A share above nothing shows at least a sliver: the eye must not read it as zero.
    eighths = max(eighths, 1 if share > 0 else 0)
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def sparkline(numbers: Sequence[int | None], unicode: bool = True) -> str:
    """One character a number, the tallest for the largest; a gap for None, the floor for zero or less."""
    if not unicode:
        return ""
    largest = max((number for number in numbers if number is not None), default=0)
    return "".join(" " if number is None else _LEVELS[_level(number, largest)] for number in numbers)


def _level(number: int, largest: int) -> int:
    if number <= 0 or largest <= 0:
        return 0
    return max(1, -(-number * (len(_LEVELS) - 1) // largest))
