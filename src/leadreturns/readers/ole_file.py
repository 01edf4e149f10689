"""The streams inside an OLE compound file (xls, encrypted workbooks, old Word and Outlook files).

Every chain of sectors is followed with a bound: chains that loop or leave the file are what abort other readers.
Layout: [MS-CFB], Compound File Binary File Format.
"""

from __future__ import annotations

import struct
import sys
from array import array
from typing import BinaryIO, NamedTuple

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFE
_HEADER_SLOTS = 109
_ROOT, _STREAM = 5, 2


class OleFault(Exception):
    """The compound file is damaged; the message says how."""


class _Entry(NamedTuple):
    kind: int
    start: int
    size: int


class OleFile:
    """A compound file whose directory is read."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        """Raises OleFault when the chain of a table loops or leads outside the file."""
        self._file = file
        self._size = size
        header = self._bytes(0, 512)
        if len(header) < 512 or header[:8] != MAGIC:
            raise OleFault("its header is incomplete")
        shift, mini_shift = struct.unpack_from("<HH", header, 0x1E)
        if shift not in (9, 12) or mini_shift != 6:
            raise OleFault("its sector size is impossible")
        self._sector = 1 << shift
        self._sectors = max(0, (size - 1) // self._sector)
        self._mini_limit: int = struct.unpack_from("<I", header, 0x38)[0]
        self._next = self._table(self._fat_sectors(header))
        first_directory, first_mini = (
            struct.unpack_from("<I", header, 0x30)[0],
            struct.unpack_from("<I", header, 0x3C)[0],
        )
        self._next_mini = self._table(self._chain(first_mini, self._next, self._sectors))
        self._entries = self._directory(self._chain(first_directory, self._next, self._sectors))
        self._chain(self._root.start, self._next, self._sectors)

    @property
    def names(self) -> frozenset[str]:
        """The names of all storages and streams, root aside, wherever they lie."""
        return frozenset(self._entries)

    def check(self, name: str) -> None:
        """Nothing, when the stream is whole. Raises OleFault if its chain loops, ends early or leaves the file."""
        self._extent(name)

    def stream(self, name: str) -> bytes:
        """The bytes of the stream of that name. Raises OleFault as `check` does."""
        entry = self._entries[name]
        sectors, unit = self._extent(name)
        if unit == self._sector:
            data = b"".join(self._bytes((sector + 1) * unit, unit) for sector in sectors)
        else:
            pool = self._mini_pool()
            data = b"".join(pool[sector * unit : (sector + 1) * unit] for sector in sectors)
        return data[: entry.size]

    def _bytes(self, offset: int, count: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(count)

    def _fat_sectors(self, header: bytes) -> list[int]:
        slots = list(struct.unpack_from(f"<{_HEADER_SLOTS}I", header, 0x4C))
        following, extra = struct.unpack_from("<II", header, 0x44)
        for _ in range(extra):
            if following >= self._sectors:
                break
            block = struct.unpack(f"<{self._sector // 4}I", self._whole_sector(following))
            slots += block[:-1]
            following = block[-1]
            if len(slots) > self._sectors + _HEADER_SLOTS + self._sector:
                raise OleFault("its table of sectors loops")
        return [slot for slot in slots if slot < 0xFFFFFFFA]

    def _whole_sector(self, number: int) -> bytes:
        if number >= self._sectors:
            raise OleFault("it ends before its last sector")
        return self._bytes((number + 1) * self._sector, self._sector).ljust(self._sector, b"\0")

    def _table(self, sectors: list[int]) -> array[int]:
        if len(sectors) > self._sectors:
            raise OleFault("its table of sectors loops")
        table = array("I", b"".join(map(self._whole_sector, sectors)))
        if sys.byteorder == "big":
            table.byteswap()
        return table

    @staticmethod
    def _chain(start: int, following: array[int], limit: int) -> list[int]:
        chain: list[int] = []
        while start < 0xFFFFFFFA:
            if start >= len(following):
                raise OleFault("a chain of sectors leads outside the file")
            chain.append(start)
            if len(chain) > limit:
                raise OleFault("a chain of sectors loops")
            start = following[start]
        return chain

    def _directory(self, sectors: list[int]) -> dict[str, _Entry]:
        data = b"".join(map(self._whole_sector, sectors))
        entries: dict[str, _Entry] = {}
        self._root = _Entry(_ROOT, _END_OF_CHAIN, 0)
        for offset in range(0, len(data), 128):
            length, kind = struct.unpack_from("<HB", data, offset + 64)
            start, size = struct.unpack_from("<II", data, offset + 116)
            if kind == _ROOT:
                self._root = _Entry(kind, start, size)
            elif kind in (1, _STREAM) and 2 <= length <= 64:
                name = data[offset : offset + length - 2].decode("utf-16-le", "replace")
                entries.setdefault(name, _Entry(kind, start, size if kind == _STREAM else 0))
        return entries

    def _extent(self, name: str) -> tuple[list[int], int]:
        entry = self._entries[name]
        if not entry.size:
            return [], self._sector
        mini = entry.size < self._mini_limit
        table, unit = (self._next_mini, 64) if mini else (self._next, self._sector)
        sectors = self._chain(entry.start, table, len(table))
        needed = -(-entry.size // unit)
        if len(sectors) < needed:
            raise OleFault(f"its stream {name!r} is incomplete")
        last_byte = (sectors[needed - 1] + 1) * unit + (entry.size - 1) % unit
        if not mini and (max(sectors[:needed]) >= self._sectors or last_byte >= self._size):
            raise OleFault("it ends before its last sector")
        return sectors[:needed], unit

    def _mini_pool(self) -> bytes:
        return b"".join(map(self._whole_sector, self._chain(self._root.start, self._next, self._sectors)))
