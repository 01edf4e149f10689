"""Workbooks of every kind, written byte by byte, so that tests can put into them what no spreadsheet program would."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def zipped(parts: Mapping[str, str | bytes], *, stored: Sequence[str] = ()) -> bytes:
    """A zip file of these parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def xlsx(
    sheets: Mapping[str, str],
    *,
    formats: Sequence[str] = (),
    hidden: Sequence[str] = (),
    more: Mapping[str, str] | None = None,
) -> bytes:
    """An xlsx file. `sheets`: name → XML of its rows; style n shows `formats[n - 1]`; `more` adds or replaces parts."""
    listed, relations = "", ""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations((("rId1", "officeDocument", "xl/workbook.xml"),)),
    }
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{name}" sheetId="{number}"{state} r:id="rId{number}"/>'
        relations += f"rId{number} "
        body = rows if rows.startswith("<") and "<sheetData" in rows else f"<sheetData>{rows}</sheetData>"
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{_MAIN}" xmlns:r="{_REL}">{body}</worksheet>'
    parts["xl/workbook.xml"] = f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>'
    targets = [(key, "worksheet", f"worksheets/sheet{key[3:]}.xml") for key in relations.split()]
    parts["xl/_rels/workbook.xml.rels"] = _relations((*targets, ("rIdS", "styles", "styles.xml")))
    parts["xl/styles.xml"] = _styles(formats)
    return zipped(parts | dict(more or {}))


def row_xml(number: int, *cells: str, attributes: str = "") -> str:
    """A row of an xlsx sheet; each cell is '' for none, text for an inline string, or XML that starts with '<c'."""
    written = ""
    for column, cell in enumerate(cells):
        place = f"{chr(65 + column)}{number}"
        if cell.startswith("<c"):
            written += cell.replace("<c", f'<c r="{place}"', 1)
        elif cell:
            written += f'<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>'
    return f'<row r="{number}"{attributes}>{written}</row>'


def number_xml(value: object, style: int = 0) -> str:
    """A number cell."""
    return f'<c s="{style}"><v>{value}</v></c>'


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{kind}.worksheet+xml"/>'
        for number in range(1, sheets + 1)
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{overrides}</Types>'
    )


