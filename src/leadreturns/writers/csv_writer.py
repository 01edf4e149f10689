"""Table → CSV: a header of column names, then the rows; UTF-8, LF, no totals, so that programs read it as it is.

A spreadsheet runs a text that begins like a formula. Such texts get a leading ' (https://owasp.org/www-community/
attacks/CSV_Injection), by the kind of the column: numbers, dates and money that we print ourselves never do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TextIO

from leadreturns.reports.table import TEXT_KINDS, Table, cell_text
from leadreturns.writers.clean import clean_data

_FORMULA_STARTS = "=+-@"
_STARTS = _FORMULA_STARTS + "\t\r\n\x00"
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060'"


def write_csv(table: Table, stream: TextIO, raw: bool = False) -> None:
    """Writes header and rows. `raw` leaves texts exactly as they are, for programs that never open a spreadsheet."""
    columns = [(position, column) for position, column in enumerate(table.columns) if column.is_data]
    guarding = [(position, column, column.kind in TEXT_KINDS and not raw) for position, column in columns]
    stream.write(joined([column.name for _, column in columns]) + "\n")
    for row in table.rows:
        texts = [
            guarded(cell_text(row[position], column)) if risky else cell_text(row[position], column)
            for position, column, risky in guarding
        ]
        stream.write((joined(texts) or '""') + "\n")


def guarded(text: str) -> str:
    """The text, with a ' before it when a spreadsheet could run it, and terminal controls made visible."""
    if text[:1].isalnum() and text.isprintable():
        return text
    clean = text if text.isprintable() else clean_data(text)
    return "'" + clean if starts_like_formula(text) else clean


def starts_like_formula(text: str) -> bool:
    """True when a spreadsheet may run the text: it begins with a tab, a line end or NUL, or after blanks with = + - @.

    The full-width and small forms of these count as well (NFKC). So does a text that already has the quote before
    such a character: taking one quote away then gives every text back as it was.
    """
    if not text:
        return False
    if text[0] in _STARTS:
        return True
    first = text.lstrip().lstrip(_UNSEEN).lstrip()[:1]
    return bool(first) and unicodedata.normalize("NFKC", first)[0] in _FORMULA_STARTS


def joined(cells: Sequence[str], delimiter: str = ",") -> str:
    """The cells as a record of CSV without its line end, quoted where they must be.

    Half again as fast as csv.writer, which moreover leaves a lone carriage return unquoted.
    """
    line = delimiter.join(cells)
    if '"' in line or "\n" in line or "\r" in line or line.count(delimiter) >= len(cells):
        return delimiter.join(
            [
                '"' + cell.replace('"', '""') + '"'
                if delimiter in cell or '"' in cell or "\n" in cell or "\r" in cell
                else cell
                for cell in cells
            ]
        )
    return line
