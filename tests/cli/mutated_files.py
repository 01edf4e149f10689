"""Files as they should be, and what chance makes of them: each seed is one file, the same on every machine."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Callable, Mapping

from tests.readers.made_workbooks import label_record, number_record, number_xml, ods, row_xml, xls, xlsb, xlsx, zipped

ROWS = 12
TOKENS = (
    b'"', b",", b";", b"\t", b"\n", b"\r", b"\0", b"\x1a", b"\xff\xfe", b"\xef\xbb\xbf", b"=", b"\xc3", b"'", b"|",
    b"Lead ID", b"Total", b"#N/A", b"1E+20", b"99999999999999999999", b"-1", b"1e999", b"NaN", b"2026-02-31",
    b"31/12/2026", b"<table>", b"</row>", b"<!DOCTYPE x>", b"&a;", b"]]>", b"PK\x03\x04", b"\x00\x00\xff\xff",
    b"%s", b"{}",
)  # fmt: skip
"""What hurts readers: put somewhere, or in the place of something."""


def _text(delimiter: str = ",", end: str = "\n") -> str:
    lines = [["Lead ID", "Buyer", "Return Date", "Reason", "Phone", "E-mail", "Comment"]]
    for n in range(ROWS):
        phone, mail, said = f"(415) 555-26{n:02}", f"jo{n}@example.com", '"called, twice"' if n % 3 else "Müller"
        lines.append([f"L-{n:04}", "acme", f"2026-10-{n + 1:02}", "dup", phone, mail, said])
    return end.join(delimiter.join(line) for line in lines) + end


def _ledger() -> bytes:
    rows = "".join(f"S-{n:04},acme,2026-10-{n + 1:02},{n + 10}.50,1.25,leadco,solar,USD\n" for n in range(ROWS))
    return f"Lead ID,Buyer,Sold at,Price,Payout,Supplier,Campaign,Currency\n{rows}".encode()


def _sheet() -> str:
    rows = row_xml(1, "Lead ID", "Buyer", "Return Date", "Reason")
    for n in range(2, ROWS + 2):
        rows += row_xml(n, f"L-{n:04}" if n % 2 else number_xml(n, 2), "acme", number_xml(46_300 + n, 1), "dup")
    return rows


def _xls() -> bytes:
    records = [label_record(0, place, text) for place, text in enumerate(("Lead ID", "Buyer", "Return Date"))]
    for n in range(1, ROWS):
        records += [label_record(n, 0, f"L-{n:04}"), label_record(n, 1, "acme"), number_record(n, 2, 46_300 + n, 1)]
    return xls(records, formats=["yyyy-mm-dd"])


def _ods() -> bytes:
    cell = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        f"<table:table-row>{cell.format(text)}{cell.format('acme')}</table:table-row>"
        for text in ("Lead ID", *(f"L-{n:04}" for n in range(ROWS)))
    )
    return ods(f'<table:table table:name="R">{rows}</table:table>')


def _xml() -> bytes:
    spreadsheet = "urn:schemas-microsoft-com:office:spreadsheet"
    row = '<Row><Cell><Data ss:Type="String">{}</Data></Cell></Row>'
    rows = "".join(row.format(text) for text in ("Lead ID", *(f"L-{n:04}" for n in range(ROWS))))
    sheet = f'<Worksheet ss:Name="R"><Table>{rows}</Table></Worksheet>'
    return f'<?xml version="1.0"?><Workbook xmlns="{spreadsheet}" xmlns:ss="{spreadsheet}">{sheet}</Workbook>'.encode()


def _html() -> bytes:
    rows = "".join(f"<tr><td>L-{n:04}</td><td colspan=2>acme</td></tr>" for n in range(ROWS))
    return f"<html><table><tr><th>Lead ID</th><th>Buyer</th></tr>{rows}</table></html>".encode()


def _xlsb() -> bytes:
    import struct

    cells = [(n, 0, 5, bytes(4) + struct.pack("<d", 1000.0 + n)) for n in range(1, ROWS)]
    heading = "Lead ID".encode("utf-16-le")
    return xlsb([(0, 0, 6, bytes(4) + struct.pack("<I", 7) + heading), *cells])


WHOLE: Mapping[str, tuple[bytes, int]] = {
    "comma": (_text().encode(), 12),
    "semicolon and CRLF": (_text(";", "\r\n").encode("utf-8-sig"), 6),
    "utf-16": (_text("\t").encode("utf-16"), 4),
    "windows-1252": (_text("|", "\r").encode("cp1252"), 4),
    "ledger": (_ledger(), 8),
    "html": (_html(), 2),
    "xml": (_xml(), 2),
    "xlsx": (xlsx({"R": _sheet()}, formats=("yyyy-mm-dd", "00000")), 3),
    "xls": (_xls(), 2),
    "xlsb": (_xlsb(), 1),
    "ods": (_ods(), 1),
    "gzip": (gzip.compress(_text().encode(), mtime=0), 1),
    "zip": (zipped({"returns.csv": _text()}), 1),
}
"""Name → the file as it should be, and how often it is drawn. Workbooks cost a process each."""
_NAMES, _WEIGHTS = list(WHOLE), [weight for _, weight in WHOLE.values()]


def mutated(seed: int) -> tuple[str, bytes]:
    """The file of that seed, with the name of what it was made of."""
    chance = random.Random(seed)
    name = chance.choices(_NAMES, _WEIGHTS)[0]
    content = WHOLE[name][0]
    if name in ("xlsx", "ods", "xlsb") and chance.random() < 0.8:
        return name, _with_a_part_changed(content, chance)
    return name, changed(content, chance)


def changed(content: bytes, chance: random.Random) -> bytes:
    """The bytes with a few changes of one or several kinds."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        content = chance.choice(_CHANGES)(content, chance)
    return content


def _with_a_part_changed(content: bytes, chance: random.Random) -> bytes:
    """Changes inside one part, packed anew: past the checksums, which stop nearly all other changes of a zip file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chosen = chance.choice(sorted(parts))
    return zipped(parts | {chosen: changed(parts[chosen], chance)})


def _flip(content: bytes, chance: random.Random) -> bytes:
    found = bytearray(content)
    for _ in range(chance.choice((1, 4, 16))):
        if found:
            found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def _insert(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 2, 50)) + content[at:]


def _replace(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(TOKENS) + content[at + chance.choice((1, 3, 10)) :]


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _drop(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at + chance.randrange(1, 40) :]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    piece = content[at : at + chance.randrange(1, 200)]
    return content[:at] + piece * chance.choice((2, 3, 30)) + content[at:]


def _swap(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _zero(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + bytes(chance.randrange(1, 30)) + content[at:]


_CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _flip, _insert, _insert, _replace, _replace, _cut, _drop, _repeat, _swap, _zero,
)  # fmt: skip
