"""A copy of the store that is whole at one instant, made by SQLite itself while others may write."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from leadreturns.errors import Refused
from leadreturns.store.connection import Store

_PAGES_AT_ONCE = 4096


def page_count(store: Store) -> int:
    """Pages of the store as it stands."""
    return int(store.connection.execute("PRAGMA page_count").fetchone()[0])


def back_up(store: Store, target: Path, advance: Callable[[int], None]) -> Path:
    """The path of the finished copy, readable by its owner only; raises `Refused` when it cannot be written.

    `advance` is told how many more pages are copied.
    """
    if target.exists():
        raise Refused("file_exists", f"{target} exists already", "name another file, or remove it first")
    if not target.parent.is_dir():
        raise Refused("missing_folder", f"{target.parent} is not a folder", "create it first")
    part = target.with_name(f".{target.name}.part")
    try:
        _copy(store, part, advance)
        part.replace(target)
        _sync(target.parent)
    except OSError as fault:
        raise _not_written(target, fault.strerror or str(fault)) from None
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise
        raise _not_written(target, "no room, or the disk refuses it") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return target


def _copy(store: Store, part: Path, advance: Callable[[int], None]) -> None:
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    # Inside one snapshot, or another's commit between two steps would start the copy over.
    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as copy, store.snapshot() as connection:
        connection.backup(copy, pages=_PAGES_AT_ONCE, progress=_steps(advance))
    _sync(part)


def _not_written(target: Path, why: str) -> Refused:
    return Refused(
        "cannot_write", f"{target} cannot be written: {why}", "name a file on another disk or in another folder"
    )


def _steps(advance: Callable[[int], None]) -> Callable[[int, int, int], None]:
    done = 0

    def tell(status: int, remaining: int, total: int) -> None:
        nonlocal done
        advance(total - remaining - done)
        done = total - remaining

    return tell


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
