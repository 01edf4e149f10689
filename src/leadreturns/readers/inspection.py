"""How a return file would be read: what `import --inspect` shows. Nothing is stored and nothing is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadreturns.core.lead_return import LeadReturn, Problem
from leadreturns.readers.columns import columns_by_heading, places
from leadreturns.readers.date_order import OrderProof
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.layout import Layout
from leadreturns.readers.reading import Reading
from leadreturns.readers.refusals import clip
from leadreturns.readers.return_file import read_returns
from leadreturns.readers.table import Note
from leadreturns.readers.texts import text_of, trim

MAX_PROBLEMS = 20
ROWS_SHOWN = 5
_SAMPLES = 2
_ROWS_SAMPLED = 1_000


@dataclass(frozen=True, slots=True)
class HeadingSeen:
    """One heading of a file, in the order of the columns."""

    heading: str
    field: str
    """The field it became; '' when it is not read."""
    why: str
    """Why it is not read; '' when it is."""
    samples: tuple[str, ...]
    """The first two different values that are not blank."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """How a file is read, from its kind to its first rows."""

    kind: str
    encoding: str
    delimiter: str
    sheet: str
    header_row: int
    headings: Sequence[HeadingSeen]
    learnable: Mapping[str, str]
    """Field → heading of the columns that neither their headings nor the buyer's settings name: what was said."""
    rows: int
    """Records, those with a problem included."""
    unreadable: int
    """Records with a problem."""
    skipped: Mapping[str, int]
    date_orders: Mapping[str, OrderProof]
    """Heading of a date column → the order of day and month, and what proved it; only where an order was needed."""
    notes: Sequence[Note]
    problems: Sequence[Problem]
    """The first 20."""
    first_rows: Sequence[LeadReturn | Problem]
    """The first 5 as they will be read."""


def inspect_returns(copy: FileCopy, reading: Reading) -> Inspection:
    """How `read_returns` reads the whole file. Refused as `read_returns` and its rows are."""
    file = read_returns(copy, reading)
    first: list[LeadReturn | Problem] = []
    problems: list[Problem] = []
    unreadable = 0
    for chunk in file.chunks():
        first += chunk[: ROWS_SHOWN - len(first)]
        found = [row for row in chunk if isinstance(row, Problem)]
        unreadable += len(found)
        problems += found[: MAX_PROBLEMS - len(problems)]
    return Inspection(
        kind=file.kind,
        encoding=file.encoding,
        delimiter=file.delimiter,
        sheet=file.sheet,
        header_row=file.header_row,
        headings=_headings(file.layout),
        learnable=_learnable(file.layout, reading),
        rows=file.rows,
        unreadable=unreadable,
        skipped=file.skipped,
        date_orders=file.date_proofs,
        notes=file.notes,
        problems=problems,
        first_rows=first,
    )


def _learnable(layout: Layout, reading: Reading) -> dict[str, str]:
    plain = columns_by_heading(layout.headings, layout.header.texts)
    found = {}
    for name, column in layout.binding.columns.items():
        setting = reading.settings.columns.get(name)
        if setting is not None and column.place in places(layout.header.texts, setting):
            continue
        if plain.get(name) != column or (setting is not None and name in reading.mapping):
            found[name] = column.heading
    return found


def _headings(layout: Layout) -> list[HeadingSeen]:
    fields, ignored = layout.binding.fields_by_place(), layout.binding.ignored
    samples = _sample_values(layout)
    return [
        HeadingSeen(text, fields.get(at, ""), "" if at in fields else ignored.get(at, "has no heading"), samples[at])
        for at, text in enumerate(layout.header.texts)
        if text or samples[at]
    ]


def _sample_values(layout: Layout) -> list[tuple[str, ...]]:
    found: list[dict[str, None]] = [{} for _ in layout.header.texts]
    below = (cells for number, cells in layout.table.rows() if number > layout.header.row)
    for _, cells in zip(range(_ROWS_SAMPLED), below, strict=False):
        for values, cell in zip(found, cells, strict=False):
            text = clip(trim(text_of(cell)))
            if text and len(values) < _SAMPLES:
                values[text] = None
    return [tuple(values) for values in found]
