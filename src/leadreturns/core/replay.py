"""Recorded returns decided again, in their order, under other policies: what each would have come to.

The sale that a row is about stays the one that was found for it, so that the answer tells what the terms change and
not how the ledger has grown. Between the returns time goes by as it did: what persons decided, and what was decided
about other returns, takes effect where it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from leadreturns.core.decision import Decision, Gathered, Receipt, decide_sale, unmatched
from leadreturns.core.finding import APPROVED, IN_REVIEW, Finding
from leadreturns.core.history import History, Prior
from leadreturns.core.lead_return import LeadReturn
from leadreturns.core.matching import Candidates, Match, identifiers_of
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale


class Stand(NamedTuple):
    """How a return stands, with what that moves; nothing is moved by one that is not approved."""

    outcome: str
    sale: Sale | None
    credit_minor: int = 0
    clawback_minor: int = 0
    by_person: bool = False


class PastReturn(NamedTuple):
    """A recorded return as the replay needs it."""

    id: int
    receipt: Receipt
    row: LeadReturn
    sale: Sale | None
    """The sale that the rules found for it."""
    mismatch: Finding | None
    """What they found where there was no such sale."""
    decided: int
    """Its place in time: the number of its first decision."""
    reason_code: str
    stands: Stand


@dataclass(frozen=True, slots=True)
class PastChunk:
    """Some returns in the order of their recording, and the other sales of the persons in them."""

    returns: Sequence[PastReturn]
    same_person: Mapping[int, Sequence[Sale]]


class Event(NamedTuple):
    """A decision that no rule takes again: a person's, or one about a return that is not replayed."""

    decided: int
    return_id: int
    prior: Prior
    sale: Sale
    before: str
    """How the return stood before; '' when this was its first decision about this sale."""
    credit_minor: int
    by_person: bool


class Replayed(NamedTuple):
    """What became of a return, and what would have become of it."""

    past: PastReturn
    decision: Decision
    """What the rules say now."""
    stands: Stand
    """How it would stand: as the rules say, or as a person said where they leave it to one."""

    @property
    def changed(self) -> bool:
        """True when it would stand otherwise, or move other money."""
        before = self.past.stands
        return (before.outcome, before.credit_minor, before.clawback_minor) != (
            self.stands.outcome,
            self.stands.credit_minor,
            self.stands.clawback_minor,
        )


def replay(
    chunks: Iterable[PastChunk], events: Iterable[Event], history: History, book: PolicyBook
) -> Iterator[Replayed]:
    """Every return of the chunks with what it would come to.

    `chunks` and `events` are in the order of time; `history` is what stood before the first of them, and is changed.
    """
    left_to_persons: dict[int, str] = {}
    upcoming = iter(events)
    event = next(upcoming, None)
    for chunk in chunks:
        gathered = Gathered(Candidates(), history, chunk.same_person)
        for past in chunk.returns:
            while event is not None and event.decided < past.decided:
                _happen(event, history, left_to_persons)
                event = next(upcoming, None)
            replayed = _again(past, gathered, book)
            sale, outcome = replayed.decision.sale, replayed.decision.outcome
            if outcome == IN_REVIEW and past.stands.by_person:
                left_to_persons[past.id] = outcome if sale is not None else ""
            if sale is not None:
                prior = Prior(past.receipt.batch, past.row.row, outcome)
                history.after(sale, prior, replayed.decision.credit_minor)
            yield replayed


def _happen(event: Event, history: History, left_to_persons: dict[int, str]) -> None:
    before = event.before
    if event.by_person and event.return_id in left_to_persons:
        before = left_to_persons[event.return_id]
        left_to_persons[event.return_id] = event.prior.outcome
    if before:
        history.revised(event.sale, event.prior, before, event.credit_minor)
    else:
        history.after(event.sale, event.prior, event.credit_minor)


def _again(past: PastReturn, gathered: Gathered, book: PolicyBook) -> Replayed:
    matched = Match(past.sale, identifiers_of(past.row), past.mismatch)
    if past.sale is None:
        decision = unmatched(past.row, matched, book, past.receipt)
    else:
        decision = decide_sale(past.row, matched, gathered, book, past.receipt)
    if decision.outcome == IN_REVIEW and past.stands.by_person:
        return Replayed(past, decision, past.stands)
    if decision.outcome != APPROVED:
        return Replayed(past, decision, Stand(decision.outcome, decision.sale))
    moved = decision.credit_minor, decision.clawback_minor
    return Replayed(past, decision, Stand(APPROVED, decision.sale, *moved))
