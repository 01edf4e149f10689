"""What a stream can show: whether a person sits behind it, how wide it is, with which colours and characters."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

USUAL_WIDTH = 80
"""The width of a terminal that does not tell its own."""


@dataclass(frozen=True, slots=True)
class Look:
    """How to write to one stream."""

    is_terminal: bool
    width: int = USUAL_WIDTH
    color: bool = False
    encoding: str = "utf-8"
    can_redraw: bool = False
    """A line may be overwritten, as progress bars do."""

    @property
    def unicode(self) -> bool:
        """True when lines, blocks and the ellipsis can be written."""
        return self.encoding.lower().replace("-", "").startswith("utf")

    def writable(self, text: str) -> str:
        r"""The text with what the stream's encoding lacks shown like '\u20ac'."""
        if self.unicode or text.isascii():
            return text
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)


def look_of(
    stream: TextIO, width: int | None = None, color: bool | None = None, environ: Mapping[str, str] | None = None
) -> Look:
    """How to write to `stream`; `width` and `color` are wishes that beat what is found out.

    Colour needs a terminal, and neither NO_COLOR (https://no-color.org) nor TERM=dumb. FORCE_COLOR is not asked:
    escape sequences in a file help nobody.
    """
    found = os.environ if environ is None else environ
    is_terminal = _is_terminal(stream)
    dumb = found.get("TERM", "").lower() in ("dumb", "unknown")
    wanted = not found.get("NO_COLOR") if color is None else color and not found.get("NO_COLOR")
    return Look(
        is_terminal=is_terminal,
        width=width or _width_of(stream, found),
        color=bool(wanted) and is_terminal and not dumb,
        encoding=getattr(stream, "encoding", None) or "utf-8",
        can_redraw=is_terminal and not dumb,
    )


def never_fail(stream: TextIO) -> None:
    r"""Makes `stream` write a character outside its encoding like '\u20ac' where it would raise UnicodeEncodeError."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def _width_of(stream: TextIO, environ: Mapping[str, str]) -> int:
    columns = environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL_WIDTH
    except (AttributeError, OSError, ValueError):
        return USUAL_WIDTH
