"""What the tests that work like an operator share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk, new_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A new workspace: 30 days, approved by itself, half of the payout clawed back, UTC."""
    return new_desk(tmp_path / "returns-2026")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew from what is printed now")
