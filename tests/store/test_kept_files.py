"""The bytes of imported files stay what they were, and the store can prove it without holding a file in memory."""

from __future__ import annotations

import tracemalloc
import zlib
from pathlib import Path

import pytest

from leadreturns.store.batches import PART_BYTES
from leadreturns.store.kept_files import changed_files
from tests.desk import Desk, opened_plainly

RULE = "the kept file of a batch is, byte for byte, the one that was imported"


@pytest.fixture
def long(desk: Desk) -> Desk:
    """One batch whose file takes three parts, one whose file takes one."""
    desk.ledger("lead_id,buyer,sold_at,price\nL-1,acme,2026-10-20,50.00\n")
    comment = "the lead says that the number is that of a shop " * 40
    rows = "".join(f"X-{number},2026-10-21,{comment}\n" for number in range(1, 1_300))
    assert len(rows) > 2 * PART_BYTES
    desk.returns("lead_id,return date,comment\n" + rows, "--buyer", "acme", name="long.csv")
    desk.returns("lead_id\nL-1\n", "--buyer", "acme", name="short.csv")
    assert desk.query("SELECT count(*) FROM batch_files WHERE batch_id = 1") == [(3,)]
    return desk


def test_a_file_of_several_parts_is_proven_whole(long: Desk) -> None:
    long.check()


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE batch_files SET part = 7 - part WHERE batch_id = 1",
        "DELETE FROM batch_files WHERE batch_id = 1 AND part = 2",
        "DELETE FROM batch_files WHERE batch_id = 1 AND part = 0",
        "UPDATE batch_files SET bytes = zeroblob(2000000) WHERE batch_id = 1 AND part = 1",
    ],
)
def test_a_part_that_is_lost_moved_or_swollen_is_told_with_its_batch(long: Desk, act: str) -> None:
    with opened_plainly(long.store) as connection:
        connection.execute("DROP TRIGGER batch_files_no_update")
        connection.execute(act)
        assert list(changed_files(connection)) == [1]


def test_an_erased_file_is_lawful(long: Desk) -> None:
    with opened_plainly(long.store) as connection:
        connection.execute("DELETE FROM batch_files WHERE batch_id = 1")
    long.check()


def test_a_part_that_would_swell_to_a_gigabyte_is_not_unpacked(long: Desk) -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(PART_BYTES)) for _ in range(1_000)) + packer.flush()
    with opened_plainly(long.store) as connection:
        connection.execute("DROP TRIGGER batch_files_no_update")
        connection.execute("UPDATE batch_files SET bytes = ? WHERE batch_id = 2", (bomb,))
        tracemalloc.start()
        try:
            assert list(changed_files(connection)) == [2]
            assert tracemalloc.get_traced_memory()[1] < 8 * PART_BYTES
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE batch_files SET bytes = x'0102' WHERE batch_id = 2",
        "INSERT INTO batch_files SELECT batch_id, 9, bytes FROM batch_files WHERE batch_id = 2",
    ],
)
def test_a_buyer_is_not_answered_in_a_file_that_he_did_not_send(long: Desk, tmp_path: Path, act: str) -> None:
    with opened_plainly(long.store) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE name GLOB 'batch_files_no_*'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(act)
        for _, text in guards:
            connection.execute(text)

    ran = long.run("batch", "respond", 2, "-o", tmp_path / "answer.csv")
    proof = long.run("store", "check")

    assert ran.code == 3
    assert "the kept file of batch 2 is not the one that was imported" in ran.err
    assert "leadreturns store check" in ran.err
    assert not (tmp_path / "answer.csv").exists()
    assert (proof.code, proof.err) == (1, f"error: broken: {RULE} (2)\n")
