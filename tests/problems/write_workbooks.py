"""Writes the reproducers that no text editor can: `python -m tests.problems.write_workbooks`."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping

from tests.problems.cases import HERE
from tests.readers.made_workbooks import number_xml, row_xml, xlsx

HEADER = ("Lead ID", "Return Date")
FIRST = ("L-1001", "2026-10-20")
SECOND = ("L-1002", "2026-10-21")
TABLE = row_xml(1, *HEADER) + row_xml(2, *FIRST) + row_xml(3, *SECOND)
TEXT = "".join(",".join(row) + "\n" for row in (HEADER, FIRST, SECOND)).encode()
BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
PASSWORD = "scrubs"


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A zip file that is the same whenever and wherever it is made."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name, content in parts.items():
            target.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def workbook(content: bytes) -> bytes:
    """The workbook with its parts unpacked and undated."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return archive({name: parts.read(name) for name in parts.namelist()})


def locked(content: bytes) -> bytes:
    """The workbook under a password."""
    from msoffcrypto.format.ooxml import OOXMLFile

    written = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(PASSWORD, written)
    return written.getvalue()


def files() -> dict[str, bytes]:
    """Path in this folder → content."""
    plain = workbook(xlsx({"Returns": TABLE}))
    error = '<c t="e"><v>#REF!</v></c>'
    formula = '<c><f>Export!B7&amp;"-"&amp;Export!C7</f></c>'
    far = TABLE + row_xml(2_000, "L-1003", "2026-10-22")
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
    hidden_row = row_xml(1, *HEADER) + row_xml(2, *FIRST) + row_xml(3, *SECOND, attributes=' hidden="1"')
    return {
        "rows/error_cell-workbook/returns.xlsx": workbook(xlsx({"Returns": TABLE + row_xml(4, error, "2026-10-22")})),
        "rows/uncalculated_formula/returns.xlsx": workbook(
            xlsx({"Returns": TABLE + row_xml(4, formula, "2026-10-22")})
        ),
        "noticed/dates_maybe_swapped/returns.xlsx": workbook(
            xlsx(
                {
                    "Returns": row_xml(1, *HEADER)
                    + row_xml(2, "L-1001", number_xml(46332, 1))
                    + row_xml(3, "L-1002", "21/10/2026")
                },
                formats=["mm/dd/yyyy"],
            )
        ),
        "noticed/merged_cells/returns.xlsx": workbook(
            xlsx(
                {
                    "Returns": "<sheetData>"
                    + row_xml(1, *HEADER)
                    + row_xml(2, *FIRST)
                    + row_xml(3, "L-1002")
                    + '</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
                }
            )
        ),
        "rows/damaged_id-number/returns.xlsx": workbook(
            xlsx({"Returns": TABLE + row_xml(4, number_xml("1.2345678901234568E+19"), "2026-10-22")})
        ),
        "refused/several_files/returns.zip": archive({"september.csv": TEXT, "october.csv": TEXT}),
        "refused/damaged_workbook/returns.xlsx": plain[:-300],
        "refused/hostile_workbook/returns.xlsx": workbook(
            xlsx({"Returns": TABLE}, more={"xl/sharedStrings.xml": f"{BOMB}<sst><si><t>&c;</t></si></sst>"})
        ),
        "refused/missing_sheet/returns.xlsx": workbook(xlsx({"Returns": TABLE, "Notes": ""})),
        "refused/hidden_sheet/returns.xlsx": workbook(xlsx({"Returns": TABLE, "Cover": ""}, hidden=["Returns"])),
        "refused/ambiguous_sheet/returns.xlsx": workbook(xlsx({"September": TABLE, "October": TABLE})),
        "refused/encrypted/returns.xlsx": (held := locked(plain)),
        "refused/wrong_password/returns.xlsx": held,
        "noticed/rows_ignored/returns.xlsx": workbook(xlsx({"Returns": far})),
        "noticed/sheets_not_read/returns.xlsx": workbook(
            xlsx({"Summary": row_xml(1, "Total", number_xml(2)), "Returns": TABLE})
        ),
        "noticed/hidden_sheets/returns.xlsx": workbook(xlsx({"Returns": TABLE, "Old": TABLE}, hidden=["Old"])),
        "noticed/hidden_rows/returns.xlsx": workbook(xlsx({"Returns": hidden_row})),
        "noticed/hidden_columns/returns.xlsx": workbook(xlsx({"Returns": f"{columns}<sheetData>{TABLE}</sheetData>"})),
        "refused/cell_too_long/returns.csv.gz": gzip.compress(
            b'Lead ID,Comment\nL-1001,"' + b"x" * 1_000_010 + b'"\n', mtime=0
        ),
        "refused/damaged_archive/returns.csv.gz": gzip.compress(TEXT * 40, mtime=0)[:-30],
        "refused/hostile_archive/returns.csv.gz": gzip.compress(bytes(4_000_000), mtime=0),
        "noticed/unpacked/returns.csv.gz": gzip.compress(TEXT, mtime=0),
    }


def main() -> None:
    """Write them all."""
    for name, content in files().items():
        (HERE / name).write_bytes(content)


if __name__ == "__main__":
    main()
