"""A file is copied before it is read: whatever lies under its name, and whatever happens to it meanwhile."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from leadreturns.errors import FileRefused
from leadreturns.readers import file_copy
from leadreturns.readers.file_copy import copy_file, copy_stream


def test_the_copy_is_the_file_even_after_the_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "acme.csv"
    path.write_bytes(b"lead_id\nL1\n")
    with copy_file(path) as copy:
        path.write_bytes(b"lead_id\nL2\n")
        with copy.open() as first, copy.open() as second:
            assert first.read(4) == b"lead"
            assert second.read() == b"lead_id\nL1\n"
            assert first.read() == b"_id\nL1\n"
        assert (copy.name, copy.size, copy.head) == ("acme.csv", 11, b"lead_id\nL1\n")
        assert copy.sha256 == hashlib.sha256(b"lead_id\nL1\n").hexdigest()


def test_the_copy_has_no_name_that_others_could_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "acme.csv"
    path.write_bytes(b"secret")
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spool))
    with copy_file(path):
        assert list(spool.iterdir()) == []


def test_closing_the_copy_closes_what_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "acme.csv"
    path.write_bytes(b"x")
    closed: list[str] = []
    with copy_file(path) as copy:
        copy.close_with(lambda: closed.append("first"))
        copy.close_with(lambda: closed.append("last"))
    assert closed == ["last", "first"]
    with pytest.raises(ValueError, match="closed"):
        copy.open().read()


def _special(folder: Path, kind: str) -> Path:
    path = folder / "thing"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    elif kind == "device":
        return Path("/dev/null")
    elif kind == "link to a folder":
        path.symlink_to(folder)
    return path


@pytest.mark.timeout(5)
@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "device", "link to a folder"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    with pytest.raises(FileRefused) as refused:
        copy_file(_special(tmp_path, kind))
    assert refused.value.code == "not_a_file"


@pytest.mark.parametrize("name", ["absent.csv", "no-such-folder/acme.csv", "a\0b", "x" * 300])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileRefused) as refused:
        copy_file(f"{tmp_path}/{name}")
    assert refused.value.code == ("unreadable_file" if len(name) > 255 else "missing_file")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "acme.csv").touch()
    with pytest.raises(FileRefused, match=r"acme\.csv is empty") as refused:
        copy_file(tmp_path / "acme.csv")
    assert refused.value.code == "empty_file"


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_copy, "MAX_FILE_BYTES", 10)
    (tmp_path / "acme.csv").write_bytes(b"12345678901")
    with pytest.raises(FileRefused) as refused:
        copy_file(tmp_path / "acme.csv")
    assert refused.value.code == "too_large"


def test_a_stream_that_grows_beyond_its_bound() -> None:
    with pytest.raises(FileRefused) as refused:
        copy_stream("acme.csv", lambda count: b"x" * count, 3_000_000)
    assert refused.value.code == "too_large"


def test_a_file_that_changes_while_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "acme.csv"
    path.write_bytes(b"lead_id\n")
    copying = file_copy.copy_stream

    def copy_while_it_grows(*arguments: object) -> file_copy.FileCopy:
        copy = copying(*arguments)  # type: ignore[arg-type]
        with path.open("ab") as grown:
            grown.write(b"L1\n")
        return copy

    monkeypatch.setattr(file_copy, "copy_stream", copy_while_it_grows)
    with pytest.raises(FileRefused) as refused:
        copy_file(path)
    assert refused.value.code == "changing_file"


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/acme\xff.csv"
    with open(path, "wb") as file:
        file.write(b"x")
    with copy_file(os.fsdecode(path)) as copy:
        assert copy.name == "acme\\xff.csv"
