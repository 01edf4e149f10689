"""A workbook as a table: parsed by a child process with limits, its rows streamed here and kept in a spool.

Nothing that a file does can hurt this process: a child that dies, hangs or talks nonsense becomes one FileRefused.
"""

from __future__ import annotations

import io
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from leadreturns.errors import FileRefused
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.file_kind import FileKind
from leadreturns.readers.html_text import decode_page
from leadreturns.readers.table import Fit, MergedCells, Note, NumberedRow, OpenOptions, RawTable
from leadreturns.readers.zip_parts import hostile

MAX_WORKBOOK_BYTES = 100 * 1024 * 1024
_MIB = 1024 * 1024
_MAX_FRAME_BYTES = 256 * _MIB
_MAX_SPOOL_BYTES = 4096 * _MIB
_PIPE_BYTES = _MIB
BASE_CPU_SECONDS = 5
"""Computing time of the child for a small file; one second more for each MiB that the file unpacks to."""
MAX_CPU_SECONDS = 250
WAIT_PER_CPU_SECOND = 3
"""How long a message may be waited for, by the child's computing time: it may have to share the processor."""
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from leadreturns.readers.workbook_child import main; main()"
_PLAIN_CLASSES = {("datetime", "date"), ("datetime", "time"), ("datetime", "datetime")}


def open_workbook(copy: FileCopy, kind: FileKind, options: OpenOptions, fits: Callable[[RawTable], Fit]) -> RawTable:
    """The one sheet that is meant, as a table; `notes` and `hidden_rows` grow while the rows are read.

    Refused: `too_large`, `damaged_workbook`, `hostile_workbook`, `encrypted`, `missing_sheet`, `ambiguous_sheet`,
    `hidden_sheet`, `no_rows`, `not_a_table`. `fits` chooses among several visible sheets.
    """
    if copy.size > MAX_WORKBOOK_BYTES:
        raise FileRefused(
            "too_large",
            f"{copy.name} has {copy.size:,} bytes; workbooks may have {MAX_WORKBOOK_BYTES:,}.",
            "Ask for the rows as CSV, or in several workbooks.",
        )
    request: dict[str, object] = {"kind": kind.name, "sheet": options.sheet, "password": options.password}
    notes: list[Note] = []
    if kind.name == "html":
        page = decode_page(copy, options)
        request |= {"sheet": "", "encoding": page.encoding, "mark_bytes": page.mark_bytes}
        notes += page.notes
    # Pages and XML of one file are parsed in Python, slower than parts of a zip.
    megabytes = max(copy.size * (3 if kind.name in ("html", "xml", "fods") else 1), kind.unpacked_bytes) // _MIB
    child = _Child(copy, request, megabytes)
    copy.close_with(child.stop)
    answer = child.receive()
    if answer[0] == "choose":
        child.send(_best_head(copy.name, kind.name, answer[1], fits))
        answer = child.receive()
    _, told_kind, sheet, hidden_columns, left, hidden = answer
    if left and told_kind != "html" and not options.sheet:
        notes.append(Note("sheets_not_read", f"{copy.name}: sheet '{sheet}' was read; not read: {_listed(left)}."))
    if hidden:
        notes.append(Note("hidden_sheets", f"{copy.name}: sheet '{sheet}' was read; hidden sheets: {_listed(hidden)}."))
    stream = _SheetStream(copy.name, child, notes)
    copy.close_with(stream.close)
    return RawTable(
        told_kind,
        stream.rows,
        encoding=str(request.get("encoding", "")),
        sheet=sheet,
        other_sheets=() if told_kind == "html" else left,
        notes=notes,
        hidden_rows=stream.hidden_rows,
        hidden_columns=hidden_columns,
        merged=stream.merged,
    )


def _best_head(
    name: str, kind: str, heads: list[tuple[str, list[NumberedRow]]], fits: Callable[[RawTable], Fit]
) -> int:
    """The place of the only sheet that has all columns that are needed and rows; of none, of the one that fits best.

    The tables of a page have no names: the first that has all is read, of none the best and longest.
    """
    scores = [fits(RawTable(kind, lambda head=head: iter(head), sheet=sheet)) for sheet, head in heads]  # type: ignore[misc]
    best = max(scores)
    fitting = [place for place, score in enumerate(scores) if score.complete == best.complete]
    if not best.complete:
        fitting = [place for place in fitting if scores[place] == best]
    if kind == "html":
        return fitting[0] if best.complete else max(fitting, key=lambda place: len(heads[place][1]))
    if len(fitting) == 1:
        return fitting[0]
    named = [heads[place][0] for place in fitting]
    raise FileRefused(
        "ambiguous_sheet",
        f"{name} has several sheets with a table: {_listed(named)}.",
        f'Name one: --sheet "{named[0]}".',
    )


