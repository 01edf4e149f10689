"""Which characters the bytes stand for: right, or refused with the line; never other characters in their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadreturns.errors import UsageFault
from tests.readers.opened_files import read, refusal

TEXT = "lead_id,comment\nL1,Müller says “no”\nL2,fine\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_needs_no_option(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, TEXT.encode(encoding))
    assert table.rows[1] == ["L1", "Müller says “no”"]
    assert table.rows[0][0] == "lead_id"
    assert table.notes == []


def test_what_is_not_utf8_is_read_as_windows_1252_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, TEXT.encode("cp1252"))
    assert table.rows[1] == ["L1", "Müller says “no”"]
    assert table.encoding == "cp1252"
    (note,) = table.notes
    assert note.code == "read_as_cp1252"
    assert "the first line this changes is 2: L1,Müller says “no”" in note.message


def test_the_buyers_encoding_comes_before_windows_1252(tmp_path: Path) -> None:
    table = read(tmp_path, "lead_id,comment\nL1,Müller\n".encode("cp437"), buyer_encoding="cp437")
    assert (table.rows[1], table.encoding, table.notes) == (["L1", "Müller"], "cp437", [])


def test_the_buyers_encoding_does_not_change_a_file_in_utf8(tmp_path: Path) -> None:
    assert read(tmp_path, TEXT, buyer_encoding="cp437").encoding == "utf-8"


def test_the_option_beats_the_ladder(tmp_path: Path) -> None:
    table = read(tmp_path, "lead_id,name\nL1,Ωμέγα\n".encode("iso-8859-7"), encoding="iso-8859-7")
    assert table.rows[1] == ["L1", "Ωμέγα"]


@pytest.mark.parametrize(("option", "encoding"), [("utf-8", "utf-8-sig"), ("utf-16", "utf-16"), ("UTF8", "utf-8-sig")])
def test_an_option_that_agrees_with_the_mark(tmp_path: Path, option: str, encoding: str) -> None:
    assert read(tmp_path, TEXT.encode(encoding), encoding=option).rows[0][0] == "lead_id"


@pytest.mark.parametrize("name", ["latin9000", "base64", "rot13", "undefined", "idna", "", " "])
def test_an_encoding_that_nobody_knows(tmp_path: Path, name: str) -> None:
    if not name:
        assert read(tmp_path, TEXT, encoding=name).encoding == "utf-8"
    else:
        with pytest.raises(UsageFault) as fault:
            read(tmp_path, TEXT, encoding=name)
        assert fault.value.code == "no_encoding"


def test_a_misspelt_encoding_is_helped(tmp_path: Path) -> None:
    with pytest.raises(UsageFault) as fault:
        read(tmp_path, TEXT, encoding="cp125")
    assert fault.value.hint == "did you mean cp1252?"


def test_an_option_that_the_bytes_contradict(tmp_path: Path) -> None:
    refused = refusal(tmp_path, TEXT.encode("cp1252"), encoding="utf-8")
    assert refused.code == "bad_encoding"
    assert "line 2" in refused.message


def test_bytes_after_a_mark_that_do_not_fit_it(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"\xef\xbb\xbflead_id\nL1\n\xe9\n").code == "bad_encoding"


def test_bytes_that_fit_nothing(tmp_path: Path) -> None:
    refused = refusal(tmp_path, "lead_id,name\nL1,ok\nL2,Müller\n".encode("cp437"))
    assert refused.code == "unknown_encoding"
    assert "line 3" in refused.message
    assert "--encoding" in refused.hint


def test_a_file_of_two_encodings(tmp_path: Path) -> None:
    refused = refusal(tmp_path, b"lead_id,name\nL1,M\xc3\xbcller\nL2,M\xfcller\n")
    assert refused.code == "mixed_encodings"
    assert "line 3" in refused.message


def test_one_accident_does_not_make_two_encodings(tmp_path: Path) -> None:
    lines = "lead_id,name\n" + "L1,Müller\n" * 20 + "L2,GROß… \n"
    assert read(tmp_path, lines.encode("cp1252")).encoding == "cp1252"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_cut_in_the_middle_of_a_character(tmp_path: Path, encoding: str) -> None:
    refused = refusal(tmp_path, "lead_id,name\nL1,Müller\nL2,Mü".encode(encoding)[:-1])
    assert refused.code == "truncated_file"


def test_a_lone_nul_is_left_out_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, b"lead_id,b\nL\x001,2\n")
    assert table.rows[1] == ["L1", "2"]
    assert table.notes[0].message == "returns.csv: NUL characters were left out, first in line 2."


def test_a_block_of_nul_bytes_is_damage(tmp_path: Path) -> None:
    refused = refusal(tmp_path, b"lead_id,b\nL1,2\n" + bytes(500) + b"L3,4\n")
    assert refused.code in ("damaged_file", "not_a_table")


def test_a_block_of_nul_bytes_far_down(tmp_path: Path) -> None:
    refused = refusal(tmp_path, b"lead_id,b\n" + b"L1,2\n" * 2000 + bytes(500) + b"L3,4\n")
    assert refused.code == "damaged_file"
    assert "line 2002" in refused.message


def test_a_control_z_at_the_end_is_no_row(tmp_path: Path) -> None:
    table = read(tmp_path, b"lead_id,b\r\nL1,2\r\n\x1a")
    assert [row for row in table.rows if row] == [["lead_id", "b"], ["L1", "2"]]
    assert table.notes == []


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
def test_utf_32_without_a_mark(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, "lead_id,reason\nL1,T\u00e9l\u00e9phone\n".encode(encoding))
    assert (table.encoding, table.rows[1]) == (encoding, ["L1", "T\u00e9l\u00e9phone"])
