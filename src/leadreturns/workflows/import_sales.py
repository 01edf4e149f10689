"""A ledger file → the lead ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadreturns.core.calendar import QUARTER, Zone, month_of_day
from leadreturns.core.lead_return import Problem, TimeKind
from leadreturns.core.matching import match
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import SaleRow
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.ledger_file import SalesFile
from leadreturns.store.connection import Store
from leadreturns.store.gathering import candidates_of
from leadreturns.store.ledgers import begin_ledger, finish_ledger, waiting_on_changed
from leadreturns.store.names import load_names
from leadreturns.store.policies import closed_through
from leadreturns.store.returns import recorded_returns, unknown_lead_ids
from leadreturns.store.sale_rows import LedgerCounts, ResolvedSale
from leadreturns.store.sale_writer import SaleWriter
from leadreturns.workflows.act import Act

_CHUNK = 2_500


@dataclass(frozen=True, slots=True)
class SalesImported:
    """What became of a ledger file."""

    status: str
    """'recorded' or 'dry_run'."""
    ledger: int
    file: str
    sha256: str
    rows: int
    counts: LedgerCounts
    problems: Sequence[Problem]
    now_matching: Sequence[int]
    """Returns that were rejected as `unknown_lead` and would match now."""
    waiting: Sequence[int]
    """Returns in review whose sale the file changed."""


def import_sales(
    store: Store, book: PolicyBook, file: tuple[FileCopy, SalesFile], act: Act, *, adjust_closed: bool = False
) -> SalesImported:
    """The ledger with the file's sales in it.

    1. Begin: one immediate transaction; the file gets a number.
    2. Write the sales chunk by chunk, each time with its clock settled by the terms.
    3. Remove twins that disagree, write totals and figures.
    4. Find earlier returns that would match now.
    """
    copy, source = file
    problems: list[Problem] = []
    with store.transaction(keep=act.keep) as connection:
        names = load_names(connection)
        ledger = begin_ledger(connection, copy.name, copy.sha256, at=act.now, by=act.actor, adjust_closed=adjust_closed)
        writer = SaleWriter(connection, names, ledger, source.fields)
        writer.closed_through = 0 if adjust_closed else closed_through(connection)
        writer.expect_many()
        clock = SaleClock(book)
        for mixed in source.chunks(_CHUNK):
            problems.extend(item for item in mixed if type(item) is Problem)
            writer.write([clock.resolved(item) for item in mixed if type(item) is SaleRow])
            act.watch("sales", len(mixed))
        writer.finish()
        act.watch("indexes and totals", 0)
        problems = sorted([*problems, *writer.problems], key=lambda problem: problem.row)
        rows = finish_ledger(connection, ledger, writer.counts, len(problems))
        matching, waiting = now_matching(store, book), waiting_on_changed(connection, ledger)
    status = "recorded" if act.keep else "dry_run"
    return SalesImported(status, ledger, copy.name, copy.sha256, rows, writer.counts, problems, matching, waiting)


class SaleClock:
    """Settles the times of sales: an instant or a date, and the month on the workspace's clock.

    A time without a zone is read on the clock of the terms; one that the clock showed twice is the later, in the
    buyer's favour. A ledger has a million times and few quarters of an hour, so each is worked out once.
    """

    def __init__(self, book: PolicyBook) -> None:
        self._book = book
        self._by_terms = any("timezone" in contract.layer.values for contract in book.contracts)
        self._zones: dict[tuple[str, str, int], tuple[Zone, dict[int, tuple[int, int]]]] = {}
        """Buyer, campaign and a quarter of an hour, 0 unless contracts have clocks → the zone and its times so far."""
        self._settled: dict[str, dict[int, tuple[int, int]]] = {}
        self._months: dict[int, int] = {}

    def resolved(self, row: SaleRow) -> ResolvedSale:
        """The sale with its clock settled."""
        at, month = self._instant(row.sold_at, row.sold_kind, row)
        kind = _stored_kind(row.sold_kind)
        if row.delivered_at is None:
            return ResolvedSale(row, at, kind, month, None, TimeKind.INSTANT)
        delivered = self._delivered(row, at, kind)
        return ResolvedSale(row, at, kind, month, delivered, _stored_kind(row.delivered_kind))

    def _instant(self, at: int, kind: int, row: SaleRow) -> tuple[int, int]:
        """The stored time and its month."""
        if kind == TimeKind.WALL:
            zone, settled = self._zone(row, at)
            quarter = at // QUARTER
            found = settled.get(quarter)
            if found is None:
                shift = zone.wall_span(at).last - at
                found = settled[quarter] = (shift, self._book.zone.month(at + shift))
            return at + found[0], found[1]
        day = at // 86_400 if kind == TimeKind.DATE else self._book.zone.day(at)
        month = self._months.get(day)
        if month is None:
            month = self._months[day] = month_of_day(day)
        return at, month

    def _zone(self, row: SaleRow, wall: int) -> tuple[Zone, dict[int, tuple[int, int]]]:
        # The clock of a contract can depend on the hour as well as on the day.
        key = (row.buyer, row.campaign, wall // QUARTER if self._by_terms else 0)
        found = self._zones.get(key)
        if found is None:
            zone = self._book.zone_of_wall(row.buyer, row.campaign, wall)
            found = self._zones[key] = (zone, self._settled.setdefault(zone.name, {}))
        return found

    def _delivered(self, row: SaleRow, sold_at: int, sold_kind: int) -> int | None:
        """The stored time of the delivery, read on the clock of the terms of its sale."""
        if row.delivered_at is None or row.delivered_kind != TimeKind.WALL:
            return row.delivered_at
        base = self._book.base_zone(row.buyer, row.campaign)
        day = sold_at // 86_400 if sold_kind == TimeKind.DATE else base.day(sold_at)
        return self._book.terms_for(row.buyer, row.campaign, day).clock.zone.wall_span(row.delivered_at).last


def _stored_kind(kind: int) -> int:
    """A wall-clock reading becomes an instant; a date stays one."""
    return TimeKind.DATE if kind == TimeKind.DATE else TimeKind.INSTANT


def now_matching(store: Store, book: PolicyBook) -> list[int]:
    """The returns that stand as `unknown_lead` and whose identifiers find a sale now."""
    names = load_names(store.connection)
    waiting = recorded_returns(store.connection, unknown_lead_ids(store.connection), names)
    found = candidates_of(store.connection, [item.row for item in waiting], names)
    return [item.id for item in waiting if match(item.row, found, book).sale is not None]
