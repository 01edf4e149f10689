"""Each finding of a matched return: when it is found, how bad it is, what it tells; and which one leads."""

from __future__ import annotations

from typing import Any

import pytest

from leadreturns.core.finding import MEANINGS, REJECT, REVIEW, Finding, leading
from leadreturns.core.history import History, Prior
from leadreturns.core.rules import RULES
from tests.core.terms_in_words import asked, codes, decided, decided_once, gathered, policies, sale

AUTO = "[terms]\napproval = 'auto'\n"
REASONS = """\
[reasons.disconnected]
label = "Phone disconnected"
aliases = ["disc", "number not in service"]
[reasons.wrong_number]
[reasons.no_answer]
aliases = ["voicemail"]
valid = false
reply = "Not reaching a lead is no ground (IO 4.2)."
"""


def test_the_rules_stand_in_the_order_of_the_interface() -> None:
    named = [rule.__name__ for rule in RULES]
    assert named == [code for code in MEANINGS if code in named]
    assert set(MEANINGS) - set(named) == {"unknown_lead", "not_this_buyer", "ambiguous_match", "needs_approval"}


def test_nothing_against_it_and_approval_auto_approves() -> None:
    decision = decided_once(policies(AUTO), gathered([sale()]), asked())
    assert (decision.outcome, decision.findings, decision.decided_by) == ("approved", (), "policy")


def test_nothing_against_it_and_no_rule_that_approves_goes_to_a_person() -> None:
    decision = decided_once(policies(""), gathered([sale()]), asked())
    assert (decision.outcome, codes(decision)) == ("review", ["needs_approval"])


def test_needs_approval_stands_alone() -> None:
    """Something against it is what a person has to look at; that no rule approves it goes without saying."""
    decision = decided_once(policies("[terms]\nlate = 'review'\n"), gathered([sale()]), asked(requested="2026-12-01"))
    assert codes(decision) == ["too_late"]


@pytest.mark.parametrize(
    ("found", "leads"),
    [
        ([("late", REVIEW), ("cap", REJECT), ("block", REJECT)], "cap"),
        ([("late", REJECT), ("cap", REJECT)], "late"),
        ([("late", REVIEW), ("cap", REVIEW)], "late"),
        ([], None),
    ],
)
def test_the_first_of_the_worst_severity_leads(found: list[tuple[str, str]], leads: str | None) -> None:
    first = leading(tuple(Finding(code, severity, {}) for code, severity in found))
    assert (first.code if first else None) == leads


def test_every_rule_runs_and_a_rejection_beats_a_review_that_stands_before_it() -> None:
    book = policies(REASONS + "[terms]\nlate = 'review'\napproval = 'auto'\n")
    decision = decided_once(book, gathered([sale()]), asked(requested="2026-12-01", reason="voicemail"))
    assert codes(decision) == ["too_late", "reason_not_allowed"]
    assert (decision.outcome, decision.leading) == ("rejected", "reason_not_allowed")


# --- what was returned before ------------------------------------------------------------------------------------


def test_a_standing_approval_rejects() -> None:
    history = History(approved={1: Prior(3, 14, "approved")}, newest={1: Prior(3, 14, "approved")})
    decision = decided_once(policies(AUTO), gathered([sale()], history), asked())
    assert (decision.outcome, codes(decision)) == ("rejected", ["already_returned"])
    assert decision.findings[0].facts == {"batch": 3, "row": 14}


@pytest.mark.parametrize(("stands", "outcome"), [("review", "rejected"), ("rejected", "review")])
def test_a_return_that_waits_rejects_the_next_and_one_that_was_rejected_lets_a_person_look(
    stands: str, outcome: str
) -> None:
    history = History(newest={1: Prior(3, 14, stands)})
    decision = decided_once(policies(AUTO), gathered([sale()], history), asked())
    assert (decision.outcome, codes(decision)) == (outcome, ["already_requested"])
    assert decision.findings[0].facts == {"batch": 3, "row": 14, "outcome": stands}


