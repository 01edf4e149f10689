"""The flat ledger table with one unique index, by Python's own driver: the floor where there is no sqlite3 shell."""

from __future__ import annotations

import csv
import sqlite3
import sys


def main(ledger: str, target: str) -> None:
    """Loads the file `ledger` into the new store `target`."""
    with sqlite3.connect(target) as store, open(ledger, encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        headings = next(rows)
        store.execute(f"create table sale ({', '.join(f'{heading} text' for heading in headings)})")
        store.executemany(f"insert into sale values ({', '.join('?' * len(headings))})", rows)
        store.execute("create unique index sale_key on sale (lead_id, buyer)")
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
