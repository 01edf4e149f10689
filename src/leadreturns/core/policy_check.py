"""`warnings_of`: what in the policies may be meant but looks like a slip.

Pure: it knows the policies and the names that sales have, nothing else. What cannot be meant at all never gets here;
the reader of policies.toml has refused it.
"""

from __future__ import annotations

from leadreturns.core import policy_check_blocks as blocks
from leadreturns.core import policy_check_clocks as clocks
from leadreturns.core import policy_check_contracts as contracts
from leadreturns.core import policy_check_idle as idle
from leadreturns.core import policy_check_names as names
from leadreturns.core import policy_check_terms as terms
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_warning import WARNING_CODES, PolicyWarning, SalesSeen

__all__ = ["CHECKS", "WARNING_CODES", "PolicyWarning", "SalesSeen", "warnings_of"]

CHECKS = (
    terms.left_out,
    names.aliases_claimed_twice,
    names.duplicates_unproved,
    terms.reasons_never_allowed,
    terms.windows_not_recovered,
    terms.unknown_texts_accepted,
    clocks.sections_hardly_in_time,
    clocks.pairs_never_in_time,
    clocks.first_days_not_counted,
    clocks.first_days_of_no_days,
    clocks.countings_without_effect,
    idle.keys_without_effect,
    idle.suppliers_without_effect,
    idle.calendar_without_effect,
    idle.rolls_without_effect,
    idle.replies_never_sent,
    contracts.contracts_side_by_side,
    blocks.blocks_that_never_fire,
    blocks.blocks_covered_by_others,
    names.sections_alike,
    names.files_claimed_twice,
    names.unused_names,
)
"""One small function for each kind of warning: (book, seen) → warnings."""


def warnings_of(book: PolicyBook, seen: SalesSeen) -> list[PolicyWarning]:
    """Every warning about the policies, by line."""
    found = [warning for check in CHECKS for warning in check(book, seen)]
    return sorted(found, key=lambda warning: warning.line)
