"""Proving and copying the store."""

from __future__ import annotations

from pathlib import Path

from leadreturns.store.backup import back_up, page_count
from leadreturns.store.checks import Broken, broken_rules
from leadreturns.store.connection import Store
from leadreturns.workflows.counting import Advance, uncounted


def check(store: Store, advance: Advance = uncounted) -> list[Broken]:
    """Every rule of the store that does not hold; empty for a sound one."""
    with store.snapshot() as connection:
        return broken_rules(connection, advance)


def pages(store: Store) -> int:
    """How many steps `backup` reports."""
    return page_count(store)


def backup(store: Store, target: Path, advance: Advance = uncounted) -> Path:
    """The finished copy; raises `Refused` when the name is taken."""
    return back_up(store, target, advance)
