"""The table that a terminal shows, drawn by rich. Imported only when there is a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from rich.box import Box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from leadreturns.reports.table import NUMBER_KINDS, Column
from leadreturns.writers.fitting import GAP, Fitted, heading_lines
from leadreturns.writers.look import Look

_LINES = "    \n    \n {line}{line} \n    \n {line}{line} \n {line}{line} \n    \n    \n"
_TONES = {"approved": "green", "rejected": "red", "review": "yellow", "unreadable": "magenta"}
_TONED_COLUMNS = frozenset({"outcome", "status", "decision"})

Texts = Sequence[tuple[str, ...]]


def draw(
    columns: Sequence[Column], fitted: Sequence[Fitted], texts: tuple[Texts, Texts], stream: TextIO, look: Look
) -> None:
    """Writes headings, rows and totals in the fitted columns; titles and `texts` are clean, as they were measured."""
    console = Console(
        file=stream,
        width=look.width,
        force_terminal=True,
        color_system="standard" if look.color else None,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    rows, totals = texts
    table = _frame(columns, fitted, look)
    for row in rows:
        table.add_row(*(_cell(row[at], columns[at]) for at, _ in fitted))
    if totals and rows:
        table.add_section()
    for row in totals:
        table.add_row(*(_cell(row[at], columns[at]) for at, _ in fitted), style="bold")
    console.print(table)


def _frame(columns: Sequence[Column], fitted: Sequence[Fitted], look: Look) -> RichTable:
    line = "─" if look.unicode else "-"
    table = RichTable(
        box=Box(_LINES.format(line=line), ascii=not look.unicode),
        show_edge=False,
        pad_edge=False,
        padding=(0, GAP - 1, 0, 0),
        header_style="dim",
        border_style="dim",
        show_header=any(columns[at].title for at, _ in fitted),
    )
    headings = [heading_lines(columns[at].title, width) for at, width in fitted]
    tallest = max(len(lines) for lines in headings)
    for (at, width), lines in zip(fitted, headings, strict=True):
        is_number = columns[at].kind in NUMBER_KINDS
        table.add_column(
            Text("\n".join([""] * (tallest - len(lines)) + lines)),
            justify="right" if is_number else "left",
            width=width,
            no_wrap=is_number,
            overflow="fold",
        )
    return table


def _cell(text: str, column: Column) -> Text:
    if column.kind in NUMBER_KINDS:
        return Text(text, style="red" if text.startswith("-") and len(text) > 1 else "")
    if column.name in _TONED_COLUMNS:
        return Text(text, style=_TONES.get(text, ""))
    return Text(text, style="cyan" if column.kind in ("bar", "spark") else "")
