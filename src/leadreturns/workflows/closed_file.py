"""What files of closed months are written from, so that they stay the same bytes: nothing of it moves any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from leadreturns.core.calendar import Zone, format_month
from leadreturns.core.period import Closing
from leadreturns.core.policy import PolicyBook
from leadreturns.errors import LeadReturnsError
from leadreturns.readers.policy_file import parse_policies
from leadreturns.reports.table import told_time
from leadreturns.store.figures import RoiQuery
from leadreturns.store.periods import clock_of, closings
from leadreturns.store.policies import closed_through, policy_text
from leadreturns.store.report_lines import newest_policy


@dataclass(frozen=True, slots=True)
class Words:
    """In which words and on which clock a report tells of its months."""

    labels: Mapping[str, str]
    """By the code of a reason what people call it."""
    zone: Zone
    closed: str = ""
    """How the months were closed; '' while any is open."""

    def reason(self, code: str) -> str:
        """A reason as people call it."""
        return self.labels.get(code) or code


def words_of_today(book: PolicyBook) -> Words:
    """Those of the workspace's policies."""
    return Words({code: reason.label for code, reason in book.reasons.items()}, book.zone)


def words_for(connection: sqlite3.Connection, query: RoiQuery, book: PolicyBook) -> Words:
    """Today's, but for months of posting that are all closed: then those of their last decision and their closing."""
    if query.basis != "posting" or query.last > closed_through(connection):
        return words_of_today(book)
    standing = [each for each in closings(connection, query.first, query.last) if each.stands]
    # A month without money, closed along with the next one, has no closing of its own.
    zone = clock_of(connection, query.last, book.zone)
    told = "; ".join(_told(each, zone) for each in standing) or f"with the month after {format_month(query.last)}"
    return Words(_labels(connection, query), zone, told)


def _told(closing: Closing, zone: Zone) -> str:
    return (
        f"{format_month(closing.period)}, {told_time(closing.closed_at, zone)} by {closing.closed_by}, "
        f"digest {closing.figures.digest[:12]}"
    )


def _labels(connection: sqlite3.Connection, query: RoiQuery) -> Mapping[str, str]:
    policy = newest_policy(connection, query)
    if policy is None:
        return {}
    try:
        book = parse_policies(policy_text(connection, policy), "the policies of that time")
    except LeadReturnsError:
        # Words that this version no longer reads: the codes are on every decision.
        return {}
    return {code: reason.label for code, reason in book.reasons.items()}
