"""How the refund liability estimate fared on a real year of sales: the tables of docs/accrual.md.

    python -m benchmarks.accrual_history [FOLDER]     print the tables
    python -m benchmarks.accrual_history --write      and put them into docs/accrual.md

FOLDER holds `ledger.csv.gz` and `returns.csv`; without one it is `shared/realdata/online_retail` beside the project.
Each estimate sees the sales made and the returns asked for until its day, and nothing later.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from leadreturns.core.accrual import estimate
from leadreturns.core.accrual_groups import estimate_groups
from leadreturns.core.accrual_result import Accrual
from leadreturns.core.calendar import date_of, day_of
from leadreturns.core.chain_ladder import chain_ladder
from leadreturns.core.exposure import additive
from leadreturns.core.forecast import METHODS, NAMES
from leadreturns.core.money import to_minor
from leadreturns.core.spread import half_up
from leadreturns.core.triangle import ReturnedItem, SoldCell, Triangle

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "accrual.md"
DEFAULT_FOLDER = ROOT.parent / "shared" / "realdata" / "online_retail"
BEGIN, END = "<!-- accrual-history: begin -->\n", "<!-- accrual-history: end -->\n"

WINDOW_DAYS = 30
CURRENCY = "GBP"
MONTH_ENDS = tuple(day_of(date(2011, month, day)) for month, day in ((6, 30), (7, 31), (8, 31), (9, 30), (10, 31)))
WEEK_ENDS = range(day_of(date(2011, 3, 1)), day_of(date(2011, 11, 8)) + 1, 7)
"""From the first Tuesday in March to the last day whose windows had all run out when the history ends."""


@dataclass(frozen=True, slots=True)
class Book:
    """The sales and the accepted returns of the whole year."""

    sold: list[SoldCell]
    returned: list[ReturnedItem]


@dataclass(frozen=True, slots=True)
class Trial:
    """An estimate at a day, and what then came."""

    accrual: Accrual
    came_minor: int
    came_count: int


def load(folder: Path) -> Book:
    """The sales added up by day, and the returns that the 30-day terms accept.

    Accepted is the first request for a sale that names its lead and its buyer, at most 30 calendar days after it.
    """
    sales: dict[str, tuple[int, str, str, int]] = {}
    for row in _rows(folder / "ledger.csv.gz"):
        price = to_minor(row["price"], CURRENCY)
        assert price is not None, row
        sales[row["lead_id"]] = (_day(row["sold_at"]), row["buyer"], row["campaign"], price)
    values: Counter[tuple[int, str, str]] = Counter()
    counts: Counter[tuple[int, str, str]] = Counter()
    for day, buyer, campaign, price in sales.values():
        values[day, buyer, campaign] += price
        counts[day, buyer, campaign] += 1
    sold = [
        SoldCell(day, count, values[day, buyer, campaign], buyer, campaign, CURRENCY)
        for (day, buyer, campaign), count in counts.items()
    ]
    return Book(sold, list(_accepted(folder / "returns.csv", sales)))


def _accepted(path: Path, sales: dict[str, tuple[int, str, str, int]]) -> Iterator[ReturnedItem]:
    accepted: set[str] = set()
    for row in _rows(path):
        lead = row["lead_id"]
        if lead not in sales or lead in accepted:
            continue
        day, buyer, campaign, price = sales[lead]
        requested = _day(row["returned_at"])
        if buyer == row["buyer"] and requested - day <= WINDOW_DAYS:
            accepted.add(lead)
            yield ReturnedItem(day, requested, price, buyer, campaign, CURRENCY)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    open_text = gzip.open if path.suffix == ".gz" else open
    with open_text(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _day(text: str) -> int:
    return day_of(date.fromisoformat(text[:10]))


def trial(book: Book, at_day: int) -> Trial:
    """The estimate at the end of `at_day`, and what came until the last window had run out."""
    later = [item for item in book.returned if item.sale_day <= at_day < item.requested_day]
    accrual = estimate(book.sold, book.returned, at_day, WINDOW_DAYS)
    return Trial(accrual, sum(item.value_minor for item in later), len(later))


def monthly(book: Book, at_day: int) -> tuple[Fraction, Fraction]:
    """The plain chain-ladder and the plain additive estimate by calendar months, with the huge return left in."""

    def month(day: int) -> int:
        return date_of(day).year * 12 + date_of(day).month

    first, last = min(month(cell.sale_day) for cell in book.sold), month(at_day)
    months, ages = last - first + 1, 3
    exposure = [[0] * ages for _ in range(months)]
    increments = [[0] * min(ages, months - i) for i in range(months)]
    for cell in book.sold:
        if cell.sale_day <= at_day:
            for age in range(ages):
                exposure[month(cell.sale_day) - first][age] += cell.value_minor
    for item in book.returned:
        if item.requested_day <= at_day:
            increments[month(item.sale_day) - first][month(item.requested_day) - month(item.sale_day)] += (
                item.value_minor
            )
    ladder = chain_ladder(increments)
    assert ladder is not None
    triangle = Triangle(tuple(map(tuple, exposure)), tuple(map(tuple, increments)))
    return ladder.total, additive(triangle).total


def tables(book: Book) -> str:
    """Everything that stands between the marks in docs/accrual.md."""
    trials = [trial(book, day) for day in MONTH_ENDS]
    weekly = [trial(book, day) for day in WEEK_ENDS]
    parts = [
        _amounts(trials, [monthly(book, day) for day in MONTH_ENDS]),
        _counts(trials),
        _how_sure(trials, weekly),
        _large(trials),
        _by_buyer(book, MONTH_ENDS[3]),
    ]
    return "\n".join(parts)


def _amounts(trials: Sequence[Trial], plain: Sequence[tuple[Fraction, Fraction]]) -> str:
    head = [
        "month end",
        "came",
        *(f"{NAMES[method]} (range)" for method in METHODS),
        "monthly chain-ladder",
        "monthly additive",
    ]
    rows = []
    for one, (ladder, flat) in zip(trials, plain, strict=True):
        cells = [
            f"{_pounds(e.credit_minor)} ({_pounds(e.low_minor)} – {_pounds(e.high_minor)})"
            for e in one.accrual.estimates
        ]
        cells += [_pounds(half_up(ladder)), _pounds(half_up(flat))]
        rows.append([_date(one), _pounds(one.came_minor), *cells])
    misses = [
        [abs(one.accrual.estimates[i].credit_minor - one.came_minor) for one in trials] for i in range(len(METHODS))
    ]
    misses += [
        [abs(half_up(pair[i]) - one.came_minor) for one, pair in zip(trials, plain, strict=True)] for i in (0, 1)
    ]
    rows.append(["mean miss", "", *(_pounds(sum(column) // len(column)) for column in misses)])
    return "Credit still to come, in whole GBP:\n\n" + _markdown(head, rows)


def _counts(trials: Sequence[Trial]) -> str:
    head = ["month end", "came", *(f"{NAMES[method]} (range)" for method in METHODS)]
    rows = [
        [
            _date(one),
            str(one.came_count),
            *(f"{e.count} ({e.count_low} – {e.count_high})" for e in one.accrual.estimates),
        ]
        for one in trials
    ]
    return "Returns still to come:\n\n" + _markdown(head, rows)


def _how_sure(trials: Sequence[Trial], weekly: Sequence[Trial]) -> str:
    rows = []
    for name, group in (("5 month ends", trials), (f"{len(weekly)} week ends", weekly)):
        judged = [_judge(group, i) for i in range(len(METHODS))]
        for line, what in enumerate(("credit inside the range", "returns inside the range", "mean miss", "all ÷ all")):
            rows.append([f"{name}: {what}", *(one[line] for one in judged)])
    return "How sure it was:\n\n" + _markdown(["", *(NAMES[method] for method in METHODS)], rows)


def _judge(group: Sequence[Trial], method: int) -> tuple[str, str, str, str]:
    """How often credit and returns came inside the range, the mean miss, and all estimates ÷ all that came."""
    pairs = [(one.accrual.estimates[method], one) for one in group]
    inside = sum(e.low_minor <= one.came_minor <= e.high_minor for e, one in pairs)
    counted = sum(e.count_low <= one.came_count <= e.count_high for e, one in pairs)
    miss = sum(abs(e.credit_minor - one.came_minor) for e, one in pairs) // len(group)
    share = Fraction(100 * sum(e.credit_minor for e, _ in pairs), sum(one.came_minor for one in group))
    return f"{inside} of {len(group)}", f"{counted} of {len(group)}", _pounds(miss), f"{half_up(share)} %"


def _large(trials: Sequence[Trial]) -> str:
    head = [
        "month end",
        "very large returns so far",
        "their credit",
        "what they were sold for",
        "further ones expected",
        "loading, not in the estimate",
    ]
    rows = []
    for one in trials:
        large = one.accrual.large
        expected = f"{float(large.expected_count):.3f}"
        seen = [str(large.count), _pounds(large.credit_minor), _pounds(large.sold_minor)]
        rows.append([_date(one), *seen, expected, _pounds(large.loading_minor)])
    return "Very large returns, treated apart:\n\n" + _markdown(head, rows)


def _by_buyer(book: Book, at_day: int) -> str:
    grouped = estimate_groups(book.sold, book.returned, at_day, WINDOW_DAYS, by="buyer")
    head = ["buyer", "returns so far", "open sold", "estimate (range)", "credibility", "came"]
    came: Counter[str] = Counter()
    for item in book.returned:
        if item.sale_day <= at_day < item.requested_day:
            came[item.buyer] += item.value_minor
    rows = []
    for group in sorted(grouped.groups, key=lambda group: (-group.open_minor, group.name))[:5]:
        e = group.estimate
        assert e is not None
        figures = f"{_pounds(e.credit_minor)} ({_pounds(e.low_minor)} – {_pounds(e.high_minor)})"
        share, sold = f"{half_up(e.credibility * 100)} %", _pounds(group.open_minor)
        rows.append([group.name, str(group.returned_count), sold, figures, share, _pounds(came[group.name])])
    return f"By buyer at {date_of(at_day)}, the five with most open sales:\n\n" + _markdown(head, rows)


def _date(one: Trial) -> str:
    return date_of(one.accrual.frame.at_day).isoformat()


def _pounds(minor: int) -> str:
    return f"{half_up(Fraction(minor, 100)):,}"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def page_with(tables_text: str, page: str) -> str:
    """The page with the tables between its marks. Raises ValueError when the marks are missing."""
    before, mark, rest = page.partition(BEGIN)
    _, end_mark, after = rest.partition(END)
    if not mark or not end_mark:
        raise ValueError(f"{PAGE.name} lacks the marks that the tables belong between")
    return f"{before}{BEGIN}\n{tables_text}\n{END}{after}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables, and with --write puts them into the page; 3 when the history is not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    if not (options.folder / "ledger.csv.gz").is_file():
        print(f"no ledger.csv.gz in {options.folder}; name the folder that holds the history", file=sys.stderr)
        return 3
    text = tables(load(options.folder))
    print(text)
    if options.write:
        PAGE.write_text(page_with(text, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
