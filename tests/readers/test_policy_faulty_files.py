"""Every file in tests/policies is faulty or odd; beside it stands what is said about it.

To write the expectations anew: UPDATE_EXPECTED=1 pytest tests/readers/test_policy_faulty_files.py, then read the diff.
"""

from __future__ import annotations

import os
import re
from itertools import product
from pathlib import Path

import pytest

from leadreturns.core.policy_check import SalesSeen, warnings_of
from leadreturns.errors import PolicyRefused
from leadreturns.readers.policy_file import read_policies

FOLDER = Path(__file__).parents[1] / "policies"
FILES = sorted(FOLDER.glob("*.toml"))
BUYERS = ("acme", "brightpath", "homefirst")
SUPPLIERS = ("leadco", "clickforge", "northstar", "webreach")
CAMPAIGNS = ("solar", "roofing", "insurance")
SEEN = SalesSeen(frozenset(BUYERS), frozenset(SUPPLIERS), frozenset(CAMPAIGNS), frozenset(product(BUYERS, SUPPLIERS)))


def what_is_said(path: Path) -> str:
    try:
        book = read_policies(path)
    except PolicyRefused as refused:
        return "\n".join([f"refused: {refused.message}", *refused.faults]) + "\n"
    warnings = [f"{one.in_file(path.name)} [{one.code}]" for one in warnings_of(book, SEEN)]
    return "\n".join(["accepted with warnings:", *warnings]) + "\n"


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_faulty_file_says_what_is_expected(path: Path) -> None:
    expected = path.with_suffix(".expected")
    said = what_is_said(path)
    if os.environ.get("UPDATE_EXPECTED"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")
    assert len(said.splitlines()) > 1, "a file in tests/policies must have a fault or a warning"


SUGGESTS = re.compile(
    r"; \S|did you mean|\bwrite\b|\bwritten\b|\(known|a key of|keys belong into|needs quotation marks|brackets:"
)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_fault_and_warning_says_where_and_what_to_do(path: Path) -> None:
    for line in path.with_suffix(".expected").read_text(encoding="utf-8").splitlines()[1:]:
        place, _, said = line.removeprefix(path.name).partition(": ")
        assert place[1:].isdigit() or "is left out" in said, line
        assert SUGGESTS.search(said), line


def test_there_are_at_least_forty_faulty_files() -> None:
    assert len(FILES) >= 40
