"""What a user of pandas would write instead: decide a return file in columns, keep nothing but the files it writes."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from benchmarks.terms import CREDIT_PERCENT, NEVER_A_REASON, RECEIVED, WINDOW_DAYS

DIMENSIONS = ("buyer", "supplier", "campaign", "month")


def main() -> None:
    """Decides the file, writes the answer and the reports, prints the check line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("returns", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--engine", default="calamine", choices=("calamine", "openpyxl"), help="of read_excel")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    ledger = read_ledger(options.data / "ledger.csv")
    credited = pd.read_csv(options.data / "credited.csv", dtype={"lead_id": str, "buyer": str})
    credited = credited.merge(ledger[["lead_id", "buyer"]].reset_index(names="sale"), on=["lead_id", "buyer"])
    rows = decide(match(read_returns(options.returns, options.engine), ledger), ledger, credited)
    write_reports(ledger, credited, rows, options.out)
    write_answer(rows, options.out / f"answer{options.returns.suffix}")
    print(json.dumps(check_line(rows)))


def read_ledger(path: Path) -> pd.DataFrame:
    """One row a sale, money in cents, the names as categories."""
    kinds = dict.fromkeys(("lead_id", "email", "phone"), "str")
    kinds |= dict.fromkeys(("buyer", "supplier", "campaign", "currency"), "category")
    kinds |= dict.fromkeys(("price", "payout"), "float64")
    ledger = pd.read_csv(path, dtype=kinds, parse_dates=["sold_at"], date_format="%Y-%m-%d %H:%M:%S")
    for money in ("price", "payout"):
        ledger[money] = (ledger[money] * 100).round().astype("int64")
    ledger["email"] = ledger.email.str.lower()
    ledger["phone"] = ledger.phone.str.replace(r"[^+\d]", "", regex=True)
    ledger["month"] = ledger.sold_at.dt.strftime("%Y-%m").astype("category")
    return ledger


def read_returns(path: Path, engine: Literal["calamine", "openpyxl"]) -> pd.DataFrame:
    """One row a return, normalised; `row` is the number in the file."""
    rows: pd.DataFrame
    if path.suffix == ".xlsx":
        rows = pd.read_excel(path, dtype=str, engine=engine, keep_default_na=False)
    else:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows.columns = ["buyer", "lead_id", "phone", "email", "reason", "returned_at", "comment"]
    rows.insert(0, "row", np.arange(2, len(rows) + 2))
    rows["phone"] = rows.phone.str.replace(r"[^+\d]", "", regex=True)
    rows["email"] = rows.email.str.strip().str.lower()
    reason = rows.reason.str.strip().str.lower()
    rows["percent"] = reason.map(CREDIT_PERCENT)
    rows["never"] = reason.isin(NEVER_A_REASON)
    written = rows.returned_at.where(rows.returned_at != "", RECEIVED)
    rows["requested_at"] = pd.to_datetime(written, format="ISO8601", errors="coerce")
    return rows


def match(rows: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Adds `fits`, the number of sales that a row fits, and `sale`, if it fits one."""
    sales = ledger[["lead_id", "buyer", "phone", "email"]].reset_index(names="sale")
    keys = rows[["row", "buyer", "lead_id", "phone", "email"]]
    by_id = keys[keys.lead_id != ""][["row", "lead_id", "buyer"]].merge(
        sales[["sale", "lead_id", "buyer"]].rename(columns={"buyer": "sold_to"}), on="lead_id"
    )
    rows["known_lead"] = rows.row.isin(by_id.row)
    by_id = by_id[by_id.buyer == by_id.sold_to.astype(str)]
    contact = keys[keys.lead_id == ""].drop(columns="lead_id")
    with_phone = contact[contact.phone != ""].rename(columns={"email": "wanted"})
    by_phone = with_phone.merge(sales[sales.phone.isin(with_phone.phone)], on=["phone", "buyer"])
    by_phone = by_phone[(by_phone.wanted == "") | (by_phone.wanted == by_phone.email)]
    with_email = contact[(contact.phone == "") & (contact.email != "")][["row", "buyer", "email"]]
    by_email = with_email.merge(sales[sales.email.isin(with_email.email)], on=["email", "buyer"])
    hits = pd.concat([found[["row", "sale"]] for found in (by_id, by_phone, by_email)])
    found = hits.groupby("row").sale.agg(["size", "first"])
    rows["fits"] = rows.row.map(found["size"]).fillna(0)
    rows["sale"] = rows.row.map(found["first"]).where(rows.fits == 1).astype("Int64")
    return rows


def decide(rows: pd.DataFrame, ledger: pd.DataFrame, credited: pd.DataFrame) -> pd.DataFrame:
    """Adds `finding`, `outcome` and `credit`."""
    columns = ["sold_at", "price", "supplier", "campaign", "month", "currency"]
    rows = rows.join(ledger[columns], on="sale")
    unreadable = rows.requested_at.isna() | ~rows.buyer.isin(ledger.buyer.cat.categories)
    unreadable |= (rows.lead_id == "") & (rows.phone == "") & (rows.email == "")
    days_after = (rows.requested_at.dt.normalize() - rows.sold_at.dt.normalize()).dt.days
    findings = [
        ("unreadable", unreadable, "unreadable"),
        ("ambiguous_match", rows.fits > 1, "review"),
        ("not_this_buyer", (rows.fits == 0) & rows.known_lead, "rejected"),
        ("unknown_lead", rows.fits == 0, "rejected"),
        ("already_returned", rows.sale.isin(credited.sale), "rejected"),
        ("too_late", days_after > WINDOW_DAYS, "rejected"),
        ("reason_not_allowed", rows.never, "rejected"),
        ("before_sale", days_after < 0, "review"),
        ("reason_unknown", rows.percent.isna(), "review"),
    ]
    tests = [test.fillna(False).to_numpy(bool) for _, test, _ in findings]
    rows["finding"] = np.select(tests, [name for name, _, _ in findings], "")
    rows["outcome"] = np.select(tests, [outcome for _, _, outcome in findings], "approved")
    rows = refuse_repeats(rows, unreadable)
    approved = rows.outcome == "approved"
    credit = (rows.price * rows.percent + 50) // 100
    rows["credit"] = credit.where(approved, 0).astype("int64")
    return rows


def refuse_repeats(rows: pd.DataFrame, unreadable: pd.Series) -> pd.DataFrame:
    """A sale asked for a second time is refused when the first was approved or waits, else looked at."""
    asked = rows[~unreadable & rows.sale.notna()]
    first = asked.drop_duplicates("sale").set_index("sale").outcome
    again = asked[asked.duplicated("sale")]
    before = again.sale.map(first)
    refused = (before != "rejected") & (again.outcome != "rejected")
    names = np.where(before == "approved", "already_returned", "already_requested")
    rows.loc[again.index[refused], "outcome"] = "rejected"
    rows.loc[again.index[refused], "finding"] = names[refused]
    waits = (before == "rejected") & (again.outcome != "rejected")
    rows.loc[again.index[waits], ["outcome", "finding"]] = ["review", "already_requested"]
    return rows


def write_reports(ledger: pd.DataFrame, credited: pd.DataFrame, rows: pd.DataFrame, out: Path) -> None:
    """ROI by buyer, supplier, campaign and month, one CSV each; money in cents."""
    earlier = credited.join(ledger[["supplier", "campaign", "month", "currency"]], on="sale")
    earlier = earlier.rename(columns={"credit_minor": "credit"})
    columns = [*DIMENSIONS, "currency", "credit"]
    credits = pd.concat([earlier[columns], rows.loc[rows.outcome == "approved", columns]])
    for dimension in DIMENSIONS:
        keys = [dimension, "currency"]
        sold = ledger.groupby(keys, observed=True).agg(
            sold=("price", "size"), revenue=("price", "sum"), payout=("payout", "sum")
        )
        returned = credits.astype({dimension: str, "currency": str}).groupby(keys).credit.agg(["size", "sum"])
        report = sold.join(returned.set_axis(["returned", "credits"], axis=1)).fillna(0)
        report[["returned", "credits"]] = report[["returned", "credits"]].astype("int64")
        report["roi"] = ((report.revenue - report.credits - report.payout) / report.payout).round(6)
        report.sort_index().to_csv(out / f"roi_{dimension}.csv")


def write_answer(rows: pd.DataFrame, path: Path) -> None:
    """The return file once more, with what became of each row."""
    columns = ["row", "buyer", "lead_id", "phone", "email", "reason", "returned_at", "comment"]
    answer = rows[[*columns, "outcome", "finding", "credit"]]
    if path.suffix == ".xlsx":
        answer.to_excel(path, index=False)
    else:
        answer.to_csv(path, index=False)


def check_line(rows: pd.DataFrame) -> dict[str, object]:
    """Counts, credits and the digest of the approved rows, the same for every contestant that is right."""
    approved = rows[rows.outcome == "approved"]
    lines = "".join(f"{row}\n" for row in approved.row.sort_values())
    return {
        "outcomes": {name: int(count) for name, count in sorted(rows.outcome.value_counts().items())},
        "credit_minor": {
            name: int(total) for name, total in approved.groupby("currency", observed=True).credit.sum().items()
        },
        "approved_rows": hashlib.sha256(lines.encode()).hexdigest(),
    }


if __name__ == "__main__":
    main()
