"""The closing and reopening of months: what one held when it was closed, who did it, and who opened it again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from leadreturns.core.calendar import Zone
from leadreturns.core.period import Carried, Closing, PartySums, PeriodFigures
from leadreturns.store.figures import period_sums, queue

_ENTRIES = (
    "SELECT period, id, return_id, decision_id, kind, sale_id, buyer_id, supplier_id, amount_minor, of_minor, "
    "currency, recorded_at, reverses_id FROM adjustments"
)


def close_period(connection: sqlite3.Connection, period: int, figures: PeriodFigures, *, at: int, by: str) -> None:
    """Freeze what the period holds. The schema refuses a month out of order."""
    connection.execute(
        "INSERT INTO period_events (period, event, at, by, because, figures) VALUES (?, 'closed', ?, ?, '', ?)",
        (period, at, by, _figures_text(figures)),
    )


def reopen_period(connection: sqlite3.Connection, period: int, because: str, *, at: int, by: str) -> None:
    """Let money into the last closed month again. The schema refuses any other."""
    connection.execute(
        "INSERT INTO period_events (period, event, at, by, because, figures) VALUES (?, 'reopened', ?, ?, ?, '{}')",
        (period, at, by, because),
    )


def closings(connection: sqlite3.Connection, first: int = 0, last: int = 999912) -> list[Closing]:
    """Every closing of the months from `first` to `last`, oldest first."""
    found: list[Closing] = []
    place: dict[int, int] = {}
    for period, event, at, by, because, figures in connection.execute(
        "SELECT period, event, at, by, because, figures FROM period_events WHERE period BETWEEN ? AND ? ORDER BY id",
        (first, last),
    ):
        if event == "closed":
            place[period] = len(found)
            found.append(Closing(period, at, by, _figures_of(figures)))
        else:
            opened = found[place[period]]
            found[place[period]] = opened._replace(reopened_at=at, reopened_by=by, because=because)
    return found


def standing_closing(connection: sqlite3.Connection, period: int) -> Closing | None:
    """How the month was closed; None for an open one."""
    newest = closings(connection, period, period)[-1:]
    return newest[0] if newest and newest[0].stands else None


def clock_of(connection: sqlite3.Connection, period: int, zone: Zone) -> Zone:
    """The clock on which the days of a month are read: of a closed one that of its closing, else `zone`."""
    closing = standing_closing(connection, period)
    frozen = closing.figures.timezone if closing is not None else ""
    return zone if frozen in ("", zone.name) else Zone(frozen)


def reopened(connection: sqlite3.Connection, first: int, last: int) -> list[Closing]:
    """The closings of these months that were taken back: what every report of them says."""
    return [each for each in closings(connection, first, last) if not each.stands]


def held(connection: sqlite3.Connection, period: int) -> PeriodFigures:
    """What the period holds now, and the queue as it is now."""
    sums = period_sums(connection, period)
    return PeriodFigures(
        entries=sum(each.entries for each in sums),
        sums=sums,
        digest=entry_digests(connection, (period,)).get(period, EMPTY),
        carried=waiting(connection),
    )


def waiting(connection: sqlite3.Connection) -> list[Carried]:
    """The queue by buyer and currency."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for each in queue(connection):
        key = (each.buyer, each.currency)
        number, credit = sums.get(key, (0, 0))
        sums[key] = (number + 1, credit + each.credit_minor)
    return [Carried(*key, *sums[key]) for key in sorted(sums)]


EMPTY = hashlib.sha256().hexdigest()
"""The digest of a period without entries."""


def entry_digests(connection: sqlite3.Connection, periods: Sequence[int]) -> dict[int, str]:
    """Per period SHA-256 over its adjustments in the order of booking; periods without any are left out.

    One pass over the table serves all periods: it has no index by period.
    """
    wanted = json.dumps(list(periods))
    hashes: dict[int, Any] = {}
    for row in connection.execute(
        f"{_ENTRIES} WHERE period IN (SELECT value FROM json_each(?)) ORDER BY id", (wanted,)
    ):
        hashes.setdefault(row[0], hashlib.sha256()).update(repr(row).encode())
    return {period: each.hexdigest() for period, each in hashes.items()}


def changed_periods(connection: sqlite3.Connection) -> Iterator[int]:
    """Closed periods whose adjustments are no longer the ones that they were closed with."""
    standing = {each.period: each.figures.digest for each in closings(connection) if each.stands}
    now = entry_digests(connection, list(standing))
    return (period for period, digest in standing.items() if now.get(period, EMPTY) != digest)


class MonthSums(NamedTuple):
    """The money posted to a month in one currency, reversals taken off; minor units."""

    period: int
    currency: str
    credits: int
    clawbacks: int
    entries: int


def month_sums(connection: sqlite3.Connection) -> list[MonthSums]:
    """What was posted to each month, oldest first."""
    found = connection.execute(
        "SELECT posted_month, currency, sum(credits_minor - debits_minor), "
        "sum(clawbacks_minor - clawbacks_reversed_minor), sum(buyer_entries + supplier_entries) FROM totals "
        "WHERE dimension = 'all' AND posted_month > 0 GROUP BY posted_month, currency "
        "HAVING sum(buyer_entries + supplier_entries) > 0 ORDER BY posted_month, currency"
    )
    return [MonthSums(*row) for row in found]


def _figures_text(figures: PeriodFigures) -> str:
    return json.dumps(
        {
            "entries": figures.entries,
            "sums": [each._asdict() for each in figures.sums],
            "digest": figures.digest,
            "carried": [each._asdict() for each in figures.carried],
            "timezone": figures.timezone,
        },
        ensure_ascii=False,
    )


def _figures_of(text: str) -> PeriodFigures:
    held: Mapping[str, Any] = json.loads(text)
    return PeriodFigures(
        entries=held["entries"],
        sums=[PartySums(**each) for each in held.get("sums", ())],
        digest=held.get("digest", ""),
        carried=[Carried(**each) for each in held.get("carried", ())],
        timezone=held.get("timezone", ""),
    )
