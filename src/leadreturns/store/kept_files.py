"""The kept bytes of imported files, proven against the digests of their batches."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator
from itertools import groupby

from leadreturns.errors import Refused
from leadreturns.store.batches import PART_BYTES

_STORED_LIMIT = PART_BYTES + 4096
"""More than zlib makes of a whole part that it cannot compress."""


def file_parts(connection: sqlite3.Connection, batch_id: int) -> Iterator[bytes]:
    """The bytes of the batch's file in parts; none when they were erased. Raises `Refused` for a damaged part."""
    found = connection.execute("SELECT bytes FROM batch_files WHERE batch_id = ? ORDER BY part", (batch_id,))
    for (stored,) in found:
        plain = _unpacked(stored)
        if plain is None:
            raise file_changed(batch_id)
        yield plain


def file_changed(batch_id: int) -> Refused:
    """The refusal of a kept file that is no longer what was imported."""
    return Refused(
        "file_changed",
        f"the kept file of batch {batch_id} is not the one that was imported",
        "see what else is broken: leadreturns store check",
    )


def changed_files(connection: sqlite3.Connection) -> Iterator[int]:
    """The ids of batches whose kept file is not the one that was imported; one that was erased has no parts.

    One part is held at a time, and no part grows beyond what was put into it, whatever its bytes now say.
    """
    parts = connection.execute(
        "SELECT f.batch_id, b.sha256, f.part, iif(length(f.bytes) <= ?, f.bytes, NULL) FROM batch_files AS f "
        "LEFT JOIN batches AS b ON b.id = f.batch_id ORDER BY f.batch_id, f.part",
        (_STORED_LIMIT,),
    )
    for (batch, wanted), rows in groupby(parts, key=lambda row: (row[0], row[1])):
        digest = hashlib.sha256()
        whole = True
        for number, (_, _, part, stored) in enumerate(rows):
            plain = None if part != number or not whole else _unpacked(stored)
            whole = plain is not None
            digest.update(plain or b"")
        if not whole or digest.hexdigest() != wanted:
            yield int(batch)


def _unpacked(stored: bytes | None) -> bytes | None:
    """A part as it was before compression; None for bytes that are none of ours."""
    if stored is None:
        return None
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(stored, PART_BYTES + 1)
    except zlib.error:
        return None
    is_whole = unpacking.eof and not unpacking.unused_data and len(plain) <= PART_BYTES
    return plain if is_whole else None
