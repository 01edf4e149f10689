"""Writes the benchmark's files, the same ones every time:

    python -m benchmarks.generate --sales 1000000 --returns 10000 100000 --xlsx 100000 --out benchmarks/data/1m

* `ledger.csv`          the sales
* `policies.toml`       the terms
* `earlier.csv`         a return file of sales/50 rows that was imported before, all approved
* `credited.csv`        what a script would have kept of that: lead_id, buyer, credit in cents
* `returns_N.csv`       a return file of N rows, with `returns_N.xlsx` where asked for
* `expected_N.json`     what must become of it: counts, credits, and the digest of the approved rows
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from benchmarks.mix import HEADINGS, Expected, Mix
from benchmarks.shape import COLUMNS, Shape
from benchmarks.sheet import Value, write_workbook
from benchmarks.terms import CREDIT_PERCENT, POLICIES, credit_minor

FIRST_ROW = 2
"""The row below the headings, as a person sees it in a spreadsheet or text editor."""


def main() -> None:
    """Writes the files that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sales", type=int, required=True)
    parser.add_argument("--returns", type=int, nargs="+", default=[], metavar="N")
    parser.add_argument(
        "--xlsx", type=int, nargs="*", default=[], metavar="N", help="which of these also as a workbook"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    options = parser.parse_args()
    shape = Shape(options.sales, options.seed)
    write_ledger(shape, options.out)
    for returns in options.returns:
        write_returns(shape, returns, options.out, workbook=returns in options.xlsx)


def earlier_rows(shape: Shape) -> int:
    """How many returns were credited before the benchmark's file comes in."""
    return shape.sales // 50


def write_ledger(shape: Shape, folder: Path) -> None:
    """Writes the ledger, the terms and the batch imported before into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("policies.toml").write_text(POLICIES)
    sale = shape.sale
    with _text(folder / "ledger.csv") as ledger:
        ledger.write(",".join(COLUMNS) + "\n")
        # No value holds a comma or a quote, and joining is three times as fast as the csv module.
        ledger.writelines(",".join(sale(index)) + "\n" for index in range(shape.sales))
    with _text(folder / "earlier.csv") as earlier, _text(folder / "credited.csv") as credited:
        batch, kept = csv.writer(earlier, lineterminator="\n"), csv.writer(credited, lineterminator="\n")
        batch.writerow(HEADINGS)
        kept.writerow(("lead_id", "buyer", "credit_minor"))
        for index, row in Mix(shape, 0, earlier_rows(shape)).earlier_rows():
            batch.writerow(row)
            credit = credit_minor(shape.price_minor(index), CREDIT_PERCENT[row.reason.lower()])
            kept.writerow((row.lead_id, row.buyer, credit))


def write_returns(shape: Shape, returns: int, folder: Path, workbook: bool = False) -> None:
    """Writes a return file of `returns` rows, and what must become of it, into `folder`."""
    tally = Tally()
    with _text(folder / f"returns_{returns}.csv") as target:
        lines = csv.writer(target, lineterminator="\n")
        lines.writerow(HEADINGS)
        for number, expected in enumerate(Mix(shape, returns, earlier_rows(shape)).rows(), start=FIRST_ROW):
            lines.writerow(expected.row)
            tally.add(number, expected)
    folder.joinpath(f"expected_{returns}.json").write_text(json.dumps(tally.result()) + "\n")
    if workbook:
        write_workbook(folder / f"returns_{returns}.xlsx", _workbook_rows(Mix(shape, returns, earlier_rows(shape))))


class Tally:
    """Counts, credits and the digest of the approved rows, of a file gone through once."""

    def __init__(self) -> None:
        self._outcomes: Counter[str] = Counter()
        self._credits: Counter[str] = Counter()
        self._digest = hashlib.sha256()

    def add(self, number: int, expected: Expected) -> None:
        """Counts row `number`; rows come in their order."""
        self._outcomes[expected.outcome] += 1
        if expected.outcome == "approved":
            self._credits[expected.currency] += expected.credit_minor
            self._digest.update(b"%d\n" % number)

    def result(self) -> dict[str, object]:
        """What every contestant must print too."""
        return {
            "outcomes": dict(sorted(self._outcomes.items())),
            "credit_minor": dict(sorted(self._credits.items())),
            "approved_rows": self._digest.hexdigest(),
        }


def _workbook_rows(mix: Mix) -> Iterator[tuple[Value, ...]]:
    yield HEADINGS
    for expected in mix.rows():
        row = expected.row
        yield (*row[:5], _date_cell(row.returned_at), row.comment)


def _date_cell(text: str) -> Value:
    """A real date, or the text where it is none."""
    try:
        return datetime.fromisoformat(text) if len(text) > 10 else date.fromisoformat(text)
    except ValueError:
        return text


def _text(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="", buffering=1 << 20)


if __name__ == "__main__":
    main()
