"""policies.toml as plain Python values, or one sentence about where and why it is no TOML."""

from __future__ import annotations

import re
from typing import Any

from leadreturns.readers.policy_lines import Path, key_lines

MAX_BYTES = 1 << 20
"""A policy text larger than this is refused unread."""

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_BARE_TEXT = re.compile(r"""\s*([\w."' -]+?)\s*=\s*([^"'\[{#\s=][^"'#=]*?)\s*(?:#.*)?""")

_CURLY = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb"
"""What word processors make of quotation marks."""

_SAID_PLAINLY = (
    ("Illegal character '\\n'", "a quotation mark is not closed on this line; end the text with one more"),
    ("Unterminated string", 'a quotation mark, or a text in """, is not closed; end the text with what it begins with'),
    ('Expected \'"""\'', 'a text in """ is not closed; end it with """'),
    ('Expected "\'"', "a quotation mark is not closed on this line; end the text with one more"),
    ("Expected \"'''\"", "a text in ''' is not closed; end it with '''"),
    ("Unclosed array", "a list is not closed, or a comma is missing between two of its members; end it with ]"),
    ("Unclosed inline table", "a table in { } is not closed, or a comma is missing in it; end it with }"),
    ("Unescaped '\\' in a string", "a backslash in double quotes must be doubled; single quotes take it as it is"),
    ("Invalid hex value", "a backslash in double quotes must be doubled; single quotes take it as it is"),
    ("Expected ']' at the end of a table", "a section's name ends in one closing bracket: [terms]"),
    ("Expected ']]' at the end of an array", "the name ends in two closing brackets: [[contracts]]"),
    ("Expected '=' after a key", 'a key is followed by "=" and its value; names with blanks need quotes'),
    ("Invalid initial character for a key", "this is no name of a key; names with other characters need quotes"),
    ("Invalid date or datetime", "no such day; dates are written 2026-09-01"),
    ("Invalid statement", "this is neither a section, nor a key with its value, nor a comment"),
    ("Expected newline or end of document", "something follows the value that does not belong there"),
    ("Invalid value", "this is no value; texts need quotation marks"),
    ("Found invalid character", "the line holds a control character"),
    ("Illegal character", "the text holds a control character"),
)


class SyntaxFault(Exception):
    """The text is no TOML: the line, 0 when unknown, and what is wrong."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def parse_toml(text: str) -> tuple[dict[str, Any], dict[Path, int]]:
    """The values of a TOML text, numbers with a point as exact `Decimal`, and the line of every key.

    Raises `SyntaxFault`, also for a text that is too large, nested too deeply, or holds a number too long to be one.
    """
    import tomllib
    from decimal import Decimal

    if len(text) > MAX_BYTES:
        raise SyntaxFault(0, "larger than 1 MiB, which is too large for policies")
    try:
        return tomllib.loads(text, parse_float=Decimal), key_lines(text)
    except tomllib.TOMLDecodeError as error:
        raise _explained(str(error), text) from None
    except RecursionError:
        raise SyntaxFault(0, "lists or tables nested too deeply") from None
    except ValueError:
        raise SyntaxFault(_line_of_longest_number(text), "a number is too long") from None


def _explained(said: str, text: str) -> SyntaxFault:
    found = _PLACE.fullmatch(said)
    lines = text.replace("\r\n", "\n").split("\n")
    message, line = (found[1], int(found[2] or len(lines))) if found else (said, 0)
    return SyntaxFault(
        min(line, len(lines)), _in_plain_words(message, lines[line - 1] if 0 < line <= len(lines) else "")
    )


def _in_plain_words(said: str, line: str) -> str:
    bare = _BARE_TEXT.fullmatch(line)
    if bare and said.startswith(("Invalid value", "Expected newline", "Invalid date")):
        if bare[2].casefold() in ("true", "false"):
            return f"write {bare[1]} = {bare[2].casefold()}, in small letters"
        if re.fullmatch(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}", bare[2], re.ASCII):
            return f'"{bare[2]}" is no date; dates are written year first, without quotation marks: 2026-09-01'
        straight = bare[2].strip(_CURLY)
        if straight != bare[2]:
            return f'curly quotation marks are none to TOML; write straight ones: {bare[1]} = "{straight.strip()}"'
        return f'a text needs quotation marks: {bare[1]} = "{bare[2]}"'
    twice = re.match(r"Cannot (?:declare|mutate immutable namespace|redefine namespace) \(([^)]*)\)", said)
    if twice:
        return f"[{_joined(twice[1])}] stands twice, or was written as a value before; put its keys in one place"
    if said.startswith(("Cannot overwrite", "Duplicate inline table key")):
        key = line.partition("=")[0].strip() if said.startswith("Cannot overwrite") and "=" in line else "a key"
        return f"{key} stands a second time in its section; keep one of them"
    return next((words for start, words in _SAID_PLAINLY if said.startswith(start)), said)


def _joined(names: str) -> str:
    return ".".join(name.strip().strip("'\"") for name in names.split(",") if name.strip())


def _line_of_longest_number(text: str) -> int:
    longest = max(re.finditer(r"[0-9_]+", text), key=lambda found: found.end() - found.start(), default=None)
    return text.count("\n", 0, longest.start()) + 1 if longest else 0
