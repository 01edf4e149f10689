"""What the operator reads, and what the buyer reads: shorter, and never of another party."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from leadreturns.core.explanation import explanation, problem_to_buyer, reply_to_buyer, sentence
from leadreturns.core.finding import MEANINGS, REJECT, REVIEW, Finding
from leadreturns.core.lead_return import Problem
from tests.core.terms_in_words import asked, decided_once, gathered, policies, sale

SECRET = "Rival Roofing"
WINDOW = {
    "counted_to": "requested", "requested": "2026-10-12", "window": "10 days", "counted_from": "sold",
    "start": "2026-10-01", "timezone": "America/New_York",
}  # fmt: skip
CAP = {"cap": "15% of sales per month", "scope": "buyer", "month": "2026-10", "basis": "sales", "of": 20, "limit": 3,
       "used": 3, "this": 1}  # fmt: skip
FACTS: Mapping[str, Mapping[str, Any]] = {
    "unknown_lead": {"by": ["sale_ref"], "would_have_found": {"lead_id": [SECRET]}},
    "not_this_buyer": {"by": ["lead_id"], "sold_to": [SECRET]},
    "ambiguous_match": {
        "by": ["phone", "email"], "count": 7,
        "sales": [{"sale": n, "lead_id": f"L{n}", "buyer": SECRET, "campaign": ""} for n in range(1, 8)],
    },
    "already_returned": {"batch": 3, "row": 14},
    "already_requested": {"batch": 3, "row": 14, "outcome": "review"},
    "not_returnable": {"layer": f"[buyers.{SECRET}]"},
    "before_sale": {"requested": "2026-09-30", "sold": "2026-10-01T09:00:00-04:00"},
    "in_future": {"requested": "2026-10-12", "received": "2026-10-11T23:59:59-04:00"},
    "backdated": {"requested": "2026-08-12", "received": "2026-10-11T23:59:59-04:00", "max_lag": "14 days"},
    "too_early": {**WINDOW, "opens": "2026-10-15T00:00:00-04:00"},
    "too_late": {**WINDOW, "deadline": "2026-10-11T23:59:59-04:00", "late": "1 day"},
    "reason_unknown": {"text": "he was rude"},
    "reason_not_allowed": {"reason": "no_answer", "label": "No answer"},
    "missing_evidence": {
        "reason": "dead", "missing": ["comment", "call_attempts"], "call_attempts": 1, "min_call_attempts": 4,
    },
    "not_a_duplicate": {"lookback": "30 days"},
    "over_cap": CAP,
    "always_review": {"block": f"watch {SECRET}"},
    "auto_reject": {"block": f"never from {SECRET}"},
    "needs_approval": {},
}  # fmt: skip


def finding(code: str, severity: str = REJECT) -> Finding:
    return Finding(code, severity, FACTS[code])


SENTENCES = {
    "unknown_lead": f"no sale fits the sale reference; the lead id would have found {SECRET}",
    "not_this_buyer": f"the lead was sold to {SECRET}, not to this buyer",
    "ambiguous_match": "7 sales fit the phone and e-mail: L1 (sale 1), L2 (sale 2), L3 (sale 3), L4 (sale 4), "
    "L5 (sale 5) and 2 more",
    "already_returned": "already approved in batch 3, row 14",
    "already_requested": "already requested in batch 3, row 14, which waits for review",
    "not_returnable": f"the terms allow no returns here ([buyers.{SECRET}])",
    "before_sale": "requested 2026-09-30, before the sale on 2026-10-01 09:00",
    "in_future": "requested 2026-10-12, after it was received on 2026-10-11 23:59",
    "backdated": "requested 2026-08-12, more than 14 days before it was received on 2026-10-11 23:59",
    "too_early": "requested 2026-10-12, not before 2026-10-15 00:00 America/New_York (10 days from sale on 2026-10-01)",
    "too_late": "requested 2026-10-12, deadline was 2026-10-11 23:59 America/New_York "
    "(10 days from sale on 2026-10-01), 1 day late",
    "reason_unknown": '"he was rude" names no known reason',
    "reason_not_allowed": '"No answer" is no ground for a return under these terms',
    "missing_evidence": 'the reason "dead" needs a comment and call attempts (at least 4, given 1)',
    "not_a_duplicate": "the ledger shows no earlier sale of this person to this buyer within 30 days",
    "over_cap": "the cap of 15% of sales per month is used up: 3 of 3 used in 2026-10 (20 sales)",
    "always_review": f'the rule "watch {SECRET}" applies',
    "auto_reject": f'the rule "never from {SECRET}" applies',
    "needs_approval": "nothing speaks against it, and no rule approves it by itself",
}


@pytest.mark.parametrize("code", MEANINGS)
def test_every_finding_says_why_in_one_sentence_with_its_sums(code: str) -> None:
    assert sentence(finding(code)) == SENTENCES[code] + "."


def test_a_rejection_reads_as_promised() -> None:
    book = policies("[terms]\nwindow = '10 days'\n")
    decision = decided_once(book, gathered([sale()]), asked(requested="2026-10-12"))
    assert explanation(decision.outcome, decision.findings, decision.decided_by) == (
        "Rejected: requested 2026-10-12, deadline was 2026-10-11 23:59 America/New_York "
        "(10 days from sale on 2026-10-01), 1 day late. [too_late]"
    )


@pytest.mark.parametrize(
    ("outcome", "author", "because", "told"),
    [
        ("approved", "policy", "", "Approved: nothing speaks against it."),
        ("approved", "auto_approve:cheap and quick", "", 'Approved by the rule "cheap and quick".'),
        ("approved", "user:anna", "heard the recording", "Approved by anna: heard the recording."),
        ("approved", "user:anna", "Heard the recording.", "Approved by anna: Heard the recording."),
        ("rejected", "user:anna", "", "Rejected by anna."),
    ],
)
def test_what_is_not_a_finding_is_told_too(outcome: str, author: str, because: str, told: str) -> None:
    assert explanation(outcome, (), author, because) == told


HOURS = {**WINDOW, "window": "72 hours", "start": "2026-10-28T10:00:07-04:00"}


@pytest.mark.parametrize(
    ("code", "facts", "told"),
    [
        (
            "too_late",
            {**HOURS, "requested": "2026-10-31T10:00:20-04:00", "deadline": "2026-10-31T10:00:07-04:00",
             "late": "13 seconds"},
            (
                "requested 2026-10-31 10:00:20, deadline was 2026-10-31 10:00:07 America/New_York "
                "(72 hours from sale on 2026-10-28 10:00:07), 13 seconds late."
            ),
        ),
        (
            "too_late",
            {**HOURS, "requested": "2026-11-01T01:30:00-05:00", "deadline": "2026-11-01T01:30:00-04:00",
             "late": "1 hour"},
            (
                "requested 2026-11-01 01:30:00-05:00, deadline was 2026-11-01 01:30:00-04:00 America/New_York "
                "(72 hours from sale on 2026-10-28 10:00:07-04:00), 1 hour late."
            ),
        ),
        (
            "too_early",
            {**HOURS, "requested": "2026-10-31T10:00:00-04:00", "opens": "2026-10-31T10:00:07-04:00"},
            (
                "requested 2026-10-31 10:00:00, not before 2026-10-31 10:00:07 America/New_York "
                "(72 hours from sale on 2026-10-28 10:00:07)."
            ),
        ),
        (
            "before_sale",
            {"requested": "2026-10-01T09:00:00-04:00", "sold": "2026-10-01T09:00:01-04:00"},
            "requested 2026-10-01 09:00:00, before the sale on 2026-10-01 09:00:01.",
        ),
        (
            "in_future",
            {"requested": "2026-10-01T09:00:01-04:00", "received": "2026-10-01T09:00:00-04:00"},
            "requested 2026-10-01 09:00:01, after it was received on 2026-10-01 09:00:00.",
        ),
    ],
)  # fmt: skip
def test_where_seconds_decide_they_are_told(code: str, facts: Mapping[str, Any], told: str) -> None:
    assert sentence(Finding(code, REJECT, facts)) == told


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("No ground (IO 4.2).", "No ground (IO 4.2)."),
        ("No ground ", "No ground."),
        ("No ground..", "No ground."),
        ("Not again!", "Not again!"),
        ("See the contract ...", "See the contract ..."),
    ],
)
def test_a_configured_reply_ends_as_a_sentence_does(reply: str, told: str) -> None:
    found = Finding("reason_not_allowed", REJECT, {**FACTS["reason_not_allowed"], "reply": reply})
    assert explanation("rejected", (found,), "policy") == f"Rejected: {told} [reason_not_allowed]"


def test_a_dear_return_that_does_not_fit_is_no_cap_used_up() -> None:
    facts = {**CAP, "basis": "revenue", "currency": "USD", "limit": 12_000, "used": 7500, "this": 6000,
             "cap": "10% of revenue per month"}  # fmt: skip
    assert sentence(Finding("over_cap", REVIEW, facts)) == (
        "the cap of 10% of revenue per month has no room for 60.00 USD: 75.00 USD of 120.00 USD used in 2026-10."
    )


def late(requested: str, deadline: str, window: str = "72 hours") -> str:
    facts = {
        "counted_to": "requested", "requested": requested, "deadline": deadline, "timezone": "America/New_York",
        "window": window, "counted_from": "sold", "start": "2026-10-29T01:30:00-04:00", "late": "20 seconds",
    }  # fmt: skip
    return sentence(Finding("too_late", REJECT, facts))


def test_offsets_are_told_where_the_clock_went_back_between_two_times() -> None:
    assert late("2026-11-01T01:10:00-05:00", "2026-11-01T01:30:00-04:00").startswith(
        "requested 2026-11-01 01:10:00-05:00, deadline was 2026-11-01 01:30:00-04:00 America/New_York"
    )


def test_a_day_of_the_next_month_reads_from_the_sale_on() -> None:
    told = late("2026-11-06", "2026-11-05T23:59:59-05:00", "until day 5 of next month")
    assert "(until day 5 of the month after the sale on 2026-10-29 01:30)" in told


def test_the_label_of_a_reason_is_read_rather_than_its_code() -> None:
    facts = {"reason": "disc", "label": "Phone disconnected", "missing": ["comment"]}
    assert sentence(Finding("missing_evidence", REVIEW, facts)) == 'the reason "Phone disconnected" needs a comment.'


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("unknown_buyer", "This row names a buyer whom we do not know."),
        ("buyer_conflict", "This row names another buyer."),
        ("missing_buyer", "This row names no buyer."),
    ],
)
def test_a_row_that_cannot_be_read_names_no_other_buyer(code: str, told: str) -> None:
    said = f'row 3, "buyer": no sale names the buyer "x"; did you mean "{SECRET}"?'
    assert problem_to_buyer(Problem(code, 3, "buyer", "x", said)) == told


def test_another_problem_of_a_row_is_told_as_it_is() -> None:
    said = 'row 3, "date": "soon" is no date that can be read.'
    assert problem_to_buyer(Problem("bad_date", 3, "date", "soon", said)) == f"R{said[1:]}"


REPLIES = {
    "unknown_lead": "We find no sale to you with this identifier.",
    "not_this_buyer": "We find no sale to you with this identifier.",
    "ambiguous_match": "Several of your leads fit; please send the lead id.",
    "already_returned": "This lead has been credited already.",
    "already_requested": "This lead has been requested before.",
    "not_returnable": "This lead cannot be returned under your terms.",
    "not_a_duplicate": "Our records show no earlier sale of this person to you.",
    "over_cap": "The cap of 15% of sales per month is used up for 2026-10.",
    "always_review": "Under review.",
    "auto_reject": "Not returnable under your terms.",
    "needs_approval": "Under review.",
}


@pytest.mark.parametrize("code", MEANINGS)
@pytest.mark.parametrize(("outcome", "severity"), [("rejected", REJECT), ("review", REVIEW)])
def test_the_buyer_reads_of_nobody_else(code: str, outcome: str, severity: str) -> None:
    reply = reply_to_buyer(outcome, (finding(code, severity),))
    own = SENTENCES[code]
    assert reply == REPLIES.get(code, own[:1].upper() + own[1:] + ".")
    assert SECRET not in reply
    assert "batch" not in reply


def test_a_lead_sold_to_others_reads_as_one_that_nobody_knows() -> None:
    book = policies("")
    stranger = decided_once(book, gathered([sale(buyer=SECRET)]), asked())
    unknown = decided_once(book, gathered([]), asked())
    assert stranger.leading != unknown.leading
    assert stranger.outcome == unknown.outcome
    assert reply_to_buyer(stranger.outcome, stranger.findings) == reply_to_buyer(unknown.outcome, unknown.findings)


@pytest.mark.parametrize("code", ["reason_not_allowed", "missing_evidence", "not_a_duplicate"])
def test_the_reasons_own_reply_is_read_where_it_is_about_the_reason(code: str) -> None:
    assert reply_to_buyer("rejected", (finding(code),), "See IO 4.2.") == "See IO 4.2."
    own = Finding(code, REJECT, {**FACTS[code], "reply": "As it was then."})
    assert reply_to_buyer("rejected", (own,), "See IO 4.2.") == "As it was then."


@pytest.mark.parametrize("code", ["too_late", "over_cap", "already_returned", "unknown_lead"])
def test_the_reasons_reply_does_not_stand_in_for_other_grounds(code: str) -> None:
    assert reply_to_buyer("rejected", (finding(code),), "See IO 4.2.") != "See IO 4.2."


def test_a_persons_decision_is_told_without_his_words() -> None:
    assert reply_to_buyer("approved", ()) == "Approved."
    assert reply_to_buyer("rejected", ()) == "Rejected after review."
    assert reply_to_buyer("review", ()) == "Under review."


def test_money_in_a_sentence_has_its_thousands_apart() -> None:
    facts = {**CAP, "basis": "revenue", "currency": "USD", "limit": 123456789, "used": 123456700, "this": 4000000}
    said = sentence(Finding("over_cap", REJECT, facts))
    assert "has no room for 40,000.00 USD: 1,234,567.00 USD of 1,234,567.89 USD used" in said
