"""A file is what its bytes say. What is no table is refused by its real name, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadreturns.readers.file_copy import copy_file
from leadreturns.readers.table_file import sniff
from tests.readers.made_workbooks import ods, ole, row_xml, xls, xlsb, xlsx, zipped
from tests.readers.opened_files import read, refusal

_BMP = b"BM\x36\x9c\1\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + bytes(200)
_HTML = "<html><body><table><tr><th>lead_id</th></tr><tr><td>L1</td></tr></table></body></html>"
_FLAT = '<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
_XML = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"lead_id,reason\nL1,dup\n", "csv"),
        (b"lead_id\treason\n", "csv"),
        ("lead_id\treason\n".encode("utf-16"), "csv"),
        ("lead_id\treason\n".encode("utf-16-le"), "csv"),
        (b"MZ-number,reason\nMZ1,dup\n", "csv"),
        (b"PK,reason\nP1,dup\n", "csv"),
        (b"BM,reason\nB1,dup\n", "csv"),
        (b"<lead_id>,reason\nL1,dup\n", "csv"),
        (b"From: 2026-10-01\nlead_id,reason\n", "csv"),
        (b"[October]\nlead_id,reason\n", "csv"),
        (xlsx({"Returns": row_xml(1, "lead_id")}), "xlsx"),
        (xls([]), "xls"),
        (xlsb([(0, 0, 1, bytes(4))]), "xlsb"),
        (ods(""), "ods"),
        (_HTML.encode(), "html"),
        (("\ufeff\r\n" + _HTML).encode(), "html"),
        (_HTML.encode("utf-16"), "html"),
        (b"<table border=1><tr><td>lead_id", "html"),
        (b"<tr><td>lead_id</td></tr>", "html"),
        (b"Returns of October\r\n<table><tr><td>lead_id</td></tr></table>", "html"),
        (b"lead_id,comment\nL1,<table><tr><td>pasted</td></tr></table>\n", "csv"),
        (_FLAT.encode(), "fods"),
        (_XML.encode(), "xml"),
        (ole({"EncryptedPackage": b"x"}), "encrypted"),
        (zipped({"returns.csv": "lead_id\n"}), "zip"),
        (b"\x1f\x8b\x08\0", "gz"),
    ],
)
@pytest.mark.parametrize("name", ["returns.xls", "returns.csv"])
def test_the_kind_is_told_by_the_content(tmp_path: Path, content: bytes, kind: str, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    with copy_file(tmp_path / name) as copy:
        assert sniff(copy) == kind


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
        (b"\r\n%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
        (bytes(4_096), "nothing but NUL bytes"),
        (b"\x03Ann" + b" " * 51 + b"\x03\0A\0n\0n\0" + b" \0" * 51, "the mark of a workbook that somebody has open"),
        (b'["L-1", "L-2"]', "a JSON file"),
        (b"<returns><row><id>L1</id></row></returns>", "an XML document (returns)"),
        (_BMP, "a BMP picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(50), "a JPEG picture"),
        (b"GIF89a" + bytes(50), "a GIF picture"),
        (b"II*\0" + bytes(50), "a TIFF picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 " + bytes(50), "a WebP picture"),
        (b"\0\0\0\x18ftypheic" + bytes(50), "a photo or film"),
        (b"SQLite format 3\0" + bytes(100), "an SQLite database"),
        (b"\0\1\0\0Standard ACE DB\0" + bytes(100), "an Access database"),
        (b"\x7fELF\2\1\1" + bytes(50), "a program"),
        (b"MZ\x90\0\3" + bytes(50), "a program"),
        (b"Rar!\x1a\x07\1\0", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a 7-Zip archive"),
        (b"{\\rtf1\\ansi", "an RTF document"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b'{"returns": []}', "a JSON file"),
        (b'[\n {"lead_id": 1}]', "a JSON file"),
        (b"Return-Path: <a@b.example>\nSubject: returns\nMIME-Version: 1.0\n\nHi", "an e-mail"),
        (b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n', "a web archive"),
        (b"<?xml version='1.0'?><invoice/>", "an XML document (invoice)"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG picture"),
        (b"<!DOCTYPE html><html><body>Please sign in</body></html>", "a web page without a table"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "a Word document"),
        (zipped({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "a PowerPoint presentation"),
        (zipped({"Index/Document.iwa": "x", "Metadata/x.plist": ""}), "a Numbers, Pages or Keynote document"),
        (zipped({"META-INF/MANIFEST.MF": "x", "A.class": ""}), "a Java program"),
        (ole({"WordDocument": b"x"}), "a Word document"),
        (ole({"PowerPoint Document": b"x"}), "a PowerPoint presentation"),
        (ole({"__properties_version1.0": b"x"}), "an Outlook message"),
        (bytes(range(256)) * 8, "binary data of an unknown kind"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path: Path, content: bytes, words: str) -> None:
    refused = refusal(tmp_path, content, "returns.xls")
    assert refused.code == "not_a_table"
    assert f"returns.xls is {words}" in refused.message
    assert "not a workbook" in refused.message
    assert refused.hint


def test_a_text_document_of_the_odf_family(tmp_path: Path) -> None:
    content = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}, stored=("mimetype",))
    assert "opendocument.text" in refusal(tmp_path, content, "returns.ods").message


def test_a_text_table_named_xls(tmp_path: Path) -> None:
    assert read(tmp_path, "lead_id\treason\nL1\tdup\n", "returns.xls").rows == [["lead_id", "reason"], ["L1", "dup"]]


@pytest.mark.parametrize("content", [b"PK\x03\x04" + bytes(100), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)])
def test_only_the_beginning_of_a_workbook(tmp_path: Path, content: bytes) -> None:
    refused = refusal(tmp_path, content, "returns.xlsx")
    assert refused.code == "damaged_workbook"
    assert "damaged or incomplete workbook" in refused.message
