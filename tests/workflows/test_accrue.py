"""`report accrual` on stores of sales and returns: what it counts, what it leaves out, and what it says."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from benchmarks.accrual_history import DEFAULT_FOLDER
from leadreturns.core.calendar import date_of
from tests.desk import DAY, TERMS, Desk, new_desk

TEN_DAYS = TERMS.replace("30 days", "10 days")
AT = "2026-10-31"
LAST_DAY = date(2026, 10, 31)


def trade(
    days: int = 150, a_day: int = 4, buyers: tuple[str, ...] = ("acme", "zeta"), currency: str = "USD"
) -> tuple[str, str]:
    """A ledger with the same sales every day until the end of October; every 5th comes back, 0 to 8 days later."""
    sold = ["lead_id,buyer,sold_at,price,payout,supplier,campaign,currency"]
    returned = ["lead_id,buyer,requested_at"]
    number = 0
    for back in range(days):
        day = LAST_DAY - timedelta(days=back)
        for each in range(a_day):
            number += 1
            lead, buyer = f"{currency}-{number}", buyers[each % len(buyers)]
            sold.append(f"{lead},{buyer},{day} 10:00:00,{10 + number % 7}.00,5.00,leadco,c{each % 3},{currency}")
            asked = day + timedelta(days=number % 9)
            if number % 5 == 0 and asked <= LAST_DAY:
                returned.append(f"{lead},{buyer},{asked}")
    return "\n".join(sold) + "\n", "\n".join(returned) + "\n"


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with 150 days of sales under a window of ten days."""
    desk = new_desk(tmp_path_factory.mktemp("accrual") / "w", TEN_DAYS)
    sold, returned = trade()
    desk.ledger(sold)
    done = desk.returns(returned)
    assert done["rejected"] == done["unreadable"] == 0
    return desk.root


@pytest.fixture
def trader(traded: Path, tmp_path: Path) -> Desk:
    """The same, to be worked on."""
    return Desk(Path(shutil.copytree(traded, tmp_path / "w")))


def accrual(desk: Desk, *words: str) -> Any:
    return desk.read_json("report", "accrual", "--at", AT, *words)


def test_open_sales_are_those_of_the_last_ten_days(trader: Desk) -> None:
    (row,) = accrual(trader)["rows"]

    assert (row["status"], row["window_days"], row["open_sales"]) == ("estimated", 10, 40)
    assert row["low"] <= row["to_come"] <= row["high"]
    prices = trader.query("SELECT sum(price_minor) FROM sales WHERE sold_at >= unixepoch('2026-10-22')")
    assert row["open_value"] == f"{prices[0][0] // 100}.{prices[0][0] % 100:02d}"


def test_methods_stand_side_by_side_with_ranges(trader: Desk) -> None:
    methods = accrual(trader)["methods"]

    assert [each["method"] for each in methods] == ["additive", "cape_cod", "chain_ladder"]
    assert [each["recommended"] for each in methods] == [True, False, False]
    for each in methods:
        assert float(each["low"]) <= float(each["to_come"]) <= float(each["high"])
        assert each["returns_low"] <= each["returns"] <= each["returns_high"]
        assert float(each["standard_error"]) > 0
        assert each["earlier"][0].keys() == {"at", "estimated", "came"}


