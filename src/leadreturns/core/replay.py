"""Recorded returns decided again, in their order, under other policies: what each would have come to.

The sale that a row is about stays the one that was found for it, so that the answer tells what the terms change and
not how the ledger has grown. Between the returns time goes by as it did: what was decided about other returns takes
effect where it did, and so does what persons decided about a return that the other policies leave to a person. What
persons decided about any other return did not happen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leadreturns.core.clawback import clawback_of
from leadreturns.core.decision import Decision, Gathered, Receipt, case_of, decide_sale, unmatched
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
    person: str = ""
    """'user:LOGIN' of the person who decided so; '' where the rules did."""
    because: str = ""
    """What the person gave as the reason."""

    @property
    def by_person(self) -> bool:
        """True when a person decided so."""
        return bool(self.person)


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
    heard: bool
    """True when a person decided about it, if only for a time."""


@dataclass(frozen=True, slots=True)
class PastChunk:
    """Some returns in the order of their recording, and the other sales of the persons in them."""

    returns: Sequence[PastReturn]
    same_person: Mapping[int, Sequence[Sale]]


class Event(NamedTuple):
    """A decision beside the first ones of the returns that are replayed."""

    decided: int
    return_id: int
    prior: Prior
    sale: Sale | None
    before: str
    """How the return stood before; '' when this was its first decision about this sale."""
    credit_minor: int
    person: str
    """'user:LOGIN' of the person who took it; '' when the rules did."""
    because: str
    replayed: bool
    """True when it is about one of the returns that are replayed."""


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


@dataclass(slots=True)
class _Course:
    """What happens beside the first decisions of the returns that are replayed, as it comes about."""

    history: History
    book: PolicyBook
    waiting: dict[int, Replayed] = field(default_factory=dict)
    """Returns that the rules leave to a person, and that one decided about, as they stand by now."""
    refused: set[int] = field(default_factory=set)
    """Other returns, whose approval could not have been: their sale is credited in this course of things."""

    def happen(self, event: Event) -> None:
        if not event.replayed:
            self._beside(event)
        elif event.return_id in self.waiting:
            self.waiting[event.return_id] = self._heard(self.waiting[event.return_id], event)

    def _beside(self, event: Event) -> None:
        """A decision about a return that is not replayed."""
        sale, prior = event.sale, event.prior
        if sale is None:
            return
        before = IN_REVIEW if event.return_id in self.refused and event.before else event.before
        self.refused.discard(event.return_id)
        if prior.outcome == APPROVED and self._credited_to_another(sale, prior):
            self.refused.add(event.return_id)
        elif before:
            self.history.revised(sale, prior, before, event.credit_minor)
        else:
            self.history.after(sale, prior, event.credit_minor)

    def _heard(self, held: Replayed, event: Event) -> Replayed:
        """The return after what a person decided about it; decided anew by the rules, it waits again."""
        outcome = event.prior.outcome if event.person else IN_REVIEW
        sale, before = event.sale, held.stands
        if outcome == before.outcome:
            return held
        if sale is None:
            return held._replace(stands=Stand(outcome, None, person=event.person, because=event.because))
        prior = event.prior._replace(outcome=outcome)
        if outcome == APPROVED and self._credited_to_another(sale, prior):
            return held
        credit, clawback = self._moved(held.past, sale)
        if before.sale is not None and before.sale.id == sale.id:
            self.history.revised(sale, prior, before.outcome, credit)
        else:
            self.history.after(sale, prior, credit)
        moved = (credit, clawback) if outcome == APPROVED else (0, 0)
        return held._replace(stands=Stand(outcome, sale, *moved, event.person, event.because))

    def _credited_to_another(self, sale: Sale, prior: Prior) -> bool:
        standing = self.history.approved.get(sale.id)
        return standing is not None and standing[:2] != prior[:2]

    def _moved(self, past: PastReturn, sale: Sale) -> tuple[int, int]:
        """The credit and the clawback of an approval: a person's, too, posts under the terms that are tried."""
        gathered = Gathered(Candidates(), self.history)
        case = case_of(past.row, Match(sale, (), None), gathered, self.book, past.receipt)
        return case.credit_minor, clawback_of(case)


def replay(
    chunks: Iterable[PastChunk], events: Iterable[Event], history: History, book: PolicyBook
) -> Iterator[Replayed]:
    """Every return of the chunks with what it would come to; those that persons decided about come last.

    `chunks` and `events` are in the order of time; `history` is what stood before the first of them, and is changed.
    """
    course = _Course(history, book)
    upcoming = iter(events)
    event = next(upcoming, None)
    for chunk in chunks:
        gathered = Gathered(Candidates(), history, chunk.same_person)
        for past in chunk.returns:
            while event is not None and event.decided < past.decided:
                course.happen(event)
                event = next(upcoming, None)
            replayed = _again(past, gathered, book)
            sale, outcome = replayed.decision.sale, replayed.decision.outcome
            if sale is not None:
                prior = Prior(past.receipt.batch, past.row.row, outcome)
                history.after(sale, prior, replayed.decision.credit_minor)
            if outcome == IN_REVIEW and past.heard:
                course.waiting[past.id] = replayed
            else:
                yield replayed
    while event is not None:
        course.happen(event)
        event = next(upcoming, None)
    yield from course.waiting.values()


def _again(past: PastReturn, gathered: Gathered, book: PolicyBook) -> Replayed:
    matched = Match(past.sale, identifiers_of(past.row), past.mismatch)
    if past.sale is None:
        decision = unmatched(past.row, matched, book, past.receipt)
    else:
        decision = decide_sale(past.row, matched, gathered, book, past.receipt)
    if decision.outcome != APPROVED:
        return Replayed(past, decision, Stand(decision.outcome, decision.sale))
    moved = decision.credit_minor, decision.clawback_minor
    return Replayed(past, decision, Stand(APPROVED, decision.sale, *moved))
