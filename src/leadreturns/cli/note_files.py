"""Notes as files: which kinds there are, and a whole month of them into a folder."""

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leadreturns.cli.session import Session
    from leadreturns.core.credit_note import Note
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
    written: list[Note] = []
    with session.talk.progress("writing notes", len(notes)) as advance:
        for note in notes:
            whole = one_note(store, note.number)
            content = note_bytes(whole, kind, layout)
            path = folder / f"{note.number}.{kind}"
            write_atomically(path, partial(_pour, content), keep=[session.workspace.store_path])
            written.append(whole)
            advance(1)
    if kind == NoteFile.pdf.value:
        tell_look(session, written)
    session.talk.info(f"wrote {len(notes)} file{'s' if len(notes) != 1 else ''} to {folder}")


def _pour(content: bytes, stream: BinaryIO) -> None:
    stream.write(content)


def tell_look(session: "Session", notes: "Sequence[Note]") -> None:
    """Warn of what is amiss in the layout, and of characters that PDFs show as boxes, once for notes that lack the
    same."""
    from leadreturns.reports.note_report import note_page
    from leadreturns.writers.note_pdf import layout_warnings, missing_characters

    layout = layout_of(session)
    if layout is not None and notes:
        for warning in layout_warnings(note_page(notes[0]), layout):
            session.talk.warn(f"{layout}: {warning}")
    lacking: dict[str, list[Note]] = {}
    for note in notes:
        lacking.setdefault(missing_characters(note_page(note)), []).append(note)
    for missing, (first, *others) in lacking.items():
        if missing:
            more = f" and {len(others)} more" if others else ""
            session.talk.warn(
                f"{first.number} for {first.name}{more}: no font at hand has {missing}, boxes stand in the PDF "
                f"instead; install a font that has them, or send -o {first.number}.html"
            )


def layout_of(session: "Session") -> Path | None:
    """The workspace's own layout of PDF files, if it has one."""
    from leadreturns.writers.note_pdf import LAYOUT

    path = session.workspace.root / LAYOUT
    return path if path.is_file() else None
