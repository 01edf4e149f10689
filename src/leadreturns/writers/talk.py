"""What is said about a run, on stderr: short lines for people, one line each when nobody watches."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from leadreturns.writers.clean import clean_text
from leadreturns.writers.fitting import display_width, wrapped
from leadreturns.writers.look import look_of

BAR_AFTER_SECONDS = 1.0
TICK_SECONDS = 0.5
_REDRAW_SECONDS = 0.1
_BAR_WIDTH = 24

_BOLD_RED, _YELLOW, _CYAN, _DIM, _PLAIN = "1;31", "33", "36", "2", ""

Advance = Callable[[int], None]


class Talk:
    """Says things on one stream. Every text is cleaned, so that a cell of a file cannot command the terminal."""

    def __init__(self, stream: TextIO, quiet: bool = False, color: bool | None = None) -> None:
        """`quiet` silences information and progress, never warnings and errors; `color` False is --no-color."""
        self._stream = stream
        self._quiet = quiet
        self._look = look_of(stream, color=color)

    def info(self, text: str) -> None:
        """What happened, or what could be done next."""
        if not self._quiet:
            self._say("", _PLAIN, text)

    def warn(self, text: str) -> None:
        """Something that a person should look at."""
        self._say("warning: ", _YELLOW, text)

    def error(self, message: str, hint: str = "") -> None:
        """Why a command stopped, and the next step."""
        self._say("error: ", _BOLD_RED, message)
        if hint:
            self._say("hint: ", _CYAN, hint)

    def item(self, text: str) -> None:
        """One of several things under the line before: a fault, a problem, a file."""
        self._say("  ", _PLAIN, text)

    @contextmanager
    def progress(self, label: str, total: int | None = None) -> Iterator[Advance]:
        """A function that takes the number of steps done since its last call.

        A bar appears only on a terminal, and only when the work takes more than a second; it leaves no trace. Work
        that says nothing of its steps is shown with the seconds gone.
        """
        if self._quiet or not self._look.can_redraw:
            yield _ignore
            return
        bar = _ProgressLine(self._stream, clean_text(label), total, self._look.width, self._look.unicode)
        with bar.ticking():
            yield bar.advance

    def _say(self, prefix: str, style: str, text: str) -> None:
        clean = self._look.writable(clean_text(text))
        if self._look.is_terminal:
            lines = wrapped(clean, self._look.width, first=prefix, indent=" " * max(len(prefix), 2))
        else:
            lines = [prefix + clean]
        if style and self._look.color:
            lines[0] = f"\x1b[{style}m{prefix}\x1b[0m{lines[0][len(prefix) :]}"
        self._stream.write("\n".join(lines) + "\n")
        self._stream.flush()


def _ignore(steps: int) -> None:
    """Progress that nobody sees."""


class _ProgressLine:
    """One line that is drawn over itself: when steps are reported, and by a clock while none are."""

    def __init__(self, stream: TextIO, label: str, total: int | None, width: int, unicode: bool) -> None:
        self._stream = stream
        self._label = label
        self._total = total
        self._width = width
        self._full, self._rest = ("━", "─") if unicode else ("#", "-")
        self._done = 0
        self._began = time.monotonic()
        self._next_drawing = self._began + BAR_AFTER_SECONDS
        self._drawn = 0
        self._drawing = threading.Lock()
        self._ended = threading.Event()

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Draws while the work itself is silent, as it is inside one long question to the store; wiped at the end."""
        clock = threading.Thread(target=self._tick, daemon=True)
        clock.start()
        try:
            yield
        finally:
            self._ended.set()
            clock.join()
            self._wipe()

    def _tick(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            self._draw_when_due()

    def advance(self, steps: int) -> None:
        self._done += steps
        self._draw_when_due()

    def _draw_when_due(self) -> None:
        now = time.monotonic()
        if now >= self._next_drawing:
            with self._drawing:
                self._next_drawing = now + _REDRAW_SECONDS
                self._draw(now)

    def _draw(self, now: float) -> None:
        if self._total:
            # Work done in strides can end a little beyond.
            done = min(self._done, self._total)
            share = done / self._total
            full = round(share * _BAR_WIDTH)
            bar = self._full * full + self._rest * (_BAR_WIDTH - full)
            line = f"{self._label}  {bar}  {share:4.0%}  {done:,} of {self._total:,}"
        elif self._done:
            line = f"{self._label}  {self._done:,}"
        else:
            line = f"{self._label}  {int(now - self._began)} s"
        line = line[: self._width - 1]
        width = display_width(line)
        self._stream.write("\r" + line + " " * (self._drawn - width))
        self._drawn = width
        self._stream.flush()

    def _wipe(self) -> None:
        if self._drawn:
            self._stream.write("\r" + " " * self._drawn + "\r")
            self._stream.flush()
