"""Dates of a column: those that need no guess, and the one order that all others share."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadreturns.core.calendar import day_of
from leadreturns.errors import FileRefused
from leadreturns.readers.columns import Column
from leadreturns.readers.date_column import DateReader
from leadreturns.readers.date_order import DateRules
from leadreturns.readers.row_faults import RowFaults
from leadreturns.readers.table import Cell
from leadreturns.readers.written_dates import MDY, ordered_days, plain_day, split_time
from tests.readers.typed_rows import ReadReturns, requested, returns_of, shown_time

COLUMN = Column(0, "Return Date", "requested_at")


def column(*cells: Cell, **rules: object) -> tuple[list[str], dict[int, str], DateReader]:
    """A column of cells, from row 1 on, read: the times, the problem codes by row, the reader."""
    reader = DateReader(COLUMN, DateRules(**rules), lambda: enumerate(cells, 1))  # type: ignore[arg-type]
    faults = RowFaults(range(1, len(cells) + 1))
    times, kinds = reader.read(cells, faults)
    shown = [shown_time(at, kind) for at, kind in zip(times, kinds, strict=True)]
    return shown, {problem.row: problem.code for problem in faults.problems.values()}, reader


def one(text: str, **rules: object) -> str:
    shown, problems, _ = column(text, **rules)
    return problems[1] if problems else shown[0]


def with_dates(*texts: str, **said: object) -> ReadReturns:
    rows = "".join(f'L-{at},"{text}"\n' for at, text in enumerate(texts, 1))
    return returns_of("lead_id,Return Date\n" + rows, **said)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-10-01", "2026-10-01"),
        (" 2026-10-01 ", "2026-10-01"),
        ("2026/10/01", "2026-10-01"),
        ("2026.10.1", "2026-10-01"),
        ("20261001", "2026-10-01"),
        ("2026-10-01T15:04:05", "2026-10-01 15:04:05"),
        ("2026-10-01 15:04", "2026-10-01 15:04:00"),
        ("2026-10-01 00:00:00", "2026-10-01 00:00:00"),
        ("2026-10-01T15:04:05.123456", "2026-10-01 15:04:05"),
        ("2026-10-01T15:04:05Z", "2026-10-01 15:04:05Z"),
        ("2026-10-01T15:04:05.5+02:00", "2026-10-01 13:04:05Z"),
        ("2026-10-01 15:04:05 -0400", "2026-10-01 19:04:05Z"),
        ("2026-10-01 23:30:00-05", "2026-10-02 04:30:00Z"),
        ("2026-10-01 3:04 PM", "2026-10-01 15:04:00"),
        ("2026-10-01 12:04 a.m.", "2026-10-01 00:04:00"),
        ("2026-10-01 15:04 UTC", "2026-10-01 15:04:00Z"),
        ("2026-10-01 3:04 PM EST", "2026-10-01 20:04:00Z"),
        ("April 1st 2013", "2013-04-01"),
        ("Jan 3rd 2013", "2013-01-03"),
        ("12 Mar 2026", "2026-03-12"),
        ("12-MAR-26", "2026-03-12"),
        ("12Mar2026", "2026-03-12"),
        ("Mar 12, 26", "2026-03-12"),
        ("March 12, 2026 at 3:04 PM", "2026-03-12 15:04:00"),
        ("Thu, 12 Mar 2026 10:00:00 GMT", "2026-03-12 10:00:00Z"),
        ("Thursday, March 12, 2026", "2026-03-12"),
        ("the 1 of Sept 2026", "bad_date"),
        ("1st of Sept. 2026", "2026-09-01"),
        ("2026-Sep-01", "2026-09-01"),
        ("2026-10-01 10:00 CEST", "2026-10-01 08:00:00Z"),
        ("10/25/2026 3PM", "2026-10-25 15:00:00"),
        ("25.10.2026 14:05 Uhr", "2026-10-25 14:05:00"),
        ("20261001T101500Z", "2026-10-01 10:15:00Z"),
        ("20261001T1015", "2026-10-01 10:15:00"),
        ("20261001101500", "2026-10-01 10:15:00"),
        ("202610011015", "bad_date"),
        ("Thu Oct  1 10:00:00 UTC 2026", "2026-10-01 10:00:00Z"),
        ("2026\u201110\u201301", "2026-10-01"),
        ("\u5341", "bad_date"),
        ("2026\u5e7410\u67081\u65e5", "2026-10-01"),
        ("\uff12\uff10\uff12\uff16-10-01", "2026-10-01"),
        ("25/10/2026", "2026-10-25"),
        ("10/25/2026", "2026-10-25"),
        ("25.10.26", "2026-10-25"),
        ("25. 10. 2026", "2026-10-25"),
        ("10-25-2026 3:04 PM", "2026-10-25 15:04:00"),
        ("25/10/2026, 15:04", "2026-10-25 15:04:00"),
        ("03/03/2026", "2026-03-03"),
        ("13/05/69", "bad_date"),
        ("13/05/68", "2068-05-13"),
        ("31/02/2026", "bad_date"),
        ("2026-02-30", "bad_date"),
        ("2026-13-01", "bad_date"),
        ("1989-12-31", "bad_date"),
        ("2101-01-01", "bad_date"),
        ("2026-10-01 25:00", "bad_date"),
        ("2026-10-01 13:00 PM", "bad_date"),
        ("2026-10-01 10:00 IST", "bad_date"),
        ("2026-10-01 10:00:00+15:00", "bad_date"),
        ("10", "bad_date"),
        ("12:30", "bad_date"),
        ("yesterday", "bad_date"),
        ("Mar 2026", "bad_date"),
        ("46000", "bad_date"),
        ("0", "bad_date"),
        ("1/2/3/4", "bad_date"),
        ("٢٠٢٦-١٠-٠١", "bad_date"),
        ("2026-10-01" + " " * 100 + "x", "bad_date"),
        ("#N/A", "bad_date"),
    ],
)
def test_one_text(text: str, shown: str) -> None:
    assert one(text) == shown


@pytest.mark.parametrize("blank", ["", "   ", "\u00a0", None])
def test_a_blank_cell_has_no_date(blank: Cell) -> None:
    assert column(blank)[:2] == ([""], {})


def test_real_date_cells_need_no_guess() -> None:
    from datetime import datetime

    cells = (date(2026, 4, 3), datetime(2026, 4, 3, 15, 4, 5), datetime(2026, 4, 3), date(1947, 1, 8), 46000.0, True)
    shown, problems, reader = column(*cells)
    assert shown[:3] == ["2026-04-03", "2026-04-03 15:04:05", "2026-04-03"]
    assert problems == {4: "bad_date", 5: "bad_date", 6: "bad_date"}
    assert reader.proof is None


def test_a_year_first_number_is_a_date() -> None:
    assert column(20261001, 20261002.0)[0] == ["2026-10-01", "2026-10-02"]


def test_one_value_proves_the_order_for_all() -> None:
    read = with_dates("03/04/2026", "05/06/2026", "25/10/2026")
    assert requested(read.returns) == ["2026-04-03", "2026-06-05", "2026-10-25"]
    assert read.file.date_order == "dmy"
    assert "25/10/2026" in read.file.date_proofs["Return Date"].how
    assert "row 4" in read.file.date_proofs["Return Date"].how
    assert requested(with_dates("03/04/2026", "10/25/2026").returns) == ["2026-03-04", "2026-10-25"]


def test_the_proof_may_stand_in_the_last_of_many_rows() -> None:
    read = with_dates(*["03/04/2026"] * 12_000, "25/10/2026")
    assert requested(read.returns[:1]) == ["2026-04-03"]


def test_year_first_texts_prove_nothing_of_others() -> None:
    with pytest.raises(FileRefused) as refused:
        with_dates("2026-12-25", "03/04/2026")
    assert refused.value.code == "ambiguous_dates"


def test_what_nothing_proves_is_refused_with_the_option() -> None:
    with pytest.raises(FileRefused) as refused:
        with_dates("03/04/2026", "05/06/2026")
    assert refused.value.code == "ambiguous_dates"
    assert '"Return Date"' in refused.value.message
    assert "03/04/2026" in refused.value.message
    assert "--date-order" in refused.value.hint
    assert 'date_order = "dmy"' in refused.value.hint


def test_an_order_needed_only_far_below_is_refused_while_reading() -> None:
    with pytest.raises(FileRefused) as refused:
        with_dates(*["2026-10-01"] * 5_000, "03/04/2026")
    assert refused.value.code == "ambiguous_dates"


def test_the_order_can_be_said() -> None:
    assert requested(with_dates("03/04/2026", date_order="dmy").returns) == ["2026-04-03"]
    assert requested(with_dates("03/04/2026", date_order="mdy").returns) == ["2026-03-04"]
    assert requested(with_dates("03/04/2026", settings={"date_order": "mdy"}).returns) == ["2026-03-04"]
    said_twice = with_dates("03/04/2026", date_order="dmy", settings={"date_order": "mdy"})
    assert requested(said_twice.returns) == ["2026-04-03"]
    assert requested(with_dates("26-03-04", date_order="ymd").returns) == ["2026-03-04"]
    with pytest.raises(FileRefused):
        with_dates("03/04/2026", date_order="ymd")


def test_a_proof_beats_what_was_said_and_is_told() -> None:
    read = with_dates("03/04/2026", "25/10/2026", date_order="mdy")
    assert requested(read.returns) == ["2026-04-03", "2026-10-25"]
    assert "date_order_contradicted" in read.note_codes


def test_values_that_do_not_fit_are_problems_of_their_rows() -> None:
    read = with_dates("10/25/2026", "12/31/2026", "03/04/2026", "31/12/2026", "31/02/2026")
    assert requested(read.returns) == ["2026-10-25", "2026-12-31", "2026-03-04"]
    assert read.codes == {5: "bad_date", 6: "bad_date"}
    assert read.problems[0].column == "Return Date"
    assert read.problems[0].value == "31/12/2026"
    assert "31/12/2026" in read.problems[0].message


def test_proofs_of_both_orders_are_refused_unless_an_order_was_said() -> None:
    texts = ("25/10/2026", "10/26/2026", "03/04/2026")
    with pytest.raises(FileRefused) as refused:
        with_dates(*texts)
    assert refused.value.code == "ambiguous_dates"
    read = with_dates(*texts, date_order="dmy")
    assert requested(read.returns) == ["2026-10-25", "2026-04-03"]
    assert read.codes == {3: "bad_date"}


def test_totals_and_other_tables_prove_nothing() -> None:
    content = "lead_id,Return Date\nL-1,03/04/2026\nTotal,25/10/2026\n"
    with pytest.raises(FileRefused):
        returns_of(content)


def test_each_column_has_an_order_of_its_own() -> None:
    content = "lead_id,Sale Date,Return Date\nL-1,25/10/2026,10/26/2026\nL-2,03/04/2026,03/04/2026\n"
    second = returns_of(content).returns[1]
    assert shown_time(second.sold_at, second.sold_kind) == "2026-04-03"
    assert shown_time(second.requested_at, second.requested_kind) == "2026-03-04"


def test_the_buyers_own_formats_come_first() -> None:
    settings = {"date_formats": ("%Y-%d-%m", "%d|%m|%Y %H:%M", "%b %d %Y %I%p %z")}
    texts = ("2026-04-03", "03|04|2026 15:04", "Oct 01 2026 03PM +0200", "12 Mar 2026", "2026-31-12")
    read = with_dates(*texts, settings=settings)
    assert requested(read.returns) == [
        "2026-03-04",
        "2026-04-03 15:04:00",
        "2026-10-01 13:00:00Z",
        "2026-03-12",
        "2026-12-31",
    ]


def test_blank_dates_are_left_to_the_receipt() -> None:
    assert requested(with_dates("", "2026-10-01").returns) == ["", "2026-10-01"]


DAYS = st.dates(date(1990, 1, 1), date(2068, 12, 31))


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d %b %Y", "%B %d, %Y", "%a, %d %b %Y"]))
def test_plain_dates_come_back(day: date, layout: str) -> None:
    assert plain_day(day.strftime(layout)) == day_of(day)


@given(st.lists(DAYS, min_size=1, max_size=30), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y"]))
def test_a_column_comes_back_or_is_refused(days: list[date], layout: str) -> None:
    texts = [day.strftime(layout) for day in days]
    proven = any(day.day > 12 for day in days) or all(day.day == day.month for day in days)
    try:
        shown, problems, _ = column(*texts)
    except FileRefused:
        assert not proven
    else:
        assert proven
        assert (shown, problems) == ([day.isoformat() for day in days], {})


@given(DAYS, st.integers(0, 86_399), st.integers(-56, 56))
def test_instants_come_back(day: date, seconds: int, quarters: int) -> None:
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    sign, minutes = "-" if quarters < 0 else "+", abs(quarters) * 15
    shown = one(f"{day.isoformat()}T{clock}{sign}{minutes // 60:02d}:{minutes % 60:02d}")
    from datetime import datetime

    instant = datetime.fromisoformat(f"{day.isoformat()} {clock}") - timedelta(minutes=15 * quarters)
    assert shown == instant.strftime("%Y-%m-%d %H:%M:%SZ")


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_is_not(text: str) -> None:
    split_time(text)
    plain_day(text)
    assert all(1990 <= date.fromordinal(day + 719163).year <= 2100 for day in (ordered_days(text) or {}).values())


def test_two_digit_years_turn_at_69() -> None:
    assert ordered_days("02/01/99") == {"dmy": day_of(date(1999, 1, 2)), MDY: day_of(date(1999, 2, 1))}
    assert ordered_days("02/01/69") == {}
    assert (ordered_days("02/01/00") or {})[MDY] == day_of(date(2000, 2, 1))


def test_a_year_of_two_digits_stands_where_the_days_lie_close_together() -> None:
    assert column("26-10-13", "26-10-14", "26-11-02")[0] == ["2026-10-13", "2026-10-14", "2026-11-02"]
    assert column("13-10-26", "14-10-26", "02-11-26")[0] == ["2026-10-13", "2026-10-14", "2026-11-02"]
    assert column("25/12/30", "26/01/02")[0] == ["2025-12-30", "2026-01-02"]
    assert column("10/13/26", "10/14/26")[0] == ["2026-10-13", "2026-10-14"]
    assert column("13.10.26", "02.11.2026")[0] == ["2026-10-13", "2026-11-02"]
    assert column("99-12-31", "99-12-30")[0] == ["1999-12-31", "1999-12-30"]
    proof = column("26-10-13", "26-10-14")[2].proof
    assert proof and proof.order == "ymd"
    assert "lie close together only year first" in proof.how


def test_a_year_that_could_stand_first_or_last_is_asked_for() -> None:
    with pytest.raises(FileRefused) as refused:
        column("26-10-25", "26-11-25")
    assert refused.value.code == "ambiguous_dates"
    assert '"26-10-25" (row 1) could begin or end with its year' in refused.value.message
    assert "--date-order dmy, mdy or ymd" in refused.value.hint
    assert column("26-10-25", order="ymd")[0] == ["2026-10-25"]
    assert column("26-10-25", order="dmy")[0] == ["2025-10-26"]
    assert column("13.10.26")[0] == ["2026-10-13"]


@pytest.mark.parametrize(
    "texts",
    [
        ["05-03-25", "05-08-26"],
        ["05/03/25", "05/08/26"],
        ["26-10-21", "26-10-22", "26-10-23"],
        ["26/10/13", "26/10/14", "26/10/15"],
        ["26/10/25"] * 5 + ["26/10/26"] * 5,
        ["26-10-13", "05-11-26"],
        ["25-10-26"] * 9,
        ["21-10-26", "21-11-26"],
        ["26-10-13", "13-10-26"],
        ["10-11-12"] * 3,
    ],
)
def test_two_likely_readings_of_the_year_are_refused(texts: list[str]) -> None:
    with pytest.raises(FileRefused) as refused:
        column(*texts)
    assert refused.value.code == "ambiguous_dates"


@pytest.mark.parametrize("sign", ["-", "/", ".", " "])
@pytest.mark.parametrize("layout", ["%y{0}%m{0}%d", "%d{0}%m{0}%y", "%m{0}%d{0}%y"])
@pytest.mark.parametrize("odd", ["", "05{0}11{0}26", "26{0}10{0}32", "31{0}02{0}26", "45{0}10{0}13", "13{0}10{0}03"])
def test_one_odd_row_never_turns_the_others(sign: str, layout: str, odd: str) -> None:
    days = [date(2026, 9, 20) + timedelta(days=step) for step in range(40)]
    texts = [day.strftime(layout.format(sign)) for day in days]
    shown, problems, _ = column(*texts, *([odd.format(sign)] if odd else []))
    assert shown[:40] == [day.isoformat() for day in days]
    assert set(problems) <= {41}


@given(
    st.lists(st.dates(date(2024, 1, 1), date(2027, 12, 31)), min_size=1, max_size=12),
    st.sampled_from(["%y-%m-%d", "%y %m %d", "%d-%m-%y", "%m-%d-%y", "%d/%m/%y", "%d.%m.%y", "%m/%d/%y"]),
)
def test_near_days_of_two_digit_years_are_read_right_or_refused(days: list[date], layout: str) -> None:
    near = [day for day in days if (day - min(days)).days < 300]
    try:
        shown, problems, _ = column(*(day.strftime(layout) for day in near))
    except FileRefused as refused:
        assert refused.code == "ambiguous_dates"
    else:
        assert (shown, problems) == ([day.isoformat() for day in near], {})


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["26-10-13"], "2026-10-13"),
        (["26-10-13", "26-11-13"], "2026-10-13"),
        (["13-10-26"] * 3, "2026-10-13"),
        (["13-10-26", "2-11-26"], "2026-10-13"),
        (["25-10-26", "02-11-2026"], "2026-10-25"),
        (["25-10-26 10:00 +0200", "13-10-26 9:00"], "2026-10-25 08:00:00Z"),
        (["13/10/26"] * 9 + ["13/10/25"], "2026-10-13"),
        (["13-10-15", "29-10-15", "01-11-15"], "2015-10-13"),
        (["13/10/24", "01/01/25", "30/12/26"], "2024-10-13"),
    ],
)
def test_a_year_that_the_column_tells(texts: list[str], first: str) -> None:
    assert column(*texts)[0][0] == first


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("Return Date (DD/MM/YYYY)", "2026-10-03"),
        ("Return Date [mm/dd/yyyy]", "2026-03-10"),
        ("return_date_mmddyyyy", "2026-03-10"),
        ("Return Date - d.m.yy", "2026-10-03"),
    ],
)
def test_a_heading_may_say_the_order(heading: str, shown: str) -> None:
    read = returns_of(f"lead_id,{heading}\nL-1,03/10/2026\n", mapping={"requested_at": heading})
    assert requested(read.returns) == [shown]
    assert read.file.date_proofs[heading].how == "its heading says so"
    other = "mdy" if shown == "2026-10-03" else "dmy"
    said = returns_of(f"lead_id,{heading}\nL-1,03/10/2026\n", mapping={"requested_at": heading}, date_order=other)
    assert requested(said.returns) != [shown]


def test_dates_that_a_spreadsheet_may_have_swapped_are_told() -> None:
    """A day-first file opened in a month-first country: dates up to the 12th are turned, the others stay texts."""
    cells = (date(2026, 3, 10), date(2026, 4, 10), "13/10/2026", "25/10/2026")
    notes = column(*cells)[2].notes
    assert [note.code for note in notes] == ["dates_maybe_swapped"]
    assert '"13/10/2026" in row 3' in notes[0].message
    assert column(*cells, date(2026, 10, 13))[2].notes == []
    assert column(*cells, "03/10/2026")[2].notes == []
    assert column(date(2026, 10, 10), "13/10/2026")[2].notes == []


@pytest.mark.parametrize(
    ("text", "said"),
    [("46296", "the number behind a spreadsheet's date"), ("46296.5", "spreadsheet"), ("1790812800", "seconds since")],
)
def test_numbers_that_stand_for_dates_are_called_what_they_are(text: str, said: str) -> None:
    read = with_dates(text, "2026-10-01")
    assert read.codes == {2: "bad_date"}
    assert said in read.problems[0].message
