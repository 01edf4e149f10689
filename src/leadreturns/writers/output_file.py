"""Files that appear whole or not at all: written beside their place under another name, then renamed.

Data files are for their owner and group, never for the world, unless the file that they replace was.
The store itself is never opened here, since closing any handle on it would drop a lock that this process holds.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from leadreturns.errors import Refused

_PREFIX = ".leadreturns-"
_SUFFIX = ".part"
_OWN_FILES = ("leadreturns.db", "policies.toml")
_OWN_SUFFIXES = ("-wal", "-shm", "-journal")


def write_atomically(path: Path, produce: Callable[[BinaryIO], None], keep: Sequence[Path] = ()) -> None:
    """Has `produce` write a file that then takes the place `path`; on any failure what stood there stays.

    `keep` names files that must not be replaced under any name: the store, the input. Raises `Refused`
    (`bad_output`) for a folder, a device, a missing parent folder or a protected file, and (`cannot_write`) when the
    system refuses: no room, no right.
    """
    path = Path(path)
    check_output(path, keep)
    try:
        _remove_leftovers(path.parent)
        _write(path, produce)
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise Refused("cannot_write", f"{path} cannot be written: {reason}", "choose another place with -o") from fault


def replace_policies(path: Path, produce: Callable[[BinaryIO], None]) -> None:
    """Has `produce` write the new policies.toml, the one file of a workspace that a command may change."""
    try:
        _write(path, produce)
    except OSError as fault:
        raise Refused("cannot_write", f"{path} cannot be written: {fault.strerror}", "check its rights") from fault


def check_output(path: Path, keep: Sequence[Path] = ()) -> None:
    """Raises `Refused` when nothing may be written to `path`; call it early, before the work."""
    parent = path.parent
    if not parent.is_dir():
        raise Refused("bad_output", f"{path} cannot be written: there is no folder {parent}", f"mkdir -p {parent}")
    if path.is_dir():
        raise Refused("bad_output", f"{path} is a folder", f"name a file in it, for example {path / 'report.csv'}")
    if path.exists() and not path.is_file():
        raise Refused("bad_output", f"{path} is no ordinary file", "use -o - to write to standard output")
    if _is_own(path.resolve().name) or any(_same_file(path, other) for other in keep):
        raise Refused("bad_output", f"{path} would replace a file that this command needs", "choose another name")


def _is_own(name: str) -> bool:
    for suffix in _OWN_SUFFIXES:
        name = name.removesuffix(suffix)
    return name in _OWN_FILES


def _same_file(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return path.resolve() == other.resolve()


def _write(path: Path, produce: Callable[[BinaryIO], None]) -> None:
    # A link keeps its place: the file that it names is the one replaced.
    target = path.resolve()
    with _part_file(target.parent) as (part, stream):
        produce(stream)
        stream.flush()
        part.chmod(_mode_for(target))
        os.fsync(stream.fileno())
        part.replace(target)
    _sync_folder(target.parent)


@contextmanager
def _part_file(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file that nobody else reads; removed unless it was renamed."""
    part, handle = _new_part(folder)
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield part, stream
    finally:
        part.unlink(missing_ok=True)


def _new_part(folder: Path) -> tuple[Path, int]:
    while True:
        part = folder / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        _lock(handle, wait=True)
        # Before the lock another run may have taken the file for a leftover; then there is no name to rename.
        if os.fstat(handle).st_nlink:
            return part, handle
        os.close(handle)


def _mode_for(target: Path) -> int:
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o660 & ~mask


def _remove_leftovers(folder: Path) -> None:
    """Removes part files whose writer was killed: those that nobody holds a lock on."""
    for part in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        try:
            handle = os.open(part, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        except OSError:
            continue
        try:
            if _lock(handle, wait=False):
                part.unlink(missing_ok=True)
        finally:
            os.close(handle)


def _lock(handle: int, wait: bool) -> bool:
    """True when this process now holds the only lock; False where another does, or locks are unknown."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
