"""Results → the format and the place that the command line asks for."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from leadreturns.errors import UsageFault
from leadreturns.reports.table import Table
from leadreturns.writers.csv_writer import write_csv
from leadreturns.writers.json_writer import table_json, to_json

if TYPE_CHECKING:
    from leadreturns.cli.session import Session

_BY_SUFFIX = {".csv": "csv", ".json": "json", ".xlsx": "xlsx", ".html": "html", ".txt": "table"}


def show(session: Session, table: Table, json_object: dict[str, Any] | None) -> None:
    """Print the table in the wanted format, to stdout or into the file of -o."""
    shape = format_of(session)
    value = json_object if json_object is not None else table_json(table)
    if session.output is None or str(session.output) == "-":
        _print(session, table, value, shape)
        return
    write_file(session, session.output, _producer(session, table, value, shape))


def format_of(session: Session) -> str:
    """The format asked for, else the one that the output file's name ends in, else a table."""
    if session.format:
        shape = session.format
    else:
        suffix = session.output.suffix.lower() if session.output is not None else ""
        shape = _BY_SUFFIX.get(suffix, "table")
    if shape in ("xlsx", "html") and (session.output is None or str(session.output) == "-"):
        raise UsageFault("output_needed", f"--format {shape} writes a file", f"add -o report.{shape}")
    return shape


def _print(session: Session, table: Table, value: dict[str, Any], shape: str) -> None:
    from leadreturns.writers.terminal import print_table

    if shape == "json":
        sys.stdout.write(to_json(value))
    elif shape == "csv":
        write_csv(table, sys.stdout)
    else:
        print_table(table, sys.stdout, color=False if session.no_color else None)


def _producer(session: Session, table: Table, value: dict[str, Any], shape: str) -> Callable[[BinaryIO], None]:
    from leadreturns.writers.terminal import print_table

    def produce(stream: BinaryIO) -> None:
        if shape == "xlsx":
            from leadreturns.writers.xlsx_writer import write_xlsx

            write_xlsx([table], {"Report": table.title, "Workspace": session.workspace.root.name}, stream)
            return
        text = io.StringIO()
        if shape == "json":
            text.write(to_json(value))
        elif shape == "csv":
            write_csv(table, text)
        else:
            print_table(table, text, color=False)
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
    if session.output is None or str(session.output) == "-":
        sys.stdout.write(to_json(value))
        return
    write_bytes(session, session.output, to_json(value).encode())
