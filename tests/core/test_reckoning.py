"""Explanations: each step of a decision with its sums, and the section and line of the policies it rests on."""

from __future__ import annotations

from typing import Any

import pytest

from leadreturns.core.decision import Receipt, case_of, decide_sale
from leadreturns.core.history import History, Usage, UsageKey
from leadreturns.core.matching import match
from leadreturns.core.reckoning import reckon
from leadreturns.core.sale import Sale
from leadreturns.core.step import Step
from leadreturns.core.term_text import TERM_NAMES, told_terms
from leadreturns.reports.steps import place_text
from tests.core.terms_in_words import asked, gathered, policies, sale, settled

POLICIES = """\
[reasons.disconnected]
label = 'Phone disconnected'
aliases = ['disc']
evidence = ['call_attempts', 'comment']
min_call_attempts = 2
[reasons.duplicate]
credit = '50%'
[terms]
window = '10 days'
late = 'reject'
duplicate_lookback = '30 days'
cap = ['2 returns per month', '10% of revenue per month']
credit = '90%'
post_to = 'sold'
[buyers.acme]
deadline = 'end of day'
approval = 'auto'
[[contracts]]
buyer = 'acme'
campaign = 'solar'
reference = 'IO-7'
from = 2026-10-01
until = 2026-10-31
window = '5 business days'
reasons = ['disconnected', 'duplicate']
[suppliers.leadco]
clawback = 'as credit'
window = '20 days'
"""
LINE = {text: number for number, text in enumerate(POLICIES.splitlines(), start=4)}


def at(text: str, layer: str) -> str:
    """The place of a line of POLICIES."""
    return f"line {LINE[text]}, {layer}"


