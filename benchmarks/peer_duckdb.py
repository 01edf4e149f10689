"""What a user of DuckDB would write instead: one SQL script over the files, or over a DuckDB file that has the ledger.

python -m benchmarks.peer_duckdb DATA RETURNS OUT                 the ledger from CSV, nothing kept
python -m benchmarks.peer_duckdb DATA --load ledger.duckdb        the ledger into a DuckDB file
python -m benchmarks.peer_duckdb DATA RETURNS OUT --store FILE    with that file, which keeps the decisions
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from pathlib import Path

import duckdb

from benchmarks.terms import CREDIT_PERCENT, NEVER_A_REASON, RECEIVED, WINDOW_DAYS

LEDGER = """
create table ledger as
select row_number() over () as sale, lead_id, buyer, supplier, campaign, sold_at, strftime(sold_at, '%Y-%m') as month,
       cast(price * 100 as bigint) as price, cast(payout * 100 as bigint) as payout, currency, lower(email) as email,
       regexp_replace(phone, '[^+0-9]', '', 'g') as phone
from read_csv('{data}/ledger.csv', header = true, delim = ',', columns = {{
    'lead_id': 'varchar', 'buyer': 'varchar', 'supplier': 'varchar', 'campaign': 'varchar', 'sold_at': 'timestamp',
    'price': 'decimal(12, 2)', 'payout': 'decimal(12, 2)', 'currency': 'varchar', 'email': 'varchar',
    'phone': 'varchar'}});
create table credited as
select sale, credit_minor as credit
from read_csv('{data}/credited.csv', types = {{'lead_id': 'varchar', 'credit_minor': 'bigint'}})
join ledger using (lead_id, buyer);
"""

DECIDE = """
create temp table reason as select unnest($texts) as key, unnest($percents) as percent;
create temp table asked as
select row_number() over () + 1 as row, coalesce("Buyer", '') as buyer, coalesce("Lead ID", '') as lead_id,
       coalesce(regexp_replace("Phone", '[^+0-9]', '', 'g'), '') as phone,
       coalesce(lower(trim("Email")), '') as email, "Reason" as reason, "Returned At" as returned_at,
       "Comment" as comment, lower(trim(coalesce("Reason", ''))) as reason_key,
       try_cast(case when "Returned At" <> '' then "Returned At" else '{received}' end as timestamp) as requested_at
from read_csv('{returns}', header = true, delim = ',', quote = '"', all_varchar = true);

create temp table matched as
with hit as (
    select row, sale, asked.buyer = ledger.buyer as his from asked join ledger using (lead_id) where asked.lead_id <> ''
    union all
    select row, sale, true from asked join ledger using (phone, buyer)
    where asked.lead_id = '' and asked.phone <> '' and (asked.email = '' or asked.email = ledger.email)
    union all
    select row, sale, true from asked join ledger using (email, buyer)
    where asked.lead_id = '' and asked.phone = '' and asked.email <> '')
select row, count(*) filter (his) as fits, any_value(sale) filter (his) as any_sale,
       case when fits = 1 then any_sale end as one_sale
from hit group by row;

create temp table found as
select asked.*, one_sale, percent, price, supplier, campaign, month, currency,
       date_diff('day', cast(sold_at as date), cast(requested_at as date)) as days_after,
       case when requested_at is null or buyers.buyer is null
                 or (asked.lead_id = '' and asked.phone = '' and asked.email = '') then 'unreadable'
            when fits > 1 then 'ambiguous_match'
            when fits = 0 then 'not_this_buyer'
            when fits is null then 'unknown_lead'
            when credited.sale is not null then 'already_returned'
            when days_after > {window} then 'too_late'
            when list_contains($never, reason_key) then 'reason_not_allowed'
            when days_after < 0 then 'before_sale'
            when percent is null then 'reason_unknown'
            else '' end as first_finding,
       case when first_finding = '' then 'approved' when first_finding = 'unreadable' then 'unreadable'
            when first_finding in ('ambiguous_match', 'before_sale', 'reason_unknown') then 'review'
            else 'rejected' end as first_outcome
from asked left join matched using (row)
left join ledger on ledger.sale = one_sale
left join credited on credited.sale = one_sale
left join reason on reason.key = reason_key
left join (select distinct buyer from ledger) buyers on buyers.buyer = asked.buyer;

