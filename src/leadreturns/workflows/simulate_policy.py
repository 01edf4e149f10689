"""Other terms rehearsed on recorded returns: what they would have cost; nothing is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from leadreturns.core.calendar import first_day, next_month
from leadreturns.core.comparison import BuyerRoi, Comparison, roi_by_buyer
from leadreturns.core.policy import PolicyBook
from leadreturns.core.replay import Replayed, replay
from leadreturns.core.roi import RoiFigures
from leadreturns.store import figures
from leadreturns.store.connection import Store
from leadreturns.store.names import load_names
from leadreturns.store.past_returns import history_before, past_chunks, past_events, stretch_of

EVER = 999912
"""A last month after every other."""


@dataclass(slots=True)
class Simulation:
    """What a replay came to."""

    first: int
    last: int
    """Months of receipt, as 202607."""
    digest: str
    """Of the policies that were tried."""
    comparison: Comparison
    roi: Mapping[tuple[str, str], BuyerRoi] = field(default_factory=dict)
    changed: list[Replayed] = field(default_factory=list)
    """The returns that would stand otherwise, in their order, where they were asked for."""


def simulate(
    store: Store, books: tuple[PolicyBook, PolicyBook], months: tuple[int, int], *, detail: bool = False
) -> Simulation:
    """The returns received in `months` (first and last), decided again under the second of `books`.

    1. Find their batches by the clock of the workspace, whose policies are the first of `books`.
    2. Rebuild what stood before the first of them.
    3. Decide them again in their order, and add up what changes.
    4. Put the changes into the figures of the buyers.
    """
    now, other = books
    found = Simulation(*months, other.digest, Comparison(other.currency))
    zone = now.zone
    after = zone.day_start(first_day(next_month(months[1]))) if months[1] != EVER else 2**62
    with store.snapshot() as connection:
        start = zone.day_start(first_day(months[0])) if months[0] else -(2**62)
        stretch = stretch_of(connection, start, after)
        if stretch is None:
            return found
        names = load_names(connection)
        history = history_before(connection, stretch, names, other)
        chunks = past_chunks(connection, stretch, names, other)
        for replayed in replay(chunks, past_events(connection, stretch, names), history, other):
            found.comparison.add(replayed)
            if detail and replayed.changed:
                found.changed.append(replayed)
        found.changed.sort(key=lambda replayed: replayed.past.decided)
        found.roi = roi_by_buyer(found.comparison, _sold(connection, found.comparison))
    return found


def _sold(connection: sqlite3.Connection, comparison: Comparison) -> dict[tuple[str, str, int], RoiFigures]:
    """The figures of each buyer, currency and month that sales came back from, as they stand."""
    months = sorted({month for each in comparison.months.values() for month in each})
    if not months:
        return {}
    query = figures.RoiQuery(("buyer", "month"), "sale", months[0], months[-1])
    return {
        (str(group.key[0]), group.currency, int(group.key[1])): group.figures
        for group in figures.roi_groups(connection, query)
    }
