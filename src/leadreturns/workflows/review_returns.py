"""What a person decides about recorded returns, and today's terms applied to them anew.

Every command on several ids is all or nothing: one id in another state refuses them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from leadreturns.core.decision import Decision, Gathered, Receipt, decide, decide_sale
from leadreturns.core.finding import APPROVED, IN_REVIEW, REJECTED
from leadreturns.core.history import History, Prior
from leadreturns.core.matching import Match
from leadreturns.core.policy import PolicyBook
from leadreturns.core.sale import Sale
from leadreturns.errors import Refused
from leadreturns.store.batches import find_batch, void_batch
from leadreturns.store.connection import Store
from leadreturns.store.gathering import gather, sales_by_id
from leadreturns.store.names import Names, load_names
from leadreturns.store.recorder import Recorder
from leadreturns.store.returns import RecordedReturn, ids_of_batch, recorded_returns
from leadreturns.workflows.act import Act, recorder_for


class Decided(list[tuple[RecordedReturn, Decision]]):
    """Which return was decided how, in the order of the work."""

    late: Mapping[int, int] = MappingProxyType({})
    """How many adjustments for sales of closed months were posted, by the month that they went to."""


def approve(
    store: Store, book: PolicyBook, ids: Sequence[int], act: Act, *, sale_id: int | None = None, because: str = ""
) -> Decided:
    """Returns in review or rejected, approved by a person under today's terms; their money is booked.

    An ambiguous return needs `sale_id`, one of the sales that fit it; one without any sale is refused.
    """
    with store.transaction(keep=act.keep):
        names = load_names(store.connection)
        items = _in_state(store, ids, names, (IN_REVIEW, REJECTED), "approve")
        chosen = _chosen_sales(store, items, names, sale_id)
        recorder = recorder_for(store, names, book, act, because)
        done = Decided()
        gathered = _gathered(recorder, items, book)
        for item in items:
            sale = chosen[item.id]
            _refuse_approved(item, sale, gathered)
            ruled = decide_sale(item.row, Match(sale, (), None), gathered, book, Receipt(item.batch, item.received_at))
            decision = ruled._replace(outcome=APPROVED, findings=(), decided_by=act.author)
            gathered.history.after(sale, Prior(item.batch, item.row.row, APPROVED), decision.credit_minor)
            recorder.record_again(item.standing, decision)
            done.append((item, decision))
        recorder.finish()
        done.late = recorder.late
    return done


def _chosen_sales(store: Store, items: Sequence[RecordedReturn], names: Names, sale_id: int | None) -> dict[int, Sale]:
    """The sale of each return."""
    named = sales_by_id(store.connection, [] if sale_id is None else [sale_id], names)
    chosen: dict[int, Sale] = {}
    for item in items:
        fitting = item.ambiguous_sales
        sale = named.get(sale_id) if sale_id is not None else item.standing.sale
        if sale_id is not None and fitting and sale_id not in fitting:
            raise Refused("wrong_sale", f"sale {sale_id} does not fit return {item.id}", _fitting_hint(fitting))
        if sale is None and fitting:
            raise Refused("sale_needed", f"several sales fit return {item.id}", _fitting_hint(fitting))
        if sale is None or (sale_id is not None and not fitting and item.standing.sale != sale):
            raise Refused(
                "no_sale",
                f"return {item.id} has no sale{'' if sale_id is None else f' {sale_id}'} that could be credited",
                "import the ledger that holds it, then: leadreturns returns redecide " + str(item.id),
            )
        chosen[item.id] = sale
    return chosen


def _fitting_hint(sales: Sequence[int]) -> str:
    return "name one of them: " + ", ".join(f"--sale {key}" for key in sales[:10])


def _refuse_approved(item: RecordedReturn, sale: Sale, gathered: Gathered) -> None:
    prior = gathered.history.approved.get(sale.id)
    if prior is not None:
        raise Refused(
            "already_returned",
            f"return {item.id}: its sale is credited already (batch {prior.batch}, row {prior.row})",
            "reverse that approval first: leadreturns review reverse ID --because TEXT",
        )


def reject(store: Store, book: PolicyBook, ids: Sequence[int], act: Act, *, because: str) -> Decided:
    """Returns in review, rejected by a person."""
    return _rejected(store, book, (ids, (IN_REVIEW,), "reject"), act, because=because)


def reverse(store: Store, book: PolicyBook, ids: Sequence[int], act: Act, *, because: str) -> Decided:
    """Approved returns, rejected after all; what they moved is moved back by opposite entries."""
    return _rejected(store, book, (ids, (APPROVED,), "reverse"), act, because=because)


def _rejected(
    store: Store, book: PolicyBook, what: tuple[Sequence[int], tuple[str, ...], str], act: Act, *, because: str
) -> Decided:
    ids, states, verb = what
    with store.transaction(keep=act.keep):
        names = load_names(store.connection)
        items = _in_state(store, ids, names, states, verb)
        recorder = recorder_for(store, names, book, act, because)
        done = Decided((item, _against(item, act)) for item in items)
        for item, decision in done:
            recorder.record_again(item.standing, decision)
        recorder.finish()
        done.late = recorder.late
    return done


def _against(item: RecordedReturn, act: Act) -> Decision:
    """A person's rejection; the sums stay on it as what an approval would have moved."""
    row, standing = item.row, item.standing
    at = row.requested_at if row.requested_at is not None else item.received_at
    return Decision(
        REJECTED,
        (),
        act.author,
        standing.sale,
        item.reason_code,
        at,
        row.requested_kind,
        standing.credit_minor,
        item.clawback_minor,
        {},
    )


