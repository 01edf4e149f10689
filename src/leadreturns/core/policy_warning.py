"""A warning about the policies, the codes it can have, and what is known of the sales when it is looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WARNING_CODES: Mapping[str, str] = {
    "left_out": "a key that every policy file should have is missing, and a default stands in",
    "alias_claimed_twice": "one wording names two reasons, and only one of them gets it",
    "duplicate_unproved": "a wording claims a duplicate, and its reason is none that the ledger must prove",
    "reason_never_allowed": "a valid reason stands on no list of allowed reasons",
    "window_not_recovered": "a buyer may return longer than the supplier of his leads gives back",
    "unknown_accepted": "texts that name no reason are accepted where known reasons are refused",
    "never_in_time": "a buyer's and a campaign's terms together leave no time for a return",
    "hardly_in_time": "the window is over as soon as it begins, to the second, or unless the clocks are changed",
    "without_effect": "a key that nothing looks at under these terms",
    "contract_overlap": "two contracts of a buyer are in force on the same days; the later in the file wins",
    "contract_gap": "between two contracts of a buyer lie days without one",
    "block_never_fires": "no return can be decided by the block",
    "block_dead_under_auto": 'approval = "auto" wherever the auto-approve block could fit',
    "sections_alike": "two sections differ only by case or blanks; neither is used for a third spelling",
    "files_claimed_twice": "one file pattern belongs to two buyers",
    "unused_name": "no sale has the buyer, campaign or supplier that the policies name",
}
"""Every code of a `PolicyWarning`, with what it means."""


@dataclass(frozen=True, slots=True)
class PolicyWarning:
    """Something in policies.toml that may be meant, and looks like a slip."""

    code: str
    line: int
    """0 when the warning is about something that is not there."""
    key: str
    """Where: '[buyers.acme] window'."""
    message: str
    suggestion: str = ""

    @property
    def text(self) -> str:
        """The warning as one sentence, without its line."""
        return f"{self.key}: {self.message}" + (f"; {self.suggestion}" if self.suggestion else "")

    def in_file(self, source: str) -> str:
        """The warning as faults are written: 'policies.toml:42: [buyers.acme] window: …'."""
        return f"{source}:{self.line}: {self.text}" if self.line else f"{source}: {self.text}"


@dataclass(frozen=True, slots=True)
class SalesSeen:
    """The names that the sales of the ledger have; an empty set tells nothing, so nothing is checked against it."""

    buyers: frozenset[str] = frozenset()
    suppliers: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    """(buyer, supplier) of at least one sale."""
