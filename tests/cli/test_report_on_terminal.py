"""Reports as a person at a terminal sees them: pictures, and a pager when they are long."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest

from tests.desk import Desk, command_line, process_environment

HEAD = "lead_id,buyer,sold_at,price,payout,supplier\n"
BLOCKS = set("▁▂▃▄▅▆▇█▏▎▍▌▋▊▉")


def seen(root: Path, *words: str, width: int = 160, height: int = 40, code: int = 0, **variables: str) -> str:
    """Everything that the command writes on a terminal of that size, without colours."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    environ = {**process_environment(), "TERM": "xterm-256color", "NO_COLOR": "1", "PAGER": "cat", **variables}
    for name in ("COLUMNS", "LINES"):
        environ.pop(name, None)
    process = subprocess.Popen(command_line(*words), cwd=root, env=environ, stdin=inner, stdout=inner, stderr=inner)
    os.close(inner)
    received = b""
    while True:
        try:
            block = os.read(outer, 65_536)
        except OSError:
            break
        if not block:
            break
        received += block
    os.close(outer)
    assert process.wait(60) == code, received.decode()
    return re.sub("\x1b\\[[0-9;]*m", "", received.decode()).replace("\r\n", "\n")


@pytest.fixture
def sold(desk: Desk) -> Desk:
    """A year of sales: leadco's return rate grows, webreach's is high in one month."""
    rows, returned = [], []
    for month in range(1, 11):
        for number in range(10):
            for supplier in ("leadco", "webreach"):
                lead = f"{supplier}-{month}-{number}"
                rows.append(f"{lead},acme,2026-{month:02d}-05 10:00:00,10.00,4.00,{supplier}\n")
                if number < (month if supplier == "leadco" else 8 * (month == 3)):
                    returned.append(f"{lead},acme,2026-{month:02d}-06\n")
    desk.ledger(HEAD + "".join(rows))
    desk.returns("lead_id,buyer,requested_at\n" + "".join(returned))
    return desk


def test_the_return_rate_is_drawn_and_so_are_its_twelve_months(sold: Desk) -> None:
    text = seen(sold.root, "report", "roi", "--by", "supplier")

    lines = {line.split()[0]: line for line in text.splitlines() if line.strip()}
    assert "12 months" in lines["Supplier"]
    assert "55.00%  ██████    ▂▃▄▄▅▆▆▇██  " in lines["leadco"], "the highest rate fills its bar"
    assert "8.00%  ▉         ▁▁█▁▁▁▁▁▁▁  " in lines["webreach"], "two months had no sales"
    wide = seen(sold.root, "report", "roi", "--by", "supplier", width=200)
    assert "55.00%  ██████████    ▂▃▄▄▅▆▆▇██  " in wide


def test_eighty_columns_are_enough_for_the_pictures(sold: Desk) -> None:
    text = seen(sold.root, "report", "roi", "--by", "supplier", width=80)

    lines = {line.split()[0]: line for line in text.splitlines() if line.strip()}
    assert re.search("55.00%  █{4,10} +▂▃▄▄▅▆▆▇██  ", lines["leadco"])
    assert re.search("8.00%  [█▋▊▉▌▍▎▏]{1,2} +▁▁█▁▁▁▁▁▁▁  ", lines["webreach"])
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "Not shown at this width: Sold, " in text
    assert "A wider terminal" not in text


def test_pictures_without_room_are_named(sold: Desk) -> None:
    text = seen(sold.root, "report", "roi", "--by", "buyer,supplier,campaign", width=64)
    assert re.search(r"A wider terminal also draws: (bars, )?12 months\.", text)


def test_whether_suppliers_still_take_it_is_seen_at_eighty_columns(sold: Desk) -> None:
    for words in (("returns", "--by", "supplier"), ("exposure",)):
        text = " ".join(seen(sold.root, "report", *words, width=80).split())
        assert "still" in text
        assert "Supplier still takes" not in text, "it is a column, and not named as left out"


def test_a_narrow_screen_heads_its_totals(sold: Desk) -> None:
    text = seen(sold.root, "report", "roi", "--by", "supplier", width=50)
    assert "\n\nTotal\nCurrency" in text
    assert not re.search(r"Supplier +Total", text)


def test_what_a_reconciliation_notes_stands_below_a_table_without_room_for_it(sold: Desk) -> None:
    sold.file("s.csv", "Lead,Amount\nleadco-1-9,10.00\nX-9,soon\n")
    words = ("report", "reconcile", "s.csv", "--buyer", "acme", "--period", "2026-10")
    text = seen(sold.root, *words, width=80, code=1)
    assert "\nleadco-1-9: never returned\n" in text
    assert '\nrow 3, "Amount": "soon" is no amount. [bad_amount]\n' in text
    assert "Note" not in text


def test_months_as_rows_need_no_sparkline(sold: Desk) -> None:
    text = seen(sold.root, "report", "roi", "--by", "month")

    assert "12 months" not in text
    assert "█" in text


def test_a_pipe_gets_no_pictures(sold: Desk) -> None:
    out = sold.run("report", "roi", "--by", "supplier").ok().out
    assert not BLOCKS & set(out)
    assert "12 months" not in out
    for shape in ("csv", "json"):
        assert not BLOCKS & set(sold.run("report", "roi", "--by", "supplier", "--format", shape).out)


def test_a_long_report_is_paged_with_all_its_rows(sold: Desk, tmp_path: Path) -> None:
    paged = tmp_path / "paged"
    rows = "".join(f"L-{number},buyer{number:03d},2026-10-05,10.00,4.00,leadco\n" for number in range(300))
    sold.ledger(HEAD + rows, name="many.csv")

    seen(sold.root, "report", "roi", PAGER=f"tee {paged}")
    text = re.sub("\x1b\\[[0-9;]*m", "", paged.read_text())

    assert all(f"buyer{number:03d}" in text for number in range(300))
    assert "use -o FILE" in seen(sold.root, "report", "roi"), "without a pager 200 rows are enough"


def test_a_short_report_is_not_paged(sold: Desk, tmp_path: Path) -> None:
    paged = tmp_path / "paged"
    seen(sold.root, "report", "roi", PAGER=f"tee {paged}")
    assert not paged.exists()
