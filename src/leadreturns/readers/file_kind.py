"""What a file really is, told by its content and never by its name."""

from __future__ import annotations

import re
from typing import NamedTuple

from leadreturns.readers import ole_file
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.text_encoding import wide_encoding


class FileKind(NamedTuple):
    """`name` is one that a reader exists for, else ''; `what` says in words what the file is."""

    name: str
    what: str
    unpacked_bytes: int = 0
    """What the parts of a zip file say they unpack to."""


_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "a PDF document"),
    (0, b"\x89PNG\r\n", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF87a", "a GIF picture"),
    (0, b"GIF89a", "a GIF picture"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
    (8, b"WEBP", "a WebP picture"),
    (0, b"\0\0\1\0", "an icon"),
    (4, b"ftyp", "a photo or film"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (4, b"Standard Jet DB", "an Access database"),
    (4, b"Standard ACE DB", "an Access database"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
    (0, b"\xca\xfe\xba\xbe", "a program"),
    (0, b"\xcf\xfa\xed\xfe", "a program"),
    (0, b"#!/", "a script"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\0", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"PAR1", "a Parquet file"),
    (0, b"ARROW1", "an Arrow file"),
    (0, b"bplist00", "an Apple property list"),
    (0, b"ID3", "a sound file"),
    (0, b"OggS", "a sound file"),
    (0, b"RIFF", "a sound or film file"),
    (0, b"!BDN", "an Outlook mailbox"),
    (0, b"BEGIN:VCARD", "a contact card"),
    (0, b"BEGIN:VCALENDAR", "a calendar file"),
    (0, b"\x09\0\x04\0", "a workbook of Excel 2"),
    (0, b"\x09\x02\x06\0", "a workbook of Excel 3"),
    (0, b"\x09\x04\x06\0", "a workbook of Excel 4"),
    (0, b"\x09\x08\x10\0\0\x06", "a workbook of Excel 97 without its container"),
    (0, b"\x09\x08\x08\0\0\x05", "a workbook of Excel 5 without its container"),
    (0, b"\0\0\x02\0", "a Lotus 1-2-3 or Quattro sheet"),
    (0, b"\0\0\x1a\0", "a Lotus 1-2-3 sheet"),
)
_OLE_KINDS: tuple[tuple[str, FileKind], ...] = (
    ("EncryptedPackage", FileKind("encrypted", "a password protected workbook")),
    ("WordDocument", FileKind("", "a Word document")),
    ("PowerPoint Document", FileKind("", "a PowerPoint presentation")),
    ("__properties_version1.0", FileKind("", "an Outlook message")),
    ("Workbook", FileKind("xls", "an Excel 97 workbook")),
    ("Book", FileKind("xls", "an Excel 95 workbook")),
)
_MAIL_HEADER = re.compile(
    rb"(?:From |(?:Received|Return-Path|Delivered-To|Message-ID|MIME-Version|Subject|From|Date|X-[\w-]+):)",
    re.IGNORECASE,
)
_MORE_MAIL = re.compile(rb"\n(?:Subject|To|MIME-Version|Content-Type):", re.IGNORECASE)
_HTML_START = re.compile(
    r"<(?:!doctype html|!--|html|head|body|meta|title|style|table|tr|td|th|thead|tbody|caption|div|center|font|span|p|"
    r"br|b|h\d|script)\b|<!--"
)
_TITLED_TABLE = re.compile(r"[^<,;|\t]{1,500}<table\b[^>]*>\s*<(?:thead|tbody|caption|colgroup|col|tr)\b")
_JUNK_BEFORE_PDF = 1_024
"""Readers of PDF pass over so many bytes before the mark."""
_SPREADSHEET_XML = "urn:schemas-microsoft-com:office:spreadsheet"
_FLAT_SPREADSHEET = 'mimetype="application/vnd.oasis.opendocument.spreadsheet"'
_LOCK_FILE_BYTES = (54, 162, 165)
"""Sizes of the files "~$name" in which Excel notes who has a workbook open: the name's length, and the name padded."""
_PLAIN_XML = re.compile(r"<([a-z_][\w:.-]*)(?:\s[^<>]*)?>\s*<[a-z_]")
_OLD_TEXTS = (
    (re.compile(r"id;p[^\n]*\n(?:[bcfop];|\w+;\w+)"), "a SYLK sheet"),
    (re.compile(r"table\r?\n\s*0,1\r?\n"), "a DIF sheet"),
    (re.compile(r"-----begin [a-z0-9 ]+-----"), "an encrypted or signed message or a key"),
    (re.compile(r"\[internetshortcut\]"), "a link to a web page"),
)
"""Texts that hold no table of lines, in lower case → what they are."""
_UNPRINTABLE = bytes({*range(32)} - {*b"\t\n\r\f\x1a\x1b"} | {0x7F})
"""Controls only: every byte above them is part of a letter somewhere, as 0x90 is in most Russian words in UTF-8."""


def kind_of(copy: FileCopy) -> FileKind:
    """What the file is. Refused: `damaged_workbook` for a zip or OLE file that is cut off or broken."""
    head = copy.head
    if head.startswith(ole_file.MAGIC):
        return _ole_kind(copy)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_kind(copy)
    if head.startswith(b"\x1f\x8b"):
        return FileKind("gz", "a gzip file")
    if _is_bitmap(copy):
        return FileKind("", "a BMP picture")
    if _is_lock_file(copy):
        return FileKind("", "the mark of a workbook that somebody has open (~$…), without the workbook")
    if head and not head.strip(b"\0"):
        return FileKind("", "nothing but NUL bytes, as of a disk or a transfer that failed")
    if b"%PDF-" in head[:_JUNK_BEFORE_PDF]:
        return FileKind("", "a PDF document")
    binary = len(head.translate(None, _UNPRINTABLE)) < len(head)
    for offset, signature, what in _SIGNATURES:
        # A few letters may also begin a text: "MZ,Name,Reason".
        if head.startswith(signature, offset) and (binary or len(signature) > 3):
            return FileKind("", what)
    return _text_kind(head)


def _is_bitmap(copy: FileCopy) -> bool:
    # "BM" alone may begin a text; the size of the header that follows is one of a few.
    return copy.head.startswith(b"BM") and copy.head[14:18] in (
        b"\x0c\0\0\0",
        b"\x28\0\0\0",
        b"\x6c\0\0\0",
        b"\x7c\0\0\0",
    )


def _is_lock_file(copy: FileCopy) -> bool:
    if copy.size not in _LOCK_FILE_BYTES:
        return False
    length = copy.head[0]
    name, rest = copy.head[1 : 1 + length], copy.head[1 + length : _LOCK_FILE_BYTES[0]]
    return 0 < length < _LOCK_FILE_BYTES[0] and name.isascii() and rest.strip(b" \0") == b""


def _ole_kind(copy: FileCopy) -> FileKind:
    from leadreturns.readers.zip_parts import damaged

    with copy.open() as file:
        try:
            ole = ole_file.OleFile(file, copy.size)
            for name, kind in _OLE_KINDS:
                if name in ole.names:
                    if kind.name == "xls":
                        ole.check(name)
                    return kind
        except ole_file.OleFault as fault:
            raise damaged(copy.name, str(fault)) from None
    return FileKind("", "an OLE file without a workbook")


def _zip_kind(copy: FileCopy) -> FileKind:
    from leadreturns.readers.zip_parts import ZipParts

    with copy.open() as file:
        parts = ZipParts(file, copy.size, copy.name)
        mimetype = parts.parts.get("mimetype")
        is_short = mimetype is not None and mimetype.size < 200
        kind = parts.read("mimetype", 200).decode("ascii", "replace").strip() if is_short else ""
        found = _office_kind(set(parts.parts), kind) or FileKind("zip", "a zip archive")
        return found._replace(unpacked_bytes=sum(part.size for part in parts.parts.values()))


def _office_kind(names: set[str], mimetype: str) -> FileKind | None:
    if "opendocument.spreadsheet" in mimetype:
        return FileKind("ods", "an OpenDocument spreadsheet")
    if re.fullmatch(r"application/[\w.+-]+", mimetype):
        return FileKind("", f"a document of type {mimetype}")
    names = {name.lower().lstrip("./") for name in names}
    if any(name.startswith("xl/") and name.endswith(".bin") and "workbook" in name for name in names):
        return FileKind("xlsb", "a binary Excel workbook")
    if any(name.startswith("xl/") and name.endswith(".xml") for name in names):
        return FileKind("xlsx", "an Excel workbook")
    if any(name.endswith(".iwa") or name == "index.zip" for name in names):
        return FileKind("", "a Numbers, Pages or Keynote document of a Mac")
    folders = (("word/", "a Word document"), ("ppt/", "a PowerPoint presentation"), ("visio/", "a Visio drawing"))
    for folder, what in folders:
        if any(name.startswith(folder) for name in names) and "[content_types].xml" in names:
            return FileKind("", what)
    return FileKind("", "a Java program") if "meta-inf/manifest.mf" in names else None


def _text_kind(head: bytes) -> FileKind:
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    wide = wide_encoding(head)
    if not (marked or wide):
        odd = len(head) - len(head.translate(None, _UNPRINTABLE))
        if odd > max(3, len(head) // 25):
            return FileKind("", "binary data of an unknown kind")
    text = head.decode("utf-16" if marked else wide or "utf-8", "replace").lstrip("\ufeff \t\r\n\0").lower()
    if text.startswith("<"):
        return _markup_kind(text)
    if _TITLED_TABLE.match(text):
        return FileKind("html", "a web page")
    if re.match(r'\{\s*["}]|\[\s*[\[{"]', text):
        return FileKind("", "a JSON file")
    if sheet := next((what for shape, what in _OLD_TEXTS if shape.match(text)), ""):
        return FileKind("", sheet)
    if _MAIL_HEADER.match(head) and _MORE_MAIL.search(head):
        return FileKind("", "a web archive (MHTML)" if b"multipart/related" in head else "an e-mail")
    return FileKind("csv", "a text table")


def _markup_kind(text: str) -> FileKind:
    if _SPREADSHEET_XML in text and "<html" not in text:
        return FileKind("xml", "a SpreadsheetML workbook")
    if _FLAT_SPREADSHEET in text and "<html" not in text:
        return FileKind("fods", "a flat OpenDocument spreadsheet")
    if "<html" in text or "<table" in text or _HTML_START.match(text):
        return FileKind("html", "a web page")
    if text.startswith("<svg") or "<svg" in text:
        return FileKind("", "an SVG picture")
    if root := re.search(r"<([a-z_][\w:.-]*)", text) if text.startswith("<?xml") else _PLAIN_XML.match(text):
        return FileKind("", f"an XML document ({root[1]})")
    return FileKind("csv", "a text table")
