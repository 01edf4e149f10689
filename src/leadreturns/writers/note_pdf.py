"""A note → PDF, set by typst; the same note under the same layout gives the same bytes."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from importlib import resources
from pathlib import Path

from leadreturns.errors import Refused
from leadreturns.reports.note_report import NotePage
from leadreturns.writers.clean import clean_text

LAYOUT = Path("templates") / "credit_note.typ"
"""Where a workspace keeps a layout of its own."""


_IN_EVERY_FONT = "\u017f"
"""Up to here the font of the packaged layout, which typst brings along, has every letter."""
_NOWHERE = "\U0010fffd"
_PROBE = """\
#for char in json(bytes(sys.inputs.chars)) {
  page(width: auto, height: auto, text(font: "Libertinus Serif", char))
}
"""


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

    data = _data(page)
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


def layout_warnings(page: NotePage, layout: Path) -> list[str]:
    """What typst has to say of a layout that it can set, such as that a font is not there."""
    import typst

    _, warnings = typst.compile_with_warnings(layout, root=layout.parent, sys_inputs=_data(page), timestamp=0)
    return list(dict.fromkeys(warning.message for warning in warnings))


def _data(page: NotePage) -> dict[str, str]:
    return {"note": json.dumps(_clean(asdict(page)), ensure_ascii=False)}


def missing_characters(page: NotePage) -> str:
    """The characters of a note that no font at hand has; the PDF shows a box in the place of each.

    typst falls back on every font of the system and says nothing where none helps. A character is missing if it is
    drawn as one is that no font has.
    """
    texts = json.dumps(_clean(asdict(page)), ensure_ascii=False)
    suspects = sorted(char for char in set(texts) if char > _IN_EVERY_FONT and unicodedata.category(char)[0] in "LNPS")
    if not suspects:
        return ""
    import typst

    chars = json.dumps([_NOWHERE, *suspects], ensure_ascii=False)
    pages = typst.compile(_PROBE.encode(), format="svg", sys_inputs={"chars": chars})
    assert isinstance(pages, list)
    box, *drawn = [re.findall(rb'href="#(\w+)"', each) for each in pages]
    return "".join(char for char, glyphs in zip(suspects, drawn, strict=True) if glyphs == box)


def _clean(value: object) -> object:
    """The value with what a reader could not see made visible in its texts."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, (list, tuple)) else value
