"""The clock that a heading names is that of its column, or is told; a remark hides no heading."""

from __future__ import annotations

import pytest

from leadreturns.readers.heading_clock import heading_clock
from tests.readers.typed_rows import requested, returns_of, sales_of, shown_time


def dated(heading: str, *texts: str) -> str:
    rows = "".join(f"A{at},dup,{text}\n" for at, text in enumerate(texts))
    return f"Lead ID,Reason,{heading}\n{rows}"


@pytest.mark.parametrize(
    ("heading", "shown", "is_told"),
    [
        ("Return Date (UTC)", "2026-07-01 10:00:00Z", False),
        ("Return Date utc", "2026-07-01 10:00:00Z", False),
        ("Return Date (UTC) (required)", "2026-07-01 10:00:00Z", False),
        ("Return Date (EST)", "2026-07-01 15:00:00Z", True),
        ("Return Date (EST) (required)", "2026-07-01 15:00:00Z", True),
        ("Return Date EST", "2026-07-01 15:00:00Z", True),
        ("Return Date EST (YYYY-MM-DD)", "2026-07-01 15:00:00Z", True),
        ("Return Date (YYYY-MM-DD, EST)", "2026-07-01 15:00:00Z", True),
        ("Return Date (PST)", "2026-07-01 18:00:00Z", True),
        ("Return Date (CET)", "2026-07-01 09:00:00Z", True),
        ("Return Date (UTC-5)", "2026-07-01 15:00:00Z", False),
        ("Return Date [GMT+01:00]", "2026-07-01 09:00:00Z", False),
        ("Return Date (America/New_York)", "2026-07-01 14:00:00Z", False),
        ("Return Date (time zone: Europe/Berlin)", "2026-07-01 08:00:00Z", False),
        ("Return Date (ET)", "2026-07-01 10:00:00", True),
        ("Return Date (EST/EDT)", "2026-07-01 10:00:00", True),
        ("Return Date (Eastern)", "2026-07-01 10:00:00", True),
        ("Return Date (US Eastern Time)", "2026-07-01 10:00:00", True),
        ("Return Date (local)", "2026-07-01 10:00:00", True),
        ("Return Date (local time)", "2026-07-01 10:00:00", True),
        ("Return Date (24h)", "2026-07-01 10:00:00", False),
        ("Return Date (24h, ET)", "2026-07-01 10:00:00", True),
    ],
)
def test_a_heading_with_a_clock_is_the_return_date(heading: str, shown: str, is_told: bool) -> None:
    quoted = f'"{heading}"' if "," in heading else heading
    found = returns_of(dated(quoted, "2026-07-01 10:00"))
    assert found.file.columns[heading] == "requested_at"
    assert requested(found.returns) == [shown]
    assert found.note_codes == ({"zone_of_heading"} if is_told else set())


def test_each_day_has_the_offset_of_its_season_and_a_time_that_comes_twice_is_asked_for() -> None:
    content = dated("Returned At (America/New_York)", "2026-01-05 10:00", "2026-07-05 10:00", "2026-11-01 01:30")
    found = returns_of(content + "A9,dup,2026-07-05T10:00Z\nA10,dup,2026-07-05\n")
    assert requested(found.returns) == [
        "2026-01-05 15:00:00Z",
        "2026-07-05 14:00:00Z",
        "2026-07-05 10:00:00Z",
        "2026-07-05",
    ]
    assert found.codes == {4: "bad_date"}
    assert "the clocks of America/New_York change" in found.problems[0].message


@pytest.mark.parametrize("heading", ["Return Date (approved)", "Return Date (est)", "Return Date (Buyer/Seller)"])
def test_another_remark_is_no_clock(heading: str) -> None:
    assert heading_clock(heading).name == ""
    assert returns_of(dated(heading, "2026-07-01 10:00")).note_codes == {"dates_not_read"}


def test_a_sale_is_on_the_clock_of_its_heading() -> None:
    sales, _, file = sales_of("Lead ID,Buyer,Sold At (PDT),Price\nA1,acme,2026-07-01 10:00,12\n")
    assert shown_time(sales[0].sold_at, sales[0].sold_kind) == "2026-07-01 17:00:00Z"
    assert [note.code for note in file.notes] == ["zone_of_heading"]


@pytest.mark.parametrize(
    ("heading", "code"),
    [("TZ", "zone_not_read"), ("Time Zone", "zone_not_read"), ("Timezone", "zone_not_read"),
     ("Return Timezone", "zone_not_read"), ("Time", "heading_ignored")],
)  # fmt: skip
def test_a_column_of_zones_or_times_beside_the_date_is_told(heading: str, code: str) -> None:
    notes = returns_of(f"Lead ID,Reason,Return Date,{heading}\nA1,dup,2026-10-01 10:00,EST\n").file.notes
    assert [note.code for note in notes] == [code]
    assert f'"{heading}"' in notes[0].message
    ledger = f"Lead ID,Buyer,Sold At,{heading},Price\nA1,acme,2026-10-01 10:00,EST,12\n"
    assert [note.code for note in sales_of(ledger)[2].notes] == [code]


def test_a_zone_without_dates_beside_it_is_not_told() -> None:
    assert returns_of("Lead ID,Reason,Time Zone\nA1,dup,EST\n").file.notes == []