def _relations(targets: Sequence[tuple[str, str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="{key}" Type="{_REL}/{purpose}" Target="{path}"/>' for key, purpose, path in targets
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _styles(formats: Sequence[str]) -> str:
    codes = "".join(
        f'<numFmt numFmtId="{164 + place}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for place, code in enumerate(formats)
    )
    styles = "".join(f'<xf numFmtId="{164 + place}"/>' for place in range(len(formats)))
    cell_styles = f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs>'
    return f'<styleSheet xmlns="{_MAIN}"><numFmts>{codes}</numFmts>{cell_styles}</styleSheet>'


def xls(
    records: Sequence[tuple[int, bytes]], *, formats: Sequence[str] = (), hidden: bool = False, before: bytes = b""
) -> bytes:
    """An xls file with one sheet "Returns" of these records; style n shows `formats[n - 1]`; `before` leads all."""
    bof = struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)
    start = _record(0x809, bof) + before + _record(0x42, struct.pack("<H", 1200))
    for place, code in enumerate(formats):
        start += _record(0x41E, struct.pack("<HHB", 164 + place, len(code), 0) + code.encode("latin-1"))
    for place in range(len(formats) + 1):
        start += _record(0xE0, struct.pack("<HH", 0, 163 + place if place else 0) + bytes(16))
    name = b"Returns"
    position = len(start) + 4 + 8 + len(name) + 4
    bound = struct.pack("<IBBBB", position, int(hidden), 0, len(name), 0) + name
    sheet = (
        _record(0x809, bof[:2] + b"\x10" + bof[3:]) + b"".join(_record(*each) for each in records) + _record(0x0A, b"")
    )
    return ole({"Workbook": start + _record(0x85, bound) + _record(0x0A, b"") + sheet})


def label_record(row: int, column: int, text: str) -> tuple[int, bytes]:
    """A text cell of an xls sheet, places counted from 0."""
    return 0x204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode("latin-1")


def number_record(row: int, column: int, value: float, style: int = 0) -> tuple[int, bytes]:
    """A number cell of an xls sheet, places counted from 0."""
    return 0x203, struct.pack("<HHHd", row, column, style, value)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def ole(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with these streams, each in whole sectors of 512 bytes."""
    end = 0xFFFFFFFE
    body, chains, entries = b"", [0xFFFFFFFD], [_directory_entry("Root Entry", 5, end, 0)]
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        first, count = len(chains), len(padded) // 512
        chains += [*range(first + 1, first + count), end]
        entries.append(_directory_entry(name, 2, first, len(padded)))
        body += padded
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    at = len(chains)
    chains += [*range(at + 1, at + len(directory) // 512), end]
    assert len(chains) <= 128
    fat = struct.pack(f"<{len(chains)}I", *chains).ljust(512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", 1, at, 0, 4096, end, 0, end, 0, 0)
    return header.ljust(512, b"\xff") + fat + body + directory


def _directory_entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<BBIII", kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
    return text.ljust(64, b"\0") + struct.pack("<H", len(text)) + links + bytes(36) + struct.pack("<IQ", start, size)


def xlsb(
    cells: Sequence[tuple[int, int, int, bytes]], *, formats: Sequence[str] = (), before_rows: bytes = b""
) -> bytes:
    """An xlsb file with one sheet "Returns". Cells: row and column from 0, kind of record, bytes from the style on."""
    rows = b""
    for row in sorted({cell[0] for cell in cells}):
        rows += binary_record(0, struct.pack("<IIHBBB", row, 0, 300, 0, 0, 0) + struct.pack("<I", 0))
        for _, column, kind, rest in (cell for cell in cells if cell[0] == row):
            rows += binary_record(kind, struct.pack("<I", column) + rest)
    dimension = struct.pack("<IIII", 0, max(cell[0] for cell in cells), 0, max(cell[1] for cell in cells))
    sheet = binary_record(148, dimension) + before_rows + binary_record(145, b"") + rows + binary_record(146, b"")
    bound = struct.pack("<II", 0, 1) + wide_text("rId1") + wide_text("Returns")
    codes = b"".join(
        binary_record(44, struct.pack("<H", 164 + place) + wide_text(code)) for place, code in enumerate(formats)
    )
    styles = b"".join(
        binary_record(47, struct.pack("<HH", 0, code) + bytes(12)) for code in (0, *range(164, 164 + len(formats)))
    )
    counted = struct.pack("<I", len(formats))
    return zipped(
        {
            "[Content_Types].xml": _content_types(0),
            "_rels/.rels": _relations((("rId1", "officeDocument", "xl/workbook.bin"),)),
            "xl/workbook.bin": binary_record(143, b"")
            + binary_record(156, bound)
            + binary_record(144, b"")
            + binary_record(132, b""),
            "xl/_rels/workbook.bin.rels": _relations(
                (("rId1", "worksheet", "worksheets/sheet1.bin"), ("rIdS", "styles", "styles.bin"))
            ),
            "xl/worksheets/sheet1.bin": sheet,
            "xl/styles.bin": binary_record(615, counted)
            + codes
            + binary_record(616, b"")
            + binary_record(617, struct.pack("<I", len(formats) + 1))
            + styles
            + binary_record(618, b""),
        }
    )


def wide_text(text: str) -> bytes:
    """A text of an xlsb part, its length before it."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_record(kind: int, body: bytes) -> bytes:
    """A record of an xlsb part."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(body)
    while length > 127:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + body


def ods(tables: str, styles: str = "") -> bytes:
    """An OpenDocument spreadsheet. `tables`: the XML of its tables."""
    names = ("office", "table", "text", "style", "calcext")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}, stored=("mimetype",)
    )
