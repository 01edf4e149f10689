"""A private copy of a file from outside, with its SHA-256: whatever happens to the original, hash and rows agree.

The copy has no name in any folder, so not even a killed process leaves a customer's rows behind.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Self

from leadreturns.errors import FileRefused

MAX_FILE_BYTES = 4 * 1024**3
HEAD_BYTES = 4096
_CHUNK_BYTES = 1024 * 1024
_IN_PARTS = "Ask for the rows in several files, or import them in parts."


class FileCopy:
    """A closed-off file: any number of independent readers may be opened until it is closed."""

    def __init__(self, name: str, file: BinaryIO, sha256: str) -> None:
        self.name = name
        """The base name as given; bytes that are no UTF-8 are spelled out."""
        self.sha256 = sha256
        self.size = os.fstat(file.fileno()).st_size
        self.head = os.pread(file.fileno(), HEAD_BYTES, 0)
        self._file = file
        self._closed_first: list[Callable[[], object]] = []

    def open(self) -> BinaryIO:
        """A buffered reader with a position of its own, at the first byte."""
        return io.BufferedReader(PositionedReader(self._file, self.size), _CHUNK_BYTES)

    def fileno(self) -> int:
        """The descriptor, to hand to a child process; read it by position only, since the offset is shared."""
        return self._file.fileno()

    def close_with(self, close: Callable[[], object]) -> None:
        """Whatever reads the copy is closed with it, the latest first."""
        self._closed_first.append(close)

    def close(self) -> None:
        """Nothing is left of the copy, and nobody reads it any more."""
        while self._closed_first:
            self._closed_first.pop()()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class PositionedReader(io.RawIOBase):
    """Reads an open file by position, so that readers that share its descriptor do not disturb one another."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        count = os.preadv(self._file.fileno(), [buffer], self._position)
        self._position += count
        return count

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("seek before the first byte")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position


def copy_file(path: Path | str) -> FileCopy:
    """The file as a private copy; close it when done.

    Refused: `missing_file`, `not_a_file` (folder, pipe, device, socket), `unreadable_file`, `empty_file`,
    `too_large` and `changing_file` (it grew or was rewritten while it was copied).
    """
    shown = os.fsencode(Path(path).name).decode("utf-8", "backslashreplace") or str(path)
    descriptor = _open_regular(path, shown)
    with io.FileIO(descriptor) as source:
        before = os.fstat(descriptor)
        if before.st_size > MAX_FILE_BYTES:
            size = f"{shown} has {before.st_size:,} bytes; the limit is {MAX_FILE_BYTES:,}."
            raise FileRefused("too_large", size, _IN_PARTS)
        copy = copy_stream(shown, source.read, MAX_FILE_BYTES)
        after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or copy.size != before.st_size:
        copy.close()
        raise FileRefused(
            "changing_file",
            f"{shown} changed while it was read.",
            "Wait until it is completely written, then try again.",
        )
    if not copy.size:
        copy.close()
        raise FileRefused("empty_file", f"{shown} is empty (0 bytes).", "Ask for the file again.")
    return copy


def copy_stream(name: str, read: Callable[[int], bytes | None], max_bytes: int) -> FileCopy:
    """What `read(count)` gives until it gives nothing, as a private copy.

    Refused: `too_large` beyond `max_bytes`, `unreadable_file` when reading or keeping it fails.
    """
    digest = hashlib.sha256()
    spool = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - handed on open
    size = 0
    try:
        while chunk := read(_CHUNK_BYTES):
            size += len(chunk)
            if size > max_bytes:
                raise FileRefused("too_large", f"{name} has more than {max_bytes:,} bytes, the limit.", _IN_PARTS)
            digest.update(chunk)
            _write_all(spool.fileno(), chunk)
        return FileCopy(name, spool, digest.hexdigest())
    except OSError as fault:
        spool.close()
        raise FileRefused(
            "unreadable_file",
            f"{name} cannot be copied for reading: {fault.strerror or fault}.",
            f"Check the file and the free space in {tempfile.gettempdir()}.",
        ) from None
    except BaseException:
        spool.close()
        raise


def _write_all(descriptor: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _open_regular(path: Path | str, shown: str) -> int:
    try:
        # Without O_NONBLOCK the opening of a named pipe waits for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | getattr(os, "O_NOCTTY", 0))
    except FileNotFoundError:
        raise FileRefused("missing_file", f"There is no file {path}.", "Check the name and the folder.") from None
    except ValueError:
        raise FileRefused("missing_file", f"{path!r} cannot be the name of a file.") from None
    except OSError as fault:
        if fault.errno == errno.ENXIO:
            raise FileRefused("not_a_file", f"{shown} is something special, not a file.", "Name one file.") from None
        raise FileRefused(
            "unreadable_file", f"{shown} cannot be opened: {fault.strerror}.", "Check the name and who may read it."
        ) from None
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    kind = next((word for test, word in _NOT_FILES if test(mode)), "something special")
    raise FileRefused("not_a_file", f"{shown} is {kind}, not a file.", "Name one file.")


_NOT_FILES: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)
