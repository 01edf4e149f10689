"""One table of returns in more than forty shapes: each must give the same typed rows."""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from leadreturns.core.lead_return import LeadReturn
from tests.readers.made_workbooks import (
    label_record,
    number_record,
    number_xml,
    ods,
    row_xml,
    wide_text,
    xls,
    xlsb,
    xlsx,
)
from tests.readers.typed_rows import returns_of

HEADER = ("Lead ID", "Buyer", "Return Date", "Reason", "Comment", "Phone")
TABLE = (
    ("1001", "acme", date(2026, 10, 1), "Disconnected", 'café; "twice", he said', "4155552671"),
    ("1002", "Borealis Energy", date(2026, 10, 25), "Wrong number", "", "(415) 555-2672"),
    ("1003", "acme", None, "N/A", "naïve | plain", ""),
    ("1004", "acme", date(2026, 11, 3), "", "two\nlines", "+44 20 7946 0958"),
    ("1005", "Crest & Co", date(2026, 3, 4), "dup", "x", "1-415-555-2675"),
)
TITLES = (("Returned leads, October 2026",), (), ("Sent by", "Ann"))
GROUPS = ("Lead", "", "Return", "", "", "Consumer")
UNDER_GROUPS = ("ID", "Buyer", "Date", "Reason", "Comment", "Phone")
FOOTERS: dict[str, Sequence[Sequence[str]]] = {
    "none": (),
    "total": (("Total", "", "", "", "", "5"),),
    "blank and total": ((), ("Grand Total: 5",)),
    "note": (("Please credit within 30 days of receipt.",), ("Thanks",)),
    "blank rows": ((), (), ()),
}
Row = Sequence[object]
DATES: dict[str, Callable[[date], str]] = {
    "iso": date.isoformat,
    "dmy": lambda day: day.strftime("%d/%m/%Y"),
    "mdy": lambda day: f"{day.month}/{day.day}/{day.year}",
    "dmy short": lambda day: day.strftime("%d.%m.%y"),
    "named": lambda day: day.strftime("%d %b %Y"),
    "american": lambda day: day.strftime("%B %d, %Y"),
    "compact": lambda day: day.strftime("%Y%m%d"),
}


def rows(dates: str = "", top: str = "", footer: str = "none") -> list[Row]:
    """The whole sheet; with dates '' the date cells stay dates."""
    written: list[Row] = list(TITLES) if top == "titles" else []
    written += [GROUPS, UNDER_GROUPS] if top == "groups" else [HEADER]
    for row in TABLE:
        written.append([DATES[dates](cell) if dates and isinstance(cell, date) else cell for cell in row])
    return [*written, *FOOTERS[footer]]


def text_file(
    *, encoding: str = "utf-8", delimiter: str = ",", end: str = "\n", sep: bool = False, **shape: str
) -> bytes:
    out = io.StringIO()
    if sep:
        out.write(f"sep={delimiter}{end}")
    # With CR as line end the module leaves a cell with LF unquoted, which no other program does.
    quoting = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    for row in rows(**({"dates": "iso"} | shape)):
        padded = [*("" if cell is None else cell for cell in row), *[""] * (len(HEADER) - len(row))]
        writer.writerow(padded)
    return out.getvalue().encode(encoding)


def serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


def is_id(place: int, cell: object) -> bool:
    return place == 0 and str(cell).isdigit()


def made_xlsx(*, ids: str = "text", **shape: str) -> bytes:
    sheet = ""
    for number, row in enumerate(rows(**shape), 1):
        cells = []
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                cells.append(number_xml(serial(cell), 1))
            elif is_id(place, cell) and ids == "number":
                cells.append(number_xml(str(cell)))
            elif is_id(place, cell) and ids == "padded":
                cells.append(number_xml(str(cell), 2))
            else:
                cells.append(str(cell or "").replace("&", "&amp;"))
        sheet += row_xml(number, *cells)
    return xlsx({"Returns": sheet}, formats=["yyyy-mm-dd", "0000"])


def made_xls(*, ids: str = "text", **shape: str) -> bytes:
    records = []
    for number, row in enumerate(rows(**shape)):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                records.append(number_record(number, place, serial(cell), 1))
            elif is_id(place, cell) and ids == "number":
                records.append(number_record(number, place, float(str(cell))))
            elif cell:
                records.append(label_record(number, place, str(cell)))
    return xls(records, formats=["yyyy-mm-dd"])


def made_xlsb(*, ids: str = "text", **shape: str) -> bytes:
    cells = []
    for number, row in enumerate(rows(**shape)):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                cells.append((number, place, 5, struct.pack("<Id", 1, serial(cell))))
            elif is_id(place, cell) and ids == "number":
                cells.append((number, place, 5, struct.pack("<Id", 0, float(str(cell)))))
            elif cell:
                cells.append((number, place, 6, struct.pack("<I", 0) + wide_text(str(cell))))
    return xlsb(cells, formats=["yyyy-mm-dd"])


