"""The one shape that every report takes: typed columns, rows of plain values, totals; and the texts of its cells.

What a cell holds follows from its column's kind:

    text, id, sentence   str or None; a sentence is prose that may wrap
    count                int or None
    number               int or None: an id or the number of a row, which one types and never adds
    money                Amount or None
    rate                 the 6-decimals text of `core.money.format_ratio`, or None
    time                 ISO 8601 with offset, or None
    date, month          '2026-10-12', '2026-10', or None
    bar                  a rate text from '0' to '1', or None; drawn for people, absent from data
    spark                a tuple of int or None, oldest first; drawn for people, absent from data
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from leadreturns.core.calendar import Zone
from leadreturns.core.money import format_minor, grouped

TEXT_KINDS = frozenset({"text", "id", "sentence"})
NUMBER_KINDS = frozenset({"count", "number", "money", "rate"})
SUMMED_KINDS = NUMBER_KINDS - {"number"}
PICTURE_KINDS = frozenset({"bar", "spark"})
KINDS = TEXT_KINDS | NUMBER_KINDS | PICTURE_KINDS | {"time", "date", "month"}

_NO_RANK = {"id": 0, "bar": 2, "spark": 2}


class Amount(NamedTuple):
    """Money in a cell: whole minor units and an ISO 4217 code."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the `name` that scripts see, the `title` that people see, and the kind of its cells."""

    name: str
    title: str
    kind: str
    rank: int | None = None
    """On a narrow terminal columns of the highest rank go first; 0 stays. Left out: 0 for ids, else 1."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.name!r} has no kind {self.kind!r}")

    @property
    def order(self) -> int:
        """The rank that counts; the column that says what the amounts are in always stays."""
        if self.name == "currency":
            return 0
        return _NO_RANK.get(self.kind, 1) if self.rank is None else self.rank

    @property
    def is_data(self) -> bool:
        """False for pictures, which only people see."""
        return self.kind not in PICTURE_KINDS


Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in the order in which they are shown; `totals` are rows too, with None where a group would stand."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    totals: Sequence[Row] = field(default_factory=list)
    notes: Sequence[str] = field(default_factory=list)
    headline: str = ""
    """One sentence that says what the table shows."""
    marks: Sequence[str] = field(default_factory=list)
    """What no reader may miss, such as that a month was reopened; stands among the notes too, and is said on stderr
    where the format has no place for notes."""
    keeps_clock: bool = False
    """True where the times stand on the clock that they belong to, whatever the workspace's is by now."""

    @property
    def names_currency(self) -> bool:
        """True when a column of its own says which currency the amounts of a row are in."""
        return any(column.name == "currency" for column in self.columns)


def cell_text(value: Any, column: Column) -> str:
    """The plain text of a cell for programs: '1234.50', '0.123000', '2026-10-12T15:04:05+00:00'; None → ''."""
    if value is None:
        return ""
    if column.kind == "money":
        return format_minor(value.minor, value.currency)
    if column.kind == "spark":
        return " ".join("" if number is None else str(number) for number in value)
    return str(value)


def shown_text(value: Any, column: Column, with_currency: bool = False) -> str:
    """The text of a cell for people: '1,234.50', '12.30%', '12,345'; None → ''.

    `with_currency` adds the code, for tables without a currency column.
    """
    if value is None:
        return ""
    if column.kind == "money":
        amount = grouped(format_minor(value.minor, value.currency))
        return f"{amount} {value.currency}" if with_currency else amount
    if column.kind == "rate":
        return percent(value)
    if column.kind == "count":
        return f"{value:,}"
    return cell_text(value, column)


def on_clock(table: Table, zone: Zone) -> Table:
    """The table with its times as a clock of that zone shows them, each with its offset."""
    places = [place for place, column in enumerate(table.columns) if column.kind == "time"]
    if not places or table.keeps_clock:
        return table
    rows = [_moved(row, places, zone) for row in table.rows]
    return replace(table, rows=rows, totals=[_moved(row, places, zone) for row in table.totals])


def _moved(row: Row, places: Sequence[int], zone: Zone) -> Row:
    cells = list(row)
    for place in places:
        if cells[place] is not None:
            cells[place] = time_on_clock(cells[place], zone)
    return tuple(cells)


def time_on_clock(text: str, zone: Zone) -> str:
    """'2026-10-12T15:04:05+00:00' → '2026-10-12T11:04:05-04:00' on the clock of New York."""
    return zone.iso(int(datetime.fromisoformat(text).timestamp()))


def short_time(text: str) -> str:
    """An ISO time as a screen has room for it: '2026-10-12T15:04:05+02:00' → '2026-10-12 15:04', on its own clock."""
    return text[:16].replace("T", " ")


def told_time(instant: int, zone: Zone) -> str:
    """An epoch second in a sentence, with the clock that it is read on: '2026-10-12 11:04 America/New_York'."""
    return f"{short_time(zone.iso(instant))} {zone.name}"


def percent(rate: str) -> str:
    """A 6-decimals rate as a percentage with two decimals, halves away from zero: '0.584617' → '58.46%'."""
    whole, _, decimals = rate.lstrip("-").partition(".")
    millionths = int(whole + decimals.ljust(6, "0")[:6])
    hundredths = (millionths + 50) // 100
    sign = "-" if rate.startswith("-") and hundredths else ""
    return f"{sign}{hundredths // 100:,}.{hundredths % 100:02d}%"


def labelled_totals(table: Table) -> list[Row]:
    """The totals as people see them: 'Total' in the first empty text cell of each."""
    return [_labelled(row, table.columns) for row in table.totals]


def _labelled(row: Row, columns: Sequence[Column]) -> Row:
    for position, column in enumerate(columns):
        if column.kind in NUMBER_KINDS | PICTURE_KINDS:
            continue
        if row[position] is None:
            return (*row[:position], "Total", *row[position + 1 :])
    return row
