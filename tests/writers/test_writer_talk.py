"""What is said on stderr: to people in wrapped lines, to logs one line each, never what a file's cell commands."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from typing import TextIO

import pytest

from leadreturns.writers import talk as talk_module
from leadreturns.writers.talk import Talk

LONG = (
    "acme.xlsx has no column that says which lead is meant; found were: Ref #, Disposition, Returned On, Notes, Agent"
)
HINT = 'leadreturns import acme.xlsx --map lead_id="Ref #"'


def test_a_log_gets_one_line_each() -> None:
    stream = io.StringIO()

    talk = Talk(stream)
    talk.info("12 rows read")
    talk.warn(LONG)
    talk.error(LONG, HINT)
    talk.item("row 3: bad_date")

    assert stream.getvalue().splitlines() == [
        "12 rows read",
        f"warning: {LONG}",
        f"error: {LONG}",
        f"hint: {HINT}",
        "  row 3: bad_date",
    ]


def test_a_terminal_gets_wrapped_lines_with_a_hanging_indent(on_terminal: Callable[..., str]) -> None:
    shown = on_terminal(lambda stream: Talk(stream, color=False).error(LONG, HINT), 80)

    assert shown.splitlines() == [
        "error: acme.xlsx has no column that says which lead is meant; found were: Ref #,",
        "       Disposition, Returned On, Notes, Agent",
        f"hint: {HINT}",
    ]


def test_only_the_first_word_is_coloured(on_terminal: Callable[..., str]) -> None:
    def say(stream: TextIO) -> None:
        talk = Talk(stream)
        talk.warn("look")
        talk.error("no")
        talk.info("plain")

    assert on_terminal(say) == "\x1b[33mwarning: \x1b[0mlook\n\x1b[1;31merror: \x1b[0mno\nplain\n"


def test_quiet_keeps_warnings_and_errors() -> None:
    stream = io.StringIO()

    talk = Talk(stream, quiet=True)
    talk.info("done")
    talk.warn("look")
    talk.error("no")

    assert stream.getvalue() == "warning: look\nerror: no\n"


def test_foreign_texts_are_shown_and_not_obeyed(
    hostile_texts: list[str], on_terminal: Callable[..., str], commands_in: Callable[[str], list[str]]
) -> None:
    def say(stream: TextIO) -> None:
        talk = Talk(stream, color=False)
        for text in hostile_texts:
            talk.info(text)
            talk.error(text, text)

    piped = io.StringIO()
    say(piped)

    assert commands_in(on_terminal(say)) == []
    assert commands_in(piped.getvalue()) == []
    assert piped.getvalue().count("\n") == 3 * len(hostile_texts)


def test_progress_is_drawn_only_for_long_work_on_a_terminal(
    on_terminal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(stream: TextIO) -> None:
        with Talk(stream).progress("Reading acme.xlsx", total=400) as advance:
            for _ in range(4):
                advance(100)

    assert on_terminal(work) == ""

    monkeypatch.setattr(talk_module, "BAR_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(talk_module, "_REDRAW_SECONDS", 0.0)
    drawn = on_terminal(work)
    assert "\rReading acme.xlsx  ━━━━━━──────────────────   25%  100 of 400" in drawn
    assert "100%  400 of 400" in drawn
    assert drawn.endswith("\r" + " " * len("Reading acme.xlsx  ━━━━━━━━━━━━━━━━━━━━━━━━  100%  400 of 400") + "\r")

    piped = io.StringIO()
    work(piped)
    assert piped.getvalue() == ""
    monkeypatch.setenv("TERM", "dumb")
    assert on_terminal(work) == ""


def test_progress_without_a_known_end(on_terminal: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk_module, "BAR_AFTER_SECONDS", 0.0)

    def work(stream: TextIO) -> None:
        with Talk(stream).progress("Reading") as advance:
            advance(12_345)

    assert "\rReading  12,345" in on_terminal(work)


def test_work_that_tells_nothing_of_its_steps_shows_the_seconds_gone(
    on_terminal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talk_module, "BAR_AFTER_SECONDS", 0.02)
    monkeypatch.setattr(talk_module, "TICK_SECONDS", 0.01)

    def work(stream: TextIO) -> None:
        with Talk(stream).progress("closing 2026-10"):
            time.sleep(0.2)

    drawn = on_terminal(work)
    assert "\rclosing 2026-10  0 s" in drawn
    assert drawn.endswith("\r" + " " * len("closing 2026-10  0 s") + "\r")
    piped = io.StringIO()
    work(piped)
    assert piped.getvalue() == ""


def test_what_ends_the_work_ends_its_progress(on_terminal: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk_module, "BAR_AFTER_SECONDS", 0.0)

    def work(stream: TextIO) -> None:
        with pytest.raises(KeyboardInterrupt), Talk(stream).progress("Reading") as advance:
            advance(5)
            raise KeyboardInterrupt

    before = threading.active_count()
    assert on_terminal(work).endswith("\r")
    assert threading.active_count() == before
