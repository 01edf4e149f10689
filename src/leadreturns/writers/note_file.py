"""A note → the bytes of a file of any kind that notes are sent and read in."""

from __future__ import annotations

import io
from pathlib import Path

from leadreturns.core.credit_note import Note
from leadreturns.reports.note_report import note_about, note_json, note_page, note_table
from leadreturns.writers.clean import clean_text
from leadreturns.writers.csv_writer import write_csv
from leadreturns.writers.json_writer import to_json

NOTE_FILES = ("pdf", "html", "xlsx", "csv", "json", "txt")


def note_bytes(note: Note, kind: str, layout: Path | None = None) -> bytes:
    """The file; `kind` is one of `NOTE_FILES`, `layout` the user's own typst source for the PDF.

    Raises `Refused` for a PDF without typst or with a layout that cannot be set.
    """
    if kind == "pdf":
        from leadreturns.writers.note_pdf import note_pdf

        return note_pdf(note_page(note), layout)
    if kind == "html":
        from leadreturns.writers.note_html import note_html

        return note_html(note_page(note)).encode()
    if kind == "xlsx":
        from leadreturns.writers.xlsx_writer import write_xlsx

        stream = io.BytesIO()
        write_xlsx([note_table(note)], note_about(note), stream)
        return stream.getvalue()
    if kind == "json":
        return to_json(note_json(note)).encode()
    text = io.StringIO()
    if kind == "csv":
        write_csv(note_table(note), text)
    else:
        text.writelines(f"{line}\n" for line in _plain_lines(note))
    return text.getvalue().encode()


def _plain_lines(note: Note) -> list[str]:
    from leadreturns.writers.terminal import plain_lines

    return [*map(clean_text, note_page(note).lines()), *plain_lines(note_table(note))]
