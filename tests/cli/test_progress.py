"""Every command whose work grows with the store says on a terminal that it is at work; nothing of it in a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from leadreturns.writers.talk import Advance, Talk
from tests.october import october


class Shown(list[str]):
    """The labels of the bars, and how many steps each was told of."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: dict[str, int] = {}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    seen = Shown()

    @contextmanager
    def progress(self: Talk, label: str, total: int | None = None) -> Iterator[Advance]:
        seen.append(label)
        seen.steps[label] = 0

        def advance(steps: int) -> None:
            seen.steps[label] += steps

        yield advance

    monkeypatch.setattr(Talk, "progress", progress)
    return seen


def test_long_work_shows_that_it_goes_on(tmp_path: Path, shown: Shown) -> None:
    desk = october(tmp_path / "w", closed=False)
    terms = desk.root / "policies.toml"
    statement = desk.file("statement.csv", "lead_id,amount,currency\nL-1001,50.00,USD\n")
    for words, label in (
        (("period", "list"), "adding up months"),
        (("period", "close", "2026-10", "--yes"), "closing 2026-10"),
        (("credit-note", "issue", "--period", "2026-10", "--yes"), "issuing notes"),
        (("credit-note", "issue", "--period", "2026-10", "--folder", ".", "--as", "txt"), "writing notes"),
        (("export", "hledger", "--period", "2026-10", "--draft", "-o", "x.journal"), "putting hledger together"),
        (("report", "roi"), "adding up"),
        (("report", "adjustments"), "adding up"),
        (("report", "returns"), "adding up"),
        (("report", "exposure"), "adding up"),
        (("report", "roi", "-o", "roi.html"), "reading adjustments"),
        (("report", "roi", "-o", "roi.xlsx"), "writing"),
        (("report", "accrual"), "reading sales"),
        (("report", "reconcile", statement, "--buyer", "acme", "--period", "2026-10"), "comparing"),
        (("returns", "list"), "reading returns"),
        (("batch", "respond", 2, "-o", "answer.csv"), "writing the answer"),
        (("batch", "void", 2, "--because", "wrong file", "--dry-run"), "taking back"),
        (("policy", "simulate", terms), "deciding anew"),
        (("store", "backup", "copy.db"), "copying"),
        (("store", "check"), "proving rules"),
        (("period", "reopen", "2026-10", "--because", "one more file", "--dry-run"), "reopening 2026-10"),
    ):
        shown.clear()
        assert desk.run(*words).code in (0, 1), words
        assert label in shown, words
    assert shown.steps["issuing notes"] == 0, "the second issue of the month found nothing to write"
    assert shown.steps["copying"] > 0
