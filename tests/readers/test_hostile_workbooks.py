"""Workbooks that no honest program writes: each ends as one refusal, soon, in bounded memory, the caller unharmed."""

from __future__ import annotations

import random
import resource
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadreturns.errors import FileRefused
from leadreturns.readers import workbook_file
from leadreturns.readers.file_copy import copy_file
from leadreturns.readers.table import OpenOptions
from leadreturns.readers.table_file import open_table
from tests.readers.made_workbooks import label_record, number_xml, ods, ole, row_xml, xls, xlsb, xlsx, zipped
from tests.readers.opened_files import known_headings, read, refusal

HOSTILE = ("damaged_workbook", "hostile_workbook")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RETURNS = row_xml(1, "lead_id", "reason") + row_xml(2, "L1", "dup")
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
STRINGS = f'<sst xmlns="{MAIN}"><si><t>x</t></si></sst>'
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>{RETURNS}</sheetData></worksheet>'
SPREADSHEET_XML = '<?xml version="1.0"?>{}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
MANY = 8_000_000


def _lying_size() -> bytes:
    packed = bytearray(xlsx({"R": RETURNS * 100}))
    at = packed.index(b"PK\x01\x02", packed.rindex(b"xl/worksheets/sheet1.xml") - 60)
    packed[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(packed)


def _same_part_twice() -> bytes:
    packed = bytearray(xlsx({"R": RETURNS}, more={"xl/worksheets/sheet2.xml": SHEET}))
    at = packed.rindex(b"sheet2.xml")
    packed[at : at + 10] = b"sheet1.xml"
    return bytes(packed)


CASES = {
    "entities in a sheet": lambda: xlsx({"R": ""}, more={"xl/worksheets/sheet1.xml": LAUGHS + SHEET}),
    "entities in the strings": lambda: xlsx({"R": RETURNS}, more={"xl/sharedStrings.xml": LAUGHS + STRINGS}),
    "entities in the styles": lambda: xlsx({"R": RETURNS}, more={"xl/styles.xml": LAUGHS + "<styleSheet/>"}),
    "entities in the workbook": lambda: xlsx({"R": RETURNS}, more={"xl/workbook.xml": LAUGHS + "<workbook/>"}),
    "an entity from outside": lambda: xlsx({"R": ""}, more={"xl/worksheets/sheet1.xml": OUTSIDE + SHEET}),
    "entities in an ods": lambda: zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": LAUGHS + "<x/>"},
        stored=("mimetype",),
    ),
    "entities in SpreadsheetML": lambda: SPREADSHEET_XML.format(LAUGHS).encode(),
    "a bomb of rows": lambda: xlsx({"R": "<row>" + "<c/>" * MANY + "</row>"}),
    "a bomb of text": lambda: xlsx({"R": row_xml(1, "x" * MANY)}),
    "a bomb of strings": lambda: xlsx({"R": RETURNS}, more={"xl/sharedStrings.xml": STRINGS + " " * MANY}),
    "a bomb of comments": lambda: xlsx({"R": RETURNS}, more={"xl/comments1.xml": "<!--" + "x" * MANY}),
    "a bomb of an ods": lambda: ods("<table:table/>" * (MANY // 4)),
    "many parts": lambda: xlsx({"R": RETURNS}, more={f"xl/x{number}.xml": "" for number in range(6000)}),
    "a lying size": _lying_size,
    "a part twice": _same_part_twice,
    "no sheet": lambda: xlsx({}),
    "a row without end": lambda: xlsx(
        {"R": "<row>" + "".join(f'<c r="A{n}" x="{n * 7919}"/>' for n in range(900_000))}
    ),
    "nested elements": lambda: SPREADSHEET_XML.format("").encode()[:-2] + b">" + b"<a>" * 100_000,
    "an xls of nothing": lambda: ole({"Workbook": b"\x09\x08\x10\0" + bytes(20)}),
    "an xls of noise": lambda: ole({"Workbook": random.Random(3).randbytes(20_000)}),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("case", CASES)
def test_hostile_files_are_refused_soon(tmp_path: Path, case: str) -> None:
    content = CASES[case]()
    started = time.monotonic()
    refused = refusal(tmp_path, content, "returns.xlsx")
    assert time.monotonic() - started < 5
    assert refused.code in HOSTILE
    assert "damaged or" in refused.message
    assert "damaged workbook" in refused.hint
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 700 * 1024


def test_a_far_cell_that_the_scan_does_not_see(tmp_path: Path) -> None:
    """A tab before the address hides it; the child dies of the cell, and only the child."""
    far = '<row><c\tr="XFD1048576"><v>1</v></c></row>'
    refused = refusal(tmp_path, xlsx({"R": RETURNS + far}))
    assert refused.code in HOSTILE


def test_an_xls_with_a_value_in_its_last_cell(tmp_path: Path) -> None:
    far = xls([label_record(0, 0, "lead_id"), label_record(65_535, 255, "x")])
    try:
        assert read(tmp_path, far).codes == ["rows_ignored"]
    except FileRefused as refused:
        assert refused.code == "hostile_workbook"


def test_an_xlsb_with_a_value_in_its_last_cell(tmp_path: Path) -> None:
    cells = [(0, 0, 5, bytes(4) + struct.pack("<d", 1.0)), (1_048_575, 16_383, 5, bytes(4) + struct.pack("<d", 1.0))]
    assert refusal(tmp_path, xlsb(cells)).code == "hostile_workbook"


def test_an_ods_of_a_billion_cells(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="999999999" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="999999999">{cell}</table:table-row>'
    with copy_file(_written(tmp_path, ods(f'<table:table table:name="R">{row}</table:table>'))) as copy:
        rows = open_table(copy, OpenOptions(), known_headings).rows()
        assert len(next(rows)[1]) == 16_384


def test_the_limits_of_the_child_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_file, "MAX_CPU_SECONDS", 1)
    # A busy machine may take a minute to give the child its second; only the computing time is at stake here.
    monkeypatch.setattr(workbook_file, "WAIT_PER_CPU_SECOND", 120)
    rows = "".join(row_xml(number, number_xml(number), "dup", "x") for number in range(1, 60_000))
    slow = xlsx({"R": rows.replace(' t="inlineStr"', " t='inlineStr'")})
    refused = refusal(tmp_path, slow)
    assert refused.code == "hostile_workbook"
    assert "1 s of computing time" in refused.message


def test_a_child_that_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_file, "_BOOT", "import os; os.kill(os.getpid(), 9)")
    assert refusal(tmp_path, xlsx({"R": RETURNS})).code == "hostile_workbook"


def test_a_child_that_talks_nonsense(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = b"cos\nsystem\n(S'touch %s'\ntR." % bytes(tmp_path / "harm")
    framed = struct.pack("<I", len(evil)) + evil
    monkeypatch.setattr(workbook_file, "_BOOT", f"import os; os.write(1, {framed!r})")
    assert refusal(tmp_path, xlsx({"R": RETURNS})).code == "hostile_workbook"
    assert not (tmp_path / "harm").exists()


def test_a_child_that_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_file, "_BOOT", "import time; time.sleep(60)")
    monkeypatch.setattr(workbook_file, "BASE_CPU_SECONDS", 0.2)
    refused = refusal(tmp_path, xlsx({"R": RETURNS}))
    assert "does not come to an end" in refused.message


def _held() -> tuple[int, str]:
    """How many descriptors this process has open, and its children."""
    own = Path("/proc/self")
    children = "".join(task.joinpath("children").read_text() for task in own.joinpath("task").iterdir())
    return len(list(own.joinpath("fd").iterdir())), children


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the system has no /proc to look into")
def test_no_process_and_no_descriptor_is_left(tmp_path: Path) -> None:
    path = _written(tmp_path, xlsx({"R": "".join(row_xml(number, "x") for number in range(1, 30_000))}))
    before = _held()
    with copy_file(path) as copy:
        table = open_table(copy, OpenOptions(), known_headings)
        next(table.rows())
        assert _held() != before
    assert _held() == before


def _mutations(content: bytes, count: int) -> Iterator[bytes]:
    chance = random.Random(20261123)
    for _ in range(count):
        changed = bytearray(content)
        for _ in range(chance.choice((1, 1, 2, 8, 40))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield bytes(changed if chance.random() < 0.8 else changed[: chance.randrange(1, len(changed))])


@pytest.mark.parametrize("kind", ["xlsx", "xls", "xlsb", "ods", "xml", "html", "csv"])
def test_mutated_files_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    contents = {
        "xlsx": xlsx({"R": RETURNS}, formats=("00000",)),
        "xls": xls([label_record(0, 0, "lead_id"), label_record(1, 0, "L1")], formats=("00000",)),
        "xlsb": xlsb([(0, 0, 5, bytes(4) + struct.pack("<d", 1.0))]),
        "ods": ods('<table:table table:name="R"><table:table-row><table:table-cell/></table:table-row></table:table>'),
        "xml": SPREADSHEET_XML.format("").encode(),
        "html": b"<table><tr><td>lead_id</td></tr><tr><td>L1</td></tr></table>",
        "csv": 'lead_id,reason\nL1,"dup, Müller"\n'.encode() * 20,
    }
    for content in _mutations(contents[kind], 15):
        started = time.monotonic()
        try:
            read(tmp_path, content, "returns")
        except FileRefused as refused:
            assert refused.message.startswith("returns")
        assert time.monotonic() - started < 5


def _written(folder: Path, content: bytes) -> Path:
    path = folder / "returns.xlsx"
    path.write_bytes(content)
    return path