def test_a_steady_trade_is_estimated_well(trader: Desk) -> None:
    """Every fifth sale comes back within 8 days, so what is to come can be counted by hand."""
    expected = 0
    for lead, sold_at, price in trader.query("SELECT lead_id, sold_at, price_minor FROM sales"):
        number = int(lead.split("-")[1])
        asked = date_of(sold_at // DAY) + timedelta(days=number % 9)
        expected += price if number % 5 == 0 and asked > LAST_DAY else 0

    (row,) = accrual(trader)["rows"]

    assert abs(float(row["to_come"]) - expected / 100) < expected / 100 / 2
    assert float(row["low"]) <= expected / 100 <= float(row["high"])


def test_the_triangle_holds_every_sale_and_return_of_the_history(trader: Desk) -> None:
    """Which starts with the first request: whether anything came back before is not on record."""
    (triangle,) = accrual(trader)["triangle"]

    cohorts = triangle["cohorts"]
    (first_day,) = trader.query("SELECT date(min(requested_at), 'unixepoch') FROM returns")[0]
    assert (triangle["unit"], triangle["ages"]) == ("days", 11)
    assert (cohorts[0]["from"], cohorts[-1]["to"], len(cohorts)) == (first_day, AT, 148)
    assert sum(each["sales"][0] for each in cohorts) == 4 * 148
    (approved,) = trader.query(
        "SELECT count(*), sum(r.credit_minor) FROM returns AS r JOIN sales AS s ON s.id = r.sale_id "
        "WHERE r.outcome = 'approved' AND s.sold_at >= unixepoch(?)",
        first_day,
    )
    assert sum(sum(each["returns"]) for each in cohorts) == approved[0]
    assert sum(round(100 * float(credit)) for each in cohorts for credit in each["credits"]) == approved[1]
    assert sum(each["returns"] for each in triangle["rates"]) == approved[0]
    assert len(cohorts[-1]["credits"]) == 1, "the youngest day has lived through its first age only"


@pytest.mark.parametrize("by", ["buyer", "campaign"])
def test_parts_add_up_to_the_whole(trader: Desk, by: str) -> None:
    said = accrual(trader, "--by", by)

    (total,) = said["totals"]
    assert said["by"] == by
    assert len(said["rows"]) == (2 if by == "buyer" else 3)
    for name in ("open_sales", "returned", "to_come_count"):
        assert sum(row[name] for row in said["rows"]) == total[name]
    for name in ("open_value", "to_come", "credited"):
        assert sum(round(100 * float(row[name])) for row in said["rows"]) == round(100 * float(total[name]))
    assert total["to_come"] == accrual(trader)["rows"][0]["to_come"]


def test_requests_after_the_day_are_not_seen(trader: Desk) -> None:
    before = accrual(trader)
    trader.returns("lead_id,buyer,requested_at\nUSD-1,acme,2026-11-01\n", name="november.csv")

    after = accrual(trader)

    assert after == before
    assert trader.read_json("report", "accrual", "--at", "2026-11-01")["rows"] != before["rows"]


def test_a_decision_taken_back_leaves_the_history(trader: Desk) -> None:
    before = accrual(trader)["rows"][0]
    trader.run("review", "reverse", "1", "--because", "by mistake").ok()

    assert accrual(trader)["rows"][0]["returned"] == before["returned"] - 1


def test_waiting_returns_are_told_and_not_counted(trader: Desk) -> None:
    before = accrual(trader)
    trader.policies(TEN_DAYS.replace('"auto"', '"review"'))
    trader.returns("lead_id,buyer,requested_at\nUSD-1,acme,2026-10-31\n", name="queue.csv")

    after = accrual(trader)

    assert after["rows"] == before["rows"]
    assert after["waiting"] == [{"buyer": "acme", "currency": "USD", "count": 1, "credit": "11.00"}]
    assert "1 return waits for a decision today (11.00 USD)" in trader.run("report", "accrual", "--at", AT).out


def test_each_sale_is_open_as_long_as_its_own_terms_say(trader: Desk) -> None:
    short = TEN_DAYS + '\n[buyers.zeta]\nwindow = "48 hours"\n\n[campaigns.c2]\nwindow = "none"\n'
    trader.policies(short)

    said = accrual(trader, "--by", "buyer")

    rows = {row["buyer"]: row for row in said["rows"]}
    # Four sales a day: acme's of c0 and c2, zeta's of c1 and c0; a buyer's window beats his campaign's.
    assert rows["acme"]["open_sales"] == 10, "ten days of the one sale a day that is returnable"
    assert rows["zeta"]["open_sales"] == 4, "two sales of each of the last two days"
    assert said["totals"][0]["window_days"] == 10


def test_a_contract_that_began_in_october_counts_from_then(trader: Desk) -> None:
    trader.policies(
        TEN_DAYS + '\n[[contracts]]\nbuyer = "acme"\nreference = "IO-1"\nfrom = 2026-10-25\nwindow = "3 days"\n'
    )

    rows = {row["buyer"]: row["open_sales"] for row in accrual(trader, "--by", "buyer")["rows"]}

    # 22 to 24 October ten days, from the 25th on three: of those the last three days are open.
    assert rows == {"acme": 2 * (3 + 3), "zeta": 20}


def test_a_window_from_delivery_runs_longer(desk: Desk) -> None:
    sold, returned = trade()
    head, *lines = sold.splitlines()
    later = [f"{line},{date.fromisoformat(line.split(',')[2][:10]) + timedelta(days=2)} 09:00:00" for line in lines]
    desk.policies(TEN_DAYS.replace("[terms]", '[terms]\ncounted_from = "delivered"'))
    desk.ledger("\n".join([f"{head},delivered_at", *later]) + "\n")
    desk.returns(returned)

    (row,) = accrual(desk)["rows"]

    assert (row["window_days"], row["open_sales"]) == (12, 48)


def test_currencies_are_never_added_together(trader: Desk) -> None:
    euros, returned = trade(days=120, currency="EUR")
    trader.ledger(euros, name="euros.csv")
    trader.returns(returned, name="euro_returns.csv")

    said = accrual(trader)

    assert [row["currency"] for row in said["rows"]] == ["EUR", "USD"]
    assert [each["currency"] for each in said["triangle"]] == ["EUR", "USD"]
    assert len(said["methods"]) == 6
    assert said["rows"][1] == accrual(trader)["rows"][1]
    printed = trader.run("report", "accrual", "--at", AT).out
    assert printed.count("of credit is still to come") == 2


@pytest.mark.parametrize(
    ("days", "a_day", "code"),
    [(20, 8, "short_history"), (40, 1, "few_returns")],
)
def test_too_little_history_is_an_answer(desk: Desk, days: int, a_day: int, code: str) -> None:
    desk.policies(TEN_DAYS)
    sold, returned = trade(days, a_day)
    desk.ledger(sold)
    desk.returns(returned)

    said = accrual(desk, "--by", "buyer")
    ran = desk.run("report", "accrual", "--at", AT).ok()

    assert {row["status"] for row in [*said["rows"], *said["totals"]]} == {code}
    assert {row["to_come"] for row in said["rows"]} == {None}
    looked_at = {row[name] is not None for row in [*said["rows"], *said["totals"]] for name in ("returned", "credited")}
    assert looked_at == {code == "few_returns"}, "none counted is not none seen"
    assert (said["methods"], said["shortages"][0]["code"]) == ([], code)
    assert "Not enough history for an estimate in USD" in ran.out
    assert "Methods" not in ran.out


def test_an_empty_store_has_nothing_to_come(desk: Desk) -> None:
    said = accrual(desk)

    assert (said["rows"], said["triangle"]) == ([], [])
    assert "nothing can come back" in desk.run("report", "accrual").ok().out


def test_when_every_window_has_run_out_nothing_is_to_come(trader: Desk) -> None:
    trader.now += 60 * DAY
    said = trader.read_json("report", "accrual", "--at", "2026-12-01")

    assert (said["rows"][0]["open_sales"], said["rows"][0]["to_come"]) == (0, "0.00")
    assert "nothing is to come" in trader.run("report", "accrual", "--at", "2026-12-01").out


def test_without_a_day_the_last_month_is_taken(trader: Desk) -> None:
    assert trader.read_json("report", "accrual")["at"] == "2026-10-31"


def test_a_day_that_is_not_over_is_told(trader: Desk) -> None:
    told = "2026-11-02 is not over"
    assert told in trader.run("report", "accrual", "--at", "2026-11-02").ok().err
    assert told not in trader.run("report", "accrual", "--at", "2026-11-01").ok().err


def test_a_day_to_come_is_refused_and_a_misspelt_one_is_no_date(trader: Desk) -> None:
    assert trader.run("report", "accrual", "--at", "2026-11-03").code == 3
    assert trader.run("report", "accrual", "--at", "2026-11-02").code == 0
    assert trader.run("report", "accrual", "--at", "31.10.2026").code == 2
    assert trader.run("report", "accrual", "--at", "2026-02-30").code == 2


def test_days_are_read_on_the_clock_of_the_workspace(desk: Desk) -> None:
    """Sold at 23:30 in New York, which is the next day in UTC; across the change of the clocks."""
    desk.policies(TEN_DAYS.replace('"UTC"', '"America/New_York"'))
    sold, returned = trade()
    desk.ledger(sold.replace(" 10:00:00", " 23:30:00"))
    desk.returns(returned)

    said = accrual(desk)

    assert (said["rows"][0]["open_sales"], len(said["triangle"][0]["cohorts"])) == (40, 148)
    assert {each["sales"][0] for each in said["triangle"][0]["cohorts"]} == {4}


def test_csv_has_the_estimates_and_nothing_else(trader: Desk) -> None:
    out = trader.run("report", "accrual", "--at", AT, "--by", "buyer", "--format", "csv").ok().out

    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["buyer"] for row in rows] == ["acme", "zeta"]
    assert rows[0]["to_come"] == accrual(trader, "--by", "buyer")["rows"][0]["to_come"]


