"""Rows on their way from reading to deciding: few stay in memory, many go through an unnamed temporary file.

So a file is read to its end, and refused if it must be, before the store is locked, whatever its size.
"""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from leadreturns.core.lead_return import LeadReturn, Problem

_IN_MEMORY = 4
"""Chunks that stay in memory before the rest is written away."""


class Chunk(NamedTuple):
    """Readable rows and problems of one stretch of the file, each in file order."""

    rows: list[LeadReturn]
    problems: list[Problem]


class Spool:
    """All rows of a file, to be read again chunk by chunk."""

    def __init__(self, chunks: Iterable[list[LeadReturn | Problem]]) -> None:
        self.rows = 0
        self.unreadable = 0
        self._kept: list[Chunk] = []
        self._file: BinaryIO | None = None
        self._spooled = 0
        for mixed in chunks:
            self._take(mixed)

    def _take(self, mixed: list[LeadReturn | Problem]) -> None:
        rows = [item for item in mixed if type(item) is LeadReturn]
        problems = [item for item in mixed if type(item) is Problem] if len(rows) < len(mixed) else []
        self.rows += len(mixed)
        self.unreadable += len(problems)
        if len(self._kept) < _IN_MEMORY:
            self._kept.append(Chunk(rows, problems))
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        # Tuples of plain values: marshal writes nothing else, and is the fastest that the standard library has.
        marshal.dump(([tuple(row) for row in rows], [tuple(problem) for problem in problems]), self._file)
        self._spooled += 1

    def __iter__(self) -> Iterator[Chunk]:
        yield from self._kept
        if self._file is None:
            return
        self._file.seek(0)
        for _ in range(self._spooled):
            rows, problems = marshal.load(self._file)
            yield Chunk([LeadReturn._make(row) for row in rows], [Problem._make(problem) for problem in problems])

    def close(self) -> None:
        """Drop the temporary file."""
        if self._file is not None:
            self._file.close()
