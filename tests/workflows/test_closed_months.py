"""Law 6: whatever comes later, the reports of a closed month stay the same bytes.

First any order of acts that a machine can think of, then a year of real trade: the UCI "Online Retail" data
(D. Chen, CC BY 4.0), which is kept beside the project and not in it.
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.desk import DAY, Desk, new_desk


def reports(desk: Desk, month: str) -> list[str]:
    """What finance has on its desk of a month, as printed, and as a page."""
    span = ("--from", month, "--to", month)
    printed = [
        desk.run("report", *words).ok().out
        for words in (
            ("adjustments", "--period", month, "--json"),
            ("adjustments", "--period", month, "--detail", "--format", "csv"),
            ("roi", "--by", "month,buyer,supplier", "--basis", "posting", *span, "--json"),
        )
    ]
    desk.run("report", "adjustments", "--period", month, "-o", "page.html").ok()
    return [*printed, (desk.root / "page.html").read_text("utf-8")]


def totals_agree(desk: Desk) -> None:
    """Law 7: by the month of the sale and by the month of the posting the sums are the same, to the cent."""
    by_sale, by_posting = (
        desk.read_json("report", "roi", "--by", "month", "--basis", basis)["totals"] for basis in ("sale", "posting")
    )
    assert by_sale == by_posting


POLICIES = """\
version  = 1
currency = "USD"
timezone = "UTC"
[terms]
window   = "200 days"
approval = "auto"
clawback = "50%"
[buyers.bolt]
post_to  = "requested"
[buyers.zen]
post_to  = "sold"
approval = "review"
"""
START = int(datetime(2026, 6, 20, 12, tzinfo=UTC).timestamp())
BUYERS = ("acme", "bolt", "zen")


def day(instant: int, before: int = 0) -> str:
    return datetime.fromtimestamp(instant - before * DAY, UTC).date().isoformat()


class MonthsMachine(RuleBasedStateMachine):
    """Returns, reversals, corrections and ledger files, with months closed and reopened in between."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.desk = new_desk(self.folder / "w", POLICIES)
        self.desk.now = START
        self.files = 0
        self.sales: list[str] = []
        self.closed: dict[str, list[str]] = {}

    def file_name(self) -> str:
        self.files += 1
        return f"file-{self.files}.csv"

    @initialize()
    def first_sales(self) -> None:
        self.new_sales(count=6, age=40)
        self.new_sales(count=6, age=3)

    @rule(days=st.integers(1, 25))
    def time_passes(self, days: int) -> None:
        self.desk.now += days * DAY

    @rule(count=st.integers(1, 4), age=st.integers(0, 60))
    def new_sales(self, count: int, age: int) -> None:
        """Some of them too late for their month: those rows are refused."""
        name = self.file_name()
        rows = [
            f"{name}-{at},{BUYERS[at % 3]},leadco,{day(self.desk.now, age)},{10 + at}.25,4.00" for at in range(count)
        ]
        done = self.desk.ledger("\n".join(["lead_id,buyer,supplier,sold_at,price,payout", *rows, ""]), name=name)
        assert done["inserted"] in (0, count)
        if done["inserted"]:
            self.sales += [row.partition(",")[0] + "," + row.split(",")[1] for row in rows]

    @rule(data=st.data())
    def a_price_is_corrected(self, data: st.DataObject) -> None:
        lead, _, buyer = data.draw(st.sampled_from(self.sales)).partition(",")
        self.desk.ledger(
            f"lead_id,buyer,sold_at,price\n{lead},{buyer},{day(self.desk.now)},99.00\n", name=self.file_name()
        )

    @rule(data=st.data(), age=st.integers(0, 50))
    def returns_arrive(self, data: st.DataObject, age: int) -> None:
        leads = data.draw(st.lists(st.sampled_from(self.sales), min_size=1, max_size=5))
        name = self.file_name()
        rows = [f"{lead},{day(self.desk.now, age)},bad {name}" for lead in leads]
        self.desk.returns("\n".join(["lead_id,buyer,requested_at,reason", *rows, ""]), name=name)

    def some_return(self, data: st.DataObject, *outcomes: str) -> int | None:
        found = (
            self.desk.query(
                "SELECT id FROM returns WHERE sale_id IS NOT NULL "
                "AND batch_id NOT IN (SELECT batch_id FROM batch_voids) "
                f"AND outcome IN ({', '.join('?' * len(outcomes))})",
                *outcomes,
            )
            if self.desk.store.exists()
            else []
        )
        return data.draw(st.sampled_from([row[0] for row in found])) if found else None

    @rule(data=st.data())
    def an_approval_is_reversed(self, data: st.DataObject) -> None:
        found = self.some_return(data, "approved")
        if found is not None:
            self.desk.run("review", "reverse", found, "--because", "a mistake").ok()

    @rule(data=st.data(), verb=st.sampled_from(["review approve", "returns redecide"]))
    def a_return_is_decided_again(self, data: st.DataObject, verb: str) -> None:
        found = self.some_return(data, "rejected", "review")
        if found is not None:
            assert self.desk.run(*verb.split(), found).code in (0, 3), "3: its sale is credited already"

    @rule(data=st.data())
    def a_batch_is_voided(self, data: st.DataObject) -> None:
        found = [row[0] for row in self.desk.query("SELECT id FROM batches EXCEPT SELECT batch_id FROM batch_voids")]
        if found:
            self.desk.run("batch", "void", data.draw(st.sampled_from(found)), "--because", "wrong file", "--yes").ok()

    @rule()
    def the_next_month_is_closed(self) -> None:
        """The month after the last closed one, or the first with money."""
        listed = self.desk.read_json("period", "list")["periods"]
        month = next((each["period"] for each in listed if each["status"] == "open"), "")
        ran = self.desk.run("period", "close", month, "--carry")
        if ran.code == 0:
            self.closed[month] = reports(self.desk, month)
        assert ran.code == 0 or "is not over" in ran.err, ran.err

    @precondition(lambda self: self.closed)
    @rule()
    def the_last_month_is_reopened(self) -> None:
        month = max(self.closed)
        self.desk.run("period", "reopen", month, "--because", "one more file").ok()
        del self.closed[month]

    def teardown(self) -> None:
        """Nothing that is booked can be taken out again, so looking once at the end sees every change."""
        try:
            for month, printed in self.closed.items():
                assert reports(self.desk, month) == printed, f"{month} is closed and has changed"
            totals_agree(self.desk)
            self.desk.check()
        finally:
            shutil.rmtree(self.folder)