def test_the_workbook_has_the_triangle_and_the_rates(trader: Desk) -> None:
    trader.run("report", "accrual", "--at", AT, "-o", "accrual.xlsx").ok()

    book = openpyxl.load_workbook(trader.root / "accrual.xlsx")
    assert book.sheetnames == ["Summary", "Methods", "Shares USD", "Credits USD", "Rates USD", "About"]
    assert book["Credits USD"].max_row == 1 + 148 + 1
    about = {row[0]: row[1] for row in book["About"].values}
    assert about["At the end of"] == AT
    assert len(about["Policies"]) == 64


@pytest.mark.parametrize("delivered", ["", "2026-10-27"])
def test_a_very_large_sale_that_came_back_leaves_with_its_return(trader: Desk, delivered: str) -> None:
    """Window, buyer and campaign are those that the sale itself is counted under."""
    trader.policies(f'{TEN_DAYS}\n[buyers.zeta]\nwindow = "8 days"\ncounted_from = "delivered"\n')
    before = {part: accrual(trader, *part) for part in ((), ("--by", "buyer"), ("--by", "campaign"))}
    trader.ledger(
        "lead_id,buyer,sold_at,delivered_at,price,payout,supplier,campaign,currency\n"
        f"big,zeta,2026-10-26 10:00:00,{delivered},9000.00,1.00,leadco,c1,USD\n",
        name="big.csv",
    )
    trader.returns("lead_id,buyer,requested_at\nbig,zeta,2026-10-29\n", name="big_back.csv")

    for part, alone in before.items():
        said = accrual(trader, *part)
        (large,) = said.pop("large")
        assert (large["credit"], large["sold"]) == ("9000.00", "9000.00")
        assert {**said, "large": [], "notes": []} == {**alone, "notes": []}
    told = "One very large return of 9,000.00 USD stands apart, and with it its sale of 9,000.00 USD"
    assert told in trader.run("report", "accrual", "--at", AT).ok().out


