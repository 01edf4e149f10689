"""Sections of short lines → the screen of a person, wrapped to its width; into a pipe, every line whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadreturns.reports.steps import Line, Section
from leadreturns.writers.clean import clean_text
from leadreturns.writers.fitting import GAP, display_width, wrapped
from leadreturns.writers.look import Look

_INDENT = 2
_LABEL = 13
"""The least room for labels, so that most sections line up."""
_HARD_BLANK = "\N{NO-BREAK SPACE}"
"""Keeps the name of a place on one line."""


def sections_text(title: str, sections: Sequence[Section], look: Look) -> str:
    """The title, then each section that has lines under its heading."""
    lines = [*_heading(title, look)]
    for section in sections:
        if section.lines:
            label = max(_LABEL, *(display_width(line.label) for line in section.lines))
            lines += ["", *_heading(section.title, look)]
            lines += [text for line in section.lines for text in _line(line, label, look)]
    return "".join(f"{line}\n" for line in lines)


def _heading(text: str, look: Look) -> Iterator[str]:
    clean = look.writable(clean_text(text))
    for line in wrapped(clean, look.width) if look.is_terminal else [clean]:
        yield f"\x1b[1m{line}\x1b[0m" if look.color else line


def _line(line: Line, label: int, look: Look) -> list[str]:
    name, told, place = (look.writable(clean_text(text)) for text in line)
    first = " " * _INDENT + name + " " * (label - display_width(name) + GAP)
    if place:
        told += f"  ({place.replace(' ', _HARD_BLANK)})"
    if not look.is_terminal:
        return [(first + told).replace(_HARD_BLANK, " ").rstrip()]
    lines = wrapped(told, look.width, first=first, indent=" " * (_INDENT + label + GAP))
    return [text.replace(_HARD_BLANK, " ") for text in lines]
