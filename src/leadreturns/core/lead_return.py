"""One row in which a buyer asks to hand a sale back, and what makes a row or a file unreadable."""

from __future__ import annotations

from typing import Final, NamedTuple


class TimeKind:
    """How a time was written, which says what is known about it. Plain integers: rows hold them by the million."""

    INSTANT: Final = 0
    """With a zone: `at` is the epoch second."""
    DATE: Final = 1
    """A calendar date without a time: `at` is the epoch second of its midnight in UTC, whatever the zone."""
    WALL: Final = 2
    """A date and time without a zone: `at` is the epoch second it would be in UTC."""


class WrittenTime(NamedTuple):
    """A time as a file states it, before the terms say in which zone it is to be read."""

    at: int
    kind: int


class LeadReturn(NamedTuple):
    """A readable return row: plain texts and integers, normalised for matching, not yet matched.

    Absent texts are ''. A NamedTuple of plain values because a hundred thousand of them are made per file and
    spooled between reading and deciding.
    """

    row: int
    """The row number that a person sees in the spreadsheet or text editor."""
    buyer: str
    """The buyer's name as the ledger or the policies write it; '' only under --any-buyer."""
    lead_id: str = ""
    sale_ref: str = ""
    phone: str = ""
    """E.164, for example +14155552671."""
    email: str = ""
    """Folded: trimmed, NFC, lower case."""
    reason_text: str = ""
    requested_at: int | None = None
    requested_kind: int = TimeKind.DATE
    sold_at: int | None = None
    sold_kind: int = TimeKind.DATE
    campaign: str = ""
    comment: str = ""
    call_attempts: int | None = None
    duplicate_of: str = ""


class Problem(NamedTuple):
    """Why a row, or the whole file (row 0), cannot be read."""

    code: str
    row: int
    column: str
    """The heading as it stands in the file; '' when the whole row is meant."""
    value: str
    """The offending text; contact data may stand in it, so it is erasable where it is stored."""
    message: str
