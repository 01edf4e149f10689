"""A note → PDF, set by typst; the same note under the same layout gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources
from pathlib import Path

from leadreturns.errors import Refused
from leadreturns.reports.note_report import NotePage
from leadreturns.writers.clean import clean_text

LAYOUT = Path("templates") / "credit_note.typ"
"""Where a workspace keeps a layout of its own."""


def packaged_layout() -> str:
    """The typst source that is used where the workspace has no layout of its own."""
    return resources.files("leadreturns.writers").joinpath("credit_note.typ").read_text(encoding="utf-8")


def require_typst() -> None:
    """Raises `Refused` (`missing_extra`) when typst is not installed."""
    from importlib.util import find_spec

    if find_spec("typst") is None:
        raise Refused(
            "missing_extra",
            "PDF files need typst, which is not installed",
            "pip install 'leadreturns[pdf]', or write -o note.html and print that",
        )


def note_pdf(page: NotePage, layout: Path | None = None) -> bytes:
    """The PDF of a note, under a layout of the user's own where one is given.

    Raises `Refused` when typst is not installed (`missing_extra`), and for a layout that it cannot set (`bad_layout`).
    """
    require_typst()
    import typst

    data = {"note": json.dumps(_clean(asdict(page)), ensure_ascii=False)}
    try:
        if layout is None:
            made = typst.compile(packaged_layout().encode(), sys_inputs=data, timestamp=0)
        else:
            made = typst.compile(layout, root=layout.parent, sys_inputs=data, timestamp=0)
    except typst.TypstError as fault:
        raise Refused(
            "bad_layout", f"{layout or 'the packaged layout'} cannot be set: {fault.message}", "; ".join(fault.hints)
        ) from None
    return made


def _clean(value: object) -> object:
    """The value with what a reader could not see made visible in its texts."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, (list, tuple)) else value
