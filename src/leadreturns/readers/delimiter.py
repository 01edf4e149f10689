"""Which character parts the cells of a text table: the one that gives the most rows of one width above 1."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from leadreturns.readers.table import Fit

DELIMITERS = (",", ";", "\t", "|")
NO_DELIMITER = "\x1f"
"""Parts nothing: what a table of one column is read with."""
SAMPLE_ROWS = 200
_SEP_LINE = re.compile(r'\ufeff?"?sep=(.)"?(?:\r\n?|\n)?', re.IGNORECASE | re.DOTALL)


class Shape(NamedTuple):
    """How the first rows fall apart."""

    delimiter: str
    width: int
    """The number of cells that most rows have."""


class _Candidate(NamedTuple):
    headings: Fit
    alike: int
    """Rows of the usual width."""
    width: int
    parted: int
    """Rows of more than one cell."""
    delimiter: str


def sep_line_delimiter(first_line: str) -> str:
    """The character that a first line `sep=;` names, else ''."""
    found = _SEP_LINE.fullmatch(first_line)
    return found[1] if found else ""


def shape_of(lines: Sequence[str], given: str, known_headings: Callable[[list[list[str]]], Fit]) -> Shape:
    """The delimiter, `given` if it is not '', and the usual width of the first lines of a file.

    `known_headings` says how well a reader of these rows would know the headings; it outweighs the count of rows.
    """
    if given:
        return Shape(given, _rate(lines, given, known_headings).width)
    alone = _rate(lines, NO_DELIMITER, known_headings)
    best = max((_rate(lines, delimiter, known_headings) for delimiter in DELIMITERS), key=lambda found: found[:3])
    few = best.parted * 2 < alone.alike and not best.headings.known
    if best.width < 2 or alone.headings > best.headings or (alone.headings == best.headings and few):
        return Shape(NO_DELIMITER, 1)
    return Shape(best.delimiter, best.width)


def _rate(lines: Sequence[str], delimiter: str, known_headings: Callable[[list[list[str]]], Fit]) -> _Candidate:
    rows = _first_rows(lines, delimiter)
    widths = Counter(len(row) for row in rows if len(row) > 1 or delimiter == NO_DELIMITER)
    if not widths:
        return _Candidate(Fit(False, False, 0), 0, 1, 0, delimiter)
    width, alike = widths.most_common(1)[0]
    return _Candidate(known_headings(rows), alike, width, widths.total(), delimiter)


def _first_rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
            if row:
                rows.append(row)
            if len(rows) == SAMPLE_ROWS:
                break
    except csv.Error:
        # A cell too long to be one; the reader of all rows names its line.
        return rows
    return rows
