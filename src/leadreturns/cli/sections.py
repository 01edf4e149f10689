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
    """Print what the command found out; a long text for a person goes through his pager."""
    from leadreturns.cli.showing import format_of, to_stdout

    if not to_stdout(session) or format_of(session) != "table":
        session.show(sections_table(name, title, sections), json_object)
        return
    from leadreturns.writers.look import look_of
    from leadreturns.writers.pager import show_text
    from leadreturns.writers.section_writer import sections_text

    look = look_of(sys.stdout, color=False if session.no_color else None)
    text = sections_text(title, sections, look)
    if look.is_terminal:
        show_text(text, sys.stdout)
    else:
        sys.stdout.write(text)
