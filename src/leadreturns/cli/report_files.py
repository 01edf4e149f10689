"""Reports as workbooks and pages: written whole, with a record of where their figures come from."""

from __future__ import annotations

import io
import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from leadreturns import __version__
from leadreturns.cli.showing import write_file
from leadreturns.errors import LeadReturnsError
from leadreturns.reports.report_file import ReportFile, plain_page
from leadreturns.reports.table import Table

if TYPE_CHECKING:
    from leadreturns.cli.session import Session


def write_report(session: Session, tables: Sequence[Table], file: ReportFile | None, shape: str) -> None:
    """Write the workbook or the page of a report into the file of -o."""
    assert session.output is not None
    source = origin(session, file.closed if file is not None else "")
    if shape == "xlsx":
        sheets = file.sheets() if file is not None else tables
        about = {"Report": tables[0].title, **(file.about if file is not None else {}), **source}
        _write_workbook(session, sheets, about)
        return
    from leadreturns.writers.html_writer import write_html

    footer = ". ".join(f"{name}: {text}" for name, text in source.items())
    page = file.page(footer) if file is not None else plain_page(tables, footer)

    def produce(stream: BinaryIO) -> None:
        text = io.TextIOWrapper(stream, "utf-8", newline="\n", write_through=True)
        write_html(page, text)
        text.detach()

    write_file(session, session.output, produce)


def _write_workbook(session: Session, sheets: Sequence[Table], about: dict[str, str]) -> None:
    from leadreturns.writers.xlsx_writer import write_xlsx

    assert session.output is not None
    rows = sum(len(sheet.rows) for sheet in sheets)
    with session.talk.progress("writing", rows) as advance:
        write_file(session, session.output, lambda stream: write_xlsx(sheets, about, stream, advance))


def origin(session: Session, closed: str = "") -> dict[str, str]:
    """Where a file comes from: the workspace, the digest of its policies, when it was made, and by which command.

    What is closed depends on none of these but the first: `closed`, how and when that was done, stands for the rest,
    and the file is the same bytes whoever writes it when and under whatever name.
    """
    found = {"Workspace": session.workspace.root.resolve().name}
    if closed:
        return {**found, "Closed": closed, "Program": f"leadreturns {__version__}"}
    zone = None
    try:
        policies = session.workspace.policies
    except LeadReturnsError:
        # A list needs no policies; those that cannot be read are the business of the commands that decide.
        pass
    else:
        found["Policies"] = policies.digest
        zone = policies.zone
    from leadreturns.core.calendar import UTC_ZONE

    found["Created"] = (zone or UTC_ZONE).iso(session.now)
    found["Command"] = shlex.join(["leadreturns", *sys.argv[1:]])
    found["Program"] = f"leadreturns {__version__}"
    return found
