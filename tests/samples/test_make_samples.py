"""The sample files are what samples/make_samples.py writes, byte for byte, and hold what the tour promises of them."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = ("ledger.csv", "acme_2026-09.csv", "brightpath_returns.xlsx", "homefirst_scrubs.csv")
ROOM_IN_THE_WHEEL = 1_500_000


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    script = SAMPLES / "make_samples.py"
    subprocess.run([sys.executable, "-B", str(script), str(folder)], check=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def sales() -> list[dict[str, str]]:
    with (SAMPLES / "ledger.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", FILES)
def test_the_committed_file_is_what_the_script_writes(written: Path, name: str) -> None:
    assert (written / name).read_bytes() == (SAMPLES / name).read_bytes()


def test_the_samples_fit_into_the_wheel() -> None:
    files = [path for path in SAMPLES.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) <= ROOM_IN_THE_WHEEL


def test_a_payout_stands_on_one_sale_of_a_lead_only(sales: list[dict[str, str]]) -> None:
    paid = Counter(sale["lead_id"] for sale in sales if sale["payout"] != "0.00")
    sold = Counter(sale["lead_id"] for sale in sales)
    assert set(paid.values()) == {1}
    assert paid.keys() == sold.keys()
    assert sum(count == 2 for count in sold.values()) > 100


def test_a_phone_and_an_email_belong_to_one_person(sales: list[dict[str, str]]) -> None:
    emails = defaultdict(set)
    for sale in sales:
        emails[sale["phone"]].add(sale["email"])
        assert sale["phone"][-7:-2] == "55 01"
        assert sale["email"].endswith(("@example.com", "@example.org"))
    assert all(len(found) == 1 for found in emails.values())


def test_some_lead_ids_start_with_zeros(sales: list[dict[str, str]]) -> None:
    own = [sale["lead_id"] for sale in sales if sale["supplier"] == "webreach"]
    assert own
    assert all(len(lead_id) == 8 and lead_id.startswith("00") for lead_id in own)


def test_the_messy_file_is_messy() -> None:
    raw = (SAMPLES / "homefirst_scrubs.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    lines = raw.decode("cp1252").split("\r\n")
    assert sum(line.startswith("Phone;") for line in lines) == 2
    assert "" in lines[:-1]
    assert ";;;;" in lines