def void(store: Store, book: PolicyBook, batch_id: int, act: Act, *, because: str) -> Decided:
    """A batch taken back: its approvals reversed, its queue emptied, its figures kept on record."""
    with store.transaction(keep=act.keep):
        connection = store.connection
        batch = find_batch(connection, batch_id)
        if batch is None:
            raise Refused("unknown_batch", f"there is no batch {batch_id}", "leadreturns batch list shows them")
        if batch.void_because is not None:
            raise Refused("already_void", f"batch {batch_id} is void already: {batch.void_because}")
        names = load_names(connection)
        recorder = recorder_for(store, names, book, act, because)
        items = recorded_returns(connection, ids_of_batch(connection, batch_id, (APPROVED, IN_REVIEW)), names)
        done = Decided((item, _against(item, act)) for item in items)
        for item, decision in done:
            recorder.record_again(item.standing, decision)
        void_batch(connection, batch_id, because, at=act.now, by=act.actor)
        recorder.finish()
        done.late = recorder.late
    return done


def redecide(store: Store, book: PolicyBook, ids: Sequence[int], act: Act) -> Decided:
    """Returns in review or rejected, decided anew under today's terms; requested and received times stay."""
    with store.transaction(keep=act.keep):
        names = load_names(store.connection)
        items = _in_state(store, ids, names, (IN_REVIEW, REJECTED), "redecide")
        recorder = recorder_for(store, names, book, act, f"decided anew for {act.actor}")
        gathered = _gathered(recorder, items, book)
        done = Decided()
        for item in items:
            decision = decide(item.row, gathered, book, Receipt(item.batch, item.received_at))
            if decision.sale is not None:
                prior = Prior(item.batch, item.row.row, decision.outcome)
                gathered.history.after(decision.sale, prior, decision.credit_minor)
            recorder.record_again(item.standing, decision)
            done.append((item, decision))
        recorder.finish()
        done.late = recorder.late
    return done


def _gathered(recorder: Recorder, items: Sequence[RecordedReturn], book: PolicyBook) -> Gathered:
    """What bears on the returns, as if they had not been made yet."""
    rows = [item.row for item in items]
    own = [item.id for item in items]
    return gather(recorder.connection, rows, book, recorder.names, History(), leave_out=own)


_VOIDED = "a voided batch is not decided any more; its file may be imported anew"
_INSTEAD = {
    "approve": "an approved return is approved already",
    "reject": "an approved return is taken back with: leadreturns review reverse ID --because TEXT",
    "reverse": "only an approved return can be reversed; one in review is rejected with: leadreturns review reject",
    "redecide": "an approved return is taken back with: leadreturns review reverse ID --because TEXT",
}


def _in_state(
    store: Store, ids: Sequence[int], names: Names, states: tuple[str, ...], verb: str
) -> list[RecordedReturn]:
    """The returns of those ids; raises `Refused` when one is unknown, void or in another state."""
    items = recorded_returns(store.connection, ids, names)
    missing = sorted(set(ids) - {item.id for item in items})
    if missing:
        listed = ", ".join(map(str, missing[:10]))
        raise Refused("unknown_return", f"there is no return {listed}", "leadreturns returns list shows them")
    wrong = [f"{item.id} is {'void' if item.void else item.standing.outcome}" for item in items if _unfit(item, states)]
    if wrong:
        hint = _VOIDED if all(item.void for item in items if _unfit(item, states)) else _INSTEAD[verb]
        raise Refused("wrong_state", f"nothing done: return {', '.join(wrong[:10])}", hint)
    return items


def _unfit(item: RecordedReturn, states: tuple[str, ...]) -> bool:
    return item.void or item.standing.outcome not in states
