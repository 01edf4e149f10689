"""Every act of a user on one store, without the command line, the screen or the disk."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from leadreturns.core.policy import PolicyBook
from leadreturns.readers.file_copy import FileCopy, copy_stream
from leadreturns.readers.ledger_file import read_sales
from leadreturns.readers.policy_file import parse_policies
from leadreturns.readers.reading import Reading
from leadreturns.readers.return_file import read_returns
from leadreturns.reports.import_result import ImportResult
from leadreturns.store.connection import open_store
from leadreturns.store.figures import RoiQuery, roi_groups
from leadreturns.workflows import import_returns, review_returns
from leadreturns.workflows.act import Act
from leadreturns.workflows.import_sales import SalesImported, import_sales
from leadreturns.workflows.void_ledger import void_ledger


class Clerk:
    """Works on a store in memory; every act happens at noon, UTC, of `today`."""

    def __init__(self, policies: str, known_buyers: Sequence[str]) -> None:
        self.store = open_store(Path("nowhere") / "leadreturns.db", write=False)
        self.book: PolicyBook = parse_policies(policies)
        self.known_buyers = known_buyers
        self.today = date(2026, 9, 10)

    def act(self, keep: bool = True) -> Act:
        noon = datetime.combine(self.today, time(12), UTC)
        return Act(int(noon.timestamp()), "clerk", keep)

    def ledger(self, text: str, keep: bool = True) -> SalesImported:
        with _copied("ledger.csv", text) as copy:
            source = read_sales(copy, Reading(currency=self.book.currency))
            return import_sales(self.store, self.book, (copy, source), self.act(keep))

    def returns(self, text: str, keep: bool = True) -> ImportResult:
        reading = Reading(known_buyers=self.known_buyers, reason_required=bool(self.book.reasons))
        with _copied("returns.csv", text) as copy:
            act = self.act(keep)
            delivery = import_returns.Delivery(copy, "", {}, act.now)
            source = read_returns(copy, reading)
            with closing(import_returns.read_through(source, delivery, act)) as spool:
                return import_returns.import_returns(self.store, self.book, delivery, (source, spool), act)

    def decide(self, verb: str, what: Any, keep: bool = True) -> Any:
        """`verb` is approve, reject, reverse, redecide or void; `what` the ids, or the batch."""
        more = {} if verb in ("approve", "redecide") else {"because": "the model says so"}
        return getattr(review_returns, verb)(self.store, self.book, what, self.act(keep), **more)

    def void_ledger(self, number: int, keep: bool = True) -> tuple[int, int]:
        return void_ledger(self.store, number, self.act(keep))

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        connection = self.store.connection
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for (name,) in tables}

    def outcomes(self) -> dict[int, tuple[str, tuple[str, str] | None]]:
        """How each return stands, and on which sale."""
        found = self.store.connection.execute(
            "SELECT r.id, r.outcome, s.lead_id, b.name FROM returns AS r LEFT JOIN sales AS s ON s.id = r.sale_id "
            "LEFT JOIN buyers AS b ON b.id = s.buyer_id"
        )
        return {number: (outcome, (lead, buyer) if lead else None) for number, outcome, lead, buyer in found}

    def roi(self, basis: str) -> dict[tuple[str, int, str], Counter[str]]:
        """The program's own sums by buyer, month and currency."""
        groups = roi_groups(self.store.connection, RoiQuery(("buyer", "month"), basis))
        return {
            (str(key[0]), int(key[1]), currency): Counter(
                sold=sums.sold,
                revenue=sums.revenue,
                payout=sums.payout,
                credits=sums.credits,
                clawbacks=sums.clawbacks,
                pending=sums.pending,
                returned=sums.returned,
            )
            for key, currency, sums in groups
        }


def _copied(name: str, text: str) -> FileCopy:
    return copy_stream(name, io.BytesIO(text.encode()).read, 1 << 20)
