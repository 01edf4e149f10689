"""Sales of a ledger file → the lead ledger: inserted, updated, unchanged, or a problem; totals kept in step.

Into an empty ledger the rows go first and the indexes are built afterwards, which takes half the time of keeping them
up row by row; twins inside the file then show when the unique index is built.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from leadreturns.core.lead_return import Problem
from leadreturns.store import totals
from leadreturns.store.names import Names, next_id
from leadreturns.store.sale_rows import (
    CHANGEABLE,
    EXISTING,
    FIELD_OF,
    FIXED_BY_MONEY,
    INSERT,
    INSERT_CONTACT,
    PENDING_OF,
    UPDATE_DELIVERY,
    UPDATE_SALE,
    UPSERT_CONTACT,
    LedgerCounts,
    ResolvedSale,
    Row,
    adjusted,
    changeable_values,
    closed,
    inserted_values,
    twins,
)
from leadreturns.store.sale_twins import BUILT_LAST, twin_groups
from leadreturns.store.totals import Deltas

Numbered = list[tuple[int, ResolvedSale]]


class SaleWriter:
    """Writes the sales of one ledger file, chunk by chunk, in one transaction that the caller holds."""

    def __init__(self, connection: sqlite3.Connection, names: Names, ledger_id: int, given: Collection[str]) -> None:
        """`given` names the fields that the file has a column for: only those can change a known sale."""
        self.connection = connection
        self.names = names
        self.ledger_id = ledger_id
        self.deltas = Deltas(connection)
        self.counts = LedgerCounts()
        self.problems: list[Problem] = []
        self.closed_through = 0
        """Sales of this month and earlier ones may not be added or change their money."""
        self._given = {column for name in given for column in FIELD_OF.get(name, ())}
        self._next_id = next_id(connection, "sales")
        self._first_new = self._next_id
        self._new_rows: list[tuple[int, int]] = []
        self._built_after: list[str] = []
        connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS seen (sale_id INTEGER PRIMARY KEY, row INTEGER, state TEXT)"
        )
        connection.execute("DELETE FROM temp.seen")
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS repeats (sale_id INTEGER, row INTEGER)")
        connection.execute("DELETE FROM temp.repeats")
        self._current: dict[int, list[Any]] = {}

    def expect_many(self) -> None:
        """Called before the first chunk: leave the indexes for the end when the ledger is empty."""
        if self.connection.execute("SELECT 1 FROM sales LIMIT 1").fetchone() is None:
            found = self.connection.execute(BUILT_LAST).fetchall()
            for kind, name, _ in found:
                self.connection.execute(f"DROP {kind} {name}")
            self._built_after = [statement for *_, statement in found]
            # Rows are only appended, and each sort takes as much memory as the cache may hold.
            self.connection.execute("PRAGMA cache_size = -4096")

    def write(self, sales: Sequence[ResolvedSale]) -> None:
        """Insert what is new; compare, update or refuse the rest."""
        numbered = list(enumerate(sales, start=self._next_id))
        rows = inserted_values(sales, self._next_id, self.names, self.ledger_id)
        self._next_id += len(sales)
        if self.closed_through:
            numbered, rows = self._without_closed(numbered, rows)
        known: dict[int, Row] = {}
        if self._built_after:
            self.connection.executemany(INSERT, rows)
        else:
            before = self.connection.total_changes
            self.connection.executemany(f"{INSERT} ON CONFLICT DO NOTHING", rows)
            if self.connection.total_changes - before < len(rows):
                known = self._existing(rows)
        self._note_new(numbered, known)
        if known:
            # Asked again: the contacts of twins in this chunk stand in the ledger only now.
            known = self._existing(rows)
        self._current.clear()
        for key, sale in numbered if known else ():
            if key in known:
                self._meet(sale, known[key])

    def _note_new(self, numbered: Numbered, known: Collection[int]) -> None:
        """Contacts of the inserted sales, and the places where their row numbers jump: usually one."""
        contacts = []
        offset = self._new_rows[-1][1] if self._new_rows else None
        for key, sale in numbered:
            if key in known:
                continue
            row = sale.row
            if row.phone or row.email:
                contacts.append((key, row.phone, row.email))
            if row.row - key != offset:
                offset = row.row - key
                self._new_rows.append((key, offset))
        self.connection.executemany(INSERT_CONTACT, contacts)
        self.counts.inserted += len(numbered) - len(known)

    def _without_closed(self, numbered: Numbered, rows: list[Row]) -> tuple[Numbered, list[Row]]:
        """Leave out sales of closed months that are not known yet; each is a problem."""
        pairs = list(zip(numbered, rows, strict=True))
        suspects = [row for (_, sale), row in pairs if sale.sold_month <= self.closed_through]
        refused = {row[0] for row in suspects}
        if not self._built_after:
            refused -= self._existing(suspects).keys()
        self.problems.extend(closed(sale) for key, sale in numbered if key in refused)
        kept = [pair for pair in pairs if pair[0][0] not in refused]
        return [pair[0] for pair in kept], [pair[1] for pair in kept]

    def _existing(self, rows: Sequence[Row]) -> dict[int, Row]:
        """For each row whose sale was there already: the stored values, its id, and whether money rests on it."""
        keys = json.dumps([(row[0], row[2], row[1], row[3], row[4]) for row in rows])
        found = self.connection.execute(EXISTING, (keys,)).fetchall()
        return {rows[place][0]: tuple(stored) for place, *stored in found}

    def add_to_totals(self, key: Row, price: int, payout: int, number: int = 1) -> None:
        """Count sales more or (negative) less in the cell of `key`."""
        sums = self.deltas.cell(key)
        sums[totals.SOLD] += number
        sums[totals.REVENUE] += number * price
        sums[totals.PAYOUT] += number * payout

    def _meet(self, sale: ResolvedSale, stored: Row) -> None:
        """A row about a known sale: an equal one changes nothing, another one updates it or is a problem."""
        *held, sale_id, has_money = stored
        # The stored values were read before the chunk; a row above this one may have changed them.
        held = self._current.get(sale_id, held)
        said = self._said(sale, held)
        twin, state = self._twin(sale_id)
        money_changes = said[:FIXED_BY_MONEY] != held[:FIXED_BY_MONEY]
        if state == "conflicting" or (twin and said != held):
            self._conflict(sale, sale_id, twin, held)
        elif said == held:
            self.counts.unchanged += 1
            if twin:
                self.connection.execute("INSERT INTO temp.repeats VALUES (?, ?)", (sale_id, sale.row.row))
            else:
                self._see(sale_id, sale.row.row, "unchanged")
        elif money_changes and has_money:
            self.problems.append(adjusted(sale))
        elif money_changes and min(said[7], held[7]) <= self.closed_through:
            self.problems.append(closed(sale, int(held[7])))
        else:
            self._update(sale_id, sale.row.buyer, held, said)
            self._see(sale_id, sale.row.row, "updated")
            self.counts.updated += 1

    def _said(self, sale: ResolvedSale, held: list[Any]) -> list[Any]:
        """The row's values in the order of CHANGEABLE; what its file does not tell stays as it is."""
        triples = zip(CHANGEABLE, changeable_values(sale, self.names), held, strict=True)
        return [value if name in self._given else old for name, value, old in triples]

    def _see(self, sale_id: int, row: int, state: str) -> None:
        self.connection.execute("REPLACE INTO temp.seen VALUES (?, ?, ?)", (sale_id, row, state))

    def _twin(self, sale_id: int) -> tuple[int, str]:
        """The row of this same file that named the sale before, and what it did; (0, '') for none."""
        found = self.connection.execute("SELECT row, state FROM temp.seen WHERE sale_id = ?", (sale_id,)).fetchone()
        if found is not None:
            return found[0], found[1]
        if sale_id < self._first_new:
            return 0, ""
        return self._row_of(sale_id), "inserted"

    def _row_of(self, sale_id: int) -> int:
        """The row of the file that a sale inserted by it stood in."""
        return sale_id + next(offset for start, offset in reversed(self._new_rows) if start <= sale_id)

    def _update(self, sale_id: int, buyer: str, held: list[Any], said: list[Any]) -> None:
        before = json.dumps(dict(zip(CHANGEABLE, held, strict=True)), ensure_ascii=False)
        self.connection.execute(
            "INSERT INTO sale_changes (ledger_id, sale_id, newest_decision, before) "
            "VALUES (?, ?, (SELECT coalesce(max(id), 0) FROM decisions), ?)",
            (self.ledger_id, sale_id, before),
        )
        self.store_values(sale_id, self.names.buyers.ids[buyer], held, said)

    def store_values(self, sale_id: int, buyer_id: int, old: Sequence[Any], new: Sequence[Any]) -> None:
        """Give a sale new values, in the order of CHANGEABLE, and carry its totals over, those of its queue too."""
        pending = self.connection.execute(PENDING_OF, (sale_id,)).fetchone()[0]
        for values, number in ((old, -1), (new, 1)):
            supplier, campaign, currency, price, payout, _, _, month, *_ = values
            key = (month, 0, buyer_id, supplier, campaign, currency)
            self.add_to_totals(key, price, payout, number)
            self.deltas.cell(key)[totals.PENDING] += number * pending
        self._current[sale_id] = list(new)
        if new[:FIXED_BY_MONEY] == old[:FIXED_BY_MONEY]:
            self.connection.execute(UPDATE_DELIVERY, (*new[FIXED_BY_MONEY:11], sale_id))
        else:
            self.connection.execute(UPDATE_SALE, (*new[:11], sale_id))
        self.connection.execute(UPSERT_CONTACT, (sale_id, *new[11:]))

    def _conflict(self, sale: ResolvedSale, sale_id: int, twin: int, held: list[Any]) -> None:
        """Two rows of one file disagree: neither is taken, and what the first one did is undone."""
        self.problems.append(twins(sale.row.row, sale.row.lead_id, twin))
        _, state = self._twin(sale_id)
        if state == "conflicting":
            return
        self.problems.append(twins(twin, sale.row.lead_id, sale.row.row))
        self._withdraw_repeats(sale, sale_id)
        if state == "updated":
            self._restore(sale_id, self.names.buyers.ids[sale.row.buyer], held)
        setattr(self.counts, state, getattr(self.counts, state) - 1)
        self._see(sale_id, sale.row.row, "conflicting")

    def _withdraw_repeats(self, sale: ResolvedSale, sale_id: int) -> None:
        """Rows that said the same as the first one were counted as unchanged; they are in the conflict too."""
        found = self.connection.execute("SELECT row FROM temp.repeats WHERE sale_id = ?", (sale_id,)).fetchall()
        self.problems.extend(twins(row, sale.row.lead_id, sale.row.row) for (row,) in found)
        self.counts.unchanged -= len(found)

    def _restore(self, sale_id: int, buyer_id: int, held: list[Any]) -> None:
        before = self.connection.execute(
            "SELECT before FROM sale_changes WHERE sale_id = ? ORDER BY id DESC LIMIT 1", (sale_id,)
        ).fetchone()[0]
        values = json.loads(before)
        self.store_values(sale_id, buyer_id, held, [values[name] for name in CHANGEABLE])

    def finish(self) -> None:
        """Take twins that disagree out again, build the indexes that were left, and write the totals."""
        for statement in self._built_after:
            try:
                self.connection.execute(statement)
            except sqlite3.IntegrityError:
                self._settle_twins()
                self.connection.execute(statement)
        doomed = self.connection.execute(
            "SELECT sale_id FROM temp.seen WHERE state = 'conflicting' AND sale_id >= ?", (self._first_new,)
        ).fetchall()
        self._remove([key for (key,) in doomed])
        self.deltas.flush()
        totals.add_sales(self.connection, self._first_new)

    def _settle_twins(self) -> None:
        """Twins among rows that went in without an index: equal ones are one sale, others are none."""
        for lead_id, members in twin_groups(self.connection):
            ids = [key for key, _ in members]
            rows = [self._row_of(key) for key in ids]
            if len({values for _, values in members}) == 1:
                self._remove(ids[1:])
                self.counts.unchanged += len(ids) - 1
                self.counts.inserted -= len(ids) - 1
            else:
                self._remove(ids)
                self.counts.inserted -= len(ids)
                self.problems.append(twins(rows[0], lead_id, rows[1]))
                self.problems.extend(twins(row, lead_id, rows[0]) for row in rows[1:])

    def _remove(self, ids: Sequence[int]) -> None:
        self.connection.executemany("DELETE FROM sale_contacts WHERE sale_id = ?", [(key,) for key in ids])
        self.connection.executemany("DELETE FROM sales WHERE id = ?", [(key,) for key in ids])