def test_closed_months_stand_still_whatever_comes_later() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        MonthsMachine, settings=settings(max_examples=10, stateful_step_count=18, deadline=None)
    )


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_closed_months_stand_still_in_many_more_orders() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        MonthsMachine, settings=settings(max_examples=150, stateful_step_count=40, deadline=None)
    )


# ---- A year of real trade -------------------------------------------------------------------------------------------

DATA = Path(__file__).resolve().parents[3] / "shared" / "realdata" / "online_retail"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the Online Retail data is not at {DATA}")
RETAIL = """\
version  = 1
currency = "GBP"
timezone = "UTC"
[terms]
window   = "30 days"
approval = "auto"
clawback = "100%"
post_to  = "requested"
"""
MONTHS = ["2010-12", *(f"2011-{month:02d}" for month in range(1, 12))]
IN_TIME = 24
"""Returns of later days of a month arrive after it was closed."""


@dataclass
class Trade:
    """Sales and returns of the data set as plain rows, and what a careful reader makes of them."""

    ledger: list[dict[str, str]]
    returns: list[dict[str, str]]

    def accepted(self) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
        """Return and sale of each first return within 30 calendar days, in the order of the file."""
        sales = {(row["lead_id"], row["buyer"]): row for row in self.ledger}
        done = set()
        for row in self.returns:
            key = (row["lead_id"], row["buyer"])
            sale = sales.get(key)
            if sale is None or key in done:
                continue
            if date.fromisoformat(row["returned_at"][:10]) - date.fromisoformat(sale["sold_at"][:10]) <= timedelta(30):
                done.add(key)
                yield row, sale


