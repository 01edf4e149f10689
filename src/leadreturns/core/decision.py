"""decide() one return; decide_all() folds history down a file.

The worst severity of the findings wins: reject beats review; with neither, the terms or an [[auto_approve]] block
approve, else a person must.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from leadreturns.core import blocks, evidence
from leadreturns.core.calendar import NONE, Zone
from leadreturns.core.case import Case
from leadreturns.core.finding import APPROVED, IN_REVIEW, REJECT, REJECTED, REVIEW, Finding, leading
from leadreturns.core.history import History, Prior
from leadreturns.core.lead_return import LeadReturn, TimeKind
from leadreturns.core.matching import Candidates, Match, match
from leadreturns.core.money import share_of
from leadreturns.core.policy import PolicyBook
from leadreturns.core.rules import RULES, cap_room
from leadreturns.core.sale import Sale
from leadreturns.core.terms import AS_CREDIT

BY_POLICY = "policy"


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
    """What an approval rests on beyond the terms: cap headroom, the proof of a duplicate."""

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
    history = gathered.history
    decisions = []
    for row in rows:
        decision = decide(row, gathered, book, receipt)
        if decision.sale is not None:
            prior = Prior(receipt.batch, row.row, decision.outcome)
            history.after(decision.sale, prior, decision.credit_minor)
        decisions.append(decision)
    return decisions


def decide(row: LeadReturn, gathered: Gathered, book: PolicyBook, receipt: Receipt) -> Decision:
    """The decision on one return under the terms of its sale."""
    matched = find_sale(row, gathered.candidates, book, receipt)
    if matched.sale is None:
        return unmatched(row, matched, book, receipt)
    return decide_sale(row, matched, gathered, book, receipt)


def find_sale(row: LeadReturn, candidates: Candidates, book: PolicyBook, receipt: Receipt) -> Match:
    """The match of a row; an unknown lead is treated as the buyer's terms of the day of receipt say."""
    unknown = book.terms_for(row.buyer, row.campaign, receipt.received // 86_400).unknown_lead

    def zone_of(sale: Sale) -> Zone:
        return book.terms_of(sale).clock.zone

    return match(row, candidates, zone_of, unknown)


def unmatched(row: LeadReturn, matched: Match, book: PolicyBook, receipt: Receipt) -> Decision:
    """The decision on a row without exactly one sale: its matching finding alone."""
    finding = matched.finding
    assert finding is not None
    outcome = REJECTED if finding.severity == REJECT else IN_REVIEW
    zone = book.base_zone(row.buyer, row.campaign)
    at, kind = _requested(row, receipt, zone)
    code = book.reason_code(row.reason_text) or ""
    return Decision(outcome, (finding,), BY_POLICY, None, code, at, kind, 0, 0, {})


def decide_sale(row: LeadReturn, matched: Match, gathered: Gathered, book: PolicyBook, receipt: Receipt) -> Decision:
    """The decision on a row whose one sale is known: every rule runs, the worst severity wins."""
    case = case_of(row, matched, gathered, book, receipt)
    findings = tuple([found for rule in RULES if (found := rule(case)) is not None])
    outcome, author = _outcome(case, findings)
    if outcome == IN_REVIEW and not findings:
        findings = (Finding("needs_approval", REVIEW, {}),)
    at, kind = _requested(row, receipt, case.terms.clock.zone)
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
        _approval_facts(case) if outcome == APPROVED else {},
    )


def case_of(row: LeadReturn, matched: Match, gathered: Gathered, book: PolicyBook, receipt: Receipt) -> Case:
    """The case that the rules look at."""
    sale = matched.sale
    assert sale is not None
    return Case(
        row,
        sale,
        book,
        book.terms_of(sale),
        receipt.received,
        matched.by,
        gathered.history,
        gathered.same_person.get(sale.id, ()) if gathered.same_person else (),
    )


def _outcome(case: Case, findings: tuple[Finding, ...]) -> tuple[str, str]:
    """The outcome and who decided it."""
    if findings:
        worst = REJECTED if any(found.severity == REJECT for found in findings) else IN_REVIEW
        return worst, BY_POLICY
    if case.terms.approval == "auto":
        return APPROVED, BY_POLICY
    block = blocks.first_fitting(case.book.auto_approve, case)
    return (IN_REVIEW, BY_POLICY) if block is None else (APPROVED, f"auto_approve:{block.name}")


def _requested(row: LeadReturn, receipt: Receipt, zone: Zone) -> tuple[int, int]:
    """The request as it is stored: an instant or a date, never a wall-clock reading without its zone."""
    if row.requested_at is None:
        return receipt.received, TimeKind.INSTANT
    if row.requested_kind == TimeKind.WALL:
        return zone.wall_span(row.requested_at).first, TimeKind.INSTANT
    return row.requested_at, row.requested_kind


def clawback_of(case: Case) -> int:
    """What the supplier gives back of the payout, in minor units: 0 when his own terms do not let the return through.

    His window runs from the sale to the receipt of the batch, in whole days on the clock of the terms.
    """
    sale = case.sale
    if not sale.payout_minor or not sale.supplier:
        return 0
    supplier = case.book.supplier_terms(sale.supplier)
    if supplier.reasons is not None and case.reason_code not in supplier.reasons:
        return 0
    if not supplier_window_open(case, case.received):
        return 0
    share = case.terms.clawback if supplier.clawback is None else supplier.clawback
    if isinstance(share, str):
        share = case.credit_share if share == AS_CREDIT else Fraction(0)
    return share_of(sale.payout_minor, share)


def supplier_window_open(case: Case, instant: int) -> bool:
    """True when the supplier still takes the sale back at `instant`."""
    window = case.book.supplier_terms(case.sale.supplier).window
    if window is None:
        return True
    if window.unit == NONE:
        return False
    return instant <= case.terms.plain_clock.deadline(window, case.sale.sold_at, case.sale.sold_kind)


def _approval_facts(case: Case) -> Mapping[str, Any]:
    """The facts that cannot be worked out again later: cap headroom then, and the proof that the ledger gave then."""
    if not case.terms.cap and not case.earlier:
        return {}
    facts: dict[str, Any] = {}
    if case.terms.cap:
        facts["caps"] = [cap_room(case, cap) for cap in case.terms.cap]
    lookback, reason = case.terms.duplicate_lookback, case.reason
    if lookback is not None and reason is not None and reason.is_duplicate:
        proof = evidence.earlier_sale(case.sale, case.earlier, lookback, case.terms.clock)
        if proof is not None:
            sold = case.written(proof.sold_at, proof.sold_kind)
            facts["duplicate_of"] = {"lead_id": proof.lead_id, "buyer": proof.buyer, "sold": sold}
    return facts
