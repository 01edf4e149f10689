"""Ledger files and batches as lists, and everything about one lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from leadreturns.core.calendar import iso_utc
from leadreturns.reports.table import Column, Table


class LedgerLike(Protocol):
    """An imported ledger file."""

    @property
    def id(self) -> int: ...
    @property
    def file(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def imported_at(self) -> int: ...
    @property
    def imported_by(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def inserted(self) -> int: ...
    @property
    def updated(self) -> int: ...
    @property
    def unchanged(self) -> int: ...
    @property
    def unreadable(self) -> int: ...
    @property
    def adjust_closed(self) -> bool: ...
    @property
    def void(self) -> bool: ...


_LEDGERS = (
    Column("id", "Id", "number", 0),
    Column("file", "File", "text", 0),
    Column("imported_at", "Imported", "time", 2),
    Column("imported_by", "By", "text", 3),
    Column("rows", "Rows", "count", 1),
    Column("inserted", "New", "count", 0),
    Column("updated", "Updated", "count", 1),
    Column("unchanged", "Unchanged", "count", 2),
    Column("unreadable", "Unreadable", "count", 1),
    Column("status", "Status", "text", 0),
    Column("adjust_closed", "Adjusts closed months", "text", 3),
    Column("sha256", "SHA-256", "id", 5),
)


def ledgers_table(ledgers: Sequence[LedgerLike]) -> Table:
    """The ledger files imported, oldest first."""
    rows = [
        (
            each.id,
            each.file,
            iso_utc(each.imported_at),
            each.imported_by,
            each.rows,
            each.inserted,
            each.updated,
            each.unchanged,
            each.unreadable,
            "void" if each.void else "stands",
            "yes" if each.adjust_closed else "no",
            each.sha256,
        )
        for each in ledgers
    ]
    return Table(name="ledgers", title="Ledger files", columns=_LEDGERS, rows=rows)


class FiguresLike(Protocol):
    """What became of a batch's rows."""

    @property
    def rows(self) -> int: ...
    @property
    def approved(self) -> int: ...
    @property
    def rejected(self) -> int: ...
    @property
    def review(self) -> int: ...
    @property
    def unreadable(self) -> int: ...


class BatchLike(Protocol):
    """A recorded batch."""

    @property
    def id(self) -> int: ...
    @property
    def file(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def buyer(self) -> str: ...
    @property
    def policy_digest(self) -> str: ...
    @property
    def received_at(self) -> int: ...
    @property
    def imported_at(self) -> int: ...
    @property
    def imported_by(self) -> str: ...
    @property
    def figures(self) -> FiguresLike: ...
    @property
    def void_because(self) -> str | None: ...


_BATCHES = (
    Column("id", "Id", "number", 0),
    Column("file", "File", "text", 0),
    Column("buyer", "Buyer", "id", 1),
    Column("imported_at", "Imported", "time", 3),
    Column("imported_by", "By", "text", 4),
    Column("rows", "Rows", "count", 0),
    Column("approved", "Approved", "count", 0),
    Column("rejected", "Rejected", "count", 1),
    Column("review", "Review", "count", 1),
    Column("unreadable", "Unreadable", "count", 2),
    Column("status", "Status", "text", 1),
    Column("received_at", "Received", "time", 5),
    Column("policy", "Policy", "id", 5),
    Column("sha256", "SHA-256", "id", 5),
)


def batches_table(batches: Sequence[BatchLike]) -> Table:
    """The batches with the figures first printed, oldest first."""
    rows = [
        (
            each.id,
            each.file,
            each.buyer,
            iso_utc(each.imported_at),
            each.imported_by,
            each.figures.rows,
            each.figures.approved,
            each.figures.rejected,
            each.figures.review,
            each.figures.unreadable,
            "stands" if each.void_because is None else "void",
            iso_utc(each.received_at),
            each.policy_digest[:12],
            each.sha256,
        )
        for each in batches
    ]
    return Table(name="batches", title="Batches", columns=_BATCHES, rows=rows)


_FACTS = (Column("fact", "", "text", 0), Column("value", "", "sentence", 0))


def facts_table(name: str, title: str, facts: Sequence[tuple[str, str]]) -> Table:
    """Pairs of what and how much, one a line."""
    return Table(name=name, title=title, columns=_FACTS, rows=list(facts))
