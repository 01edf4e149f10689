"""A ledger file taken back."""

from __future__ import annotations

from leadreturns.store.connection import Store
from leadreturns.store.ledgers import void_ledger as void_in_store
from leadreturns.store.names import load_names
from leadreturns.workflows.act import Act


def void_ledger(store: Store, ledger_id: int, act: Act) -> tuple[int, int]:
    """How many sales were removed, and how many went back to what they said before; `Refused` when returns exist."""
    with store.transaction(keep=act.keep) as connection:
        return void_in_store(connection, ledger_id, load_names(connection), at=act.now, by=act.actor)
