"""Text tables: comma, semicolon, tab or pipe, in any of the usual encodings and line ends, streamed in constant memory.

A quote that is opened and never closed would swallow the rows after it; such a file is refused, with the line.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from leadreturns.core.wording import counted
from leadreturns.errors import FileRefused, UsageFault
from leadreturns.readers.delimiter import NO_DELIMITER, SAMPLE_ROWS, Shape, sep_line_delimiter, shape_of
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.swallowed_rows import Splitting, swallows_rows
from leadreturns.readers.table import Fit, Note, NumberedRow, OpenOptions, RawTable
from leadreturns.readers.text_encoding import TextFile, decode, unquoted_line

MAX_CELL_CHARACTERS = 1_000_000
MAX_LINES_OF_ONE_ROW = 5_000
_SAMPLE_LINES = SAMPLE_ROWS * 2
_SAMPLE_CHARACTERS = 500_000
_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


def open_csv(copy: FileCopy, options: OpenOptions, fits: Callable[[RawTable], Fit]) -> RawTable:
    """The text file as a table. `notes` grows while the rows are read.

    Refused at once: what `text_encoding.decode` refuses, `empty_file`, `cell_too_long`.
    Refused while the rows are read: `unclosed_quote`, `cell_too_long`, each naming the line.
    """
    text = decode(copy, options)
    if text.has_long_line:
        raise FileRefused(
            "cell_too_long",
            f"{copy.name} has a line of more than a million characters.",
            "Is it a table? Ask for the rows as CSV or as an Excel workbook.",
        )
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    lines = _sample(text)
    if not any(line.strip() for line in lines) and len(lines) < _SAMPLE_LINES:
        raise FileRefused("empty_file", f"{copy.name} holds no text.", "Ask for the file again.")
    named = sep_line_delimiter(lines[0])
    first_line = 2 if named else 1
    given = delimiter_named(options.delimiter) or named

    def known_headings(rows: list[list[str]]) -> Fit:
        return fits(RawTable("csv", lambda: iter(list(enumerate(rows, first_line)))))

    shape = shape_of(lines[first_line - 1 :], given, known_headings)
    notes = list(text.notes)
    if shape.width == 1 and (inner := _shape_in_quotes(lines[first_line - 1 :], given, known_headings)):
        shape, text = inner, replace(text, in_quotes=True)
        lines = list(map(unquoted_line, lines))
        notes.append(
            Note("lines_in_quotes", f"{copy.name}: each line stands in quotes as a whole; they were taken off.")
        )
    quote = "'" if _is_single_quoted(lines[first_line - 1 :], shape.delimiter) else '"'
    if not text.ends_line:
        notes.append(_no_line_end(copy.name))
    rows = _CsvRows(text, shape.delimiter, shape.width, first_line, notes, quote)
    shown = "" if shape.delimiter == NO_DELIMITER else shape.delimiter
    return RawTable("csv", rows.read, encoding=text.encoding, delimiter=shown, notes=notes)


def _sample(text: TextFile) -> list[str]:
    lines, characters = [], 0
    for line in itertools.islice(text.lines(), _SAMPLE_LINES):
        lines.append(line)
        characters += len(line)
        if characters > _SAMPLE_CHARACTERS:
            break
    return lines


def _shape_in_quotes(
    lines: Sequence[str], given: str, known_headings: Callable[[list[list[str]]], Fit]
) -> Shape | None:
    """The shape of a table whose lines were each quoted once more; None where they are cells of one column."""
    filled = [line for line in lines if line.strip()]
    bare = list(map(unquoted_line, filled))
    if any(line == inner for line, inner in zip(filled, bare, strict=True)):
        return None
    shape = shape_of(bare, given, known_headings)
    parted = known_headings([_cells(line, shape.delimiter) for line in bare])
    return shape if shape.width > 1 and parted > known_headings([[line.strip()] for line in bare]) else None


def _is_single_quoted(lines: Sequence[str], delimiter: str) -> bool:
    """Whether the first line, which holds the headings, has each cell in single quotes."""
    first = next((line.strip() for line in lines if line.strip()), "")
    cells = first.split(delimiter)
    return '"' not in first and all(len(cell) > 2 and cell[0] == cell[-1] == "'" for cell in map(str.strip, cells))


def _no_line_end(name: str) -> Note:
    return Note(
        "no_final_line_end",
        f"{name} does not end with a line end; if it was cut off, its last row is incomplete and others are missing.",
    )


def delimiter_named(option: str) -> str:
    """The character that --delimiter names, '' for none; raises `UsageFault` for what cannot part cells."""
    delimiter = _NAMED_DELIMITERS.get(option.strip().lower(), option)
    if len(delimiter) > 1 or (delimiter and delimiter in '"\r\n\0'):
        raise UsageFault("bad_delimiter", f"--delimiter {option!r} cannot part cells", "one character, or the word tab")
    return delimiter


@dataclass(slots=True)
class _CsvRows:
    """Blanks after a delimiter do not belong to the cell: the quote in `L1, "Smith, John"` opens a quoted one."""

    text: TextFile
    delimiter: str
    usual_width: int
    first_line: int
    notes: list[Note]
    quote: str = '"'
    _codes_noted: set[str] = field(default_factory=set)

    def read(self) -> Iterator[NumberedRow]:
        """The rows with the number of the line on which each starts."""
        csv.field_size_limit(MAX_CELL_CHARACTERS)
        source = _RowLines(self.text)
        reader = csv.reader(
            source.lines(), delimiter=self.delimiter, quotechar=self.quote, skipinitialspace=True, strict=True
        )
        if self.first_line == 2:
            next(reader)
        start, row, above = self.first_line, list[str](), list[str]()
        while True:
            try:
                for row in reader:
                    if reader.line_num != start:
                        self._refuse_swallowed(row, source.taken(), above, start)
                    yield start, row
                    above = row
                    source.row_ends = reader.line_num
                    start = reader.line_num + 1
                break
            except csv.Error as fault:
                row = self._mend(source.line, start, reader.line_num, fault)
                yield start, row
                source.row_ends = reader.line_num
                start = reader.line_num + 1
        if not self.text.ends_line and 0 < len(row) < self.usual_width:
            self._note(
                "truncated_file",
                f"the last row (line {start - 1}) has {counted(len(row), 'cell')} where others have "
                f"{self.usual_width}: the file was probably cut off",
            )

    def _mend(self, line: str, start: int, end: int, fault: csv.Error) -> list[str]:
        """The cells of a line with text beside a closing quote, as in `"Joe" Smith,12`, quotes left out."""
        if '\\"' in line and (row := self._with_backslashes(line)):
            return row
        if self.quote == "'" and (row := self._with_apostrophes(line)):
            return row
        if start < end or line.count(self.quote) % 2:
            raise self._unclosed(start, end)
        if "field larger" in str(fault):
            raise FileRefused(
                "cell_too_long",
                f"{self.text.copy.name}, line {start}: a cell has more than {MAX_CELL_CHARACTERS:,} characters.",
                "Was a quote forgotten there, or a document pasted in? Ask for the file without it.",
            )
        row = _cells(line, self.delimiter, self.quote)
        if len(row) != self.usual_width:
            raise self._unclosed(start, end)
        self._note("stray_quotes", f"line {start} has text beside a quoted cell; check how it was read")
        return row

    def _with_backslashes(self, line: str) -> list[str]:
        """The cells of a line in which a backslash, not a second quote, marks a quote inside a cell, else []."""
        try:
            row = next(
                csv.reader(
                    [line],
                    delimiter=self.delimiter,
                    doublequote=False,
                    skipinitialspace=True,
                    escapechar="\\",
                    strict=True,
                ),
                [],
            )
        except csv.Error:
            return []
        return row if len(row) == self.usual_width else []

    def _with_apostrophes(self, line: str) -> list[str]:
        """The cells of a line in single quotes with an apostrophe in one of them, else []."""
        text = line.strip()
        row = text[1:-1].split(f"'{self.delimiter}'") if text[:1] == text[-1:] == "'" else []
        return row if len(row) == self.usual_width else []

    def _refuse_swallowed(self, row: list[str], lines: Sequence[str], above: list[str], start: int) -> None:
        """A row over several lines of which a later one could be a row of its own: a quote was left open."""
        if self.usual_width < 3:
            return
        split = Splitting(self.delimiter, self.quote, self.usual_width)
        if swallows_rows(split, row, lines, above):
            raise self._unclosed(start, start + len(lines) - 1)

    def _unclosed(self, start: int, end: int) -> FileRefused:
        opened, is_open = start, False
        for number, line in enumerate(itertools.islice(self.text.lines(), start - 1, end), start):
            if line.count(self.quote) % 2:
                opened, is_open = (opened, False) if is_open else (number, True)
        return FileRefused(
            "unclosed_quote",
            f"{self.text.copy.name}, line {opened}: a quote ({self.quote}) opens a cell "
            "and swallows the rows after it.",
            "Close or remove the quote in that line, or ask for the file again.",
        )

    def _note(self, code: str, message: str) -> None:
        if code not in self._codes_noted:
            self._codes_noted.add(code)
            self.notes.append(Note(code, f"{self.text.copy.name}: {message}."))


class _RowLines:
    """Hands out lines, keeps those of the row that is being read, and stops a row that takes too many of them."""

    def __init__(self, text: TextFile) -> None:
        self.text = text
        self.line = ""
        self.row_ends = 0
        self._further: list[str] = []
        self._first = ""

    def taken(self) -> list[str]:
        """The lines of the row that was read last."""
        return [self._first, *self._further]

    def lines(self) -> Iterator[str]:
        """The lines of the text, for csv.reader."""
        for number, line in enumerate(self.text.lines()):
            self.line = line
            if number == self.row_ends:
                self._first = line
            else:
                self._keep(line, number - self.row_ends)
            yield line

    def _keep(self, line: str, further: int) -> None:
        if further == 1:
            self._further.clear()
        if further > MAX_LINES_OF_ONE_ROW:
            raise csv.Error("row of too many lines")
        self._further.append(line)


def _cells(line: str, delimiter: str, quote: str = '"') -> list[str]:
    return next(csv.reader([line], delimiter=delimiter, quotechar=quote, skipinitialspace=True), [])