create {kept} table decision as
with ordered as (
    select *, case when one_sale is not null and first_outcome <> 'unreadable'
        then lag(first_outcome) over (partition by one_sale, first_outcome = 'unreadable' order by row) end as before
    from found)
select * exclude (before, first_finding, first_outcome),
       case when before is null or first_outcome = 'rejected' then first_finding
            when before = 'approved' then 'already_returned' else 'already_requested' end as finding,
       case when before is null or first_outcome = 'rejected' then first_outcome
            when before = 'rejected' then 'review' else 'rejected' end as outcome,
       case when outcome = 'approved' then (price * percent + 50) // 100 else 0 end as credit
from ordered;
"""

REPORT = """
copy (
    with sold as (
        select {by}, currency, count(*) as sold, sum(price) as revenue, sum(payout) as payout
        from ledger group by all),
    credit as (
        select {by}, currency, credited.credit from credited join ledger using (sale)
        union all
        select {by}, currency, credit from decision where outcome = 'approved'),
    back as (select {by}, currency, count(*) as returned, sum(credit) as credits from credit group by all)
    select {by}, currency, sold, revenue, payout, coalesce(returned, 0) as returned, coalesce(credits, 0) as credits,
           round((revenue - coalesce(credits, 0) - payout) / payout, 6) as roi
    from sold left join back using ({by}, currency) order by all
) to '{out}/roi_{by}.csv' (header);
"""

ANSWER = """
copy (select row, buyer, lead_id, phone, email, reason, returned_at, comment, outcome, finding, credit
      from decision order by row) to '{out}/answer.csv' (header);
"""


def main() -> None:
    """Loads the ledger, or decides a file, writes the answer and the reports, and prints the check line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("returns", type=Path, nargs="?")
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--load", type=Path, metavar="FILE")
    parser.add_argument("--store", type=Path, metavar="FILE")
    options = parser.parse_args()
    if options.load:
        with duckdb.connect(options.load) as store:
            store.execute(LEDGER.format(data=options.data))
        return
    options.out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(options.store or ":memory:") as store:
        if not options.store:
            store.execute(LEDGER.format(data=options.data))
        returns = options.returns if options.returns.suffix == ".csv" else _as_csv(options.returns, options.out)
        _decide(store, returns, kept="" if options.store else "temp")
        for dimension in ("buyer", "supplier", "campaign", "month"):
            store.execute(REPORT.format(by=dimension, out=options.out))
        store.execute(ANSWER.format(out=options.out))
        print(json.dumps(_check_line(store)))


def _decide(store: duckdb.DuckDBPyConnection, returns: Path, kept: str) -> None:
    """Runs the statements one by one: only two of them take parameters, and a script as a whole takes none."""
    script = DECIDE.format(returns=returns, received=RECEIVED, window=WINDOW_DAYS, kept=kept)
    parameters = {
        "texts": list(CREDIT_PERCENT),
        "percents": list(CREDIT_PERCENT.values()),
        "never": list(NEVER_A_REASON),
    }
    for statement in script.split(";")[:-1]:
        named = {name: value for name, value in parameters.items() if f"${name}" in statement}
        store.execute(statement, named or None)


def _as_csv(workbook: Path, out: Path) -> Path:
    """The workbook's sheet as CSV: rows reach DuckDB sooner through a file than one by one."""
    from python_calamine import CalamineWorkbook

    target = out / "returns.csv"
    with target.open("w", newline="") as lines:
        csv.writer(lines).writerows(CalamineWorkbook.from_path(workbook).get_sheet_by_index(0).iter_rows())
    return target


def _check_line(store: duckdb.DuckDBPyConnection) -> dict[str, object]:
    rows = store.execute("select row from decision where outcome = 'approved' order by row").fetchall()
    outcomes = store.execute("select outcome, count(*) from decision group by all order by all").fetchall()
    credit = store.execute(
        "select currency, cast(sum(credit) as bigint) from decision where outcome = 'approved' "
        "group by all order by all"
    ).fetchall()
    lines = "".join(f"{row}\n" for (row,) in rows)
    return {
        "outcomes": dict(outcomes),
        "credit_minor": dict(credit),
        "approved_rows": hashlib.sha256(lines.encode()).hexdigest(),
    }


if __name__ == "__main__":
    main()
