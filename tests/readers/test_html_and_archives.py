"""Web pages that are called workbooks, and tables that come packed."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from leadreturns.readers.cells import CellFault
from tests.readers.made_workbooks import row_xml, xlsx, zipped
from tests.readers.opened_files import read, refusal

HEAD = "<tr><th>Lead ID</th><th>Price</th></tr>"


def _page(table: str, around: str = "") -> str:
    return f"<html><head><title>Returns</title></head><body>{around}<table>{HEAD}{table}</table></body></html>"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("00123", "00123"),
        ("1,234.50", "1,234.50"),
        ("  two\n   words ", "two words"),
        ("one<br>two", "one\ntwo"),
        ("a &amp; b &lt;c&gt; &eacute;&#233;", "a & b <c> éé"),
        ("<b>L</b>1<script>alert(1)</script><style>b{}</style>", "L1"),
        ("&nbsp;", None),
        ("NA", "NA"),
        ("=1+1", "=1+1"),
        ("<a href='x'>L1</a>", "L1"),
        ("L1<table><tr><td>inner</td></tr></table>", "L1"),
        ("<span style='display:none'>000<span>9</span>1</span>L1", "L1"),
        ("L1<comment>Ann: called twice</comment>", "L1"),
        ("L1<span class=msocomanchor>[1]</span>", "L1"),
        ("<p hidden>9<p hidden>8</p></p>L<br>1", "L\n1"),
    ],
)
def test_texts_stand_as_they_are(tmp_path: Path, cell: str, text: str | None) -> None:
    table = read(tmp_path, _page(f"<tr><td>{cell}</td><td>end</td></tr>"), "r.xls")
    assert (table.kind, table.rows) == ("html", [["Lead ID", "Price"], [text, "end"]])


def test_a_long_number_of_excel_is_exact(tmp_path: Path) -> None:
    row = '<tr><td x:num="14155552671">1.41556E+10</td><td x:num="12345678901234567">1.23457E+16</td></tr>'
    assert read(tmp_path, _page(row)).rows[1] == [14155552671, CellFault("damaged_id", "1.23456789012346e+16")]


def test_tags_that_nobody_closes(tmp_path: Path) -> None:
    page = "<table border=1><tr><td>lead_id<td>reason<tr><td>L1<td>dup</table>"
    assert read(tmp_path, page).rows == [["lead_id", "reason"], ["L1", "dup"]]


def test_spans(tmp_path: Path) -> None:
    rows = (
        "<tr><td colspan=2>both<td rowspan=3>tall</tr><tr><td>a<td>b<td>after</tr><tr><td>c</tr>"
        "<tr><td rowspan=2>low<td>x<td>y</tr><tr><td>beside</tr>"
    )
    assert read(tmp_path, _page(rows)).rows[1:] == [
        ["both", None, "tall"],
        ["a", "b", None, "after"],
        ["c", None, None, None],
        ["low", "x", "y", None],
        [None, "beside", None, None],
    ]


def test_the_table_with_most_rows_counts(tmp_path: Path) -> None:
    around = "<table><tr><td>logo</td></tr></table>"
    assert read(tmp_path, _page("<tr><td>L1</td></tr>", around)).rows[0] == ["Lead ID", "Price"]


def test_a_table_inside_a_layout(tmp_path: Path) -> None:
    inner = f"<table>{HEAD}<tr><td>L1</td><td>1</td></tr></table>"
    assert read(tmp_path, f"<html><table><tr><td>{inner}</td></tr></table></html>").rows[1] == ["L1", "1"]


def test_hidden_rows_of_a_page(tmp_path: Path) -> None:
    table = read(tmp_path, _page("<tr style='display:none'><td>L1</td></tr><tr><td>L2</td></tr>"))
    assert (table.hidden_rows, table.codes) == ({2}, ["hidden_rows"])


def test_a_page_that_is_cut_off(tmp_path: Path) -> None:
    table = read(tmp_path, _page("<tr><td>L1</td><td>1</td></tr>")[:-25])
    assert table.codes[-1] == "truncated_file"


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-16", "shift_jis"])
def test_the_encoding_that_the_page_names(tmp_path: Path, encoding: str) -> None:
    name = "Müller" if encoding != "shift_jis" else "山田"
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">' + _page(
        f"<tr><td>{name}</td></tr>"
    )
    table = read(tmp_path, page.encode(encoding))
    assert table.rows[1][0] == name
    assert table.notes == []


def test_a_page_that_names_the_wrong_encoding(tmp_path: Path) -> None:
    page = '<meta charset="utf-8">' + _page("<tr><td>Müller</td></tr>")
    table = read(tmp_path, page.encode("cp1252"))
    assert table.rows[1][0] == "Müller"
    assert table.codes == ["read_as_cp1252"]


def test_a_page_on_one_long_line(tmp_path: Path) -> None:
    rows = "<tr><td>L1</td><td>1</td></tr>" * 50_000
    assert len(read(tmp_path, _page(rows)).rows) == 50_001


@pytest.mark.parametrize("pack", ["gz", "zip"])
@pytest.mark.parametrize(
    ("content", "kind"), [(b"lead_id,reason\nL1,dup\n", "csv"), (xlsx({"R": row_xml(1, "lead_id", "reason")}), "xlsx")]
)
def test_packed_tables(tmp_path: Path, pack: str, content: bytes, kind: str) -> None:
    packed = gzip.compress(content) if pack == "gz" else zipped({"acme.csv": content, "__MACOSX/._acme.csv": "x"})
    table = read(tmp_path, packed, "acme.csv.gz")
    assert (table.kind, table.rows[0], table.codes) == (kind, ["lead_id", "reason"], ["unpacked"])
    assert "'acme.csv'" in table.notes[0].message


def test_a_gzip_file_of_several_members(tmp_path: Path) -> None:
    packed = gzip.compress(b"lead_id\nL1\n") + gzip.compress(b"L2\n") + bytes(20)
    assert read(tmp_path, packed).rows == [["lead_id"], ["L1"], ["L2"]]


def test_a_zip_with_several_files(tmp_path: Path) -> None:
    refused = refusal(tmp_path, zipped({"sep.csv": "a", "oct.csv": "b", "folder/": ""}))
    assert refused.code == "several_files"
    assert "2 files: 'sep.csv', 'oct.csv'" in refused.message


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped({"folder/": ""}), "empty_file"),
        (zipped({"a.csv": ""}), "empty_file"),
        (zipped({"a.pdf": "%PDF-1.7"}), "not_a_table"),
        (zipped({"a.zip": zipped({"a.csv": "x"})}), "not_a_table"),
        (gzip.compress(gzip.compress(b"lead_id\n")), "not_a_table"),
        (gzip.compress(b"lead_id\nL1\n" * 1000)[:-20], "damaged_archive"),
        (gzip.compress(b"lead_id\nL1\n")[:-1], "damaged_archive"),
        (b"\x1f\x8b\x08\0garbage", "damaged_archive"),
        (gzip.compress(bytes(20_000_000)), "hostile_archive"),
        (zipped({"a.csv": bytes(20_000_000)}), "hostile_archive"),
    ],
    ids=["no-file", "empty", "pdf", "zip-in-zip", "gz-in-gz", "cut", "cut-by-one", "garbage", "gz-bomb", "zip-bomb"],
)
def test_packed_files_that_are_refused(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(tmp_path, content, "acme.gz").code == code


def test_a_zip_with_a_password(tmp_path: Path) -> None:
    packed = bytearray(zipped({"a.csv": "lead_id\n"}))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(tmp_path, bytes(packed)).code == "encrypted"


def test_a_zip_that_lies_about_a_size(tmp_path: Path) -> None:
    packed = bytearray(zipped({"a.csv": "lead_id\n" * 1000}))
    at = packed.index(b"PK\x01\x02")
    packed[at + 24 : at + 28] = (100).to_bytes(4, "little")
    assert refusal(tmp_path, bytes(packed)).code == "damaged_archive"


def test_a_zip_of_another_method(tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.csv", "lead_id\n" * 100)
    assert refusal(tmp_path, packed.getvalue()).code == "damaged_archive"


def test_of_several_tables_the_one_whose_headings_fit(tmp_path: Path) -> None:
    legend = "<table><tr><td>Code</td><td>Meaning</td></tr>" + "<tr><td>dup</td><td>x</td></tr>" * 9 + "</table>"
    table = read(tmp_path, f"<html>{legend}<table>{HEAD}<tr><td>L1</td><td>5</td></tr></table></html>", "r.xls")
    assert table.rows == [["Lead ID", "Price"], ["L1", "5"]]
    assert table.codes == ["tables_not_read"]
    assert "only table 2 was read" in table.notes[0].message


def test_rows_without_a_table_around_them(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEAD}<tr><td>L1</td><td>5</td></tr>", "r.xls")
    assert (table.rows, table.notes) == ([["Lead ID", "Price"], ["L1", "5"]], [])


@pytest.mark.parametrize(("method", "said"), [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")])
def test_a_zip_packed_in_an_unusual_way(tmp_path: Path, method: int, said: str) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("returns.csv", "lead_id,reason\nL1,dup\n" * 50)
    refused = refusal(tmp_path, packed.getvalue(), "r.zip")
    assert said in refused.message
    assert "not packed" in refused.hint


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<td sdval="123456789012" sdnum="1033;0;0.00E+00">1.23E+11</td>', 123456789012),
        ('<td sdval="7000" sdnum="1033;0;0.00">7000.00</td>', 7000),
        ('<td x:num="1234567">1,234,567</td>', 1234567),
        ('<td x:num="123">00123</td>', "00123"),
        ('<td x:num="46296">2026.10</td>', "2026.10"),
        ("<td>7000.00</td>", "7000.00"),
    ],
)
def test_numbers_that_a_page_shows_with_a_format(tmp_path: Path, cell: str, shown: object) -> None:
    assert read(tmp_path, _page(f"<tr>{cell}<td>end</td></tr>"), "r.xls").rows[1] == [shown, "end"]


def test_a_page_that_names_an_encoding_which_nobody_knows(tmp_path: Path) -> None:
    page = f'<html><meta charset="x-nonsense"><table>{HEAD}<tr><td>L\u00e9</td><td>5</td></tr></table></html>'
    assert read(tmp_path, page, "r.xls").rows[1] == ["L\u00e9", "5"]
