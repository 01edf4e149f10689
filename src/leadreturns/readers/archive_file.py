"""The one table inside a gzip or zip file, unpacked into a private copy of its own, within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

from leadreturns.errors import FileRefused
from leadreturns.readers.file_copy import FileCopy, copy_stream
from leadreturns.readers.zip_parts import DEFLATED, MAX_RATIO, STORED, ZipPart, ZipParts

MAX_UNPACKED_BYTES = 1024**3
_RATIO_FREE_BYTES = 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_HOUSEKEEPING = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_GZIP_WINDOW = 31
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 98: "PPMd"}
_ASK = "Ask for the rows as one CSV file or workbook, not packed."


def unpack(copy: FileCopy, kind: str) -> FileCopy:
    """The packed file, closed together with its archive. `kind` is 'gz' or 'zip'.

    Refused: `too_large`, `hostile_archive`, `damaged_archive`, `encrypted`, `several_files`, `empty_file`.
    """
    inner = _from_gzip(copy) if kind == "gz" else _from_zip(copy)
    copy.close_with(inner.close)
    if not inner.size:
        raise FileRefused("empty_file", f"{copy.name} holds an empty file.", _ASK)
    return inner


def _from_gzip(copy: FileCopy) -> FileCopy:
    name = copy.name[:-3] if copy.name.lower().endswith(".gz") else copy.name
    return copy_stream(name, _bounded(copy, _inflated(copy), copy.size), MAX_UNPACKED_BYTES)


def _from_zip(copy: FileCopy) -> FileCopy:
    with copy.open() as file:
        parts = ZipParts(file, copy.size, copy.name)
        part = _only_part(copy.name, list(parts.parts.values()))
        if part.encrypted:
            raise FileRefused("encrypted", f"{copy.name} is a password protected zip archive.", _ASK)
        if part.method not in (STORED, DEFLATED):
            how = _METHODS.get(part.method, f"method {part.method}")
            raise FileRefused(
                "damaged_archive", f"{copy.name} is packed in an unusual way ({how}).", f"Unpack it. {_ASK}"
            )
        name = part.name.rpartition("/")[2]
        return copy_stream(name, _bounded(copy, parts.stream(part.name), part.packed_size), MAX_UNPACKED_BYTES)


def _only_part(name: str, parts: list[ZipPart]) -> ZipPart:
    files = [
        part for part in parts if not part.name.endswith("/") and not any(word in part.name for word in _HOUSEKEEPING)
    ]
    if len(files) == 1:
        return files[0]
    if not files:
        raise FileRefused("empty_file", f"{name} is a zip archive without a file in it.", _ASK)
    listed = ", ".join(f"'{part.name[:80]}'" for part in files[:5]) + (", …" if len(files) > 5 else "")
    raise FileRefused(
        "several_files",
        f"{name} is a zip archive with {len(files)} files: {listed}.",
        "Unpack it and import them one by one.",
    )


def _inflated(copy: FileCopy) -> Iterator[bytes]:
    """The bytes of all members of a gzip file, one after the other."""
    with copy.open() as file:
        inflate = zlib.decompressobj(_GZIP_WINDOW)
        packed = file.read(_CHUNK_BYTES)
        while packed:
            yield inflate.decompress(packed, _CHUNK_BYTES)
            packed = inflate.unconsumed_tail
            if inflate.eof:
                packed = (inflate.unused_data or file.read(_CHUNK_BYTES)).lstrip(b"\0")
                inflate = zlib.decompressobj(_GZIP_WINDOW)
                if not packed:
                    return
            packed = packed or file.read(_CHUNK_BYTES)
        raise zlib.error("cut off")


def _bounded(copy: FileCopy, chunks: Iterator[bytes], packed_bytes: int) -> Callable[[int], bytes]:
    unpacked = 0

    def read(_: int) -> bytes:
        nonlocal unpacked
        try:
            chunk = next((chunk for chunk in chunks if chunk), b"")
        except (zlib.error, FileRefused):
            raise FileRefused(
                "damaged_archive", f"{copy.name} is a damaged or incomplete archive.", "Ask for the file again."
            ) from None
        unpacked += len(chunk)
        if unpacked > _RATIO_FREE_BYTES and unpacked > MAX_RATIO * packed_bytes:
            raise FileRefused(
                "hostile_archive",
                f"{copy.name} unpacks to more than {MAX_RATIO} times its size; nothing was read.",
                _ASK,
            )
        return chunk

    return read
