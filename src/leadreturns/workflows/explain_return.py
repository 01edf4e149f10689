"""A recorded return explained step by step, from what is stored: the policy text, the sale as it was, the return."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from leadreturns.core.case import Case
from leadreturns.core.decision import Decision
from leadreturns.core.explanation import reply_to_buyer
from leadreturns.core.finding import Finding
from leadreturns.core.history import History
from leadreturns.core.matching import identifiers_of
from leadreturns.core.policy import PolicyBook
from leadreturns.core.reckoning import reckon
from leadreturns.core.step import Step
from leadreturns.core.term_text import told_terms
from leadreturns.core.terms import Origin
from leadreturns.errors import PolicyRefused, Refused
from leadreturns.readers.policy_file import parse_policies
from leadreturns.reports.return_reports import return_json
from leadreturns.reports.steps import step_json, term_json
from leadreturns.store.connection import Store
from leadreturns.store.names import load_names
from leadreturns.store.policies import policy_text
from leadreturns.store.returns import (
    ListedReturn,
    PastDecision,
    RecordedReturn,
    ReturnFilter,
    decisions_of,
    list_returns,
    recorded_returns,
)
from leadreturns.store.sale_history import sale_as_decided
from leadreturns.workflows.look_up import decision_json


class Explained(NamedTuple):
    """A return with every decision about it, and the steps of the newest one."""

    listed: ListedReturn
    decisions: Sequence[PastDecision]
    findings: Sequence[Finding]
    """What the rules found, also where a person decided otherwise afterwards."""
    steps: Sequence[Step]
    terms: Sequence[tuple[str, str, Origin]]
    """Every term with its value in words and where it stands."""
    reply: str
    """What the buyer reads."""
    gap: str
    """Why there are no steps; '' when there are."""


def explain_return(store: Store, today: PolicyBook, return_id: int) -> Explained:
    """The return of that id; raises `Refused` for an unknown one.

    `today` words the reply to the buyer, as an answer written now would have it.

    1. Read the return, its decisions, the text of the policies of the newest one, and the sale as it was then.
    2. Work the steps out again, with the facts that only that hour could tell taken from the decision.
    """
    with store.snapshot() as connection:
        listed = list_returns(connection, ReturnFilter(ids=(return_id,)))
        if not listed:
            raise Refused("unknown_return", f"there is no return {return_id}", "leadreturns returns list shows them")
        decisions = decisions_of(connection, return_id)
        names = load_names(connection)
        (item,) = recorded_returns(connection, [return_id], names)
        newest = decisions[-1]
        by_rule = next(past for past in reversed(decisions) if not past.by_person)
        text = policy_text(connection, newest.policy_id)
        sale = None if newest.sale_id is None else sale_as_decided(connection, newest.sale_id, newest.id, names)
    reason = today.reasons.get(listed[0].reason)
    reply = reply_to_buyer(listed[0].outcome, listed[0].findings, reason.reply if reason else "")
    found = Explained(listed[0], decisions, by_rule.findings, (), (), reply, "")
    if sale is None:
        return found._replace(gap="no single sale fits the row, so no terms apply to it")
    try:
        book = parse_policies(text, f"policies {newest.policy_digest[:12]}")
    except PolicyRefused:
        return found._replace(gap="this version of leadreturns no longer reads the policies that decided it")
    decision = _as_decision(item, newest, by_rule)._replace(sale=sale)
    case = case_of_record(item, decision, book)
    return found._replace(steps=reckon(case, decision), terms=told_terms(case.terms))


def case_of_record(item: RecordedReturn, decision: Decision, book: PolicyBook) -> Case:
    """The case of a recorded return, without the history, which its decision's facts stand for."""
    sale = decision.sale
    assert sale is not None
    by = identifiers_of(item.row)
    return Case(item.row, sale, book, book.terms_of(sale), item.received_at, by, History())


def _as_decision(item: RecordedReturn, newest: PastDecision, by_rule: PastDecision) -> Decision:
    row = item.row
    return Decision(
        newest.outcome,
        by_rule.findings,
        newest.decided_by,
        None,
        item.reason_code,
        row.requested_at or 0,
        row.requested_kind,
        newest.credit_minor,
        newest.clawback_minor,
        newest.facts or by_rule.facts,
    )


def explained_json(found: Explained) -> dict[str, Any]:
    """The return as `returns list` tells it, with its decisions, the steps of the newest one, and the terms."""
    return {
        **return_json(found.listed),
        "reply": found.reply,
        "decisions": [decision_json(past) for past in found.decisions],
        "steps": [step_json(step) for step in found.steps],
        "terms": [term_json(*term) for term in found.terms],
    }
