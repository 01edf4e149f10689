"""A ledger file → the lead ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadreturns.core.calendar import month_of_day
from leadreturns.core.decision import Receipt, find_sale
from leadreturns.core.lead_return import Problem, TimeKind
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import SaleRow
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.ledger_file import SalesFile
from leadreturns.store.connection import Store
from leadreturns.store.gathering import candidates_of
from leadreturns.store.ledgers import begin_ledger, finish_ledger
from leadreturns.store.names import load_names
from leadreturns.store.policies import closed_through
from leadreturns.store.returns import recorded_returns, unknown_lead_ids
from leadreturns.store.sale_rows import LedgerCounts, ResolvedSale
from leadreturns.store.sale_writer import SaleWriter
from leadreturns.workflows.act import Act

_CHUNK = 5_000


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
        for mixed in source.chunks(_CHUNK):
            problems.extend(item for item in mixed if isinstance(item, Problem))
            writer.write([resolved(item, book) for item in mixed if isinstance(item, SaleRow)])
            act.watch("sales", len(mixed))
        writer.finish()
        problems = sorted([*problems, *writer.problems], key=lambda problem: problem.row)
        rows = finish_ledger(connection, ledger, writer.counts, len(problems))
        matching = now_matching(store, book, act)
    status = "recorded" if act.keep else "dry_run"
    return SalesImported(status, ledger, copy.name, copy.sha256, rows, writer.counts, problems, matching)


def resolved(row: SaleRow, book: PolicyBook) -> ResolvedSale:
    """The sale with its times as instants or dates.

    A time without a zone is read on the clock of the terms; one that the clock showed twice is the later, in the
    buyer's favour. The month is that of the workspace's clock.
    """
    at, kind = _settled(row.sold_at, row.sold_kind, row, book)
    delivered, delivered_kind = row.delivered_at, TimeKind.INSTANT
    if delivered is not None:
        delivered, delivered_kind = _settled(delivered, row.delivered_kind, row, book)
    month = month_of_day(at // 86_400) if kind == TimeKind.DATE else book.zone.month(at)
    return ResolvedSale(row, at, kind, month, delivered, delivered_kind)


def _settled(at: int, kind: int, row: SaleRow, book: PolicyBook) -> tuple[int, TimeKind]:
    if kind == TimeKind.WALL:
        zone = book.terms_for(row.buyer, row.campaign, at // 86_400).clock.zone
        return zone.wall_span(at).last, TimeKind.INSTANT
    return at, TimeKind.DATE if kind == TimeKind.DATE else TimeKind.INSTANT


def now_matching(store: Store, book: PolicyBook, act: Act) -> list[int]:
    """The returns that stand as `unknown_lead` and whose identifiers find a sale now."""
    names = load_names(store.connection)
    waiting = recorded_returns(store.connection, unknown_lead_ids(store.connection), names)
    found = candidates_of(store.connection, [item.row for item in waiting], names)
    receipt = Receipt(0, act.now)
    return [item.id for item in waiting if find_sale(item.row, found, book, receipt).sale is not None]
