"""The child process that parses a workbook from outside and hands plain rows to its parent through a pipe.

It limits its own memory and time before it looks at the first byte; whatever a file does to it ends in one message
or in its death, never in harm to the parent. Frames: length in 4 bytes, then a pickle of plain values.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any, BinaryIO

from leadreturns.core.wording import column_letters
from leadreturns.errors import FileRefused
from leadreturns.readers.book import Book, OpenSheet
from leadreturns.readers.cells import Cell, MergedCells, NumberedRow
from leadreturns.readers.markup import DamagedMarkup, HostileMarkup
from leadreturns.readers.zip_parts import damaged, hostile

HEAD_ROWS = 60
"""So many rows of each sheet are shown to the parent when it has to choose one."""
MAX_BLANK_ROWS = 1_000
_CHUNK_ROWS = 1_000
_CHUNK_CELLS = 50_000
_MAX_PADDING = 1_024


def main() -> None:
    """Serve one request from standard input and end the process."""
    # An interrupt of the terminal is the parent's to answer; it ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    outlet = os.fdopen(os.dup(1), "wb", buffering=0)
    request = read_frame(sys.stdin.buffer)
    _limit(request["memory_bytes"], request["cpu_seconds"])
    try:
        with os.fdopen(request["descriptor"], "rb", closefd=False) as file:
            _serve(request, file, outlet)
    except BrokenPipeError:
        os._exit(1)
    except BaseException as fault:
        write_frame(outlet, ("refused", *_refusal(request["name"], fault)))
    os._exit(0)


def read_frame(inlet: BinaryIO) -> Any:
    """The next value that the trusted side sent."""
    length: int = struct.unpack("<I", inlet.read(4))[0]
    return pickle.loads(inlet.read(length))


def write_frame(outlet: BinaryIO, value: object) -> None:
    """The value, sent whole."""
    body = pickle.dumps(value, protocol=5)
    rest = memoryview(struct.pack("<I", len(body)) + body)
    while rest:
        rest = rest[os.write(outlet.fileno(), rest) :]


def _limit(memory_bytes: int, cpu_seconds: float) -> None:
    for what, bound in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, max(1, round(cpu_seconds))),
        (resource.RLIMIT_AS, memory_bytes),
    ):
        _, hard = resource.getrlimit(what)
        try:
            resource.setrlimit(what, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))
        except (ValueError, OSError):
            # A system without this limit still has the others and the parent's clock.
            continue


def _refusal(name: str, fault: BaseException) -> tuple[str, str, str]:
    if isinstance(fault, MemoryError):
        fault = hostile(name, "reading it takes more memory than any honest file of its size")
    elif isinstance(fault, HostileMarkup):
        fault = hostile(name, str(fault))
    elif isinstance(fault, DamagedMarkup):
        fault = damaged(name, str(fault))
    elif not isinstance(fault, FileRefused):
        # The text of a foreign exception may hold cells of the file.
        fault = damaged(name, f"no reader can make sense of it ({type(fault).__name__})")
    return fault.code, fault.message, fault.hint


def _serve(request: dict[str, Any], file: BinaryIO, outlet: BinaryIO) -> None:
    from leadreturns.readers.books import open_book

    kind, book = open_book(request, file)
    ask = _Asker(outlet)
    index, sheet, left = _chosen(book, request["name"], request["sheet"], ask)
    hidden = [] if request["sheet"] else [named.name for named in book.sheets if named.hidden]
    write_frame(outlet, ("sheet", kind, book.sheets[index].name, sheet.hidden_columns, left, hidden))
    outgoing = _Outgoing(sheet)
    for frame in outgoing.frames():
        write_frame(outlet, frame)
    write_frame(outlet, ("end", sheet.notes + outgoing.notes()))


class _Asker:
    def __init__(self, outlet: BinaryIO) -> None:
        self._outlet = outlet

    def __call__(self, heads: list[tuple[str, list[NumberedRow]]]) -> int:
        """The place of the head that the parent chooses."""
        write_frame(self._outlet, ("choose", heads))
        place: int = read_frame(sys.stdin.buffer)
        return place


def _chosen(
    book: Book, name: str, wanted: str, ask: Callable[[list[tuple[str, list[NumberedRow]]]], int]
) -> tuple[int, OpenSheet, list[str]]:
    """The sheet to read, with its place, and the names of the visible sheets that are passed over.

    Those without rows are left out, unless a sheet was named, so that no other one was looked at.
    """
    if wanted:
        index = _index_of(book, name, wanted)
        others = [named.name for place, named in enumerate(book.sheets) if place != index and not named.hidden]
        return index, book.open_sheet(index), others
    candidates: list[tuple[int, OpenSheet, list[NumberedRow]]] = []
    for index, named in enumerate(book.sheets):
        if named.hidden:
            continue
        sheet = book.open_sheet(index)
        head = list(islice((row for row in sheet.rows if not _is_blank(row[1])), HEAD_ROWS))
        if head:
            sheet.rows = chain(head, sheet.rows)
            candidates.append((index, sheet, head))
    if not candidates:
        raise _nothing_visible(book, name)
    place = 0 if len(candidates) == 1 else ask([(book.sheets[index].name, head) for index, _, head in candidates])
    index, sheet, _ = candidates.pop(place)
    return index, sheet, [book.sheets[other].name for other, _, _ in candidates]


def _index_of(book: Book, name: str, wanted: str) -> int:
    names = [named.name for named in book.sheets]
    if wanted in names:
        return names.index(wanted)
    folded = [index for index, each in enumerate(names) if each.strip().casefold() == wanted.strip().casefold()]
    if len(folded) == 1:
        return folded[0]
    listed = ", ".join(f"'{each}'" for each in names)
    raise FileRefused("missing_sheet", f"{name} has no sheet {wanted!r}.", f"Its sheets: {listed}.")


def _nothing_visible(book: Book, name: str) -> FileRefused:
    hidden = [named.name for named in book.sheets if named.hidden]
    if not hidden:
        return FileRefused("no_rows", f"{name} is a workbook whose sheets are all empty.", "Ask for the file again.")
    listed = ", ".join(f"'{each}'" for each in hidden)
    return FileRefused(
        "hidden_sheet",
        f"{name} shows no sheet with a table; hidden: {listed}.",
        f'If a hidden sheet is meant, name it: --sheet "{hidden[0]}".',
    )


def _is_blank(cells: object) -> bool:
    assert isinstance(cells, list)
    return cells.count(None) == len(cells)


class _Outgoing:
    """Rows as frames, blank rows filled in, with an eye on what the sheet hides."""

    def __init__(self, sheet: OpenSheet) -> None:
        self._sheet = sheet
        self._hidden_columns = sorted(sheet.hidden_columns)
        self._shown_as_hidden: set[int] = set()
        self._hidden_rows: list[int] = []
        self._stopped_at = 0

    def frames(self) -> Iterator[tuple[str, list[NumberedRow], list[int], list[MergedCells]]]:
        """Messages of at most 1,000 rows, each with the numbers of the hidden ones and the merged cells among them."""
        rows: list[NumberedRow] = []
        cells = first_hidden = first_merged = 0
        merged = self._sheet.merged
        for number, row in self._rows():
            rows.append((number, row))
            cells += len(row)
            if number in self._sheet.hidden_rows and row:
                self._hidden_rows.append(number)
            if len(rows) >= _CHUNK_ROWS or cells >= _CHUNK_CELLS:
                yield "rows", rows, self._hidden_rows[first_hidden:], merged[first_merged:]
                rows, cells, first_hidden, first_merged = [], 0, len(self._hidden_rows), len(merged)
        if rows:
            yield "rows", rows, self._hidden_rows[first_hidden:], merged[first_merged:]

    def notes(self) -> list[tuple[str, str]]:
        """What is known once all rows have gone."""
        notes = []
        if self._hidden_rows:
            count, first = len(self._hidden_rows), self._hidden_rows[0]
            many = f"{count:,} hidden rows hold data, the first is row {first}"
            notes.append(("hidden_rows", many if count > 1 else f"1 hidden row holds data: row {first}"))
        if self._shown_as_hidden:
            letters = ", ".join(column_letters(column) for column in sorted(self._shown_as_hidden)[:20])
            notes.append(("hidden_columns", f"hidden columns hold data: {letters}"))
        if self._stopped_at:
            what = f"row {self._stopped_at} and those below it were not read: {MAX_BLANK_ROWS:,} blank rows lie above"
            notes.append(("rows_ignored", what))
        return notes

    def _rows(self) -> Iterator[tuple[int, list[Cell]]]:
        previous = width = 0
        for number, cells in self._sheet.rows:
            row = cells if isinstance(cells, list) else list(cells)
            if _is_blank(row):
                continue
            if number - previous > MAX_BLANK_ROWS and previous:
                self._stopped_at = number
                return
            for blank in range(max(previous + 1, number - MAX_BLANK_ROWS), number):
                yield blank, []
            previous, width = number, max(width, len(row))
            if len(row) < width <= _MAX_PADDING:
                row += [None] * (width - len(row))
            if self._hidden_columns:
                self._look_at_hidden(row)
            yield number, row

    def _look_at_hidden(self, row: list[Cell]) -> None:
        for column in self._hidden_columns:
            if column >= len(row):
                break
            if row[column] is not None:
                self._shown_as_hidden.add(column)
