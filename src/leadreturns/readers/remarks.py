"""What is noticed row by row and stops nothing, summed up into one note of each kind."""

from __future__ import annotations

from leadreturns.readers.table import Note

_ROWS_SHOWN = 5


class Remarks:
    """Counts what was noticed, by code, and keeps the first few of each."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._first: dict[str, list[tuple[int, str]]] = {}

    def add(self, code: str, row: int, text: str) -> None:
        """Notes `text` about a row, such as 'has 4 cells where 3 are expected'."""
        self._counts[code] = self._counts.get(code, 0) + 1
        shown = self._first.setdefault(code, [])
        if len(shown) < _ROWS_SHOWN:
            shown.append((row, f"row {row}: {text}"))

    def notes(self) -> list[Note]:
        """One note of each kind, in the order in which they were first met."""
        found = []
        for code, count in self._counts.items():
            more = count - len(self._first[code])
            rest = f"; and {more:,} more" if more else ""
            shown = "; ".join(text for _, text in sorted(self._first[code]))
            found.append(Note(code, f"{shown}{rest}."))
        return found
