"""What one rule says about one return, and the list of all that can be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

REJECT, REVIEW = "reject", "review"
APPROVED, REJECTED, IN_REVIEW, UNREADABLE = "approved", "rejected", "review", "unreadable"

MEANINGS: Mapping[str, str] = {
    "unknown_lead": "no sale fits the identifier",
    "not_this_buyer": "the lead was sold, but not to this buyer",
    "ambiguous_match": "several sales fit; they are listed",
    "already_returned": "a standing approval of this sale exists",
    "already_requested": "another return of it waits, or was rejected",
    "not_returnable": "the terms allow no returns here",
    "before_sale": "requested before the sale",
    "in_future": "requested after it was received",
    "backdated": "requested longer before receipt than max_lag",
    "too_early": "requested before not_before had passed",
    "too_late": "requested after the deadline",
    "reason_unknown": "the text names no known reason",
    "reason_not_allowed": "the reason is no ground under these terms",
    "missing_evidence": "the reason needs more than the row gives",
    "not_a_duplicate": "the ledger shows no earlier sale of that person",
    "over_cap": "the cap is used up",
    "always_review": "an [[always_review]] block fits",
    "auto_reject": "an [[auto_reject]] block fits",
    "needs_approval": "nothing against it, and no rule approves it",
}
"""Every finding, in the order in which the first of equal severity leads (interface 5)."""


class Finding(NamedTuple):
    """What one rule says: a code of `MEANINGS`, a severity, and the facts to explain it by (plain JSON values)."""

    code: str
    severity: str
    facts: Mapping[str, Any]


def leading(findings: tuple[Finding, ...]) -> Finding | None:
    """The first finding among those of the worst severity; None without findings."""
    for finding in findings:
        if finding.severity == REJECT:
            return finding
    return findings[0] if findings else None
