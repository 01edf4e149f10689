"""The codes that the source gives, found in its syntax trees: a code that is nowhere told cannot hide."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import leadreturns
from leadreturns.readers.body import _TOLD

SOURCE = Path(leadreturns.__file__).parent
MODULES = (
    *sorted((SOURCE / "readers").glob("*.py")),
    SOURCE / "store" / "sale_rows.py",
    *(SOURCE / "workflows" / f"{name}.py" for name in ("import_returns", "import_sales", "known_names")),
    *(
        SOURCE / "cli" / f"{name}.py"
        for name in ("import_command", "inspecting", "reading_options", "session", "times")
    ),
)
NOT_OF_FILES = ("policy_", "export_", "note_")
"""Readers of what the operator himself wrote: policies, export formats, templates."""
ELSEWHERE = {"unknown_supplier", "bad_month", "bad_range", "no_store"}
"""Of commands that read no file."""
GROUP_OF = {
    "Flaw": "rows",
    "Problem": "rows",
    "CellFault": "rows",
    "FileRefused": "refused",
    "Refused": "refused",
    "Note": "noticed",
    "UsageFault": "misused",
}
SPELLED_OUT = {"skipped_": tuple(_TOLD), "unread_": ("phone", "email")}
"""Codes that are put together: their start, and the words that follow it."""


@cache
def codes_in_source(group: str) -> set[str]:
    """The codes of one group."""
    found = set()
    for path in MODULES:
        if not path.name.startswith(NOT_OF_FILES):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {code for its_group, code in _codes(tree) if its_group == group}
    return found - ELSEWHERE


def _codes(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            first = node.args[0]
            if name in GROUP_OF:
                yield from ((GROUP_OF[name], code) for code in _texts(first))
            elif name == "_note" or (name == "add" and "remarks" in ast.unparse(node.func)):
                yield from (("noticed", code) for code in _texts(first))
            elif name == "append" and "notes" in ast.unparse(node.func) and isinstance(first, ast.Tuple):
                yield from (("noticed", code) for code in _texts(first.elts[0]))


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        start = str(node.values[0].value)
        yield from (start + word for word in SPELLED_OUT[start])
