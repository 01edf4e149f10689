"""Table → the screen of a person, or the same rows as plain text into a pipe.

On a terminal: a rich table of at most 200 rows that fits the width; below 60 columns one block a record. Into a pipe:
every row, every value whole, two blanks between columns. rich is imported for a terminal only: it costs start-up time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO
from typing import Any, TextIO

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
from leadreturns.writers.clean import clean_text
from leadreturns.writers.fitting import GAP, Fitted, display_width, fit, wrapped
from leadreturns.writers.look import Look, look_of
from leadreturns.writers.pictures import BAR_WIDTH, bar, sparkline

MOST_ROWS = 200
NARROW = 60
"""Below this width a record is a block of lines."""
_MOST_BELOW = 20
"""So many sentences for which a column had no room stand below the table; with more it would be lost among them."""

_FIRST, _FURTHER = "--format csv", "-o FILE.xlsx"
"""What holds all of a table; CSV has room for the first one only."""

Texts = list[tuple[str, ...]]


def print_table(table: Table, stream: TextIO, width: int | None = None, color: bool | None = None) -> None:
    """Writes the table for people; `width` and `color` beat what the stream and the environment say."""
    _write(table, stream, look_of(stream, width, color), MOST_ROWS)


def tables_text(tables: Sequence[Table], look: Look, most_rows: int = MOST_ROWS) -> str:
    """The tables below each other, as a stream of that look gets them; at most so many rows each on a terminal."""
    texts = []
    for number, table in enumerate(tables):
        place = _FIRST if not number else _FURTHER
        stream = StringIO()
        if number and not look.is_terminal:
            # A pipe gets rows without a title, but two tables in a row must be told apart.
            stream.write(f"{clean_text(table.title)}\n\n")
        _write(table, stream, look, most_rows, place)
        texts.append(stream.getvalue())
    return "\n".join(texts)


def _write(table: Table, stream: TextIO, look: Look, most_rows: int, place: str = _FIRST) -> None:
    if not look.is_terminal:
        stream.writelines(line + "\n" for line in plain_lines(table))
        return
    shown = table.rows[:most_rows]
    _open(table, stream, look)
    if shown or table.totals:
        _draw(replace(table, rows=shown), stream, look, place)
    else:
        stream.write("  (no rows)\n")
    _close(table, len(table.rows) - len(shown), stream, look)


def _draw(table: Table, stream: TextIO, look: Look, place: str) -> None:
    """The table in columns, or where no columns fit in a block for each record."""
    from leadreturns.writers.rich_table import draw

    columns = [replace(column, title=look.writable(clean_text(column.title))) for column in table.columns]
    rows, totals = texts_of(table, table.rows, look), texts_of(table, labelled_totals(table), look, absent="")
    fitted = fit(columns, [*rows, *totals], look.width) if look.width >= NARROW else []
    if not fitted:
        # A block has a heading; a word in place of a name would look like one.
        totals = texts_of(table, table.totals, look, absent="")
        stream.writelines(line + "\n" for line in _blocks(columns, (rows, totals), look.width))
        return
    draw(columns, fitted, (_with_bars(rows, table, fitted, look), totals), stream, look)
    left = _tell_prose(columns, rows, {position for position, _ in fitted}, stream, look)
    _tell_left(columns, rows, left, stream, (look, place))


def _with_bars(rows: Texts, table: Table, fitted: Sequence[Fitted], look: Look) -> Texts:
    """The rows with bars that fit, all of them drawn to one scale."""
    scales = {}
    for at, width in fitted:
        longest = max((len(texts[at]) for texts in rows), default=0)
        if table.columns[at].kind == "bar" and longest > width:
            scales[at] = BAR_WIDTH * width // longest
    if not scales:
        return rows
    return [
        tuple(bar(row[at], look.unicode, scales[at]) if at in scales else text for at, text in enumerate(texts))
        for texts, row in zip(rows, table.rows, strict=True)
    ]


def _tell_prose(columns: Sequence[Column], rows: Texts, shown: set[int], stream: TextIO, look: Look) -> list[int]:
    """Of what had no room a few sentences that matter (rank 0 or 1); the places of the rest are the answer."""
    left = [at for at in range(len(columns)) if at not in shown]
    prose = [at for at in left if columns[at].kind == "sentence" and columns[at].order < 2]
    told = [at for at in prose if sum(bool(row[at]) for row in rows) <= _MOST_BELOW]
    key = next((at for at in sorted(shown) if columns[at].kind == "id"), min(shown))
    for at in told:
        for row in rows:
            if row[at]:
                _whisper(f"{row[key]}: {row[at]}" if row[key] else row[at], stream, look)
    return [at for at in left if at not in told]


def _tell_left(
    columns: Sequence[Column], rows: Texts, left: Sequence[int], stream: TextIO, shown: tuple[Look, str]
) -> None:
    """The names of what had no room, and the place that has all of it."""
    look, place = shown
    data = [columns[at].title for at in left if columns[at].is_data]
    if data:
        _whisper(f"Not shown at this width: {', '.join(data)} ({place} has all).", stream, look)
    pictures = [columns[at].title or "bars" for at in left if not columns[at].is_data and any(row[at] for row in rows)]
    if pictures:
        _whisper(f"A wider terminal also draws: {', '.join(pictures)}.", stream, look)


def _open(table: Table, stream: TextIO, look: Look) -> None:
    if table.title:
        title = look.writable(clean_text(table.title))
        stream.write(f"\x1b[1m{title}\x1b[0m\n" if look.color else f"{title}\n")
    if table.headline:
        stream.writelines(line + "\n" for line in wrapped(look.writable(clean_text(table.headline)), look.width))
    if table.title or table.headline:
        stream.write("\n")


def _close(table: Table, more: int, stream: TextIO, look: Look) -> None:
    if more > 0:
        dots = "…" if look.unicode else "..."
        _whisper(f"{dots} {more:,} more: use -o FILE", stream, look)
    if table.notes:
        stream.write("\n")
    for note in table.notes:
        _whisper(note, stream, look)


def _whisper(text: str, stream: TextIO, look: Look) -> None:
    before, after = ("\x1b[2m", "\x1b[0m\n") if look.color else ("", "\n")
    stream.writelines(before + line + after for line in wrapped(look.writable(clean_text(text)), look.width))


def texts_of(table: Table, rows: Sequence[Row], look: Look, absent: str = "-") -> Texts:
    """The rows as clean texts for people, in the table's own columns; `absent` stands for a number that is None.

    A rate that is None was not reckoned, in a total as anywhere else; another number has none to be shown there.
    """
    with_currency = not table.names_currency
    return [
        tuple(
            absent or _NO_RATE.get(column.kind, "")
            if value is None and column.kind in NUMBER_KINDS
            else _text(value, column, with_currency, look)
            for value, column in zip(row, table.columns, strict=True)
        )
        for row in rows
    ]


def _text(value: Any, column: Column, with_currency: bool, look: Look) -> str:
    if column.kind == "bar":
        return bar(value, look.unicode)
    if column.kind == "spark":
        return "" if value is None else sparkline(value, look.unicode)
    text = shown_text(value, column, with_currency)
    if look.is_terminal and column.kind == "time":
        # Seconds and offset crowd a screen; files and pipes keep them.
        text = short_time(text)
    return look.writable(clean_text(text))


_NO_RATE = {"rate": "-"}


def plain_lines(table: Table) -> Iterator[str]:
    """The lines that a pipe gets: headline, headings, every row, totals after an empty line, notes."""
    look = Look(is_terminal=False)
    positions = [at for at, column in enumerate(table.columns) if column.kind not in PICTURE_KINDS]
    heading = tuple(clean_text(column.title) for column in table.columns)
    rows = texts_of(table, table.rows, look)
    totals = texts_of(table, labelled_totals(table), look, absent="")
    if table.headline:
        yield from (clean_text(table.headline), "")
    aligned = _aligned(table.columns, positions, [heading, *rows, *totals])
    yield from aligned[0 if any(heading) else 1 : 1 + len(rows)]
    if totals:
        yield from ("", *aligned[1 + len(rows) :])
    if table.notes:
        yield from ("", *(clean_text(note) for note in table.notes))


def _aligned(columns: Sequence[Column], positions: list[int], texts: Texts) -> list[str]:
    padded = []
    for position in positions:
        cells = [row[position] for row in texts]
        width = max(map(display_width, cells))
        to_right = columns[position].kind in NUMBER_KINDS
        padded.append([_pad(cell, width, to_right) for cell in cells])
    return ["  ".join(cells).rstrip() for cells in zip(*padded, strict=True)]


def _pad(text: str, width: int, to_right: bool) -> str:
    blanks = " " * (width - display_width(text))
    return blanks + text if to_right else text + blanks


def _blocks(columns: Sequence[Column], texts: tuple[Texts, Texts], width: int) -> Iterator[str]:
    """One block of 'Title  value' lines a record, for screens too narrow for columns; totals are headed 'Total'."""
    label = max((display_width(column.title) for column in columns), default=0) + GAP
    rows, totals = texts
    for number, row in enumerate([*rows, *totals]):
        if number:
            yield ""
        if number >= len(rows):
            yield "Total"
        for column, text in zip(columns, row, strict=True):
            if text and column.title:
                yield from wrapped(text, width, first=column.title.ljust(label), indent=" " * label)