def steps(
    row: dict[str, Any] | None = None,
    sold: dict[str, Any] | None = None,
    text: str = POLICIES,
    received: str = "2026-10-20",
    earlier: tuple[Sale, ...] = (),
) -> dict[str, list[Step]]:
    """The steps of a decision by name."""
    book = policies(text)
    usage = Usage(40, {"USD": 200_000}, 1, {"USD": 5000}, 1, {"USD": 5000})
    known = gathered([sale(**(sold or {}))], History(usage={UsageKey("acme", None, 202610): usage}), s1=earlier)
    at = book.zone.day_end(settled(received, book.zone).at // 86_400)
    request, receipt = asked(**(row or {})), Receipt(7, at)
    matched = match(request, known.candidates, book)
    case = case_of(request, matched, known, book, receipt)
    decision = decide_sale(request, matched, known, book, receipt)
    found: dict[str, list[Step]] = {}
    for step in reckon(case, decision):
        found.setdefault(step.name, []).append(step)
    return found


GOOD = {"reason": "disc", "calls": 3, "comment": "dead line"}


def told(found: dict[str, list[Step]], name: str) -> list[str]:
    return [step.told for step in found.get(name, [])]


def places(found: dict[str, list[Step]], name: str) -> list[str]:
    return [place_text(step.origin) for step in found[name]]


def test_an_approved_return_is_explained_from_the_sale_to_the_posting() -> None:
    found = steps(GOOD)
    assert told(found, "sale") == [
        "lead L1, sold to acme for solar on 2026-10-01 for 50.00 USD; bought from leadco for 30.00 USD"
    ]
    assert told(found, "contract") == ["IO-7, for leads sold from 2026-10-01 to 2026-10-31"]
    assert told(found, "window") == ["5 business days from the sale"]
    assert told(found, "clock starts") == ["2026-10-01, read in America/New_York"]
    assert told(found, "deadline") == ["2026-10-08 23:59:59 America/New_York, the end of the day"]
    assert told(found, "asked for") == ["2026-10-05"]
    assert told(found, "in time") == ["yes, 3 days before the deadline"]
    assert told(found, "reason") == ['Phone disconnected, written as "disc"']
    assert told(found, "allowed") == ["disconnected is on the list of these terms"]
    assert told(found, "evidence") == ["calls made: 3, needed: 2", "a comment is needed, and given"]
    revenue = "200.00 USD allowed in 2026-10; 150.00 USD left before this return, 105.00 USD left after it"
    assert told(found, "cap") == [
        "2 returns per month for acme: 2 allowed in 2026-10; 1 left before this return, none left after it",
        f"10% of revenue per month for acme (2,000.00 USD of revenue): {revenue}",
    ]
    assert told(found, "approval") == ["what passes every rule is approved"]
    assert told(found, "credit") == ["45.00 USD to the buyer, 90% of the price"]
    assert told(found, "clawback") == ["27.00 USD from leadco, 90% of the payout"]
    assert told(found, "posted to") == ["the month of the sale, or the next open one"]


@pytest.mark.parametrize(
    ("campaign", "whose"), [("solar", "acme's leads for solar"), ("", "acme's leads without a campaign")]
)
def test_a_cap_for_each_campaign_says_whose_leads_use_it_up(campaign: str, whose: str) -> None:
    text = POLICIES.replace("post_to = 'sold'", "post_to = 'sold'\ncap_scope = 'buyer and campaign'")
    first, _ = steps(GOOD, {"campaign": campaign}, text=text)["cap"]
    assert first.told.startswith(f"2 returns per month for {whose}: 2 allowed in 2026-10; ")
    assert (first.facts["scope"], first.facts["campaign"]) == ("buyer and campaign", campaign or None)


def test_every_step_names_the_line_that_it_rests_on() -> None:
    found = steps(GOOD)
    assert places(found, "contract") == [at("[[contracts]]", "[[contracts]] IO-7")]
    assert places(found, "window") == [at("window = '5 business days'", "[[contracts]] IO-7")]
    assert places(found, "deadline") == [at("deadline = 'end of day'", "[buyers.acme]")]
    assert places(found, "clock starts") == ["line 3, top of the file"]
    assert places(found, "reason") == [at("[reasons.disconnected]", "[reasons.disconnected]")]
    assert places(found, "evidence") == [
        at("min_call_attempts = 2", "[reasons.disconnected]"),
        at("evidence = ['call_attempts', 'comment']", "[reasons.disconnected]"),
    ]
    assert places(found, "credit") == [at("credit = '90%'", "[terms]")]
    assert places(found, "clawback") == [at("clawback = 'as credit'", "[suppliers.leadco]")]
    assert places(found, "posted to") == [at("post_to = 'sold'", "[terms]")]
    assert places(found, "approval") == [at("approval = 'auto'", "[buyers.acme]")]


def test_programs_get_the_figures() -> None:
    found = steps(GOOD)
    assert found["deadline"][0].facts == {"deadline": "2026-10-08T23:59:59-04:00"}
    assert found["window"][0].facts == {"window": "5 business days", "counted_from": "sold"}
    assert found["in time"][0].facts == {"in_time": True, "left": "3 days"}
    room = found["cap"][1].facts
    assert (room["used"], room["limit"], room["left_before"], room["left_after"]) == (5000, 20_000, 15_000, 10_500)
    assert found["clawback"][0].facts == {"clawback": "27.00", "share": "90%", "refused_by": None}


def test_a_late_return_tells_how_late_and_takes_no_room() -> None:
    found = steps({**GOOD, "requested": "2026-10-10"})
    assert told(found, "in time") == ["no, 2 days late; late returns are rejected"]
    assert places(found, "in time") == [at("late = 'reject'", "[terms]")]
    assert told(found, "cap")[0].endswith("1 left before this return, 1 left after it")
    assert told(found, "credit") == ["would be 45.00 USD to the buyer, 90% of the price"]
    assert "posted to" not in found


def test_no_contract_in_force_is_told_where_the_buyer_has_one() -> None:
    assert told(steps(GOOD, {"sold": "2026-09-30"}), "contract") == [
        "acme has contracts, and none of them covers this sale"
    ]
    other = steps({**GOOD, "buyer": "bolt"}, {"buyer": "bolt"})
    assert "contract" not in other


def test_the_clock_is_told_with_all_that_bends_it() -> None:
    text = (
        "[terms]\nwindow = '2 days'\nfirst_day_counts = true\nroll_forward = true\nnot_before = '24 hours'\n"
        "counted_from = 'delivered'\ncounted_to = 'received'\n"
    )
    found = steps({}, {"sold": "2026-10-02 09:00"}, text)
    assert told(found, "clock starts") == [
        "2026-10-02 09:00, read in America/New_York; the ledger has no delivery, so the sale counts"
    ]
    assert told(found, "opens") == ["2026-10-03 09:00 (24 hours must have passed)"]
    assert told(found, "deadline") == [
        "2026-10-05 23:59:59 America/New_York, the end of the day; the first day counts; moved on to a business day"
    ]
    assert told(found, "counted to") == ["the receipt: 2026-10-20 23:59:59"]
    assert places(found, "deadline") == ["line 6, [terms]"]
    delivered = steps({}, {"sold": "2026-10-02 09:00", "delivered": "2026-10-03 10:30"}, text)
    assert told(delivered, "window") == ["2 days from the delivery"]


def test_a_day_of_the_next_month_reads_from_the_event_on() -> None:
    text = "[terms]\nwindow = 'until day 5 of next month'\n"
    assert told(steps({}, {}, text), "window") == ["until day 5 of the month after the sale"]


@pytest.mark.parametrize(
    ("requested", "in_time"),
    [
        ("2026-10-04 09:00:00", "yes, in the last second"),
        ("2026-10-04 08:59:18", "yes, 42 seconds before the deadline"),
        ("2026-10-04 05:40:00", "yes, 3 hours 20 minutes before the deadline"),
    ],
)
def test_how_close_to_a_deadline_of_hours(requested: str, in_time: str) -> None:
    found = steps({"requested": requested}, {"sold": "2026-10-01 09:00:00"}, "[terms]\nwindow = '72 hours'\n")
    assert told(found, "in time") == [in_time]


def test_a_late_return_that_a_person_decides_says_so() -> None:
    found = steps({"requested": "2026-10-03"}, {}, "[terms]\nwindow = '1 day'\nlate = 'review'\n")
    assert told(found, "in time") == ["no, 1 day late; a person decides about late returns"]


@pytest.mark.parametrize(
    ("terms", "ends"),
    [
        ("window = '72 hours'", "2026-10-04 23:59:59 America/New_York, to the second"),
        ("window = '3 days'\ndeadline = 'exact'", "2026-10-04 23:59:59 America/New_York, to the second"),
        (
            "window = 'until day 5 of next month'\ndeadline = 'exact'",
            "2026-11-05 23:59:59 America/New_York, the end of the day",
        ),
    ],
)
def test_how_the_deadline_ends(terms: str, ends: str) -> None:
    assert told(steps({}, {}, f"[terms]\n{terms}\n"), "deadline") == [ends]


def test_no_returns_here_have_no_clock() -> None:
    found = steps({}, {}, "[terms]\nwindow = 'none'\n")
    assert told(found, "window") == ["these sales cannot be returned"]
    assert "deadline" not in found
    assert "in time" not in found


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "none given"),
        ({"reason": "who knows"}, '"who knows", which names no known reason'),
        ({"reason": "Phone disconnected"}, "Phone disconnected"),
        ({"reason": "disconnected"}, "Phone disconnected"),
    ],
)
def test_the_reason_is_told_as_it_was_read(row: dict[str, Any], reason: str) -> None:
    assert told(steps(row), "reason") == [reason]