def test_an_approval_and_a_rejected_repetition_of_it_are_both_told_and_the_approval_leads() -> None:
    history = History(approved={1: Prior(3, 14, "approved")}, newest={1: Prior(4, 2, "rejected")})
    decision = decided_once(policies(AUTO), gathered([sale()], history), asked())
    assert codes(decision) == ["already_returned", "already_requested"]
    assert decision.leading == "already_returned"


def test_each_row_sees_the_ones_above_it() -> None:
    book = policies(
        "[terms]\napproval = 'auto'\nwindow = '10 days'\n[[always_review]]\nname = 'dear'\nprice = 'from 90.00'\n"
    )
    known = gathered([sale(1), sale(2, price=9000), sale(3)])
    rows = [
        asked(2, lead="L1"), asked(3, lead="L1"), asked(4, lead="L2"), asked(5, lead="L2"),
        asked(6, "2026-11-30", lead="L3"), asked(7, lead="L3"), asked(8, lead="L1"),
    ]  # fmt: skip
    found = [(decision.outcome, decision.leading) for decision in decided(book, known, *rows)]
    assert found == [
        ("approved", ""),
        ("rejected", "already_returned"),
        ("review", "always_review"),
        ("rejected", "already_requested"),
        ("rejected", "too_late"),
        ("review", "already_requested"),
        ("rejected", "already_returned"),
    ]


def test_rows_without_a_sale_are_in_nobodys_way() -> None:
    known = gathered([sale(buyer="bolt")])
    found = decided(policies(AUTO), known, asked(2), asked(3, buyer="bolt"), asked(4, lead="X"), asked(5, lead="X"))
    assert [decision.leading for decision in found] == ["not_this_buyer", "", "unknown_lead", "unknown_lead"]


# --- time ----------------------------------------------------------------------------------------------------------


def test_a_late_return_tells_its_sums() -> None:
    decision = decided_once(
        policies("[terms]\nwindow = '10 days'\n"), gathered([sale()]), asked(requested="2026-10-12")
    )
    assert decision.findings[0].facts == {
        "counted_to": "requested",
        "requested": "2026-10-12",
        "window": "10 days",
        "counted_from": "sold",
        "start": "2026-10-01",
        "timezone": "America/New_York",
        "deadline": "2026-10-11T23:59:59-04:00",
        "late": "1 day",
    }


@pytest.mark.parametrize(
    ("terms", "requested", "late"),
    [
        ("window = '10 days'", "2026-10-12", "1 day"),
        ("window = '10 days'", "2026-10-14 08:00", "3 days"),
        ("window = 'until day 5 of next month'\ndeadline = 'exact'", "2026-11-08", "3 days"),
        ("window = '72 hours'", "2026-10-05T04:00:00+00:00", "1 second"),
        ("window = '72 hours'", "2026-10-05 00:01:30", "1 minute"),
        ("window = '72 hours'", "2026-10-05 05:30:00", "5 hours 30 minutes"),
        ("window = '72 hours'", "2026-10-07", "2 days"),
        ("window = '3 days'\ndeadline = 'exact'", "2026-10-06 12:00", "1 day 12 hours"),
    ],
)
def test_lateness_is_told_in_the_unit_of_the_window(terms: str, requested: str, late: str) -> None:
    decision = decided_once(policies(f"[terms]\n{terms}\n"), gathered([sale()]), asked(requested=requested))
    assert decision.leading == "too_late"
    assert decision.findings[0].facts["late"] == late


def test_a_delivery_is_named_only_where_it_was_counted_from() -> None:
    book = policies("[terms]\nwindow = '24 hours'\ncounted_from = 'delivered'\n")
    with_it, without = sale(1, delivered="2026-10-02 09:00"), sale(2)
    found = decided(book, gathered([with_it, without]), asked(2, "2026-10-09"), asked(3, "2026-10-09", lead="L2"))
    told = [(each.findings[0].facts["counted_from"], each.findings[0].facts["start"]) for each in found]
    assert told == [("delivered", "2026-10-02T09:00:00-04:00"), ("sold", "2026-10-01")]