def escaped(cell: object) -> str:
    return str(cell).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def ods_cell(kind: str, value: str, text: str) -> str:
    lines = "".join(f"<text:p>{escaped(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="{kind}" {value}>{lines}</table:table-cell>'


def made_ods(*, ids: str = "text", **shape: str) -> bytes:
    table = ""
    for row in rows(**shape):
        cells = ""
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                cells += ods_cell("date", f'office:date-value="{cell}"', "x")
            elif is_id(place, cell) and ids == "number":
                cells += ods_cell("float", f'office:value="{cell}"', str(cell))
            else:
                cells += ods_cell("string", "", str(cell or ""))
        table += f"<table:table-row>{cells}</table:table-row>"
    return ods(f'<table:table table:name="Returns">{table}</table:table>')


def made_html(**shape: str) -> bytes:
    lines = "".join(
        "<tr>" + "".join(f"<td>{escaped(cell or '')}</td>" for cell in row).replace("\n", "<br>") + "</tr>"
        for row in rows(**({"dates": "iso"} | shape))
    )
    return f"<html><head><meta charset='utf-8'></head><body><table>{lines}</table></body></html>".encode()


def made_xml_2003(**shape: str) -> bytes:
    spreadsheet = "urn:schemas-microsoft-com:office:spreadsheet"
    lines = ""
    for row in rows(**shape):
        cells = ""
        for cell in row:
            kind = "DateTime" if isinstance(cell, date) else "String"
            value = f"{cell}T00:00:00.000" if isinstance(cell, date) else escaped(cell or "").replace("\n", "&#10;")
            cells += f'<Cell><Data ss:Type="{kind}">{value}</Data></Cell>'
        lines += f"<Row>{cells}</Row>"
    sheet = f'<Worksheet ss:Name="Returns"><Table>{lines}</Table></Worksheet>'
    head = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    return f'{head}<Workbook xmlns="{spreadsheet}" xmlns:ss="{spreadsheet}">{sheet}</Workbook>'.encode()


SHAPES: dict[str, Callable[[], bytes]] = {
    "csv": text_file,
    "csv with byte order mark": lambda: text_file(encoding="utf-8-sig"),
    "csv utf-16 little": lambda: b"\xff\xfe" + text_file(encoding="utf-16-le"),
    "csv utf-16 big": lambda: b"\xfe\xff" + text_file(encoding="utf-16-be"),
    "csv windows-1252": lambda: text_file(encoding="cp1252"),
    "unicode text": lambda: text_file(encoding="utf-16", delimiter="\t", end="\r\n"),
    **{
        f"text parted by {name}, lines by {end!r}": lambda delimiter=delimiter, end=end: text_file(
            delimiter=delimiter, end=end
        )
        for name, delimiter in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|"))
        for end in ("\n", "\r\n", "\r")
    },
    "sep line": lambda: text_file(delimiter=";", end="\r\n", sep=True),
    **{f"csv, dates {dates}": lambda dates=dates: text_file(dates=dates) for dates in DATES},
    **{f"csv, footer {footer}": lambda footer=footer: text_file(footer=footer) for footer in FOOTERS},
    "csv below titles": lambda: text_file(top="titles", footer="total"),
    "csv below groups": lambda: text_file(top="groups", footer="note"),
    **{
        f"{kind}, ids {ids}": lambda make=make, ids=ids: make(ids=ids)
        for kind, make in (("xlsx", made_xlsx), ("xls", made_xls), ("xlsb", made_xlsb), ("ods", made_ods))
        for ids in ("text", "number")
    },
    "xlsx, ids padded": lambda: made_xlsx(ids="padded"),
    "xlsx below titles": lambda: made_xlsx(top="titles", footer="blank and total"),
    "xlsx below groups": lambda: made_xlsx(top="groups", footer="note"),
    "xlsx, dates as text": lambda: made_xlsx(dates="dmy"),
    "xls below titles": lambda: made_xls(top="titles", footer="note"),
    "ods below titles": lambda: made_ods(top="titles", footer="total"),
    "html": made_html,
    "html below titles": lambda: made_html(top="titles", footer="total"),
    "xml of 2003": made_xml_2003,
}


def typed(content: bytes) -> list[LeadReturn]:
    read = returns_of(content, region="US", any_buyer=False)
    assert not read.problems
    return [row._replace(row=0) for row in read.returns]


EXPECTED = typed(text_file())


def test_the_table_itself() -> None:
    assert len(SHAPES) >= 40
    assert [row.lead_id for row in EXPECTED] == ["1001", "1002", "1003", "1004", "1005"]
    assert [row.phone for row in EXPECTED] == ["+14155552671", "+14155552672", "", "+442079460958", "+14155552675"]
    assert EXPECTED[0].comment == 'café; "twice", he said'
    assert EXPECTED[3].comment == "two\nlines"


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_rows(shape: str) -> None:
    assert typed(SHAPES[shape]()) == EXPECTED
