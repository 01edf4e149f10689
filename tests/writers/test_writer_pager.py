"""Long texts go through the reader's pager; short ones, and those of readers without one, do not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest

from leadreturns.writers.pager import pager_words, show_text

SOURCE = Path(__file__).resolve().parents[2] / "src"
LONG = "".join(f"row {number}\n" for number in range(100))
SHOW = "import sys; from leadreturns.writers.pager import show_text; show_text(sys.stdin.read(), sys.stdout)"


def environ(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "TERM": "xterm", **more}


def shown(text: str, **more: str) -> str:
    """What reaches the screen, from us and from the pager."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW], input=text, env=environ(**more), capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """The command line of a pager that says that it was called, and how."""
    script = tmp_path / "my pager"
    script.write_text('#!/bin/sh\necho "paged $LESS $1"\ncat\n')
    script.chmod(0o755)
    return f"'{script}' -x"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PAGER": "cat"}, []),
        ({"PAGER": ""}, []),
        ({"PAGER": "   "}, []),
        ({"PAGER": "'unbalanced"}, []),
        ({"PAGER": "there-is-no-such-pager"}, []),
        ({"PAGER": "sh -c 'cat -n'"}, ["sh", "-c", "cat -n"]),
        ({"PAGER": "sh", "TERM": "dumb"}, []),
        ({"PAGER": "sh", "TERM": ""}, []),
    ],
)
def test_the_pager_is_the_one_that_the_reader_names(variables: dict[str, str], words: list[str]) -> None:
    assert pager_words(environ(**variables)) == words


def test_a_long_text_is_paged_whole(pager: str) -> None:
    assert shown(LONG, PAGER=pager) == f"paged FRSX -x\n{LONG}"


def test_the_readers_own_settings_of_less_stay(pager: str) -> None:
    """Yet colours pass: a setting without R would show them as codes."""
    assert shown(LONG, PAGER=pager, LESS="-i").startswith("paged -R -i -x\n")
    assert shown(LONG, PAGER=pager, LESS="").startswith("paged -R -x\n")


def test_a_short_text_goes_straight_out(pager: str) -> None:
    assert shown("one\ntwo\n", PAGER=pager) == "one\ntwo\n"


@pytest.mark.parametrize("lines", ["200", "101"])
def test_a_high_screen_needs_no_pager(pager: str, lines: str) -> None:
    assert shown(LONG, PAGER=pager, LINES=lines) == (LONG if lines == "200" else f"paged FRSX -x\n{LONG}")


def test_without_a_pager_everything_is_printed() -> None:
    assert shown(LONG, PAGER="cat") == LONG


def test_a_pager_that_cannot_start_loses_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF no program")
    broken.chmod(0o755)
    assert shown(LONG, PAGER=str(broken)) == LONG


def test_a_reader_who_leaves_early_is_no_fault() -> None:
    assert shown(LONG * 10_000, PAGER="head -n 1") == "row 0\n"


def test_on_a_terminal_of_few_lines_the_text_is_long(on_terminal: Callable[..., str], tmp_path: Path) -> None:
    """The pseudo-terminal has 25 lines."""
    seen = tmp_path / "seen"
    variables = environ(PAGER=f"tee {seen}")

    def write(text: str) -> Callable[[TextIO], None]:
        return lambda stream: show_text(text, stream, variables)

    assert on_terminal(write("x\n" * 23)) == "x\n" * 23
    assert not seen.exists()
    on_terminal(write("x\n" * 24))
    assert seen.read_text() == "x\n" * 24
