"""A file that lost its end, as half an upload does, is refused or warned about whenever a row is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadreturns.errors import FileRefused
from tests.readers.made_workbooks import label_record, ods, row_xml, xls, xlsx
from tests.readers.opened_files import Opened, read

ROWS = 40
WARNINGS = {"no_final_line_end", "truncated_file"}
XML = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet Name="R"><Table>'


def _csv(line_end: str) -> bytes:
    return "".join(f"L{number},dup,called twice{line_end}" for number in range(ROWS)).encode()


def _html() -> bytes:
    rows = "".join(f"<tr><td>L{number}</td><td>dup</td></tr>\n" for number in range(ROWS))
    return f"<html><table>{rows}</table></html>".encode()


def _xml() -> bytes:
    cell = '<Cell><Data Type="String">L{}</Data></Cell>'
    rows = "".join(f"<Row>{cell.format(number)}</Row>" for number in range(ROWS))
    return f"{XML}{rows}</Table></Worksheet></Workbook>".encode()


def _xlsx() -> bytes:
    return xlsx({"R": "".join(row_xml(number, f"L{number * 7919 % 10007}", "dup") for number in range(1, ROWS + 1))})


def _ods() -> bytes:
    cell = "<table:table-cell><text:p>L1</text:p></table:table-cell>"
    return ods(f'<table:table table:name="R">{f"<table:table-row>{cell}</table:table-row>" * ROWS}</table:table>')


def _xls() -> bytes:
    return xls([label_record(number, 0, f"L{number} " + "x" * 200) for number in range(ROWS)])


KINDS = {
    "csv": (_csv("\n"), 1),
    "csv of Windows": (_csv("\r\n"), 1),
    "csv of an old Mac": (_csv("\r"), 1),
    "utf-16": (_csv("\n").decode().encode("utf-16"), 1),
    "xlsx": (_xlsx(), 1),
    "ods": (_ods(), 1),
    "xls": (_xls(), 37),
    "html": (_html(), 37),
    "xml": (_xml(), 37),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_cut_of_the_last_kilobyte(tmp_path: Path, kind: str) -> None:
    whole, step = KINDS[kind]
    assert _lead_ids(read(tmp_path, whole)) == ROWS
    for cut in range(len(whole) - 1, max(len(whole) - 1025, 0), -step):
        part = whole[:cut]
        try:
            table = read(tmp_path, part)
        except FileRefused:
            continue
        if _lead_ids(table) < ROWS:
            assert WARNINGS & set(table.codes) or _ends_with_a_whole_line(table, part), f"{cut} of {len(whole)} bytes"


def _lead_ids(table: Opened) -> int:
    return sum(1 for row in table.rows if row and row[0])


def _ends_with_a_whole_line(table: Opened, part: bytes) -> bool:
    """A text cut exactly between two lines is a whole text; nothing in it tells that lines followed."""
    return table.kind == "csv" and part.decode(table.encoding, "ignore").endswith(("\n", "\r"))
