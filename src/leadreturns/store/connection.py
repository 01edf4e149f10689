"""The one place that opens the store: its journal, its pragmas, its guards and its transactions.

Nothing else may open the store's file, not even to read bytes: closing such a handle drops SQLite's locks.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from leadreturns.errors import StoreBusy, StoreRefused
from leadreturns.store import migrations

WAL_RESET_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""SQLite versions in which the WAL-reset fault is mended: the first and all later ones, the others in their series."""


class Store:
    """An open store. `connection` is for the modules of this layer alone."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self.connection = connection
        self.path = path
        """None for the empty store that stands in where none has been created yet."""
        self.changed = False
        """True once a transaction of this connection was committed."""

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[sqlite3.Connection]:
        """One immediate transaction: committed at the end, rolled back on any exception or when not to be kept.

        Raises `StoreBusy` when another run holds the store for longer than the connection waits.
        """
        with busy_as_refusal():
            self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
            if keep:
                with busy_as_refusal():
                    self.connection.execute("COMMIT")
                self.changed = True
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """One read transaction: all queries of a report see the same state."""
        self.connection.execute("BEGIN")
        try:
            # BEGIN alone locks nothing; the first read does, and may find another run in the middle of its commit.
            with busy_as_refusal():
                self.connection.execute("SELECT count(*) FROM sqlite_schema")
            yield self.connection
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Release the file."""
        self.connection.close()


@contextmanager
def busy_as_refusal() -> Iterator[None]:
    """SQLite's 'database is locked' as `StoreBusy`."""
    try:
        yield
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        raise StoreBusy(
            "store_busy", "another run of leadreturns holds the store", "try again, or wait longer with --wait SECONDS"
        ) from None


def open_store(path: Path, *, write: bool, create: bool = True, wait: float = 30.0) -> Store:
    """The store at `path`; where none is yet, a new one with `write` and `create`, else an empty one in memory.

    Raises `StoreRefused` for a file that is no store of ours, is newer than this program, or lacks its guards.
    """
    exists = path.exists() and path.stat().st_size > 0
    if not exists and not (write and create):
        return _prepared(sqlite3.connect(":memory:", isolation_level=None), None)
    if exists:
        _refuse_foreign(path)
    else:
        _create_private(path)
    mode = "rw" if write or os.access(path, os.W_OK) else "ro"
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path.resolve()))}?mode={mode}", uri=True, timeout=wait, isolation_level=None
        )
        return _prepared(connection, path.resolve(), write=write)
    except sqlite3.DatabaseError as fault:
        raise _as_refusal(fault, path) from None


def _create_private(path: Path) -> None:
    """An empty file that only its owner may read, made before SQLite so that its journal inherits the mode."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        # An empty file that lay there already has the rights that others gave it.
        os.fchmod(handle, 0o600)
        os.close(handle)
    except OSError as fault:
        raise StoreRefused(
            "store_not_writable", f"{path}: the store cannot be created: {fault.strerror}", "check the folder's rights"
        ) from None


def _refuse_foreign(path: Path) -> None:
    if not path.is_file():
        raise StoreRefused("not_a_store", f"{path} is not a file", "give the workspace folder with --workspace DIR")
    if path.stat().st_nlink > 1:
        raise StoreRefused(
            "store_has_two_names", f"{path} has a second name (hard link)", "SQLite locks by name: remove one of them"
        )


def _prepared(connection: sqlite3.Connection, path: Path | None, *, write: bool = True) -> Store:
    """The connection with our pragmas, the schema brought up to date, its guards checked."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = not version and not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if not empty and application != migrations.APPLICATION_ID:
        connection.close()
        raise StoreRefused(
            "not_a_store", f"{path} belongs to another program", "name the right folder with --workspace DIR"
        )
    if version > migrations.SCHEMA_VERSION:
        connection.close()
        raise StoreRefused(
            "store_too_new",
            f"{path} was written by a newer leadreturns (schema {version})",
            "install the newer version",
        )
    store = Store(connection, path)
    if empty and path is None:
        migrations.make_schema(connection)
    elif empty:
        with store.transaction():
            migrations.migrate(connection)
    elif schema_of(connection) != migrations.expected_schema():
        connection.close()
        raise StoreRefused(
            "store_without_guards",
            f"{path}: tables or guards were changed by hand",
            "put a copy made by leadreturns store backup in its place",
        )
    set_pragmas(connection, in_file=path is not None, write=write)
    return store


def set_pragmas(connection: sqlite3.Connection, *, in_file: bool, write: bool) -> None:
    """Durability and guards, set on every connection."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA cache_size = -32768")
    if not write:
        connection.execute("PRAGMA query_only = ON")
    elif in_file:
        journal, synchronous = journal_for(sqlite3.sqlite_version_info)
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")


def journal_for(version: tuple[int, ...]) -> tuple[str, str]:
    """The journal mode and the synchronous level for a SQLite version.

    WAL only where the WAL-reset fault is mended; else a rollback journal whose directory entry is synced as well, which
    is the weakest setting that lost nothing in power-cut tests.
    """
    newest = version >= WAL_RESET_FIXED[0]
    patched = any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_RESET_FIXED[1:])
    return ("WAL", "FULL") if newest or patched else ("TRUNCATE", "EXTRA")


def schema_of(connection: sqlite3.Connection) -> list[str]:
    """The text of every table, index, trigger and view, sorted, so that a lost or changed guard shows."""
    listed = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND tbl_name <> '_sqlite_migrations' ORDER BY sql"
    )
    return [text for (text,) in listed]


def refusal_of(fault: Exception, path: Path) -> StoreRefused | StoreBusy | None:
    """What an error of SQLite says to the user: the store is busy, full, out of reach or damaged; None for a bug."""
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy("store_busy", "another run of leadreturns holds the store", "try again, or use --wait SECONDS")
    if code == sqlite3.SQLITE_NOTADB:
        return StoreRefused(
            "not_a_store", f"{path} is not a leadreturns store", "name the right folder with --workspace DIR"
        )
    if code in _OUT_OF_REACH:
        return StoreRefused(
            "store_not_writable",
            f"{path} cannot be written: {_OUT_OF_REACH[code]}; nothing was recorded",
            "check the room and the rights of its folder, then run the command again",
        )
    if code == sqlite3.SQLITE_CORRUPT or str(fault).startswith("Could not decode to UTF-8"):
        return StoreRefused(
            "store_damaged",
            f"{path} is damaged: {str(fault).partition(chr(10))[0][:80]}",
            "put your newest backup in its place, and import anew what came after it",
        )
    return None


_OUT_OF_REACH = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk refuses it",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "its files cannot be opened",
    sqlite3.SQLITE_PERM: "it may not be opened",
}


def _as_refusal(fault: sqlite3.DatabaseError, path: Path) -> StoreRefused | StoreBusy:
    told = f"{path} cannot be used: {str(fault)[:80]}"
    return refusal_of(fault, path) or StoreRefused("store_unusable", told, "put your newest backup in its place")
