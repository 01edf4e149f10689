"""Which characters the bytes of a text file stand for: byte order mark, zero bytes, strict UTF-8, the buyer's, cp1252.

Nothing is ever replaced: a file either decodes without a fault or is refused with the line that does not.
"""

from __future__ import annotations

import codecs
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from leadreturns.errors import FileRefused, UsageFault
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.table import Note, OpenOptions

_CHUNK_BYTES = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = (
    "utf-8",
    "utf-16",
    "cp1252",
    "latin-1",
    "cp437",
    "cp850",
    "cp1250",
    "cp1251",
    "mac-roman",
    "shift_jis",
    "gb18030",
)
_UTF8_PAIRS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]")
_FEW, _MOST = 0.1, 0.6
_FEWEST_OF_UTF_32 = 16
_SHOWN_CHARACTERS = 60
_CUT_REASONS = ("unexpected end", "truncated", "incomplete")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file whose encoding is known and holds for every byte."""

    copy: FileCopy
    encoding: str
    mark_bytes: int
    """How many bytes the byte order mark takes."""
    ends_line: bool
    """Whether the last line has a line end."""
    nul_line: int
    """The first line with a NUL or Ctrl-Z character; 0 if there is none."""
    has_long_line: bool = False
    """Whether some line has more than 1 MiB, so that reading by lines would fill the memory."""
    notes: tuple[Note, ...] = ()
    in_quotes: bool = False
    """Whether each line stands in quotes as a whole, which `lines` takes off."""

    def lines(self) -> Iterator[str]:
        """The lines with their ends, as text editors count them; NUL and Ctrl-Z characters are left out."""
        lines = _lines(self.copy, self.encoding, self.mark_bytes)
        if self.nul_line:
            lines = (line.replace("\0", "").replace("\x1a", "") for line in lines)
        return map(unquoted_line, lines) if self.in_quotes else lines


@dataclass(frozen=True, slots=True)
class _Scan:
    fault_at: int | None = None
    cut: bool = False
    ends_line: bool = True
    nul_at: int | None = None
    longest_nul_run: int = 0
    has_long_line: bool = False


def unquoted_line(line: str) -> str:
    """A line without the quotes around the whole of it, those inside halved; another line as it is."""
    text = line.rstrip("\r\n")
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return line
    return text[1:-1].replace('""', '"') + line[len(text) :]


def decode(copy: FileCopy, options: OpenOptions) -> TextFile:
    """The file as text.

    Refused: `unknown_encoding` (bytes that fit none of the ladder),
    `bad_encoding` (the bytes contradict the mark or the option), `mixed_encodings`, `truncated_file` (ends inside a
    character), `damaged_file` (a block of NUL bytes).
    """
    if options.encoding:
        return _decode_as(copy, *_named(copy, options.encoding), f"--encoding {options.encoding}")
    mark = next(((name, len(mark)) for mark, name in _MARKS if copy.head.startswith(mark)), None)
    if mark:
        return _decode_as(copy, *mark, "its byte order mark")
    if wide := wide_encoding(copy.head):
        return _decode_as(copy, wide, 0, "its zero bytes")
    scan = _scan(copy, "utf-8", 0)
    if scan.fault_at is None:
        return _text_file(copy, "utf-8", 0, scan)
    return _decode_eight_bit(copy, options.buyer_encoding, scan)


def wide_encoding(head: bytes) -> str:
    """The encoding whose zero bytes lie as those of the first bytes: UTF-16 or UTF-32 without a mark, else ''."""
    if len(head) >= _FEWEST_OF_UTF_32:
        zeros = [head[at::4].count(0) / len(head[at::4]) for at in range(4)]
        if zeros[0] < _FEW and min(zeros[2:]) > 1 - _FEW and zeros[1] > _MOST:
            return "utf-32-le"
        if zeros[3] < _FEW and min(zeros[:2]) > 1 - _FEW and zeros[2] > _MOST:
            return "utf-32-be"
    even, odd = head[0::2], head[1::2]
    if len(odd) < 2:
        return ""
    zeros_even, zeros_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if zeros_odd > 0.6 and zeros_even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if zeros_even > 0.6 and zeros_odd < 0.1 else ""


def encoding_named(name: str) -> codecs.CodecInfo:
    """The text encoding that --encoding names; raises `UsageFault` for a name that Python does not know."""
    try:
        codec = codecs.lookup(name)
        usable = codec._is_text_encoding and codec.name not in ("idna", "punycode", "undefined", "unicode_escape")
    except (LookupError, ValueError):
        usable = False
    if not usable:
        near = get_close_matches(name.lower(), _NAMES, 1)
        hint = f"did you mean {near[0]}?" if near else f"for example: {', '.join(_NAMES)}"
        raise UsageFault("no_encoding", f"--encoding {name!r} is no text encoding", hint)
    return codec


def _named(copy: FileCopy, name: str) -> tuple[str, int]:
    codec = encoding_named(name)
    for mark, marked in _MARKS:
        if copy.head.startswith(mark) and marked.startswith(codec.name.removesuffix("-sig")):
            return marked, len(mark)
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(codec.name, codec.name), 0


def _decode_as(copy: FileCopy, encoding: str, mark_bytes: int, because: str) -> TextFile:
    scan = _scan(copy, encoding, mark_bytes)
    if scan.fault_at is None:
        return _text_file(copy, encoding, mark_bytes, scan)
    if scan.cut:
        raise _cut(copy, encoding)
    line = _line_number(copy, encoding, mark_bytes, scan.fault_at)
    raise FileRefused(
        "bad_encoding",
        f"{copy.name} is not {encoding} text as {because} says: line {line} does not fit.",
        "Name the right one with --encoding, or ask for the file saved as UTF-8.",
    )


def _decode_eight_bit(copy: FileCopy, buyer_encoding: str, utf8: _Scan) -> TextFile:
    assert utf8.fault_at is not None
    if buyer_encoding:
        name, mark_bytes = _named(copy, buyer_encoding)
        scan = _scan(copy, name, mark_bytes)
        if scan.fault_at is None:
            return _text_file(copy, name, mark_bytes, scan)
    pairs, stray = _count_utf8_pairs(copy)
    if utf8.cut and pairs:
        raise _cut(copy, "utf-8")
    line = _line_number(copy, "utf-8", 0, utf8.fault_at)
    if pairs * 4 >= stray and pairs:
        raise FileRefused(
            "mixed_encodings",
            f"{copy.name} mixes UTF-8 with another encoding: line {line} is not UTF-8, others are.",
            "Ask for the file saved as UTF-8, or name one encoding with --encoding.",
        )
    scan = _scan(copy, "cp1252", 0)
    if scan.fault_at is not None:
        line = _line_number(copy, "cp1252", 0, scan.fault_at)
        raise FileRefused(
            "unknown_encoding",
            f"{copy.name} is neither UTF-8 nor Windows-1252 text: line {line} fits neither.",
            "Name its encoding, for example --encoding cp437 or shift_jis.",
        )
    shown = next(itertools.islice(_lines(copy, "cp1252", 0), line - 1, None)).strip()[:_SHOWN_CHARACTERS]
    note = Note(
        "read_as_cp1252",
        f"{copy.name} is not UTF-8 and was read as Windows-1252; the first line this changes is {line}: {shown}. "
        "If that looks wrong, name the encoding with --encoding.",
    )
    return _text_file(copy, "cp1252", 0, scan, note)


def _text_file(copy: FileCopy, encoding: str, mark_bytes: int, scan: _Scan, *notes: Note) -> TextFile:
    nul_line = 0
    if scan.nul_at is not None:
        nul_line = _line_number(copy, encoding, mark_bytes, scan.nul_at)
        if scan.longest_nul_run > 8:
            raise FileRefused(
                "damaged_file",
                f"{copy.name} is damaged: line {nul_line} holds a block of NUL bytes where text should be.",
                "Ask for the file again.",
            )
        if scan.longest_nul_run:
            notes += (Note("nul_removed", f"{copy.name}: NUL characters were left out, first in line {nul_line}."),)
    return TextFile(copy, encoding, mark_bytes, scan.ends_line, nul_line, scan.has_long_line, notes)


def _scan(copy: FileCopy, encoding: str, mark_bytes: int) -> _Scan:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    nul_at, nul_run, last, at, has_long_line, has_pairs = None, 0, "", mark_bytes, False, False
    for chunk in _chunks(copy, mark_bytes):
        pending = len(decoder.getstate()[0])
        final = at + len(chunk) >= copy.size
        try:
            text = decoder.decode(chunk, final)
        except UnicodeDecodeError as fault:
            cut = final and fault.end >= len(fault.object) and any(word in fault.reason for word in _CUT_REASONS)
            return _Scan(fault_at=at - pending + fault.start, cut=cut)
        if not ("\n" in text or "\r" in text) and len(chunk) == _CHUNK_BYTES:
            has_long_line = True
        if "\0" in text or "\x1a" in text:
            nul_run = max(nul_run, *map(len, re.findall("\0+", text)), 0)
            if nul_at is None:
                before = re.split("[\0\x1a]", text, maxsplit=1)[0]
                nul_at = at - pending + len(before.encode(encoding))
        last = text.rstrip("\0\x1a")[-1:] or last
        has_pairs = has_pairs or "\r\n" in text
        at += len(chunk)
    # Where lines end with CR and LF, a last CR alone is half a line end.
    ends_line = last in "\r\n" and not (has_pairs and last == "\r")
    return _Scan(None, False, ends_line, nul_at, nul_run, has_long_line)


def _cut(copy: FileCopy, encoding: str) -> FileRefused:
    return FileRefused(
        "truncated_file",
        f"{copy.name} ends in the middle of a {encoding} character: it was cut off.",
        "Ask for the complete file.",
    )


def _count_utf8_pairs(copy: FileCopy) -> tuple[int, int]:
    pairs = stray = 0
    for chunk in _chunks(copy, 0):
        if not chunk.isascii():
            found = _UTF8_PAIRS.findall(chunk)
            pairs += len(found)
            stray += len(_HIGH_BYTES.findall(chunk)) - sum(map(len, found))
    return pairs, stray


def _line_number(copy: FileCopy, encoding: str, mark_bytes: int, offset: int) -> int:
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    line, at = 1, mark_bytes
    for chunk in _chunks(copy, mark_bytes):
        line += decoder.decode(chunk[: offset - at]).count("\n")
        at += len(chunk)
        if at >= offset:
            break
    return line


def _lines(copy: FileCopy, encoding: str, mark_bytes: int) -> Iterator[str]:
    binary = copy.open()
    binary.seek(mark_bytes)
    with io.TextIOWrapper(binary, encoding=encoding, newline="") as text:
        yield from text


def _chunks(copy: FileCopy, start: int) -> Iterator[bytes]:
    with copy.open() as binary:
        binary.seek(start)
        while chunk := binary.read(_CHUNK_BYTES):
            yield chunk
