"""What only a workbook or a page of a report holds: gathered when one is asked for, and not before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from leadreturns.reports.page import HtmlPage
from leadreturns.reports.table import Table


@dataclass(frozen=True, slots=True)
class ReportFile:
    """The two forms of a report that are files."""

    sheets: Callable[[], Sequence[Table]]
    """'Summary' first, one for each buyer, 'Lines'; 'About' is added when the workbook is written."""
    page: Callable[[str], HtmlPage]
    """From the text at the foot of the page."""
    about: Mapping[str, str]
    """What the figures are of: the months, the basis, what was reopened."""
    closed: str = ""
    """How the months were closed, where all are. Such a file is the same bytes whenever it is written."""


def plain_page(tables: Sequence[Table], footer: str) -> HtmlPage:
    """A page for tables that no page was designed for."""
    first = tables[0]
    # The sentence of the page need not stand over its table once more.
    sections = [replace(first, headline=""), *tables[1:]]
    return HtmlPage(first.title or first.name, first.headline, (), sections, footer)
