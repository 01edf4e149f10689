"""The answer to a buyer: his own file with each row's decision beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from leadreturns.core.explanation import problem_to_buyer, reply_to_buyer
from leadreturns.core.finding import APPROVED, UNREADABLE
from leadreturns.core.money import format_minor
from leadreturns.core.policy import PolicyBook
from leadreturns.errors import Refused
from leadreturns.readers.file_copy import MAX_FILE_BYTES, FileCopy, copy_stream
from leadreturns.readers.reading import Reading
from leadreturns.readers.return_file import read_returns
from leadreturns.store.answers import AnsweredRow, answered_rows
from leadreturns.store.batches import find_batch, problems_of
from leadreturns.store.connection import Store
from leadreturns.store.kept_files import file_changed, file_parts
from leadreturns.writers.output_file import check_output, write_atomically
from leadreturns.writers.response_file import Answer, RowsOfFile, write_response


def respond(
    store: Store,
    book: PolicyBook,
    batch_id: int,
    reading_of: Callable[[str], Reading],
    target: tuple[Path, Sequence[Path]],
) -> None:
    """Write the answer of a batch; `target` is the file and the files that it must not replace.

    `reading_of` turns the batch's stored reading options into a `Reading`. The answer is xlsx where the name says so,
    else CSV. Raises `Refused` for an unknown batch and for one whose bytes were erased or changed.
    """
    path, keep = target
    check_output(path, keep)
    with store.snapshot() as connection:
        batch = find_batch(connection, batch_id)
        if batch is None:
            raise Refused("unknown_batch", f"there is no batch {batch_id}", "leadreturns batch list shows them")
        answers = _answers(answered_rows(connection, batch_id), book)
        for problem in problems_of(connection, batch_id):
            answers.take(problem.row, Answer(UNREADABLE, problem_to_buyer(problem)))
        copy = _copy_of(batch.file, file_parts(connection, batch_id))
    if copy.sha256 != batch.sha256:
        copy.close()
        raise file_changed(batch_id)
    with copy:
        source = read_returns(copy, reading_of(batch.reading))
        rows = RowsOfFile(
            rows=source.layout.table.rows(),
            header_row=source.header_row,
            delimiter=source.delimiter or ",",
            encoding="utf-8-sig",
            sheet=source.sheet,
        )
        kind = "xlsx" if path.suffix.lower() == ".xlsx" else "csv"

        def produce(stream: BinaryIO) -> None:
            write_response(rows, answers.of, stream, kind)

        write_atomically(path, produce, keep=keep)


class _Answers:
    """The answers of a file by row number: a list, since a dict of a million rows would take a hundred MiB more."""

    def __init__(self) -> None:
        self._by_row: list[Answer | None] = []

    def of(self, row: int) -> Answer | None:
        """The answer to a row; None for one that is no return."""
        return self._by_row[row] if row < len(self._by_row) else None

    def take(self, row: int, answer: Answer) -> None:
        """Keep the answer to a row."""
        if row >= len(self._by_row):
            self._by_row.extend([None] * (row + 1 - len(self._by_row)))
        self._by_row[row] = answer


def _answers(rows: Iterable[AnsweredRow], book: PolicyBook) -> _Answers:
    """The answer to each row; a file has many approvals and few prices, so what is said alike is one object."""
    alike: dict[tuple[object, ...], Answer] = {}
    answers = _Answers()
    for each in rows:
        row, *said, findings = each
        key = tuple(said)
        found = None if findings else alike.get(key)
        if found is None:
            found = _answer(each, book)
            if not findings:
                alike[key] = found
        answers.take(row, found)
    return answers


def _answer(each: AnsweredRow, book: PolicyBook) -> Answer:
    reason = book.reasons.get(each.reason)
    reply = reply_to_buyer(each.outcome, each.findings, reason.reply if reason else "")
    if each.outcome != APPROVED or each.currency is None:
        return Answer(each.outcome, reply)
    return Answer(each.outcome, reply, format_minor(each.credit_minor, each.currency), each.currency)


def _copy_of(name: str, parts: Iterator[bytes]) -> FileCopy:
    """The stored bytes as a file again."""
    copy = copy_stream(name, lambda _: next(parts, b""), MAX_FILE_BYTES)
    if not copy.size:
        copy.close()
        raise Refused("file_erased", f"the bytes of {name} were erased", "its figures are in: leadreturns batch show")
    return copy
