"""The numbered steps from an empty file to today's schema, committed together with the record that they ran.

Plain commented SQL in files beside this module; sqlite-utils keeps the record. `SCHEMA_VERSION` counts the steps.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

APPLICATION_ID = 0x4C445254
"""'LDRT': marks a SQLite file as a store of ours."""
SCHEMA_VERSION = 1
_FILES = ("schema_0001.sql", "guards_0001.sql", "views_0001.sql")

APPEND_ONLY = (
    "buyers",
    "suppliers",
    "campaigns",
    "policies",
    "ledgers",
    "ledger_figures",
    "ledger_voids",
    "batches",
    "batch_figures",
    "batch_voids",
    "problems",
    "decisions",
    "adjustments",
    "period_events",
    "exports",
    "credit_notes",
    "credit_note_lines",
    "sale_changes",
)
"""Tables whose rows are never changed and never deleted."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an open store to `SCHEMA_VERSION`, inside the caller's transaction.

    So a kill leaves the file as it was, and of two runs that find an empty file one makes the schema for both.

    sqlite-utils is imported here alone: only a new or an old store needs it.
    """
    with _without_data_frames():
        import sqlite_utils
        from sqlite_utils.migrations import Migrations

    steps = Migrations("leadreturns")

    @steps(name="0001")
    def first(database: sqlite_utils.Database) -> None:
        make_schema(database.conn)

    database = sqlite_utils.Database(connection, execute_plugins=False)
    steps.apply(database)


@contextmanager
def _without_data_frames() -> Iterator[None]:
    """Imports that would take pandas and numpy along if they can do without: half a second and 70 MB."""
    absent = [name for name in ("pandas", "numpy") if name not in sys.modules]
    # None in sys.modules is how Python marks a module that is not to be found.
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def make_schema(connection: sqlite3.Connection) -> None:
    """Make today's schema in an empty database, without the record of steps: the empty store in memory needs none."""
    for statement in (*statements_of(*_FILES), *append_only_guards()):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def expected_schema() -> list[str]:
    """The text of all that `make_schema` makes, sorted, as SQLite keeps it: as written, without the last semicolon."""
    made = (*statements_of(*_FILES), *append_only_guards())
    return sorted(text.rstrip(";") for text in made if text.startswith("CREATE"))


def statements_of(*names: str) -> Iterator[str]:
    """The SQL statements of the files, one by one; a trigger with its inner semicolons is one."""
    for name in names:
        text = Path(__file__).with_name(name).read_text(encoding="utf-8")
        pending = ""
        for line in text.splitlines(keepends=True):
            if not pending and (line.startswith("--") or not line.strip()):
                continue
            pending += line
            if sqlite3.complete_statement(pending):
                yield pending.strip()
                pending = ""


def append_only_guards() -> Iterator[str]:
    """The triggers that refuse UPDATE and DELETE on every append-only table."""
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}\n"
                f"BEGIN SELECT RAISE(ABORT, '{table} are only ever added'); END"
            )
