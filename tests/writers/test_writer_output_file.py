"""A file appears whole or not at all, and never in the place of one that must stay."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from leadreturns.errors import Refused
from leadreturns.writers.output_file import check_output, write_atomically


def writer(content: bytes) -> Callable[[BinaryIO], None]:
    def produce(stream: BinaryIO) -> None:
        stream.write(content)

    return produce


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_for_owner_and_group(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"

    before = os.umask(0o022)
    try:
        write_atomically(path, writer(b"lead_id\n"))
    finally:
        os.umask(before)

    assert path.read_bytes() == b"lead_id\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert names_in(tmp_path) == ["report.csv"]


def test_a_file_that_is_replaced_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"old")
    path.chmod(0o644)

    write_atomically(path, writer(b"new"))

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"old")

    def half(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        write_atomically(path, half)

    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["report.csv"]


def test_a_full_disk_is_refused_with_its_reason(tmp_path: Path) -> None:
    def no_room(stream: BinaryIO) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(Refused, match="No space left on device") as refused:
        write_atomically(tmp_path / "report.csv", no_room)

    assert refused.value.code == "cannot_write"
    assert names_in(tmp_path) == []


def test_places_where_nothing_can_be_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path, says in (
        (tmp_path, "is a folder"),
        (tmp_path / "absent" / "report.csv", "there is no folder"),
        (tmp_path / "pipe", "no ordinary file"),
        (Path("/dev/null"), "no ordinary file"),
    ):
        with pytest.raises(Refused, match=says) as refused:
            write_atomically(path, writer(b"x"))
        assert refused.value.code == "bad_output"
        assert refused.value.hint


def test_the_store_and_the_policies_are_never_replaced(tmp_path: Path) -> None:
    store = tmp_path / "leadreturns.db"
    store.write_bytes(b"money")
    (tmp_path / "link.csv").symlink_to(store)
    os.link(store, tmp_path / "twin.csv")

    for name in ("leadreturns.db", "leadreturns.db-wal", "leadreturns.db-journal", "policies.toml", "link.csv"):
        with pytest.raises(Refused):
            write_atomically(tmp_path / name, writer(b"x"))
    with pytest.raises(Refused):
        check_output(tmp_path / "twin.csv", keep=[store])

    assert store.read_bytes() == b"money"


def test_the_input_is_not_its_own_output(tmp_path: Path) -> None:
    source = tmp_path / "acme.csv"
    source.write_bytes(b"lead_id\n")

    with pytest.raises(Refused):
        write_atomically(tmp_path / "." / "acme.csv", writer(b"x"), keep=[source])


def test_a_link_keeps_pointing(tmp_path: Path) -> None:
    target = tmp_path / "2026-10.csv"
    target.write_bytes(b"old")
    link = tmp_path / "latest.csv"
    link.symlink_to(target)

    write_atomically(link, writer(b"new"))

    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    contents = [bytes([letter]) * 200_000 for letter in b"ab"]
    write_atomically(path, writer(contents[0]))
    seen = set()
    done = threading.Event()

    def poll() -> None:
        while not done.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=poll)
    reader.start()
    for number in range(50):
        write_atomically(path, writer(contents[number % 2]))
    done.set()
    reader.join()

    assert seen <= set(contents)


KILLED = """
import sys, time
from pathlib import Path
from leadreturns.writers.output_file import write_atomically
def slow(stream):
    stream.write(b"half")
    stream.flush()
    print("writing", flush=True)
    time.sleep(60)
write_atomically(Path(sys.argv[1]), slow)
"""


def test_a_kill_leaves_the_old_file_and_the_next_run_sweeps(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"old")
    with subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "writing\n"
        write_atomically(tmp_path / "other.csv", writer(b"other"))
        assert len(names_in(tmp_path)) == 3, "the file of a living run stays"
        run.send_signal(signal.SIGKILL)

    assert path.read_bytes() == b"old"
    assert len(names_in(tmp_path)) == 3
    time.sleep(0.01)
    write_atomically(path, writer(b"new"))
    assert names_in(tmp_path) == ["other.csv", "report.csv"]
    assert path.read_bytes() == b"new"


def test_a_name_as_long_as_the_system_allows(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 251 + ".csv")

    write_atomically(path, writer(b"x"))

    assert path.read_bytes() == b"x"
