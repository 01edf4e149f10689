"""Which terms are in force for a sale: layers, contracts by the day of the sale, and where each term comes from."""

from __future__ import annotations

import pytest

from leadreturns.core.lead_return import TimeKind
from leadreturns.core.terms import Origin
from tests.core.terms_in_words import policies, sale, written

LAYERS = """\
[terms]
window = "10 days"
late = "review"
credit = "90%"
[campaigns.solar]
window = "20 days"
credit = "80%"
[buyers.acme]
window = "30 days"
[[contracts]]
buyer = "acme"
reference = "IO-ALL"
from = 2026-10-01
until = 2026-10-31
window = "40 days"
approval = "auto"
[[contracts]]
buyer = "acme"
campaign = "solar"
reference = "IO-SOLAR"
from = 2026-10-15
window = "50 days"
"""


@pytest.mark.parametrize(
    ("sold", "window", "approval"),
    [
        ({"buyer": "bolt", "campaign": "roofing"}, "10 days", "review"),
        ({"buyer": "bolt"}, "20 days", "review"),
        ({"sold": "2026-09-30"}, "30 days", "review"),
        ({"sold": "2026-10-01"}, "40 days", "auto"),
        ({"sold": "2026-10-14"}, "40 days", "auto"),
        ({"sold": "2026-10-15"}, "50 days", "auto"),
        ({"sold": "2026-10-15", "campaign": "roofing"}, "40 days", "auto"),
        ({"sold": "2026-10-31"}, "50 days", "auto"),
        ({"sold": "2026-11-01"}, "50 days", "review"),
        ({"sold": "2026-11-01", "campaign": "roofing"}, "30 days", "review"),
        ({"sold": "2026-10-01T03:59:59+00:00"}, "30 days", "review"),
        ({"sold": "2026-10-01T04:00:00+00:00"}, "40 days", "auto"),
        ({"buyer": " ACME", "campaign": "So lar", "sold": "2026-10-20"}, "50 days", "auto"),
    ],
)
def test_the_more_specific_wins_key_by_key(sold: dict[str, str], window: str, approval: str) -> None:
    terms = policies(LAYERS).terms_of(sale(**sold))  # type: ignore[arg-type]
    assert (terms.window.text, terms.approval) == (window, approval)
    assert terms.late == "review"


def test_every_term_knows_the_section_and_line_it_comes_from() -> None:
    terms = policies(LAYERS).terms_of(sale(sold="2026-10-20"))
    assert terms.origin("window") == Origin("[[contracts]] IO-SOLAR", 25)
    assert terms.origin("approval") == Origin("[[contracts]] IO-ALL", 19)
    assert terms.origin("credit") == Origin("[campaigns.solar]", 10)
    assert terms.origin("late") == Origin("[terms]", 6)
    assert terms.origin("timezone") == Origin("top of the file", 3)
    assert terms.origin("cap") == Origin("default", 0)


def test_the_day_that_chooses_a_contract_is_read_on_the_clock_below_the_contracts() -> None:
    text = (
        "[buyers.acme]\ntimezone = 'America/Los_Angeles'\n"
        "[[contracts]]\nbuyer = 'acme'\nreference = 'IO'\nfrom = 2026-10-02\ntimezone = 'Asia/Tokyo'\nlate = 'review'\n"
    )
    book = policies(text)
    before, after = sale(sold="2026-10-02T06:59:59+00:00"), sale(sold="2026-10-02T07:00:00+00:00")
    assert (book.terms_of(before).late, book.terms_of(before).timezone) == ("reject", "America/Los_Angeles")
    assert (book.terms_of(after).late, book.terms_of(after).timezone) == ("review", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("sold", "zone", "in_force"),
    [
        ("2026-10-02 00:30", "America/New_York", True),
        ("2026-10-02 13:30", "Asia/Tokyo", True),
        ("2026-10-01 23:30", "America/New_York", False),
        ("2026-10-09 23:30", "Asia/Tokyo", True),
        ("2026-10-10 00:30", "America/New_York", False),
    ],
)
def test_a_contract_with_its_own_clock_has_the_sales_of_the_days_written(sold: str, zone: str, in_force: bool) -> None:
    book = policies(
        "[[contracts]]\nbuyer = 'acme'\nreference = 'IO'\nfrom = 2026-10-02\nuntil = 2026-10-09\n"
        "timezone = 'Asia/Tokyo'\n"
    )
    wall = written(sold).at
    read = book.zone_of_wall("acme", "", wall)
    assert read.name == zone
    on = sale()._replace(sold_at=read.wall_span(wall).last, sold_kind=TimeKind.INSTANT)
    assert (book.contracts_of(on) != []) == in_force


def test_of_two_contracts_in_force_the_later_in_the_file_wins_and_one_for_the_campaign_beats_both() -> None:
    text = "".join(
        f"[[contracts]]\nbuyer = 'acme'\n{campaign}reference = 'IO-{days}'\nwindow = '{days} days'\n"
        for campaign, days in (("campaign = 'solar'\n", 1), ("", 2), ("", 3))
    )
    assert policies(text).terms_of(sale()).window.text == "1 day"
    assert policies(text).terms_of(sale(campaign="roofing")).window.text == "3 days"


def test_contracts_without_a_reference_are_told_apart() -> None:
    text = (
        "[[contracts]]\nbuyer = 'acme'\nuntil = 2026-09-30\nwindow = '1 day'\n"
        "[[contracts]]\nbuyer = 'acme'\nfrom = 2026-10-01\nwindow = '2 days'\n"
    )
    found = [policies(text).terms_of(sale(sold=day)).window.text for day in ("2026-09-30", "2026-10-01")]
    assert found == ["1 day", "2 days"]
