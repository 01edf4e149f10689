"""Sections of lines, printed for people, or as the table or object that a script or a spreadsheet gets."""

import sys
from typing import TYPE_CHECKING, Any

from leadreturns.reports.steps import Section, sections_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadreturns.cli.session import Session


def show_sections(
    session: "Session", name: str, title: str, sections: "Sequence[Section]", json_object: dict[str, Any]
) -> None:
    """Print what the command found out."""
    from leadreturns.cli.showing import format_of
    from leadreturns.writers.section_writer import print_sections

    to_stdout = session.output is None or str(session.output) == "-"
    if to_stdout and format_of(session) == "table":
        print_sections(title, sections, sys.stdout, color=False if session.no_color else None)
        return
    session.show(sections_table(name, title, sections), json_object)
