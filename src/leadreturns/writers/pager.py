"""A long text → the reader's pager, as `git` and `man` do it; a short one, or one without a pager, straight out."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from typing import TextIO

USUAL_HEIGHT = 24
_PROMPT_LINES = 2
"""The shell's prompt needs room under what is printed."""


def show_text(text: str, stream: TextIO, environ: Mapping[str, str] | None = None) -> None:
    """Writes a text for a terminal, through the pager when it is longer than the screen.

    PAGER names the pager, `less` if it is not set; 'cat' or nothing, and TERM=dumb, turn paging off.
    """
    found = dict(os.environ if environ is None else environ)
    words = pager_words(found)
    stream.flush()
    content = text.encode(getattr(stream, "encoding", None) or "utf-8", "backslashreplace")
    is_long = text.count("\n") + _PROMPT_LINES > _height(stream, found)
    if not (words and is_long and _paged(words, content, found)):
        stream.write(text)
        stream.flush()


def pager_words(environ: Mapping[str, str]) -> list[str]:
    """The pager's command line; empty for none."""
    if environ.get("TERM", "").lower() in ("", "dumb", "unknown"):
        return []
    try:
        words = shlex.split(environ.get("PAGER", "less"))
    except ValueError:
        return []
    return words if words and words != ["cat"] and shutil.which(words[0]) else []


def _height(stream: TextIO, environ: Mapping[str, str]) -> int:
    lines = environ.get("LINES", "")
    if lines.isascii() and lines.isdigit() and int(lines) > 0:
        return int(lines)
    try:
        return os.get_terminal_size(stream.fileno()).lines or USUAL_HEIGHT
    except (AttributeError, OSError, ValueError):
        return USUAL_HEIGHT


def _paged(words: list[str], text: bytes, environ: dict[str, str]) -> bool:
    """False when the pager could not be started."""
    # Colours pass, long lines are cut, and less leaves the text on the screen when it ends.
    less = environ.get("LESS")
    # In front: an option that takes a text takes all that follows.
    environ["LESS"] = "FRSX" if less is None else f"-R {less}".rstrip()
    environ.setdefault("LV", "-c")
    try:
        pager = subprocess.Popen(words, stdin=subprocess.PIPE, env=environ)
    except OSError:
        return False
    _hand_over(pager, text)
    while True:
        try:
            pager.wait()
            return True
        except KeyboardInterrupt:
            # A pager takes an interrupt as a command of its own, and must give the terminal back first.
            continue


def _hand_over(pager: subprocess.Popen[bytes], text: bytes) -> None:
    assert pager.stdin is not None
    # A reader who has seen enough closes the pipe.
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        pager.stdin.write(text)
    with contextlib.suppress(BrokenPipeError):
        pager.stdin.close()
