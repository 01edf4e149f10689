"""Who does something, when, and whether it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leadreturns.core.adjustment import Postings
from leadreturns.core.policy import PolicyBook
from leadreturns.store.connection import Store
from leadreturns.store.names import Names
from leadreturns.store.policies import closed_through, policy_id
from leadreturns.store.recorder import Recorder, Ruling

Watch = Callable[[str, int], None]
"""Told the name of a stage and how many rows it has just done; 0 when the stage has ended."""


def unwatched(stage: str, rows: int) -> None:
    """A watch that looks away."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a user."""

    now: int
    """Epoch second of the real clock."""
    actor: str
    """The operating system's user."""
    keep: bool = True
    """False for a dry run: the same work, rolled back."""
    watch: Watch = unwatched

    @property
    def author(self) -> str:
        """How the actor signs a decision."""
        return f"user:{self.actor}"


def recorder_for(store: Store, names: Names, book: PolicyBook, act: Act, because: str = "") -> Recorder:
    """What writes the decisions of this act, under today's policies; to be called inside the transaction."""
    postings = Postings(book.zone.month(act.now), closed_through(store.connection))
    key = policy_id(store.connection, book.digest, book.text, at=act.now)
    return Recorder(store.connection, names, Ruling(act.now, key, book, postings, because))
