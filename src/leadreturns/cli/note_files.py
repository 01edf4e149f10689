"""Notes as files: which kinds there are, and a whole month of them into a folder."""

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadreturns.cli.session import Session
    from leadreturns.workflows.issue_notes import Issued


class NoteFile(StrEnum):
    """What a note is written as."""

    pdf = "pdf"
    html = "html"
    xlsx = "xlsx"
    csv = "csv"
    json = "json"
    txt = "txt"


def refuse_early(folder: Path, kind: NoteFile) -> None:
    """Refuse what would fail after the notes are issued: no folder, no typst."""
    from leadreturns.writers.note_pdf import require_typst
    from leadreturns.writers.output_file import check_output

    check_output(folder / f"note.{kind.value}")
    if kind is NoteFile.pdf:
        require_typst()


def refuse_layout(session: "Session", rehearse: "Callable[[], Issued]") -> None:
    """Refuse a layout of the user's own that cannot be set, by the first note that `rehearse` issues and drops."""
    from leadreturns.writers.note_file import note_bytes

    layout = layout_of(session)
    first = rehearse().new[:1] if layout is not None else ()
    for note in first:
        note_bytes(note, NoteFile.pdf.value, layout)


def write_all(session: "Session", done: "Issued", folder: Path, kind: str) -> None:
    """A file for each note of the month, those that stood before included."""
    from leadreturns.workflows.issue_notes import one_note
    from leadreturns.writers.note_file import note_bytes
    from leadreturns.writers.output_file import write_atomically

    store, layout = session.store(), layout_of(session)
    notes = [*done.earlier, *done.new]
    with session.talk.progress("writing notes", len(notes)) as advance:
        for note in notes:
            content = note_bytes(one_note(store, note.number), kind, layout)
            path = folder / f"{note.number}.{kind}"
            write_atomically(path, partial(_pour, content), keep=[session.workspace.store_path])
            advance(1)
    session.talk.info(f"wrote {len(notes)} file{'s' if len(notes) != 1 else ''} to {folder}")


def _pour(content: bytes, stream: BinaryIO) -> None:
    stream.write(content)


def layout_of(session: "Session") -> Path | None:
    """The workspace's own layout of PDF files, if it has one."""
    from leadreturns.writers.note_pdf import LAYOUT

    path = session.workspace.root / LAYOUT
    return path if path.is_file() else None
