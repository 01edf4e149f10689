"""HtmlPage → one file that opens anywhere: light and dark, on paper and on a phone, with nothing from the network.

Every text is cleaned and escaped, and a content security policy that names our one script by its digest lets no other
run, whatever a buyer's cell may hold.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, TextIO

from leadreturns.core.money import format_minor
from leadreturns.reports.page import BarsByMonth, Chart, Fact, HtmlPage
from leadreturns.reports.table import (
    NUMBER_KINDS,
    PICTURE_KINDS,
    Column,
    Row,
    Table,
    labelled_totals,
    short_time,
    shown_text,
)
from leadreturns.writers.html_assets import SCRIPT, STYLE
from leadreturns.writers.html_charts import chart_svg, safe

_TONES = frozenset({"approved", "rejected", "review", "unreadable"})
_MARKS = {"sentence": "s", "time": "w", "date": "w", "month": "w", "id": "id"}
_SHORT_TEXTS = {"text": 12, "id": 24}
_SPARK_STEP, _SPARK_HEIGHT = 6, 18
_ROWS_ON_A_SHEET = 20
"""A table of no more is printed on one sheet."""
_BARS_IN_HALF_A_ROW = 8


def write_html(page: HtmlPage, stream: TextIO) -> None:
    """Writes the page; the same page gives the same text."""
    stream.writelines(_lines(page))


def _lines(page: HtmlPage) -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{safe(page.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<header><h1>{safe(page.title)}</h1>\n<p class="headline">{safe(page.headline)}</p></header>\n'
    )
    yield _facts(page.facts)
    for is_table, group in groupby(page.sections, key=lambda section: isinstance(section, Table)):
        if is_table:
            yield from (_table(section) for section in group if isinstance(section, Table))
        else:
            yield _charts([section for section in group if not isinstance(section, Table)])
    if page.footer:
        yield f"<footer>{safe(page.footer)}</footer>\n"
    yield f"</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"


def _facts(facts: Sequence[Fact]) -> str:
    if not facts:
        return ""
    items = "".join(_fact(*fact) for fact in facts)
    return f'<dl class="facts">{items}</dl>\n'


def _fact(label: str, value: str, note: str = "") -> str:
    beneath = f"<small>{safe(note)}</small>" if note else ""
    return f"<div><dt>{safe(label)}</dt><dd>{safe(value)}{beneath}</dd></div>"


def _charts(charts: Sequence[Chart]) -> str:
    """Two beside each other where there is room; one with many bars, or without a partner, has a row for itself."""
    drawn, beside = [], False
    for number, chart in enumerate(charts):
        wide = _is_wide(chart)
        alone = number + 1 == len(charts) or _is_wide(charts[number + 1])
        drawn.append(_chart(chart, wide or (alone and not beside)))
        beside = not beside and not wide
    return f'<div class="charts">\n{"".join(drawn)}</div>\n'


def _is_wide(chart: Chart) -> bool:
    return isinstance(chart, BarsByMonth) and len(chart.bars) > _BARS_IN_HALF_A_ROW


def _chart(chart: Chart, wide: bool) -> str:
    note = f'<p class="note">{safe(chart.note)}</p>' if chart.note else ""
    mark = ' class="wide"' if wide else ""
    return f"<section{mark}><h2>{safe(chart.title)}</h2>{chart_svg(chart)}{note}</section>\n"


def _table(table: Table) -> str:
    lead = f'<p class="lead">{safe(table.headline)}</p>' if table.headline else ""
    notes = "".join(f'<p class="note">{safe(note)}</p>' for note in table.notes)
    with_currency = not table.names_currency
    head = "".join(_heading(column) for column in table.columns)
    body = "\n".join(_row(row, table.columns, with_currency) for row in table.rows)
    totals = "\n".join(_row(row, table.columns, with_currency) for row in labelled_totals(table))
    foot = f"<tfoot>\n{totals}\n</tfoot>" if totals else ""
    empty = "" if table.rows else '<p class="empty">Nothing to show.</p>'
    length = " long" if len(table.rows) > _ROWS_ON_A_SHEET else ""
    return (
        f'<section class="table{length}"><h2>{safe(table.title)}</h2>{lead}<div class="scroll"><table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>{foot}</table></div>{empty}{notes}</section>\n"
    )


def _heading(column: Column) -> str:
    mark = ' class="n"' if column.kind in NUMBER_KINDS else ' class="p"' if column.kind in PICTURE_KINDS else ""
    title = f'<button type="button">{safe(column.title)}</button>' if column.is_data else safe(column.title)
    return f'<th scope="col"{mark}>{title}</th>'


def _row(row: Row, columns: Sequence[Column], with_currency: bool) -> str:
    cells = "".join(_cell(value, column, with_currency) for value, column in zip(row, columns, strict=True))
    return f"<tr>{cells}</tr>"


def _cell(value: Any, column: Column, with_currency: bool) -> str:
    if column.kind == "bar":
        return f'<td class="bar">{_share(value)}</td>'
    if column.kind == "spark":
        return f"<td>{_spark(value)}</td>"
    text = safe(short_time(value) if column.kind == "time" and value else shown_text(value, column, with_currency))
    if column.kind in NUMBER_KINDS:
        key = _key(value, column)
        below = " neg" if key.startswith("-") else ""
        return f'<td class="n{below}" data-key="{key}">{text or "-"}</td>'
    mark = _MARKS.get(column.kind, "") if len(text) <= _SHORT_TEXTS.get(column.kind, len(text)) else "t"
    tone = text if column.kind == "text" and text in _TONES else ""
    names = f"{mark} {tone}".strip()
    return f'<td class="{names}">{text}</td>' if names else f"<td>{text}</td>"


def _key(value: Any, column: Column) -> str:
    if value is None:
        return ""
    return format_minor(value.minor, value.currency) if column.kind == "money" else str(value)


def _share(rate: str | None) -> str:
    if rate is None or float(rate) <= 0:
        return ""
    return f'<span style="width:{min(max(float(rate), 0.0), 1.0) * 100:.1f}%"></span>'


def _spark(numbers: Sequence[int | None] | None) -> str:
    if not numbers:
        return ""
    largest = max((number or 0 for number in numbers), default=0) or 1
    bars = "".join(
        f'<rect x="{at * _SPARK_STEP}" y="{_SPARK_HEIGHT - height:.1f}" width="4" height="{height:.1f}"/>'
        for at, number in enumerate(numbers)
        if number is not None
        for height in [max(1.0, _SPARK_HEIGHT * max(number, 0) / largest)]
    )
    return f'<svg width="{len(numbers) * _SPARK_STEP}" height="{_SPARK_HEIGHT}" aria-hidden="true">{bars}</svg>'