def _listed(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


class _PlainUnpickler(pickle.Unpickler):
    """Loads numbers, texts, dates and faults; a child that was taken over cannot name anything else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN_CLASSES or (module, name) == ("leadreturns.readers.cells", "CellFault"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError("not a plain value")


def _load(body: bytes) -> Any:
    return _PlainUnpickler(io.BytesIO(body)).load()


class _Child:
    """The process, its pipes and its clock."""

    def __init__(self, copy: FileCopy, request: dict[str, object], size_mib: int) -> None:
        self._name = copy.name
        self._cpu_seconds = min(BASE_CPU_SECONDS + size_mib, MAX_CPU_SECONDS)
        root = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BOOT, root, *(path for path in sys.path if path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            pass_fds=(copy.fileno(),),
        )
        self.stop = weakref.finalize(self, _stop, self._process)
        assert self._process.stdout is not None
        self._inlet = self._process.stdout.fileno()
        _widen(self._inlet)
        self.send(
            request
            | {
                "descriptor": copy.fileno(),
                "size": copy.size,
                "name": copy.name,
                "memory_bytes": (1024 if size_mib < 100 else 3072) * _MIB,
                "cpu_seconds": self._cpu_seconds,
            }
        )

    def send(self, value: object) -> None:
        """The child has it, unless it is dead, which the next `receive` tells."""
        body = pickle.dumps(value)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(struct.pack("<I", len(body)) + body)
        except BrokenPipeError:
            return

    def receive(self) -> Any:
        """The child's next message. Raises FileRefused for its refusal, its death or its silence."""
        return self.decode(self.receive_body())

    def decode(self, body: bytes) -> Any:
        """The message in a frame. Raises FileRefused if it is a refusal, or no message of ours."""
        try:
            message = _load(body)
        except Exception:
            self.stop()
            raise hostile(self._name, "its reader was led astray") from None
        if message[0] == "refused":
            self.stop()
            raise FileRefused(*message[1:4])
        return message

    def receive_body(self) -> bytes:
        """The child's next message, still packed."""
        deadline = time.monotonic() + WAIT_PER_CPU_SECOND * self._cpu_seconds
        length: int = struct.unpack("<I", self._exactly(4, deadline))[0]
        if length > _MAX_FRAME_BYTES:
            self.stop()
            raise hostile(self._name, "its rows are beyond any size")
        return self._exactly(length, deadline)

    def _exactly(self, count: int, deadline: float) -> bytes:
        found = bytearray()
        while len(found) < count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._inlet], [], [], left)[0]:
                self.stop()
                raise hostile(self._name, "reading it does not come to an end")
            chunk = os.read(self._inlet, min(count - len(found), _PIPE_BYTES))
            if not chunk:
                raise self._death()
            found += chunk
        return bytes(found)

    def _death(self) -> FileRefused:
        code = self._process.wait()
        self.stop()
        if code == -signal.SIGXCPU:
            return hostile(self._name, f"reading it took more than its {self._cpu_seconds} s of computing time")
        return hostile(self._name, f"its reader died of it (code {code})")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def _widen(pipe: int) -> None:
    """Let the child run ahead by more than one chunk, where the system can."""
    import fcntl

    if hasattr(fcntl, "F_SETPIPE_SZ"):
        try:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        except OSError:
            return


class _SheetStream:
    """The chunks that came from the child, for any number of readers, each from the first row on."""

    def __init__(self, name: str, child: _Child, notes: list[Note]) -> None:
        self._name = name
        self._child = child
        self._notes = notes
        self._spool = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the copy
        self._extents: list[tuple[int, int]] = []
        self._ended = False
        self.hidden_rows: set[int] = set()
        self.merged: list[MergedCells] = []

    def close(self) -> None:
        """Nothing is left of the chunks."""
        self._spool.close()

    def rows(self) -> Iterator[NumberedRow]:
        """The rows of all chunks."""
        place = 0
        while True:
            if place < len(self._extents):
                start, length = self._extents[place]
                rows = _load(os.pread(self._spool.fileno(), length, start))[1]
            elif self._ended:
                return
            else:
                rows = self._next_chunk()
            place += 1
            yield from rows

    def _next_chunk(self) -> list[NumberedRow]:
        body = self._child.receive_body()
        message = self._child.decode(body)
        if message[0] == "end":
            self._ended = True
            self._notes += (Note(code, f"{self._name}: {text}.") for code, text in message[1])
            self._child.stop()
            return []
        _, rows, hidden, merged = message
        start = self._spool.tell()
        if start > _MAX_SPOOL_BYTES:
            self._child.stop()
            raise hostile(self._name, "its rows are beyond any size")
        self._extents.append((start, len(body)))
        self._spool.write(body)
        self._spool.flush()
        self.hidden_rows.update(hidden)
        self.merged += merged
        return rows  # type: ignore[no-any-return]
