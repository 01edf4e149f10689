"""What a stream is found to be able to show."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TextIO

import pytest

from leadreturns.writers.look import Look, look_of, never_fail


def looks(on_terminal: Callable[..., str], environ: dict[str, str], color: bool | None = None) -> Look:
    found: list[Look] = []

    def ask(stream: TextIO) -> None:
        found.append(look_of(stream, color=color, environ=environ))

    on_terminal(ask, 97)
    return found[0]


@pytest.mark.parametrize(
    ("environ", "color", "colored"),
    [
        ({}, None, True),
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": ""}, None, True),
        ({"NO_COLOR": "1"}, None, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm", "FORCE_COLOR": "1"}, False, False),
    ],
)
def test_colour(environ: dict[str, str], color: bool | None, colored: bool, on_terminal: Callable[..., str]) -> None:
    assert looks(on_terminal, environ, color).color is colored


def test_a_pipe_is_never_coloured() -> None:
    assert look_of(io.StringIO(), color=True, environ={"FORCE_COLOR": "1"}) == Look(is_terminal=False, encoding="utf-8")


def test_width_is_what_is_said_then_what_the_terminal_says(on_terminal: Callable[..., str]) -> None:
    assert looks(on_terminal, {}).width == 97
    assert looks(on_terminal, {"COLUMNS": "44"}).width == 44
    assert looks(on_terminal, {"COLUMNS": "wide"}).width == 97
    assert looks(on_terminal, {"COLUMNS": "0"}).width == 97
    assert look_of(io.StringIO(), environ={}).width == 80


def test_a_stream_of_another_encoding_shows_what_it_can() -> None:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="latin-1")

    never_fail(stream)
    stream.write("é €")
    stream.flush()

    assert buffer.getvalue() == b"\xe9 \\u20ac"
    assert look_of(stream, environ={}).writable("é €") == "é \\u20ac"
    never_fail(io.StringIO())
