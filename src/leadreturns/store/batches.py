"""Return files as batches: their bytes, their figures, their problems, and their voiding."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from leadreturns.core.lead_return import Problem
from leadreturns.store.names import next_id

PART_BYTES = 1 << 20
"""Bytes per stored part, before compression."""


class NewBatch(NamedTuple):
    """What is known of a batch before its rows are decided."""

    file: str
    sha256: str
    buyer_id: int | None
    reading: str
    policy_id: int
    received_at: int
    imported_at: int
    imported_by: str


class Figures(NamedTuple):
    """What became of the rows of a batch."""

    rows: int
    approved: int
    rejected: int
    review: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A recorded batch."""

    id: int
    file: str
    sha256: str
    buyer: str
    reading: str
    policy_digest: str
    received_at: int
    imported_at: int
    imported_by: str
    figures: Figures
    result: str
    void_because: str | None
    """None for a batch that stands."""


_SELECT = (
    "SELECT b.id, b.file, b.sha256, coalesce(n.name, ''), b.reading, p.digest, b.received_at, b.imported_at, "
    "b.imported_by, f.rows, f.approved, f.rejected, f.review, f.unreadable, f.result, v.because FROM batches AS b "
    "JOIN batch_figures AS f ON f.batch_id = b.id JOIN policies AS p ON p.id = b.policy_id "
    "LEFT JOIN buyers AS n ON n.id = b.buyer_id LEFT JOIN batch_voids AS v ON v.batch_id = b.id"
)


def _batch(row: Sequence[Any]) -> Batch:
    return Batch(*(*row[:9], Figures(*row[9:14]), *row[14:]))


def list_batches(connection: sqlite3.Connection) -> list[Batch]:
    """Every batch, oldest first."""
    return [_batch(row) for row in connection.execute(f"{_SELECT} ORDER BY b.id")]


def find_batch(connection: sqlite3.Connection, batch_id: int) -> Batch | None:
    """The batch of that id."""
    found = connection.execute(f"{_SELECT} WHERE b.id = ?", (batch_id,)).fetchone()
    return None if found is None else _batch(found)


def standing_batch_of(connection: sqlite3.Connection, sha256: str) -> Batch | None:
    """The batch with those bytes that was not voided."""
    found = connection.execute(f"{_SELECT} WHERE b.sha256 = ? AND v.batch_id IS NULL", (sha256,)).fetchone()
    return None if found is None else _batch(found)


def begin_batch(connection: sqlite3.Connection, batch: NewBatch) -> int:
    """The id of a new batch."""
    cursor = connection.execute(
        "INSERT INTO batches (file, sha256, buyer_id, reading, policy_id, received_at, imported_at, imported_by) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        batch,
    )
    return int(cursor.lastrowid or 0)


def keep_file(connection: sqlite3.Connection, batch_id: int, source: BinaryIO) -> None:
    """Keep the file's bytes, compressed, part by part, so that memory stays small."""

    def parts() -> Iterator[tuple[int, int, bytes]]:
        number = 0
        while part := source.read(PART_BYTES):
            # Level 1: these files are text or already compressed, and the operator waits for this.
            yield batch_id, number, zlib.compress(part, 1)
            number += 1

    connection.executemany("INSERT INTO batch_files (batch_id, part, bytes) VALUES (?, ?, ?)", parts())


def finish_batch(connection: sqlite3.Connection, batch_id: int, figures: Figures, result: str) -> None:
    """Write the batch's figures, as they are first printed."""
    connection.execute(
        "INSERT INTO batch_figures (batch_id, rows, approved, rejected, review, unreadable, result) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (batch_id, *figures, result),
    )


def record_problems(connection: sqlite3.Connection, batch_id: int, problems: Iterable[Problem]) -> None:
    """Keep why rows could not be read; the quoted text goes where it can be erased."""
    first = next_id(connection, "problems")
    numbered = list(enumerate(problems, start=first))
    connection.executemany(
        "INSERT INTO problems (id, batch_id, row, code, column_heading) VALUES (?, ?, ?, ?, ?)",
        [(key, batch_id, problem.row, problem.code, problem.column) for key, problem in numbered],
    )
    connection.executemany(
        "INSERT INTO problem_texts (problem_id, value, message) VALUES (?, ?, ?)",
        [(key, problem.value, problem.message) for key, problem in numbered],
    )


def problems_of(connection: sqlite3.Connection, batch_id: int) -> list[Problem]:
    """Why rows of the batch could not be read, in file order."""
    found = connection.execute(
        "SELECT p.code, p.row, p.column_heading, coalesce(t.value, ''), coalesce(t.message, '(erased)') "
        "FROM problems AS p LEFT JOIN problem_texts AS t ON t.problem_id = p.id WHERE p.batch_id = ? ORDER BY p.id",
        (batch_id,),
    )
    return [Problem(*row) for row in found]


def void_batch(connection: sqlite3.Connection, batch_id: int, because: str, *, at: int, by: str) -> None:
    """Put the voiding on record; reversing what it approved is the workflow's next step."""
    connection.execute(
        "INSERT INTO batch_voids (batch_id, voided_at, voided_by, because) VALUES (?, ?, ?, ?)",
        (batch_id, at, by, because),
    )
