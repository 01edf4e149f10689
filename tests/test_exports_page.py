"""docs/exports.md shows what the program really writes. UPDATE_EXPORTS=1 puts it there; read it before committing."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

import pytest

from leadreturns.readers.export_format import format_names
from leadreturns.reports.export_fields import FIELDS
from tests.desk import Desk
from tests.october import october

PAGE = Path(__file__).parents[1] / "docs" / "exports.md"
_SAMPLE = re.compile(r"<!-- (fields|sample [^>]*?) -->\n(?:```\n.*?```\n|(?:\|.*\n)*)?", re.S)
STATEMENT = """\
Lead ID,Deduction,Currency
L-1001,50.00,USD
L-1002,41.00,USD
L-1003,33.35,USD
"""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """October, closed and noted; nothing in it is changed."""
    return october(tmp_path_factory.mktemp("books") / "w", noted=True)


def sample(desk: Desk, words: list[str]) -> str:
    """The block of one marker."""
    if words == ["fields"]:
        return "| field | holds |\n|---|---|\n" + "".join(f"| `{name}` | {text} |\n" for name, text in FIELDS.items())
    name, *rest = words[1:]
    if name == "reconcile":
        path = desk.file("acme_october.csv", STATEMENT)
        printed = desk.run("report", "reconcile", path, "--buyer", "acme", "--period", "2026-10").out
    else:
        desk.run("export", name, "--period", "2026-10", "-o", "x.zip").ok()
        with zipfile.ZipFile(desk.root / "x.zip") as archive:
            ends = (f"2026-10{rest[0]}", f"-{rest[0]}")
            [member] = [each for each in archive.namelist() if each.endswith(ends)]
            encoding = "windows-1252" if name in ("quickbooks-iif", "sage") else "utf-8"
            printed = archive.read(member).decode(encoding).replace("\r\n", "\n")
    lines = printed.rstrip("\n").split("\n")
    wanted = int(rest[1]) if len(rest) > 1 else len(lines)
    text = "\n".join(line.rstrip() for line in lines[:wanted]) + ("\n…" if wanted < len(lines) else "")
    return f"```\n{text}\n```\n"


def test_samples_are_what_the_program_writes(books: Desk) -> None:
    pytest.importorskip("facturx", reason="factur-x is not installed")
    page = PAGE.read_text(encoding="utf-8")

    fresh = _SAMPLE.sub(lambda found: f"<!-- {found[1]} -->\n{sample(books, found[1].split())}", page)

    if os.environ.get("UPDATE_EXPORTS"):
        PAGE.write_text(fresh, encoding="utf-8")
    assert page == fresh, "docs/exports.md is out of date: UPDATE_EXPORTS=1 pytest tests/test_exports_page.py"


def test_the_page_names_every_format_and_key() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in format_names(Path("/nowhere")) if f"| `{name}` |" not in page] == []
    assert [name for name in FIELDS if f"| `{name}` |" not in page] == []
