"""Odd files as they come from other programs: each is read as a careful person would, or refused for what it is."""

from __future__ import annotations

import datetime
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils.datetime import MAC_EPOCH

from tests.desk import Desk, new_desk
from tests.readers.made_workbooks import label_record, number_xml, ods, row_xml, xls, xlsx, zipped

TEXT = "Lead ID,Reason\nL1,dup\nL2,bad\n"
ROWS = [["Lead ID", "Reason"], ["L1", "dup"], ["L2", "bad"]]
HEAD = row_xml(1, "Lead ID", "Reason")
SHEET = HEAD + row_xml(2, "L1", "dup") + row_xml(3, "L2", "bad")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Fill = Callable[[Any], object]


def book(fill: Fill) -> bytes:
    made = openpyxl.Workbook()
    fill(made)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def put(sheet: Any, rows: list[list[Any]], row: int = 1, column: int = 1) -> Any:
    for at, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            sheet.cell(row + at, column + place, cell)
    return sheet


def repacked(content: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped(dict(change(name, archive.read(name)) for name in archive.namelist()))


def strict(name: str, content: bytes) -> tuple[str, bytes]:
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    content = content.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    return name, content.replace(office, b"http://purl.oclc.org/ooxml/officeDocument/relationships")


def in_utf_16(name: str, content: bytes) -> tuple[str, bytes]:
    """A sheet as some programs of Windows write XML, the other parts as they are."""
    if "worksheets/" not in name:
        return name, content
    root = content.decode().partition("<worksheet")
    return name, ('<?xml version="1.0" encoding="UTF-16"?>' + root[1] + root[2]).encode("utf-16")


def workbook_2(name: str) -> str:
    return name.replace("workbook.xml", "workbook2.xml")


def through_the_parent(name: str, content: bytes) -> tuple[str, bytes]:
    if name != "xl/_rels/workbook.xml.rels":
        return name, content
    return name, content.replace(b'"/xl/worksheets', b'"../xl/worksheets').replace(b'"worksheets', b'"../xl/worksheets')


def noted_and_linked(made: Any) -> None:
    sheet = put(made.active, ROWS)
    sheet["A2"].comment = Comment("call them first", "Ann")
    sheet["A2"].hyperlink = "https://crm.example/leads/9"
    sheet.auto_filter.ref = "A1:B3"


def dated(made: Any) -> None:
    moment = datetime.datetime(2026, 10, 20, 15, 4, 5)
    put(made.active, [["Lead ID", "Return Date"], ["L1", moment], ["L2", moment.date()], ["L3", "10/22/2026"]])


def dated_from_1904(made: Any) -> None:
    made.epoch = MAC_EPOCH
    dated(made)


def padded(made: Any) -> None:
    sheet = put(made.active, [["Lead ID"], [7], [7], [14155552671]])
    sheet["A2"].number_format, sheet["A3"].number_format = "00000", '"L-"0000'


def with_cover(made: Any) -> None:
    put(made.active, [["Dear partner"], ["please find the returns on the next sheet"]])
    put(made.create_sheet("Data"), ROWS)


def with_secret(made: Any) -> None:
    put(made.active, ROWS)
    put(made.create_sheet("Old"), ROWS).sheet_state = "veryHidden"


def text_in(encoding: str, mark: bytes = b"", text: str = TEXT) -> bytes:
    return mark + text.encode(encoding)


def with_total(words: str) -> bytes:
    return f"Lead ID,Reason,Price\nL1,dup,10.00\nL2,bad,20.00\n{words}\n".encode()


FORMULAS = (
    '<row r="2"><c r="A2" t="str"><f t="shared" ref="A2:A3" si="0">"L"&amp;ROW()-1</f><v>L1</v></c></row>'
    '<row r="3"><c r="A3" t="str"><f t="shared" si="0"/><v>L2</v></c></row>'
)
RICH = (
    f'<sst xmlns="{MAIN}"><si><r><t>Lead</t></r><r><rPr><b/></rPr><t xml:space="preserve"> ID</t></r></si>'
    '<si><t>L1</t><rPh sb="0" eb="1"><t>PHONETIC</t></rPh></si><si><t>L2</t></si></sst>'
)
RICH_ROWS = "".join(f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>' for n in range(3))
OWN_PREFIX = (
    f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>Lead ID</x:t></x:is>'
    '</x:c></x:row><x:row r="2"><x:c r="A2" t="inlineStr"><x:is><x:t>L1</x:t></x:is></x:c></x:row></x:sheetData>'
    "</x:worksheet>"
)
TWO = ["L1", "L2"]
SCRIPTS = {
    "Russian": "НЕПРАВИЛЬНЫЙ НОМЕР АННА НИНА",
    "Chinese": "号码错误 客户不存在 重复的线索",
    "Japanese": "電話番号が間違っています、不通",
    "Arabic": "رقم خاطئ غير موجود",
    "Hebrew": "מספר שגוי לא קיים",
    "Greek": "ΛΑΘΟΣ ΑΡΙΘΜΟΣ ΑΝΝΑ",
    "pictures": "😀🏠📞😀🏠📞",
}


def said_in(script: str) -> str:
    return "Lead ID,Comment\n" + "".join(f"L{n},{SCRIPTS[script]}\n" for n in (1, 2))


PLAIN = book(lambda made: put(made.active, ROWS))

READ: dict[str, tuple[bytes, list[str]]] = {
    "utf-16 little without mark": (text_in("utf-16-le"), TWO),
    "utf-16 big without mark": (text_in("utf-16-be"), TWO),
    "utf-16 big with mark": (text_in("utf-16-be", b"\xfe\xff"), TWO),
    "utf-32": (text_in("utf-32"), TWO),
    "lines of an old Mac": (TEXT.replace("\n", "\r").encode(), TWO),
    "three kinds of line end": (b"Lead ID,Reason\r\nL1,dup\nL2,bad\r", TWO),
    "sep line, mark and quotes": ('\ufeff"sep=;"\r\n"Lead ID";"Reason"\r\n"L1";"dup"\r\n"L2";"bad"\r\n'.encode(), TWO),
    "sep line of a tab": (b"sep=\t\nLead ID\tReason\nL1\tdup\nL2\tbad\n", TWO),
    "two marks": (("\ufeff\ufeff" + TEXT).encode(), TWO),
    "windows-1252": (text_in("cp1252", text="Lead ID,Reason\nL1,d\u2026p\nL2,b\u00e4d\n"), TWO),
    **{
        f"{script} in {code}": (said_in(script).encode(code), TWO) for script in SCRIPTS for code in ("utf-8", "utf-16")
    },
    "trailing delimiters": (b"Lead ID,Reason,,,\nL1,dup,,,\nL2,bad,,,\n", TWO),
    "trailing delimiters below the header": (b"Lead ID,Reason\nL1,dup,\nL2,bad,\n", TWO),
    "leading delimiters": (b",,Lead ID,Reason\n,,L1,dup\n,,L2,bad\n", TWO),
    "a quote in a cell": (b'Lead ID,Reason\nL1,say "hi" now\nL2,5" screen\n', TWO),
    "quoted line breaks": (b'"Lead\nID";"Reason"\r\n"L1";"du\r\np"\r\n"L2";"bad"\r\n', TWO),
    "one column": (b"Lead ID\nL1\nL2\n", TWO),
    "lines in quotes": (b'"Lead ID,Reason"\n"L1,dup"\n"L2,""bad, really"""\n', TWO),
    "single quotes around commas": (b"'Lead ID','Reason'\n'L1','dup'\n'L2','bad, really'\n", TWO),
    "blank lines on top": (b"\n,\n\n" + TEXT.encode(), TWO),
    "comment lines": (b"# exported, by, CRM\nLead ID,Reason\nL1,dup\n# half of it\nL2,bad\n", TWO),
    "the header again": (b"Lead ID,Reason\nL1,dup\nLead ID,Reason\nL2,bad\n", TWO),
    "control-z at the end": (TEXT.encode() + b"\x1a", TWO),
    "form feed": (b"Lead ID,Reason\nL1,dup\n\x0cL2,bad\n", TWO),
    "a table of psql": (
        b" Lead ID | Reason \n---------+--------\n L1      | dup\n L2      | bad\n(2 rows)\n",
        TWO,
    ),
    "a table of mysql": (
        (
            b"+---------+-----+\n| Lead ID | Why |\n+---------+-----+\n| L1      | dup |\n| L2      | bad |\n"
            b"+---------+-----+\n2 rows in set\n"
        ),
        TWO,
    ),
    "a table of Markdown": (b"| Lead ID | Reason |\n|---------|--------|\n| L1 | dup |\n| L2 | bad |\n", TWO),
    "ids as formulas": (b'Lead ID,Reason\n="00123",dup\n"=""00124""",bad\n', ["00123", "00124"]),
    "ids behind a quote": (b"Lead ID,Reason\n'00123,dup\n'00124,bad\n", ["00123", "00124"]),
    "a footer of names and values": (
        b"Lead ID,Reason\nL1,dup\nL2,bad\n,\nTotal leads:,2\nPrepared by:,Ann\nDate:,2026-10-31\n",
        TWO,
    ),
    "labels above groups of rows": (
        b"Lead ID,Reason\nSolar campaign,\nL1,dup\nRoofing campaign,\nL2,bad\n",
        TWO,
    ),
    "words for ids": (b"Lead ID,Reason\nJo Smith,\nKim Lee,bad\n", ["Jo Smith", "Kim Lee"]),
    "words that others take for nothing": (b"Lead ID\nNA\nnull\nNone\nnan\n", ["NA", "null", "None", "nan"]),
    "a heading of no-break blanks": ("\u200bLead\u00a0ID,Reason\nL1,dup\n".encode(), ["L1"]),
    "three thousand columns": (
        ("Lead ID," + ",".join(f"c{n}" for n in range(3000)) + "\nL1" + ",x" * 3000 + "\n").encode(),
        ["L1"],
    ),
    **{
        f"total: {words}": (with_total(words), TWO)
        for words in (
            "Total,,30.00",
            ",Total,30.00",
            ",,30.00",
            "Summe,,30.00",
            "Insgesamt,,30.00",
            "Zwischensumme,,30.00",
            "Total général,,30.00",
            "Sous-total,,30.00",
            "Somme,,30.00",
            "Suma,,30.00",
            "Totale,,30.00",
            "Soma,,30.00",
            "Razem,,30.00",
            "Grand Total: 30.00,,",
            "Count: 2,,",
            "Page 1 of 1,,",
            "(2 rows),,",
            "*** END OF FILE ***,,",
            "Generated on 2026-10-21 by CRM,,",
        )
    },
    "packed with gzip": (gzip.compress(TEXT.encode()), TWO),
    "packed by a Mac": (zipped({"a.csv": TEXT, "__MACOSX/._a.csv": "x"}), TWO),
    "a workbook in a zip": (zipped({"a.xlsx": PLAIN}), TWO),
    "rich and phonetic texts": (
        xlsx(
            {"R": RICH_ROWS},
            more={
                "xl/sharedStrings.xml": RICH,
                "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                'relationships"><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
                '<Relationship Id="rIdT" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
                'sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            },
        ),
        TWO,
    ),
    "cells without addresses": (
        xlsx(
            {
                "R": '<row><c t="inlineStr"><is><t>Lead ID</t></is></c></row>'
                '<row><c t="inlineStr"><is><t>L1</t></is></c></row>'
            }
        ),
        ["L1"],
    ),
    "a dimension too small": (xlsx({"R": f'<dimension ref="A1:A1"/><sheetData>{SHEET}</sheetData>'}), TWO),
    "a dimension too large": (xlsx({"R": f'<dimension ref="A1:XFD1048576"/><sheetData>{SHEET}</sheetData>'}), TWO),
    "a table that starts at C5": (book(lambda made: put(made.active, ROWS, 5, 3)), TWO),
    "a merged title": (
        book(lambda made: put(made.active, [["Returns of October"], [], *ROWS]).merge_cells("A1:B1")),
        TWO,
    ),
    "shared formulas": (xlsx({"R": HEAD + FORMULAS}), TWO),
    "comments, links and a filter": (book(noted_and_linked), TWO),
    "dates": (book(dated), ["L1", "L2", "L3"]),
    "dates from 1904": (book(dated_from_1904), ["L1", "L2", "L3"]),
    "padded numbers": (book(padded), ["00007", "L-0007", "14155552671"]),
    "a cover sheet": (book(with_cover), TWO),
    "an empty sheet first": (book(lambda made: put(made.create_sheet("Data"), ROWS)), TWO),
    "a chart sheet first": (book(lambda made: (put(made.active, ROWS), made.create_chartsheet("Chart", 0))), TWO),
    "a very hidden sheet": (book(with_secret), TWO),
    "a value in the last cell": (xlsx({"R": f'{SHEET}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'}), TWO),
    "thousands of styled blank rows": (
        xlsx({"R": SHEET + "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(4, 3000))}),
        TWO,
    ),
    "escaped characters": (xlsx({"R": HEAD + row_xml(2, "L_x0031_", "du_x000D_p") + row_xml(3, "L2")}), TWO),
    "CDATA": (
        xlsx({"R": HEAD + '<row r="2"><c r="A2" t="inlineStr"><is><t><![CDATA[L<1]]></t></is></c></row>'}),
        ["L<1"],
    ),
    "a prefix of its own": (xlsx({"R": ""}, more={"xl/worksheets/sheet1.xml": OWN_PREFIX}), ["L1"]),
    "strict Office XML": (repacked(PLAIN, strict), TWO),
    "slashes before part names": (repacked(PLAIN, lambda name, content: ("/" + name, content)), TWO),
    "dots before part names": (repacked(PLAIN, lambda name, content: ("./" + name, content)), TWO),
    "part names in capitals": (
        repacked(PLAIN, lambda name, content: (name.upper() if name[0] == "x" else name, content)),
        TWO,
    ),
    "sheets in UTF-16": (repacked(PLAIN, in_utf_16), TWO),
    "backslashes in part names": (repacked(PLAIN, lambda name, content: (name.replace("/", "\\"), content)), TWO),
    "another name for the workbook part": (
        repacked(PLAIN, lambda name, content: (workbook_2(name), content.replace(b"workbook.xml", b"workbook2.xml"))),
        TWO,
    ),
    "a path that goes up and down": (repacked(PLAIN, through_the_parent), TWO),
    "names of parts in another case": (
        repacked(PLAIN, lambda name, content: (name.replace("sharedStrings", "SharedStrings"), content)),
        TWO,
    ),
    "marks before the parts": (repacked(PLAIN, lambda name, content: (name, b"\xef\xbb\xbf" + content)), TWO),
    "garbage behind the end": (PLAIN + bytes(50), TWO),
    "an old workbook": (xls([label_record(0, 0, "Lead ID"), label_record(1, 0, "L1")]), ["L1"]),
    "repeated rows of OpenDocument": (
        ods(
            '<table:table table:name="R"><table:table-row><table:table-cell><text:p>Lead ID</text:p></table:table-cell>'
            '</table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>L1</text:p>'
            '</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048573">'
            '<table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table>'
        ),
        ["L1", "L1"],
    ),
    "a page with open tags": (
        '<meta charset="windows-1252"><table><caption>Returns</caption><thead><tr><th>Lead ID<th>Reason<tbody><tr>'
        "<td>L1<td>d\xfcp<tr><td>L2<td>bad</table>".encode("cp1252"),
        TWO,
    ),
    "a table inside a table": (
        b"<table><tr><td><table><tr><td>Lead ID</td></tr><tr><td>00123</td></tr></table></td></tr></table>",
        ["00123"],
    ),
    "a logo above the table": (
        b"<table><tr><td>Logo</td></tr></table><table><tr><th>Lead ID</th></tr><tr><td>L1</td></tr></table>",
        ["L1"],
    ),
    "long numbers of a page": (
        b'<table><tr><td>Lead ID</td></tr><tr><td x:num="12345678901">1.23457E+10</td></tr></table>',
        ["12345678901"],
    ),
}

REFUSED: dict[str, tuple[bytes, str, str]] = {
    "a lost quote": (b'Lead ID,Reason\nL1,"dup\nL2,bad\n', "unclosed_quote", "line 2"),
    "columns of blanks": (b"Lead ID   Reason\nL1        dup\n", "missing_columns", "parted by blanks"),
    "another delimiter": (b"Lead ID^Reason\nL1^dup\n", "missing_columns", "--delimiter '^'"),
    "some lines in quotes": (b'"Lead ID,Reason"\n"L1,dup"\nL2\n', "missing_columns", "in quotes as one cell"),
    "no header": (b"L1\nL2\n", "missing_columns", '"L1"'),
    "blanks": (b"  \n \n", "empty_file", "no text"),
    "delimiters": (b",,\n,,\n", "empty_file", "no rows"),
    "Shift JIS that nobody named": (said_in("Japanese").encode("shift_jis"), "unknown_encoding", "--encoding"),
    "JSON": (b'[{"lead_id": "L1"}]', "not_a_table", "a JSON file"),
    "a feed": (b'<?xml version="1.0"?><leads><lead id="1"/></leads>', "not_a_table", "an XML document (leads)"),
    "a log-in page": (b"<!doctype html><html><body>Log in</body></html>", "not_a_table", "a web page without a table"),
    "a web archive": (
        b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\n',
        "not_a_table",
        "a web archive",
    ),
    "an e-mail": (b"From: a@x.example\nTo: b@x.example\nSubject: returns\n\nL1\n", "not_a_table", "an e-mail"),
    "SYLK": (b'ID;PWXL;N;E\r\nC;Y1;X1;K"Lead ID"\r\nC;Y2;X1;K"L1"\r\nE\r\n', "not_a_table", "a SYLK sheet"),
    "DIF": (b'TABLE\r\n0,1\r\n"EXCEL"\r\nVECTORS\r\n', "not_a_table", "a DIF sheet"),
    "a message in cipher": (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n", "not_a_table", "encrypted"),
    "a link": (b"[InternetShortcut]\nURL=https://docs.example/x\n", "not_a_table", "a link"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_a_table", "a PNG picture"),
    "a photo": (b"\0\0\0\x18ftypheic" + bytes(40), "not_a_table", "a photo"),
    "a document": (b"%PDF-1.4 x", "not_a_table", "a PDF document"),
    "a Word document": (
        zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}),
        "not_a_table",
        "a Word document",
    ),
    "Numbers": (zipped({"Index/Document.iwa": "x"}), "not_a_table", "a Numbers"),
    "a text document": (
        zipped({"mimetype": "application/vnd.oasis.opendocument.text"}, stored=("mimetype",)),
        "not_a_table",
        "opendocument.text",
    ),
    "a database": (b"SQLite format 3\0" + bytes(100), "not_a_table", "an SQLite database"),
    "Parquet": (b"PAR1" + bytes(40), "not_a_table", "a Parquet file"),
    "Excel 4": (b"\x09\x04\x06\0\0\0\x10\0\0\0" + bytes(40), "not_a_table", "Excel 4"),
    "Excel 97 without its container": (b"\x09\x08\x10\0\0\x06\x05\0" + bytes(40), "not_a_table", "Excel 97 without"),
    "Lotus": (b"\0\0\x02\0\x06\x04\x06\0\x08\0" + bytes(30), "not_a_table", "Lotus"),
    "noise": (bytes(range(256)) * 4, "not_a_table", "binary data"),
    "zeros": (bytes(1000), "not_a_table", "nothing but NUL bytes"),
    "two files in a zip": (zipped({"a.csv": TEXT, "b.csv": TEXT}), "several_files", "'a.csv', 'b.csv'"),
    "a zip in a zip": (zipped({"a.zip": zipped({"a.csv": TEXT})}), "not_a_table", "archive within an archive"),
    "an empty zip": (b"PK\x05\x06" + bytes(18), "empty_file", "without a file"),
    "half a workbook": (PLAIN[: len(PLAIN) // 2], "damaged_workbook", "damaged or incomplete"),
    "a workbook without its sheet": (
        repacked(PLAIN, lambda name, content: (name.replace("sheet1", "sheet9"), content)),
        "damaged_workbook",
        "no worksheet",
    ),
    "a text that is not there": (
        xlsx({"R": HEAD + '<row r="2"><c r="A2" t="s"><v>99</v></c></row>'}),
        "damaged_workbook",
        "damaged",
    ),
    "a row twice": (xlsx({"R": SHEET + row_xml(3, "L9", "x")}), "damaged_workbook", "the same number"),
    "empty sheets": (book(lambda made: None), "no_rows", "all empty"),
    "two equal sheets": (
        book(lambda made: (put(made.active, ROWS), put(made.create_sheet("Data"), ROWS))),
        "ambiguous_sheet",
        "'Sheet', 'Data'",
    ),
    "a hidden sheet alone": (xls([label_record(0, 0, "Lead ID")], hidden=True), "hidden_sheet", "'Returns'"),
}

UNREADABLE: dict[str, tuple[bytes, dict[int, str]]] = {
    "errors, formulas and shares for ids": (
        xlsx(
            {
                "R": row_xml(1, "Lead ID", "Reason")
                + row_xml(2, '<c t="e"><v>#N/A</v></c>', "x")
                + row_xml(3, "<c><f>1+1</f></c>", "x")
                + row_xml(4, number_xml(0.5), "x")
                + row_xml(5, number_xml("1E+20"), "x")
                + row_xml(6, "", "x")
            }
        ),
        {2: "error_cell", 3: "uncalculated_formula", 4: "damaged_id", 5: "damaged_id", 6: "no_identifier"},
    ),
    "columns too narrow": (b"Lead ID,Reason\nL1,dup\n########,bad\n", {3: "damaged_id"}),
    "numbers for dates": (
        b"Lead ID,Return Date\nL1,1792512000\nL2,46315\nL3,2026-10-20\n",
        {2: "bad_date", 3: "bad_date"},
    ),
}


@pytest.fixture(scope="module")
def odd_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return new_desk(tmp_path_factory.mktemp("odd"))


def inspected(desk: Desk, content: bytes) -> Any:
    ran = desk.run("import", desk.file("returns.dat", content), "--any-buyer", "--inspect", "--json")
    assert ran.code in (0, 1), ran.err
    return ran.json


@pytest.mark.parametrize("name", READ)
def test_it_is_read_right(odd_desk: Desk, name: str) -> None:
    content, lead_ids = READ[name]
    found = inspected(odd_desk, content)
    assert [row.get("lead_id") for row in found["first_rows"]] == lead_ids
    assert (found["rows"], found["unreadable"]) == (len(lead_ids), 0)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_for_what_it_is(odd_desk: Desk, name: str) -> None:
    content, code, words = REFUSED[name]
    ran = odd_desk.run("import", odd_desk.file("returns.dat", content), "--any-buyer", "--json")
    assert ran.code == 3
    problem = ran.json["problems"][0]
    assert problem["code"] == code
    assert words in problem["message"] + problem["hint"]
    assert problem["hint"]
    assert not odd_desk.store.exists()


@pytest.mark.parametrize("name", UNREADABLE)
def test_only_the_rows_that_cannot_be_read_are_problems(odd_desk: Desk, name: str) -> None:
    content, codes = UNREADABLE[name]
    assert {each["row"]: each["code"] for each in inspected(odd_desk, content)["problems"]} == codes


def test_dates_as_programs_write_them(odd_desk: Desk) -> None:
    written = "'2026-10-20", "Tue Oct 20 2026 15:04:05 GMT+0200 (Central European Summer Time)", "20th October 2026"
    text = "Lead ID;Return Date\n" + "".join(f"L{n};{when}\n" for n, when in enumerate(written, 1))
    rows = inspected(odd_desk, text.encode())["first_rows"]
    assert [row["requested_at"] for row in rows] == ["2026-10-20", "2026-10-20T13:04:05+00:00", "2026-10-20"]


def test_dates_of_both_epochs_are_the_same_days(odd_desk: Desk) -> None:
    for name in ("dates", "dates from 1904"):
        rows = inspected(odd_desk, READ[name][0])["first_rows"]
        assert [row["requested_at"] for row in rows] == ["2026-10-20T15:04:05", "2026-10-20", "2026-10-22"]


@pytest.mark.parametrize(
    ("script", "encoding"),
    [("Japanese", "shift_jis"), ("Chinese", "gb18030"), ("Russian", "cp1251"), ("Greek", "cp1253")],
)
def test_an_encoding_that_is_named_is_used(odd_desk: Desk, script: str, encoding: str) -> None:
    path = odd_desk.file("returns.dat", said_in(script).encode(encoding))
    ran = odd_desk.run("import", path, "--any-buyer", "--inspect", "--json", "--encoding", encoding).ok()
    assert [row["comment"] for row in ran.json["first_rows"]] == [SCRIPTS[script]] * 2


def test_what_is_hidden_or_left_out_is_told(odd_desk: Desk, tmp_path: Path) -> None:
    for name, code in {
        "a very hidden sheet": "hidden_sheets",
        "a cover sheet": "sheets_not_read",
        "a value in the last cell": "rows_ignored",
        "packed with gzip": "unpacked",
        "windows-1252": "read_as_cp1252",
    }.items():
        assert code in {note["code"] for note in inspected(odd_desk, READ[name][0])["notes"]}, name
