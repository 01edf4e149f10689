"""Workbooks with a password: opened with it, refused without it, and said what to install where nothing opens them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from leadreturns.readers import workbook_file
from tests.readers.made_workbooks import ole, row_xml, xlsx
from tests.readers.opened_files import read, refusal

ooxml = pytest.importorskip("msoffcrypto.format.ooxml", reason="the extra `encrypted` is not installed")
# More than 4,096 bytes packed: msoffcrypto-tool writes smaller ones wrongly.
NOISE = {f"xl/noise{number}.bin": f"{number**1999}" for number in range(2, 20)}
BOOK = xlsx({"Returns": row_xml(1, "lead_id", "reason") + row_xml(2, "L1", "dup")}, more=NOISE)
WITHOUT_EXTRA = "import sys; sys.modules['msoffcrypto'] = None; "


def _locked(password: str) -> bytes:
    locked = io.BytesIO()
    ooxml.OOXMLFile(io.BytesIO(BOOK)).encrypt(password, locked)
    return locked.getvalue()


def test_the_password_opens_the_workbook(tmp_path: Path) -> None:
    table = read(tmp_path, _locked("Sésame 7"), password="Sésame 7")
    assert (table.kind, table.rows[1]) == ("xlsx", ["L1", "dup"])


def test_no_password(tmp_path: Path) -> None:
    refused = refusal(tmp_path, _locked("sesame"))
    assert refused.code == "encrypted"
    assert "password protected" in refused.message
    assert "--password-file" in refused.hint


@pytest.mark.parametrize("password", ["Sesame", ""])
def test_a_wrong_password(tmp_path: Path, password: str) -> None:
    assert refusal(tmp_path, _locked("sesame"), password=password).code == "wrong_password"


def test_a_workbook_that_is_only_protected_against_changes(tmp_path: Path) -> None:
    assert read(tmp_path, _locked("VelvetSweatshop")).rows[1] == ["L1", "dup"]


@pytest.mark.parametrize(("password", "words"), [(None, "--password-file"), ("sesame", "leadreturns[encrypted]")])
def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str | None, words: str) -> None:
    monkeypatch.setattr(workbook_file, "_BOOT", WITHOUT_EXTRA + workbook_file._BOOT)
    refused = refusal(tmp_path, _locked("sesame"), password=password)
    assert refused.code == "encrypted"
    assert words in refused.hint


def test_a_locked_file_that_is_broken(tmp_path: Path) -> None:
    broken = ole({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(5000)})
    assert refusal(tmp_path, broken).code == "encrypted"
    assert refusal(tmp_path, broken, password="x").code == "damaged_workbook"
