"""decide() one return; decide_all() folds history down a file.

The worst severity of the findings wins: reject beats review; with neither, the terms or an [[auto_approve]] block
approve, else a person must.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from leadreturns.core import blocks
from leadreturns.core.calendar import Zone
from leadreturns.core.case import Case
from leadreturns.core.clawback import clawback_of
from leadreturns.core.finding import APPROVED, IN_REVIEW, REJECT, REJECTED, REVIEW, Finding, leading
from leadreturns.core.history import History, Prior
from leadreturns.core.lead_return import LeadReturn, TimeKind
from leadreturns.core.matching import Candidates, Match, match
from leadreturns.core.policy import PolicyBook
from leadreturns.core.rules import rules_under
from leadreturns.core.sale import Sale

BY_POLICY = "policy"
BY_BLOCK = "auto_approve:"
"""Comes before the name of the block."""


class Decision(NamedTuple):
    """The outcome of one return with its findings, its author and the money that an approval moves."""

    outcome: str
    findings: tuple[Finding, ...]
    decided_by: str
    """'policy', 'auto_approve:NAME' or 'user:LOGIN'."""
    sale: Sale | None
    reason_code: str
    """'' when the text names no known reason."""
    requested_at: int
    """Epoch second, or the UTC midnight of a date: the request, else the receipt."""
    requested_kind: int
    credit_minor: int
    """What approval credits the buyer; for a rejected return what it would have credited."""
    clawback_minor: int
    facts: Mapping[str, Any]
    """What cannot be worked out again later: cap headroom, the proof of a duplicate, the return rate of a block."""

    @property
    def leading(self) -> str:
        """The code of the leading finding, '' without findings."""
        found = leading(self.findings)
        return found.code if found else ""


@dataclass(slots=True)
class Gathered:
    """What the store knows that bears on the returns at hand."""

    candidates: Candidates
    history: History
    same_person: Mapping[int, Sequence[Sale]] = field(default_factory=dict)
    """Sale id → other sales of that person to that buyer; only for rows that claim a duplicate."""


class Receipt(NamedTuple):
    """The batch that the returns came in with, and the epoch second of its receipt."""

    batch: int
    received: int


def decide_all(rows: Iterable[LeadReturn], gathered: Gathered, book: PolicyBook, receipt: Receipt) -> list[Decision]:
    """One decision per row, in file order; each row sees the ones above it."""
    history, batch = gathered.history, receipt.batch
    decisions = []
    for row in rows:
        decision = decide(row, gathered, book, receipt)
        if decision.sale is not None:
            history.after(decision.sale, Prior(batch, row.row, decision.outcome), decision.credit_minor)
        decisions.append(decision)
    return decisions


def decide(row: LeadReturn, gathered: Gathered, book: PolicyBook, receipt: Receipt) -> Decision:
    """The decision on one return under the terms of its sale."""
    matched = match(row, gathered.candidates, book)
    if matched.sale is None:
        return unmatched(row, matched, book, receipt)
    return decide_sale(row, matched, gathered, book, receipt)


def unmatched(row: LeadReturn, matched: Match, book: PolicyBook, receipt: Receipt) -> Decision:
    """The decision on a row without exactly one sale: its matching finding alone."""
    finding = matched.finding
    assert finding is not None
    if finding.code == "unknown_lead":
        # There is no sale whose day could choose a contract: the day of receipt stands in for it.
        day = book.base_zone(row.buyer, row.campaign).day(receipt.received)
        finding = finding._replace(severity=book.terms_for(row.buyer, row.campaign, day).unknown_lead)
    outcome = REJECTED if finding.severity == REJECT else IN_REVIEW
    zone = book.base_zone(row.buyer, row.campaign)
    at, kind = _stored_request(row, receipt, zone)
    code = book.reason_code(row.reason_text) or ""
    return Decision(outcome, (finding,), BY_POLICY, None, code, at, kind, 0, 0, {})


def decide_sale(row: LeadReturn, matched: Match, gathered: Gathered, book: PolicyBook, receipt: Receipt) -> Decision:
    """The decision on a row whose one sale is known: every rule runs, the worst severity wins."""
    case = case_of(row, matched, gathered, book, receipt)
    terms = case.terms
    findings = tuple([found for rule in rules_under(terms, book) if (found := rule(case)) is not None])
    outcome, author = _outcome(case, findings)
    if outcome == IN_REVIEW and not findings:
        findings = _needs_approval(case)
    at, kind = row.requested_at, row.requested_kind
    if at is None or kind != TimeKind.DATE:
        at, kind = case.requested.first, TimeKind.INSTANT
    return Decision(
        outcome,
        findings,
        author,
        case.sale,
        case.reason_code or "",
        at,
        kind,
        case.credit_minor,
        clawback_of(case),
        _facts(case, author) if case.cap_rooms or case.proof or author != BY_POLICY else _NO_FACTS,
    )


_NEEDS_APPROVAL = (Finding("needs_approval", REVIEW, {}),)


def _needs_approval(case: Case) -> tuple[Finding, ...]:
    """Names the return rates that kept an [[auto_approve]] block from fitting."""
    rates = blocks.failed_rates(case.book.auto_approve, case) if case.book.asks_rates else []
    return (Finding("needs_approval", REVIEW, {"return_rates": rates}),) if rates else _NEEDS_APPROVAL


_NO_FACTS: Mapping[str, Any] = {}


def case_of(row: LeadReturn, matched: Match, gathered: Gathered, book: PolicyBook, receipt: Receipt) -> Case:
    """The case that the rules look at."""
    sale = matched.sale
    assert sale is not None
    same_person = gathered.same_person
    return Case(
        row,
        sale,
        book,
        book.terms_of(sale),
        receipt.received,
        matched.by,
        gathered.history,
        same_person.get(sale.id, ()) if same_person else (),
    )


def _outcome(case: Case, findings: tuple[Finding, ...]) -> tuple[str, str]:
    """The outcome and who decided it."""
    if findings:
        worst = leading(findings)
        return (REJECTED if worst is not None and worst.severity == REJECT else IN_REVIEW), BY_POLICY
    if case.terms.approval == "auto":
        return APPROVED, BY_POLICY
    block = blocks.first_fitting(case.book.auto_approve, case)
    return (IN_REVIEW, BY_POLICY) if block is None else (APPROVED, f"{BY_BLOCK}{block.name}")


def _stored_request(row: LeadReturn, receipt: Receipt, zone: Zone) -> tuple[int, int]:
    """The request as it is stored: an instant or a date, never a wall-clock reading without its zone."""
    if row.requested_at is None:
        return receipt.received, TimeKind.INSTANT
    if row.requested_kind == TimeKind.WALL:
        return zone.wall_span(row.requested_at).first, TimeKind.INSTANT
    return row.requested_at, row.requested_kind


def _facts(case: Case, author: str) -> Mapping[str, Any]:
    """What a later look at the store could not work out again.

    `caps`: the headroom of each cap then; `duplicate_of`: the proof that the ledger gave then; `return_rate`: the
    buyer's rate that an [[auto_approve]] block looked at.
    """
    facts: dict[str, Any] = {}
    if case.cap_rooms:
        facts["caps"] = case.cap_rooms
    proof = case.proof
    if proof is not None:
        sold = case.written(proof.sold_at, proof.sold_kind)
        facts["duplicate_of"] = {"sale": proof.id, "lead_id": proof.lead_id, "buyer": proof.buyer, "sold": sold}
    if author.startswith(BY_BLOCK) and case.book.asks_rates:
        facts["return_rate"] = blocks.rate_of(case)
    return facts