def test_a_duplicate_is_told_with_its_proof_or_without_one() -> None:
    row = {"reason": "duplicate"}
    assert told(steps(row), "duplicate") == ["no earlier sale of this person to acme within 30 days"]
    found = steps(row, earlier=(sale(7, "2026-09-20 08:15", lead="E7"),))
    assert told(found, "duplicate") == ["lead E7 was sold to acme on 2026-09-20 08:15, within 30 days"]
    assert found["duplicate"][0].facts["duplicate_of"]["sale"] == 7
    assert told(found, "credit") == ["25.00 USD to the buyer, 50% of the price"]
    assert places(found, "credit") == [at("credit = '50%'", "[reasons.duplicate]")]


@pytest.mark.parametrize(
    ("sold", "received", "says"),
    [
        ({"supplier": ""}, "2026-10-05", "none: the lead has no supplier who was paid"),
        ({"payout": 0}, "2026-10-05", "none: the lead has no supplier who was paid"),
        ({"supplier": "other"}, "2026-10-05", "none: other gives nothing back"),
        ({}, "2026-10-30", "none: leadco's window of 20 days had closed when the file was received"),
    ],
)
def test_why_nothing_is_clawed_back(sold: dict[str, Any], received: str, says: str) -> None:
    assert told(steps(GOOD, sold, received=received), "clawback") == [says]


def test_a_reason_that_the_supplier_does_not_take_back() -> None:
    text = POLICIES + "reasons = ['duplicate']\n"
    found = steps(GOOD, text=text)
    assert told(found, "clawback") == ["none: leadco does not take back leads for this reason"]
    assert places(found, "clawback") == [f"line {len(text.splitlines()) + 3}, [suppliers.leadco]"]


def test_rules_that_fit_are_named_with_their_line() -> None:
    text = (
        "[[auto_approve]]\nname = 'good buyer'\nreturn_rate = 'below 10%'\n"
        "[[always_review]]\nname = 'dear'\nprice = 'from 90.00'\n"
    )
    found = steps({}, {}, text)
    assert told(found, "rule") == ['"good buyer" fits; 1 of 40 sales of that month had come back']
    assert places(found, "rule") == ["line 4, [[auto_approve]]"]
    found = steps({}, {"price": 9000}, text)
    assert told(found, "rule") == ['"dear" fits']
    assert places(found, "rule") == ["line 7, [[always_review]]"]


def test_all_terms_are_told_with_their_places() -> None:
    book = policies(POLICIES)
    listed = told_terms(book.terms_of(sale()))
    assert [key for key, _, _ in listed] == list(TERM_NAMES)
    by_key = {key: (text, place_text(origin)) for key, text, origin in listed}
    assert by_key["window"] == ("5 business days", at("window = '5 business days'", "[[contracts]] IO-7"))
    assert by_key["cap"][0] == "2 returns per month, 10% of revenue per month"
    assert by_key["max_lag"] == ("no check", "default")
    assert by_key["first_day_counts"] == ("false", "default")
    house = {key: text for key, text, _ in told_terms(book.terms_for("bolt", "", 0))}
    assert house["reasons"] == "every reason in the file"