def test_a_wall_clock_time_is_stored_as_an_instant_and_a_date_as_a_date() -> None:
    book, known = policies(AUTO), gathered([sale(1), sale(2), sale(3)])
    rows = asked(2, "2026-10-05 12:00"), asked(3, "2026-10-05", lead="L2"), asked(4, "", lead="L3")
    found = decided(book, known, *rows, received=1_791_300_000)
    assert [(each.requested_at, each.requested_kind) for each in found] == [
        (1_791_216_000, 0),
        (1_791_158_400, 1),
        (1_791_300_000, 0),
    ]


# --- reasons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["disconnected", "DISC", "Phone disconnected", " number not  in service.", "Number-not-in-service"]
)
def test_a_reason_is_known_by_code_label_or_alias_in_any_case_and_punctuation(text: str) -> None:
    decision = decided_once(policies(REASONS + AUTO), gathered([sale()]), asked(reason=text))
    assert (decision.outcome, decision.reason_code) == ("approved", "disconnected")


@pytest.mark.parametrize(("term", "outcome"), [("review", "review"), ("reject", "rejected"), ("accept", "approved")])
@pytest.mark.parametrize("text", ["never heard of", ""])
def test_an_unknown_or_blank_reason_is_what_the_terms_say(term: str, outcome: str, text: str) -> None:
    book = policies(REASONS + AUTO + f"unknown_reason = '{term}'\n")
    decision = decided_once(book, gathered([sale()]), asked(reason=text))
    assert (decision.outcome, decision.reason_code) == (outcome, "")
    assert codes(decision) == ([] if term == "accept" else ["reason_unknown"])


def test_without_any_reason_in_the_policies_every_text_is_accepted_as_it_stands() -> None:
    decision = decided_once(policies(AUTO), gathered([sale()]), asked(reason="whatever they wrote"))
    assert (decision.outcome, decision.reason_code) == ("approved", "whatever they wrote")


def test_a_reason_off_the_list_and_one_that_is_never_valid_reject() -> None:
    book = policies(REASONS + AUTO + "reasons = ['disconnected']\n")
    known = gathered([sale(1), sale(2)])
    off, never = decided(book, known, asked(reason="wrong_number"), asked(3, lead="L2", reason="voicemail"))
    assert off.findings[0] == Finding("reason_not_allowed", REJECT, {"reason": "wrong_number", "label": "wrong_number"})
    assert never.findings[0].facts["reply"] == "Not reaching a lead is no ground (IO 4.2)."


def test_the_more_specific_layer_says_which_reasons_count() -> None:
    book = policies(REASONS + AUTO + "[campaigns.solar]\nreasons = ['wrong_number']\n")
    known = gathered([sale(1), sale(2, campaign="roofing")])
    found = decided(book, known, asked(reason="disc"), asked(3, lead="L2", reason="disc"))
    assert [each.leading for each in found] == ["reason_not_allowed", ""]


# --- evidence ------------------------------------------------------------------------------------------------------

EVIDENCE = """\
[reasons.unreachable]
evidence = ["call_attempts"]
min_call_attempts = 4
[reasons.wrong_person]
evidence = ["comment"]
[reasons.dead]
evidence = ["call_attempts", "comment"]
[reasons.known_already]
evidence = ["duplicate_of"]
"""


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"reason": "unreachable", "calls": 4}, None),
        ({"reason": "unreachable", "calls": 3}, ["call_attempts"]),
        ({"reason": "unreachable"}, ["call_attempts"]),
        ({"reason": "wrong_person", "comment": "asked for somebody else"}, None),
        ({"reason": "wrong_person"}, ["comment"]),
        ({"reason": "dead", "calls": 1, "comment": "beeps"}, None),
        ({"reason": "dead", "comment": "beeps"}, ["call_attempts"]),
        ({"reason": "dead", "calls": 0}, ["call_attempts", "comment"]),
        ({"reason": "known_already", "duplicate_of": "L9"}, None),
        ({"reason": "known_already"}, ["duplicate_of"]),
    ],
)
def test_a_reason_asks_for_its_evidence(given: dict[str, Any], missing: list[str] | None) -> None:
    decision = decided_once(policies(EVIDENCE + AUTO), gathered([sale()]), asked(**given))
    assert decision.outcome == ("review" if missing else "approved")
    assert [finding.facts["missing"] for finding in decision.findings] == ([missing] if missing else [])