def test_the_page_says_what_is_to_come(trader: Desk) -> None:
    trader.run("report", "accrual", "--at", AT, "-o", "accrual.html").ok()

    page = (trader.root / "accrual.html").read_text(encoding="utf-8")
    assert "of credit is still to come for 40 sales that can still be returned" in page
    assert "Credit still to come, by method" in page


# ---- A real year ---------------------------------------------------------------------------------------------------


RETAIL_TERMS = 'version = 1\ncurrency = "GBP"\ntimezone = "UTC"\n\n[terms]\nwindow = "30 days"\napproval = "auto"\n'


@pytest.mark.slow
def test_the_real_history_gives_the_figures_of_the_page(tmp_path: Path) -> None:
    """As docs/accrual.md has them at 2011-09-30, through ledger, import and command."""
    if not (DEFAULT_FOLDER / "ledger.csv.gz").is_file():
        pytest.skip("the real history is not beside the project: ../shared/realdata/online_retail")
    desk = new_desk(tmp_path / "retail", RETAIL_TERMS)
    with gzip.open(DEFAULT_FOLDER / "ledger.csv.gz") as ledger:
        desk.run("ledger", "import", desk.file("ledger.csv", ledger.read()), "-q").ok()
    desk.run("import", DEFAULT_FOLDER / "returns.csv", "--received", "2011-12-10", "-q").ok()

    said = desk.read_json("report", "accrual", "--at", "2011-09-30", "--by", "buyer")

    (total,) = said["totals"]
    assert (total["to_come"], total["low"], total["high"]) == ("8619.66", "4294.01", "13991.80")
    assert [each["to_come"] for each in said["methods"]] == ["8619.66", "8521.71", "5818.34"]
    assert [each["returns"] for each in said["methods"]] == [181, 180, 159]
    assert said["large"] == [
        {
            "currency": "GBP",
            "count": 1,
            "credit": "77183.60",
            "sold": "77183.60",
            "from": "77183.60",
            "expected": "0.045239",
            "loading": "3491.68",
        }
    ]
    most = sorted(said["rows"], key=lambda row: -float(row["open_value"]))[:5]
    assert [(row["buyer"], row["returned"], round(float(row["to_come"]))) for row in most] == [
        ("United Kingdom", 3339, 7375),
        ("EIRE", 128, 327),
        ("Netherlands", 5, 175),
        ("France", 74, 174),
        ("Germany", 242, 192),
    ]
