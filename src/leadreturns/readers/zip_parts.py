"""The parts of a zip file (workbooks of the XML age, archives), within bounds that are checked before unpacking.

Reads stored and deflated parts, which is all that office files use. A smaller reader than the standard library's:
every size that the file declares is held against what it unpacks to, and a child process starts faster without it.
Layout: APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12, 4.3.14 and 4.3.16.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from leadreturns.errors import FileRefused

MAX_DECLARED_BYTES = 500_000_000
MAX_RATIO = 200
_RATIO_FREE_BYTES = 1024 * 1024
_MAX_PARTS = 5_000
_MAX_DIRECTORY_BYTES = 4 * 1024 * 1024
_TAIL_BYTES = 65_557
_CHUNK_BYTES = 1024 * 1024
STORED, DEFLATED = 0, 8
_ASK_AGAIN = "A damaged workbook cannot be read in part: ask for the file again."


class ZipPart(NamedTuple):
    """One entry of the directory; sizes in bytes."""

    name: str
    flags: int
    method: int
    checksum: int
    packed_size: int
    size: int
    offset: int

    @property
    def encrypted(self) -> bool:
        """Whether a password is needed to unpack it."""
        return bool(self.flags & 1)


class ZipParts:
    """The directory of a zip file, by name with forward slashes, and what the parts unpack to."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        """Refused: `damaged_workbook` (no directory, or a broken one), `hostile_workbook` (huge, or a name twice)."""
        self._file = file
        self._name = name
        directory, self._shift = self._directory(size)
        self.parts: dict[str, ZipPart] = {}
        for part in self._entries(directory):
            if part.name in self.parts:
                raise hostile(name, f"it holds the part {part.name[:80]!r} twice")
            self.parts[part.name] = part
            if len(self.parts) > _MAX_PARTS:
                raise hostile(name, f"it holds more than {_MAX_PARTS:,} parts")

    def check_sizes(self, max_bytes: int = MAX_DECLARED_BYTES) -> None:
        """Nothing, when the parts unpack to a sane size. Refused: `hostile_workbook`."""
        total = sum(part.size for part in self.parts.values())
        if total > max_bytes:
            raise hostile(self._name, f"it unpacks to {total:,} bytes; the limit is {max_bytes:,}")
        for part in self.parts.values():
            if part.size > _RATIO_FREE_BYTES and part.size > MAX_RATIO * max(part.packed_size, 1):
                raise hostile(self._name, f"its part {part.name[:80]!r} unpacks to over {MAX_RATIO} times its size")

    def read(self, part_name: str, max_bytes: int) -> bytes:
        """The whole part. Refused: `damaged_workbook`, `hostile_workbook` beyond `max_bytes`."""
        part = self.parts[part_name]
        if part.size > max_bytes:
            raise hostile(self._name, f"its part {part_name[:80]!r} has {part.size:,} bytes")
        return b"".join(self.stream(part_name))

    def stream(self, part_name: str) -> Iterator[bytes]:
        """The unpacked bytes in chunks of at most 1 MiB. Refused: `damaged_workbook` if size or checksum are wrong."""
        part = self.parts[part_name]
        how = f"its part {part_name[:80]!r} cannot be unpacked"
        if part.encrypted or part.method not in (STORED, DEFLATED):
            raise damaged(self._name, how)
        count = checksum = 0
        try:
            for chunk in self._unpacked(part):
                count += len(chunk)
                checksum = zlib.crc32(chunk, checksum)
                if count > part.size:
                    break
                yield chunk
        except (zlib.error, struct.error, OSError):
            raise damaged(self._name, how) from None
        if count != part.size or checksum != part.checksum:
            raise damaged(self._name, f"{how}: it is not what the directory says")

    def _unpacked(self, part: ZipPart) -> Iterator[bytes]:
        self._file.seek(part.offset + self._shift)
        header = self._file.read(30)
        if header[:4] != b"PK\x03\x04":
            raise zlib.error("no part where the directory points")
        name_bytes, extra_bytes = struct.unpack_from("<HH", header, 26)
        position = part.offset + self._shift + 30 + name_bytes + extra_bytes
        left = part.packed_size
        inflate = zlib.decompressobj(-15) if part.method == DEFLATED else None
        while left > 0:
            self._file.seek(position)
            packed = self._file.read(min(left, _CHUNK_BYTES // 4))
            if not packed:
                raise zlib.error("the part is cut off")
            position += len(packed)
            left -= len(packed)
            if inflate is None:
                yield packed
            while inflate and packed:
                yield inflate.decompress(packed, _CHUNK_BYTES)
                packed = inflate.unconsumed_tail
        if inflate:
            yield inflate.flush()

    def _directory(self, size: int) -> tuple[bytes, int]:
        start = max(0, size - _TAIL_BYTES)
        self._file.seek(start)
        tail = self._file.read(size - start)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < 22:
            raise damaged(self._name, "the directory at its end is missing")
        length, offset = struct.unpack_from("<II", tail, at + 12)
        end = start + at
        if 0xFFFFFFFF in (length, offset):
            wide = tail.rfind(b"PK\x06\x06", 0, at)
            if wide < 0 or at - wide < 56:
                raise damaged(self._name, "the directory at its end is incomplete")
            length, offset = struct.unpack_from("<QQ", tail, wide + 40)
            end = start + wide
        if length > _MAX_DIRECTORY_BYTES:
            raise hostile(self._name, f"its zip directory has {length:,} bytes")
        if length > end:
            raise damaged(self._name, "the directory at its end is incomplete")
        self._file.seek(end - length)
        # Bytes before the first part (a program that unpacks itself) shift every offset.
        return self._file.read(length), end - length - offset

    def _entries(self, directory: bytes) -> Iterator[ZipPart]:
        at = 0
        while at < len(directory):
            if directory[at : at + 4] != b"PK\x01\x02" or at + 46 > len(directory):
                raise damaged(self._name, "its zip directory is broken")
            flags, method = struct.unpack_from("<HH", directory, at + 8)
            checksum, packed, size = struct.unpack_from("<III", directory, at + 16)
            name_bytes, extra_bytes, comment_bytes = struct.unpack_from("<HHH", directory, at + 28)
            offset: int = struct.unpack_from("<I", directory, at + 42)[0]
            raw = directory[at + 46 : at + 46 + name_bytes]
            extra = directory[at + 46 + name_bytes : at + 46 + name_bytes + extra_bytes]
            size, packed, offset = self._wide_sizes(extra, size, packed, offset)
            name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace").replace("\\", "/")
            yield ZipPart(name, flags, method, checksum, packed, size, offset)
            at += 46 + name_bytes + extra_bytes + comment_bytes

    def _wide_sizes(self, extra: bytes, *sizes: int) -> tuple[int, int, int]:
        """Sizes beyond 4 GiB stand in an extra field, in this order, each only if its short one is all ones."""
        found = list(sizes)
        at = 0
        while at + 4 <= len(extra):
            tag, length = struct.unpack_from("<HH", extra, at)
            field = extra[at + 4 : at + 4 + length]
            for index in (place for place, short in enumerate(sizes) if tag == 1 and short == 0xFFFFFFFF):
                if len(field) < 8:
                    raise damaged(self._name, "its zip directory is broken")
                found[index], field = struct.unpack_from("<Q", field)[0], field[8:]
            at += 4 + length
        return found[0], found[1], found[2]


def damaged(name: str, how: str) -> FileRefused:
    """The refusal of a file that is broken or was cut off."""
    return FileRefused("damaged_workbook", f"{name} is a damaged or incomplete workbook: {how}.", _ASK_AGAIN)


def hostile(name: str, how: str) -> FileRefused:
    """The refusal of a file that no honest program writes."""
    return FileRefused(
        "hostile_workbook",
        f"{name} is a damaged or hostile workbook: {how}.",
        f"Ask the sender how the file was made. {_ASK_AGAIN}",
    )
