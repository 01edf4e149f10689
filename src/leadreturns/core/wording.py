"""Numbers of things in words."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """'1 row', '1,234 rows'; `many` where an s does not make the plural: '2 returns wait'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
