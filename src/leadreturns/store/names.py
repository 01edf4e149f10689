"""The names of buyers, suppliers and campaigns, and the small whole numbers that stand for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

NO_NAME_ID = 1
"""The id of '' among suppliers and campaigns."""

_SELECT = {
    "buyers": "SELECT id, name FROM buyers",
    "suppliers": "SELECT id, name FROM suppliers",
    "campaigns": "SELECT id, name FROM campaigns",
}
_INSERT = {
    "buyers": "INSERT INTO buyers (name) VALUES (?) RETURNING id",
    "suppliers": "INSERT INTO suppliers (name) VALUES (?) RETURNING id",
    "campaigns": "INSERT INTO campaigns (name) VALUES (?) RETURNING id",
}


@dataclass(slots=True)
class NameList:
    """Names by id and ids by name of one table; `id_of` adds a name that is new."""

    connection: sqlite3.Connection
    table: str
    names: dict[int, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def load(self) -> NameList:
        """Itself, filled from the table."""
        self.names = dict(self.connection.execute(_SELECT[self.table]).fetchall())
        self.ids = {name: key for key, name in self.names.items()}
        return self

    def id_of(self, name: str) -> int:
        """The id of a name, which is stored first when it is new."""
        found = self.ids.get(name)
        if found is None:
            found = int(self.connection.execute(_INSERT[self.table], (name,)).fetchone()[0])
            self.ids[name] = found
            self.names[found] = name
        return found

    def ids_of(self, names: Iterable[str]) -> dict[str, int]:
        """Ids by name, in which all of these names are found; those that are new are stored first."""
        for name in sorted(set(names) - self.ids.keys()):
            self.id_of(name)
        return self.ids


@dataclass(slots=True)
class Names:
    """All three lists, read once per command."""

    buyers: NameList
    suppliers: NameList
    campaigns: NameList


def load_names(connection: sqlite3.Connection) -> Names:
    """The names that the store knows."""
    return Names(*(NameList(connection, table).load() for table in ("buyers", "suppliers", "campaigns")))


def next_id(connection: sqlite3.Connection, table: str) -> int:
    """The id that the next row of an own table gets."""
    return int(connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])


def pairs_sold(connection: sqlite3.Connection) -> Iterable[tuple[str, str]]:
    """Every (buyer, supplier) that a sale joins; read from the totals cube, not from the sales."""
    return connection.execute(
        "SELECT DISTINCT b.name, p.name FROM cube AS c JOIN buyers AS b ON b.id = c.buyer_id "
        "JOIN suppliers AS p ON p.id = c.supplier_id WHERE c.sold > 0"
    ).fetchall()