def load_trade(all_buyers: bool) -> Trade:
    """The whole data set, or without the United Kingdom: 44,981 sales to 37 buyers."""
    with gzip.open(DATA / "ledger.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        ledger = [row for row in csv.DictReader(stream) if all_buyers or row["buyer"] != "United Kingdom"]
    with (DATA / "returns.csv").open(encoding="utf-8", newline="") as stream:
        returns = [row for row in csv.DictReader(stream) if all_buyers or row["buyer"] != "United Kingdom"]
    return Trade(ledger, returns)


def as_csv(rows: list[dict[str, str]]) -> str:
    return "".join([",".join(rows[0]) + "\n", *(",".join(row.values()) + "\n" for row in rows)])


def cents(text: str) -> int:
    return int(text.replace(".", ""))


def posting_month(row: dict[str, str]) -> str:
    """The month of the return, or the next one when the file that held it came after the closing."""
    month, number = row["returned_at"][:7], int(row["returned_at"][8:10])
    if number <= IN_TIME or month not in MONTHS:
        return month
    return [*MONTHS, "2011-12"][MONTHS.index(month) + 1]


class Year:
    """The books of one run: twelve months closed one after another while late returns keep arriving."""

    def __init__(self, desk: Desk, trade: Trade) -> None:
        self.desk = desk
        self.trade = trade
        self.closed: dict[str, list[str]] = {}
        self.frozen: dict[str, Any] = {}
        self.booked: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        self.late = 0

    def run(self) -> None:
        assert self.desk.ledger(as_csv(self.trade.ledger))["inserted"] == len(self.trade.ledger)
        for row, sale in self.trade.accepted():
            month = posting_month(row)
            self.booked[month]["buyer", row["buyer"]] += cents(sale["price"])
            self.booked[month]["supplier", sale["supplier"]] += cents(sale["cost"])
        for month in MONTHS:
            self.one_month(month)
        self.desk.now = int(datetime(2011, 12, 31, 12, tzinfo=UTC).timestamp())
        self.take([row for row in self.trade.returns if row["returned_at"][:7] == "2011-12"], "last.csv")

    def one_month(self, month: str) -> None:
        year, number = int(month[:4]), int(month[5:])
        first = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
        self.desk.now = int(first.timestamp()) + 2 * DAY
        rows = [row for row in self.trade.returns if row["returned_at"][:7] == month]
        self.take([row for row in rows if int(row["returned_at"][8:10]) <= IN_TIME], f"{month}.csv")
        self.frozen[month] = self.desk.read_json("period", "close", month)
        assert self.frozen[month]["status"] == "recorded"
        self.closed[month] = reports(self.desk, month)
        self.take([row for row in rows if int(row["returned_at"][8:10]) > IN_TIME], f"{month}-late.csv")

    def take(self, rows: list[dict[str, str]], name: str) -> None:
        if rows:
            done = self.desk.returns(as_csv(rows), name=name)
            assert (done["status"], done.get("review"), done.get("unreadable")) == ("recorded", 0, 0), done
            self.late += sum(each["count"] for each in done["late_adjustments"])

    def check(self, expected: Any) -> None:
        for month, printed in self.closed.items():
            assert reports(self.desk, month) == printed, month
        for month in MONTHS:
            sums = Counter({(each["party"], each["name"]): cents(each["net"]) for each in self.frozen[month]["sums"]})
            assert sums == +self.booked[month], month
        now = self.desk.read_json("report", "adjustments", "--period", "2011-12")["rows"]
        assert {(row["party"], row["name"]): cents(row["net"]) for row in now} == dict(+self.booked["2011-12"])
        buyers = {row["buyer"]: row["credits"] for row in self.desk.read_json("report", "roi")["rows"]}
        assert buyers == {name: expected["by_buyer"][name]["credits"] for name in buyers}
        assert self.late > 0
        totals_agree(self.desk)
        self.desk.check()


def tell_year(root: Path, *, all_buyers: bool) -> Year:
    year = Year(new_desk(root / "w", RETAIL), load_trade(all_buyers))
    year.run()
    expected = json.loads((DATA / "expected_30_days.json").read_text())["returns.csv"]
    year.check(expected)
    return year


@needs_data
def test_a_year_of_real_returns_closed_month_by_month(tmp_path: Path) -> None:
    year = tell_year(tmp_path, all_buyers=False)

    some = year.trade.ledger[0]
    again = year.desk.ledger(as_csv([{**some, "lead_id": "forgotten"}]), name="forgotten.csv")
    assert [each["code"] for each in again["problems"]] == ["period_closed"]
    approved = year.desk.query("SELECT min(id) FROM returns WHERE outcome = 'approved'")[0][0]
    year.desk.run("review", "reverse", approved, "--because", "a year later").ok()
    for month, printed in year.closed.items():
        assert reports(year.desk, month) == printed, month


@needs_data
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_whole_data_set_closed_month_by_month(tmp_path: Path) -> None:
    year = tell_year(tmp_path, all_buyers=True)
    totals = year.desk.read_json("report", "roi", "--by", "currency")["totals"]
    assert (totals[0]["credits"], totals[0]["revenue"], totals[0]["returned"]) == ("524459.79", "10655622.48", 5805)
