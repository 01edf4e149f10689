"""Every code that a file can meet has a reproducer, and says what it said before.

`UPDATE_EXPECTED=1 pytest tests/problems` writes the expected texts anew; read the change before it is committed.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from leadreturns.cli.session import Session
from leadreturns.readers.table import Note
from tests.desk import Desk, Ran
from tests.problems.cases import GROUPS, WITHOUT_FILE, WORKSPACE, Case, cases
from tests.problems.codes_in_source import codes_in_source

CASES = list(cases())
EXITS = {"rows": 1, "refused": 3, "misused": 2}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that every case starts from, its ledger imported."""
    desk = Desk(tmp_path_factory.mktemp("prepared"))
    desk.policies(WORKSPACE.joinpath("policies.toml").read_text(encoding="utf-8"))
    desk.run("ledger", "import", WORKSPACE / "ledger.csv").ok()
    return desk.root


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_reproducer_says_what_it_said(case: Case, prepared: Path, tmp_path: Path) -> None:
    desk = _desk_of(case, prepared, tmp_path / "workspace")
    noted: list[str] = []

    def tell_notes(session: Session, notes: Sequence[Note]) -> None:
        noted.extend(note.code for note in notes)
        told(session, notes)

    told = Session.tell_notes
    with mock.patch.object(Session, "tell_notes", tell_notes):
        ran = desk.run(*shlex.split(case.command), "--json")
    codes = _codes(ran)
    assert case.code in (noted if case.group == "noticed" else codes), (codes, noted)
    assert ran.code == EXITS.get(case.group, ran.code)
    said = f"exit {ran.code}\n{ran.err}"
    if os.environ.get("UPDATE_EXPECTED"):
        case.expected_path.write_text(said, encoding="utf-8")
    assert said == case.expected


def _desk_of(case: Case, prepared: Path, root: Path) -> Desk:
    shutil.copytree(prepared, root)
    for path in case.files:
        shutil.copyfile(path, root / path.name)
    desk = Desk(root)
    for command in case.before:
        desk.run(*shlex.split(command)).ok()
    return desk


def _codes(ran: Ran) -> list[str]:
    found: dict[str, Any] = json.loads(ran.out)
    return [problem["code"] for problem in found.get("problems", [])]


@pytest.mark.parametrize("group", GROUPS)
def test_every_code_has_a_reproducer(group: str) -> None:
    reproduced = {case.code for case in CASES if case.group == group}
    assert reproduced | (GROUPS[group].keys() & WITHOUT_FILE.keys()) == set(GROUPS[group])


@pytest.mark.parametrize("group", GROUPS)
def test_every_code_of_the_source_is_told_and_none_else(group: str) -> None:
    assert codes_in_source(group) == set(GROUPS[group])


def test_no_case_is_without_its_expected_text() -> None:
    assert [case.name for case in CASES if not case.expected] == []


@pytest.mark.parametrize("group", ["refused", "misused"])
def test_every_refusal_names_the_next_step(group: str) -> None:
    assert [case.name for case in CASES if case.group == group and "\nhint: " not in case.expected] == []