def test_missing_calls_are_counted() -> None:
    decision = decided_once(policies(EVIDENCE + AUTO), gathered([sale()]), asked(reason="unreachable", calls=2))
    assert decision.findings[0].facts == {
        "reason": "unreachable", "missing": ["call_attempts"], "call_attempts": 2, "min_call_attempts": 4,
    }  # fmt: skip


# --- duplicates ----------------------------------------------------------------------------------------------------

DUPLICATES = "[reasons.duplicate]\n" + AUTO + "duplicate_lookback = '30 days'\n"


@pytest.mark.parametrize(
    ("earlier", "proved"),
    [
        ([sale(7, "2026-09-20")], True),
        ([sale(7, "2026-09-01")], True),
        ([sale(7, "2026-08-31")], False),
        ([sale(7, "2026-10-02")], False),
        ([sale(7, "2026-09-20", buyer="bolt")], False),
        ([sale(1, "2026-09-20")], False),
        ([], False),
    ],
    ids=["20 days before", "30 days before", "31 days before", "later", "to another buyer", "itself", "none"],
)
def test_a_duplicate_is_one_that_the_ledger_shows(earlier: list[Any], proved: bool) -> None:
    known = gathered([sale()], s1=earlier)
    decision = decided_once(policies(DUPLICATES), known, asked(reason="duplicate"))
    assert decision.outcome == ("approved" if proved else "review")
    assert codes(decision) == ([] if proved else ["not_a_duplicate"])


def test_the_proof_names_the_newest_earlier_sale() -> None:
    others = [sale(7, "2026-09-10", lead="E7"), sale(8, "2026-09-20", lead="E8"), sale(9, "2026-10-03", lead="E9")]
    decision = decided_once(policies(DUPLICATES), gathered([sale()], s1=others), asked(reason="duplicate"))
    assert decision.facts["duplicate_of"] == {"sale": 8, "lead_id": "E8", "buyer": "acme", "sold": "2026-09-20"}


def test_of_two_sales_of_one_day_without_a_time_the_first_in_the_ledger_is_the_earlier() -> None:
    twins = sale(1), sale(2)
    known = gathered(twins, s1=[twins[1]], s2=[twins[0]])
    first, second = decided(
        policies(DUPLICATES), known, asked(reason="duplicate"), asked(3, lead="L2", reason="duplicate")
    )
    assert (first.leading, second.leading) == ("not_a_duplicate", "")


def test_a_lookback_counts_whole_days_however_windows_are_counted() -> None:
    exact = DUPLICATES + "deadline = 'exact'\n"
    rolling = DUPLICATES + "roll_forward = true\n"
    first_counts = DUPLICATES + "first_day_counts = true\n"
    month_before = [sale(7, "2026-09-01 08:00")]
    for text in (exact, first_counts):
        known = gathered([sale(sold="2026-10-01 20:00")], s1=month_before)
        assert decided_once(policies(text), known, asked(reason="duplicate")).outcome == "approved"
    # 30 days from Thursday 3 September end on Saturday 3 October: a look-back is no deadline that could move on.
    known = gathered([sale(sold="2026-10-05")], s1=[sale(7, "2026-09-03")])
    assert decided_once(policies(rolling), known, asked(reason="duplicate")).leading == "not_a_duplicate"


def test_without_a_lookback_a_claimed_duplicate_needs_no_proof() -> None:
    book = policies("[reasons.duplicate]\n" + AUTO)
    assert decided_once(book, gathered([sale()]), asked(reason="duplicate")).outcome == "approved"


def test_other_reasons_prove_nothing() -> None:
    book = policies("[reasons.fraud]\n" + DUPLICATES)
    assert decided_once(book, gathered([sale()]), asked(reason="fraud")).outcome == "approved"
