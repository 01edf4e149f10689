"""Numbers of things and of columns in words."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """'1 row', '1,234 rows'; `many` where an s does not make the plural: '2 returns wait'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def column_letters(position: int) -> str:
    """How a spreadsheet calls the column at `position`, counted from 0: 0 → 'A', 26 → 'AA'."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
