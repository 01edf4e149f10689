"""Pages in a real browser: printed, and on a phone."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.october import october

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BROWSER, reason="no Chromium is installed: apt install chromium"),
]
PAGES = (
    ("report", "roi", "--by", "supplier,buyer"),
    ("report", "adjustments", "--period", "2026-10"),
    ("report", "adjustments", "--period", "2026-10", "--detail"),
    ("report", "returns", "--by", "supplier"),
    ("report", "exposure"),
    ("report", "accrual", "--at", "2026-10-31"),
    ("credit-note", "show", "CN-2026-0003"),
)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """October with caps of both kinds, in three currencies; forty more sales that came back."""
    desk = october(tmp_path_factory.mktemp("books") / "w", noted=True)
    many = range(40)
    text = "lead_id,buyer,sold_at,price,payout,supplier,campaign,currency\n"
    text += "".join(f"M-{at:03d},acme,2026-11-01,12.50,5.00,leadco,a campaign of many words,USD\n" for at in many)
    desk.ledger(text, name="november.csv")
    desk.returns(
        "lead_id,buyer,reason,requested_at\n" + "".join(f"M-{at:03d},acme,disconnected,2026-11-01\n" for at in many)
    )
    return desk


def browser(*words: str) -> str:
    """What the browser prints on its standard output."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    ran = subprocess.run([BROWSER, *options, *words], capture_output=True, text=True, timeout=100, check=True)
    return ran.stdout


@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_nothing_hangs_out_of_a_phone(books: Desk, tmp_path: Path, words: tuple[str, ...]) -> None:
    page, frame = tmp_path / "page.html", tmp_path / "frame.html"
    books.run(*words, "-o", page).ok()
    frame.write_text(
        f'<iframe id=f src="{page.as_uri()}" style="width:390px;height:900px;border:0"></iframe><p id=told></p><script>'
        "onload=function(){var d=document.getElementById('f').contentDocument.documentElement;"
        "document.getElementById('told').textContent=d.clientWidth+' '+d.scrollWidth}</script>"
    )
    found = re.search(r'id="told">(\d+) (\d+)<', browser("--dump-dom", frame.as_uri()))
    assert found is not None
    shown, needed = map(int, found.groups())
    assert 370 < shown <= 390
    assert needed <= shown


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed: apt install poppler-utils")
def test_totals_are_printed_once_and_under_all_rows(books: Desk, tmp_path: Path) -> None:
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    books.run("report", "adjustments", "--period", "2026-11", "--detail", "-o", page).ok()
    browser(f"--print-to-pdf={printed}", page.as_uri())
    text = subprocess.run(["pdftotext", "-layout", printed, "-"], capture_output=True, text=True, check=True).stdout
    assert len(re.findall(r"M-0\d\d", text)) == 80, "a credit and a clawback for each"
    assert text.count("Recorded") > 1, "the headings stand on every page"

    books.run("report", "roi", "--by", "buyer", "-o", page).ok()
    browser(f"--print-to-pdf={printed}", page.as_uri())
    text = subprocess.run(["pdftotext", "-layout", printed, "-"], capture_output=True, text=True, check=True).stdout
    assert len(re.findall(r"^ *Total ", text, re.M)) == 3, "one for each currency"
