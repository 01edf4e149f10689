"""Texts from outside made harmless to look at: what a terminal would obey or a reader could not see becomes visible.

`clean_text` stands before everything that is printed for people; `clean_data` before data files, where line ends,
tabs and joiners are content and only what attacks a terminal or reorders a line is replaced.
"""

from __future__ import annotations

import re

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_LINES = "\u2028\u2029"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = (
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_BROKEN = "\ud800-\udfff\ufffe\uffff"

_FOR_PEOPLE = re.compile(f"[\\t\\n{_CONTROLS}{_LINES}{_DIRECTIONS}{_UNSEEN}{_BROKEN}]")
_FOR_DATA = re.compile(f"[{_CONTROLS}{_LINES}{_DIRECTIONS}{_BROKEN}]")

_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def clean_text(text: str) -> str:
    r"""The text on one line, every control, direction mark, invisible or broken character shown like '\x1b'."""
    if text.isascii() and text.isprintable():
        return text
    return _FOR_PEOPLE.sub(_mark, text)


def clean_data(text: str) -> str:
    r"""The text with line ends (as '\n') and tabs kept, and terminal controls and direction marks shown like '\x1b'."""
    if text.isprintable():
        return text
    return _FOR_DATA.sub(_mark, text.replace("\r\n", "\n"))


def _mark(found: re.Match[str]) -> str:
    char = found[0]
    number = ord(char)
    if number < 0x100:
        return _SHORT.get(char, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
