"""What is on record about returns, leads, batches and the store itself; nothing is changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from leadreturns.core.calendar import date_of, format_month, iso_utc
from leadreturns.core.lead_return import Problem, TimeKind
from leadreturns.errors import Refused
from leadreturns.reports.return_reports import finding_json, return_json
from leadreturns.reports.table import Amount
from leadreturns.store import batches, lead_view
from leadreturns.store.checks import row_counts
from leadreturns.store.connection import Store, journal_for
from leadreturns.store.ledgers import LedgerFile, list_ledgers
from leadreturns.store.migrations import SCHEMA_VERSION
from leadreturns.store.policies import PolicyText, list_policies
from leadreturns.store.returns import ListedReturn, PastDecision, ReturnFilter, decisions_of, list_returns


class BatchRecord(NamedTuple):
    """A batch with what could not be read of it."""

    batch: batches.Batch
    problems: list[Problem]


def one_batch(store: Store, batch_id: int) -> BatchRecord:
    """The batch of that id; raises `Refused` for an unknown one."""
    with store.snapshot() as connection:
        found = batches.find_batch(connection, batch_id)
        if found is None:
            raise Refused("unknown_batch", f"there is no batch {batch_id}", "leadreturns batch list shows them")
        return BatchRecord(found, batches.problems_of(connection, batch_id))


def lead_record(store: Store, lead_id: str) -> dict[str, Any]:
    """Every sale of a lead with its returns, decisions and money; raises `Refused` for an unknown lead."""
    with store.snapshot() as connection:
        sales = lead_view.sales_of_lead(connection, lead_id)
        if not sales:
            raise Refused("unknown_lead", f"the ledger has no lead {lead_id}", "check the id, or import its ledger")
        entries = lead_view.entries_of_sales(connection, sales)
        ids = lead_view.returns_of_sales(connection, sales)
        returns = list_returns(connection, ReturnFilter(ids=ids)) if ids else []
        decided = {each.id: decisions_of(connection, each.id) for each in returns}
    return {"lead_id": sales[0].lead_id, "sales": [_sale_json(sale, returns, decided, entries) for sale in sales]}


def _sale_json(
    sale: lead_view.SaleView,
    returns: Sequence[ListedReturn],
    decided: dict[int, list[PastDecision]],
    entries: Sequence[lead_view.EntryView],
) -> dict[str, Any]:
    own = [each for each in returns if each.sale_id == sale.id]
    return {
        "sale": sale.id,
        "lead_id": sale.lead_id,
        "buyer": sale.buyer,
        "sale_ref": sale.sale_ref,
        "supplier": sale.supplier,
        "campaign": sale.campaign,
        "currency": sale.currency,
        "price": Amount(sale.price_minor, sale.currency),
        "payout": Amount(sale.payout_minor, sale.currency),
        "sold_at": shown_time(sale.sold_at, sale.sold_kind),
        "ledger": sale.ledger,
        "returns": [
            {**return_json(each), "decisions": [decision_json(past) for past in decided[each.id]]} for each in own
        ],
        "adjustments": [
            {
                "id": entry.id,
                "kind": entry.kind,
                "amount": Amount(entry.amount_minor, entry.currency),
                "currency": entry.currency,
                "period": format_month(entry.period),
                "return": entry.return_id,
            }
            for entry in entries
            if entry.sale_id == sale.id
        ],
    }


def shown_time(at: int, kind: int) -> str:
    """A stored time as text: a date, or ISO 8601 in UTC."""
    return date_of(at // 86_400).isoformat() if kind == TimeKind.DATE else iso_utc(at)


def decision_json(past: PastDecision) -> dict[str, Any]:
    """One decision of a return's life as JSON."""
    return {
        "id": past.id,
        "cites": past.cites,
        "outcome": past.outcome,
        "findings": [finding_json(finding) for finding in past.findings],
        "decided_by": past.decided_by,
        "decided_at": iso_utc(past.decided_at),
        "because": past.because,
        "policy": past.policy_digest,
    }


class StoreFacts(NamedTuple):
    """What the store is and holds."""

    facts: dict[str, str | int | None]
    policies: list[PolicyText]


def store_facts(store: Store) -> StoreFacts:
    """Path, versions, journal and why, and how much is in it."""
    connection = store.connection
    journal, synchronous = journal_for(sqlite3.sqlite_version_info)
    why = "the WAL-reset fault is mended in it" if journal == "WAL" else "this version has the WAL-reset fault"
    with store.snapshot():
        counts = row_counts(connection)
        kept = list_policies(connection)
    facts: dict[str, str | int | None] = {
        "store": str(store.path) if store.path else None,
        "schema": SCHEMA_VERSION,
        "SQLite": f"{sqlite3.sqlite_version}, journal {journal}, synchronous {synchronous}: {why}",
        **dict(counts),
        "policy_texts": len(kept),
    }
    return StoreFacts(facts, kept)


def all_batches(store: Store) -> list[batches.Batch]:
    """Every batch, oldest first."""
    with store.snapshot() as connection:
        return batches.list_batches(connection)


def batch_json(record: BatchRecord) -> dict[str, Any]:
    """A batch as JSON: the figures as first printed, and how it stands."""
    batch = record.batch
    return {
        **json.loads(batch.result),
        "status": "void" if batch.void_because is not None else "recorded",
        "void": batch.void_because is not None,
        "void_because": batch.void_because,
        "received_at": iso_utc(batch.received_at),
        "imported_at": iso_utc(batch.imported_at),
        "imported_by": batch.imported_by,
        "policy": batch.policy_digest,
        "reading": json.loads(batch.reading),
    }


def find_returns(store: Store, **wanted: Any) -> list[ListedReturn]:
    """The returns that fit, oldest first; the names are those of `ReturnFilter`."""
    with store.snapshot() as connection:
        return list_returns(connection, ReturnFilter(**wanted))


def all_ledgers(store: Store) -> list[LedgerFile]:
    """Every imported ledger file, oldest first."""
    with store.snapshot() as connection:
        return list_ledgers(connection)
