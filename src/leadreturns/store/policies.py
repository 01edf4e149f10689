"""Policy texts by their digest, and which months are closed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy text under which something was decided."""

    id: int
    digest: str
    first_used_at: int
    batches: int
    decisions: int


def policy_id(connection: sqlite3.Connection, digest: str, text: str, *, at: int) -> int:
    """The id of a policy text, which is kept first when it is new."""
    found = connection.execute("SELECT id FROM policies WHERE digest = ?", (digest,)).fetchone()
    if found is not None:
        return int(found[0])
    cursor = connection.execute(
        "INSERT INTO policies (digest, text, first_used_at) VALUES (?, ?, ?)", (digest, text, at)
    )
    return int(cursor.lastrowid or 0)


def policy_text(connection: sqlite3.Connection, key: int) -> str:
    """The text of a kept policy."""
    return str(connection.execute("SELECT text FROM policies WHERE id = ?", (key,)).fetchone()[0])


def changed_texts(connection: sqlite3.Connection) -> Iterator[int]:
    """The ids of policy texts that are not the ones that were kept."""
    for key, digest, text in connection.execute("SELECT id, digest, text FROM policies"):
        if hashlib.sha256(str(text).encode()).hexdigest() != digest:
            yield int(key)


def list_policies(connection: sqlite3.Connection) -> list[PolicyText]:
    """Every kept policy text, oldest first, with what was decided under it."""
    found = connection.execute(
        "SELECT p.id, p.digest, p.first_used_at, (SELECT count(*) FROM batches WHERE policy_id = p.id), "
        "(SELECT count(*) FROM decisions WHERE policy_id = p.id) FROM policies AS p ORDER BY p.id"
    )
    return [PolicyText(*row) for row in found]


def closed_through(connection: sqlite3.Connection) -> int:
    """The last closed month as 202610, 0 when none is: periods close in order, so all before it are closed too."""
    found = connection.execute(
        "SELECT period FROM period_events AS e WHERE event = 'closed' AND NOT EXISTS "
        "(SELECT 1 FROM period_events WHERE period = e.period AND id > e.id) ORDER BY period DESC LIMIT 1"
    ).fetchone()
    return int(found[0]) if found else 0
