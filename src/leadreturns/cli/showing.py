"""Results → the format and the place that the command line asks for."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from leadreturns.errors import UsageFault
from leadreturns.reports.table import Table, on_clock
from leadreturns.writers.csv_writer import write_csv
from leadreturns.writers.json_writer import table_json, to_json

if TYPE_CHECKING:
    from leadreturns.cli.session import Session
    from leadreturns.reports.report_file import ReportFile

_BY_SUFFIX = {".csv": "csv", ".json": "json", ".xlsx": "xlsx", ".html": "html", ".txt": "table"}
MOST_PAGED_ROWS = 2_000
"""More than this nobody leafs through, and it would take seconds to lay out."""


def show(
    session: Session,
    table: Table,
    json_object: Mapping[str, Any] | None = None,
    more: Sequence[Table] = (),
    file: ReportFile | None = None,
) -> None:
    """Print the table in the wanted format, to stdout or into the file of -o.

    A screen shows `more` tables below it; workbooks and pages hold what `file` gathers, by default the tables. CSV has
    no place for marks: they are said on stderr.
    """
    shape = format_of(session)
    if shape != "json":
        table, more = _on_clock(session, table), [_on_clock(session, each) for each in more]
    if shape in ("xlsx", "html"):
        from leadreturns.cli.report_files import write_report

        write_report(session, [table, *more], file, shape)
        return
    if shape == "csv":
        for mark in table.marks:
            session.talk.warn(mark)
    value = json_object if json_object is not None else table_json(table)
    if to_stdout(session):
        _print(session, [table, *more], value, shape)
    else:
        assert session.output is not None
        write_file(session, session.output, _producer([table, *more], value, shape))


def _on_clock(session: Session, table: Table) -> Table:
    """Its times as the workspace's clock shows them; the policies are read for a table that has any."""
    if all(column.kind != "time" for column in table.columns):
        return table
    return on_clock(table, session.zone)


def to_stdout(session: Session) -> bool:
    """True when no file is named for the result."""
    return session.output is None or str(session.output) == "-"


def for_a_person(session: Session) -> bool:
    """True when the result appears on a terminal, where pictures can be seen."""
    return format_of(session) == "table" and to_stdout(session) and sys.stdout.isatty()


def makes_a_file(session: Session) -> bool:
    """True when the result becomes a workbook or a page, which hold more than a table."""
    return format_of(session) in ("xlsx", "html")


def format_of(session: Session) -> str:
    """The format asked for, else the one that the output file's name ends in, else a table."""
    if session.format:
        shape = session.format
    else:
        suffix = session.output.suffix.lower() if session.output is not None else ""
        shape = _BY_SUFFIX.get(suffix, "table")
    if shape in ("xlsx", "html") and to_stdout(session):
        raise UsageFault("output_needed", f"--format {shape} writes a file", f"add -o report.{shape}")
    return shape


def _print(session: Session, tables: Sequence[Table], value: Mapping[str, Any], shape: str) -> None:
    if shape == "json":
        sys.stdout.write(to_json(value))
    elif shape == "csv":
        write_csv(tables[0], sys.stdout)
    else:
        _print_tables(session, tables)


def _print_tables(session: Session, tables: Sequence[Table]) -> None:
    """A terminal gets them through the pager when they are long; a pipe gets them plainly."""
    from leadreturns.writers.look import look_of
    from leadreturns.writers.terminal import tables_text

    look = look_of(sys.stdout, color=False if session.no_color else None)
    if not look.is_terminal:
        sys.stdout.write(tables_text(tables, look))
        return
    import os

    from leadreturns.writers.pager import pager_words, show_text
    from leadreturns.writers.terminal import MOST_ROWS

    rows = MOST_PAGED_ROWS if pager_words(os.environ) else MOST_ROWS
    show_text(tables_text(tables, look, rows), sys.stdout)


def _producer(tables: Sequence[Table], value: Mapping[str, Any], shape: str) -> Callable[[BinaryIO], None]:
    from leadreturns.writers.look import Look
    from leadreturns.writers.terminal import tables_text

    def produce(stream: BinaryIO) -> None:
        text = io.StringIO()
        if shape == "json":
            text.write(to_json(value))
        elif shape == "csv":
            write_csv(tables[0], text)
        else:
            text.write(tables_text(tables, Look(is_terminal=False)))
        stream.write(text.getvalue().encode())

    return produce


def write_file(session: Session, path: Path, produce: Callable[[BinaryIO], None]) -> None:
    """Have a file written whole or not at all, never over the store, and say where it is."""
    from leadreturns.writers.output_file import write_atomically

    write_atomically(path, produce, keep=[session.workspace.store_path])
    session.talk.info(f"wrote {path}")


def write_bytes(session: Session, path: Path, content: bytes) -> None:
    """Have a file with that content written, as `write_file` does."""

    def produce(stream: BinaryIO) -> None:
        stream.write(content)

    write_file(session, path, produce)


def write_line(text: str, indent: int) -> None:
    """One line on stdout, wrapped with a hanging indent where a person looks on."""
    from leadreturns.writers.clean import clean_text
    from leadreturns.writers.fitting import wrapped
    from leadreturns.writers.look import look_of

    look = look_of(sys.stdout)
    clean = look.writable(clean_text(text))
    start = clean[: len(clean) - len(clean.lstrip())]
    short = not look.is_terminal or len(clean) <= look.width
    lines = [clean] if short else wrapped(clean.lstrip(), look.width, first=start, indent=" " * indent)
    sys.stdout.write("\n".join(lines) + "\n")


def print_json(session: Session, value: dict[str, Any]) -> None:
    """Print one JSON object, or write it into the file of -o."""
    if to_stdout(session):
        sys.stdout.write(to_json(value))
        return
    assert session.output is not None
    write_bytes(session, session.output, to_json(value).encode())
