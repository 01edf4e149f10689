"""docs/problems.md: every code that a file can meet, with its reproducer, the command and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.problems.cases import GROUPS, WITHOUT_FILE, WORKSPACE, Case, cases

_HEADINGS: Mapping[str, tuple[str, str]] = {
    "rows": (
        "Rows that cannot be read",
        "Such a row counts as unreadable; the other rows of its file are imported. The command ends with 1.",
    ),
    "refused": ("Files that are refused", "Nothing of the file is imported. The command ends with 3."),
    "noticed": (
        "What is noticed and stops nothing",
        "It is said on stderr; `import FILE --inspect --json` lists it with its code under `notes`.",
    ),
    "misused": ("Command lines that cannot be followed", "Nothing is imported. The command ends with 2."),
}
_MAX_LINE = 110


def lines() -> Iterator[str]:
    """The page, paragraph by paragraph."""
    yield "# Problems\n"
    yield (
        "What can be wrong with a file, by code. Each code has a file below `tests/problems` that brings it about, and "
        "a test that holds the program to what it says here. The commands were typed in a workspace with these "
        "policies and this ledger:\n"
    )
    for path in sorted(WORKSPACE.iterdir()):
        yield from _file(path)
    found = list(cases())
    for group, codes in GROUPS.items():
        heading, said = _HEADINGS[group]
        yield f"## {heading}\n"
        yield f"{said}\n"
        for code, meaning in codes.items():
            yield f"### {code}\n"
            yield f"{meaning[:1].upper()}{meaning[1:]}.\n"
            if code in WITHOUT_FILE:
                yield f"No file here brings it about: {WITHOUT_FILE[code]}.\n"
            for case in found:
                if (case.group, case.code) == (group, code):
                    yield from _case(case)


def _case(case: Case) -> Iterator[str]:
    if case.shows:
        names = ", ".join(f"`{path.name}`" for path in case.files)
        yield f"{names}: {case.shows}\n"
    for path in case.files:
        if not case.shows or path.suffix in (".toml", ".txt"):
            yield from _file(path)
    typed = [f"$ leadreturns {command}" for command in case.before]
    exit_line, *said = case.expected.splitlines()
    yield "```console"
    yield from (*typed, f"$ leadreturns {case.command}", *said)
    yield "```\n"
    yield f"{exit_line.capitalize()}.\n"


def _file(path: Path) -> Iterator[str]:
    """The file as a text editor shows it; bytes that are no UTF-8 as escapes, long lines cut."""
    text = path.read_bytes().decode("utf-8", "backslashreplace")
    shown = "".join(char if char.isprintable() or char == "\n" else f"\\u{ord(char):04x}" for char in text)
    yield f"`{path.name}`\n"
    yield "```text"
    yield from (line if len(line) <= _MAX_LINE else line[:_MAX_LINE] + "…" for line in shown.splitlines())
    yield "```\n"
