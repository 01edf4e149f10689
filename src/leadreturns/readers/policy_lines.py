"""The line of every key of a TOML text, which the standard parser does not tell.

Only a text that `tomllib` has accepted may be scanned here: the scanner finds places, it judges nothing.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]
"""The way to a value: ('buyers', 'acme', 'window') or ('contracts', 0, 'from'); numbers count from 0."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY_PART = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> dict[Path, int]:
    """The line, from 1, of every section, key and list element of a valid TOML text."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.scan()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._newlines = [found.start() for found in re.finditer("\n", text)]
        self._last_index: dict[Path, int] = {}

    def scan(self) -> None:
        section: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._peek() == "[":
                section = self._header()
            else:
                self._pair(section)
            self._skip(_BLANK)

    def _header(self) -> Path:
        line = self._line()
        is_list = self._text.startswith("[[", self._at)
        self._at += 2 if is_list else 1
        path: Path = ()
        for part in self._key():
            path = self._note((*self._inside(path), part), line)
        self._at += 2 if is_list else 1
        if not is_list:
            self.lines[path] = line
            return self._inside(path)
        index = self._last_index[path] = self._last_index.get(path, -1) + 1
        return self._note((*path, index), line)

    def _inside(self, path: Path) -> Path:
        """The path itself, or for a list of sections that of its newest member."""
        index = self._last_index.get(path)
        return path if index is None else (*path, index)

    def _pair(self, section: Path) -> None:
        line = self._line()
        path = section
        for part in self._key():
            path = self._note((*path, part), line)
        self._at += 1
        self._skip(_BLANK)
        self._value(path)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while not parts or self._peek() == ".":
            if parts:
                self._at += 1
            part = self._skip(_KEY_PART).strip(" \t")
            parts.append(tomllib.loads(f"k = {part}")["k"] if part[:1] in ("'", '"') else part)
        return parts

    def _value(self, path: Path) -> None:
        opening = self._peek()
        if opening in ("'", '"'):
            self._skip(_STRING)
        elif opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self._skip(_BARE)

    def _list(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANK)
        index = 0
        while self._peek() != "]":
            self._value(self._note((*path, index), self._line()))
            index += 1
            self._skip_comma()
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANK)
        while self._peek() != "}":
            self._pair(path)
            self._skip_comma()
        self._at += 1

    def _skip_comma(self) -> None:
        self._skip(_BLANK)
        if self._peek() == ",":
            self._at += 1
            self._skip(_BLANK)

    def _note(self, path: Path, line: int) -> Path:
        self.lines.setdefault(path, line)
        return path

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _line(self) -> int:
        return bisect_right(self._newlines, self._at - 1) + 1

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"the text is no valid TOML at character {self._at}")
        self._at = found.end()
        return found[0]
