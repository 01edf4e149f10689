"""A workbook whose parts are written in ways that only some readers follow, written again in the one that all do.

That are names with a leading slash or "./" (ECMA-376 part 2, 6.2, knows part names with a slash, and some programs
write it into the zip), and XML in UTF-16. Runs in the child process only.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from leadreturns.readers.markup import DamagedMarkup
from leadreturns.readers.zip_parts import ZipParts

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NAMED_ENCODING = re.compile(r"""(<\?xml[^>]*?encoding=)(["'])utf-16(?:le|be)?\2""", re.IGNORECASE)
_LEADING = re.compile(r"(?:\.?/)+")


def plain_name(name: str) -> str:
    """The name of a part without a leading slash or "./"."""
    return _LEADING.sub("", name, count=1) if name[:1] in ("/", ".") else name


def plain_package(parts: ZipParts) -> BinaryIO | None:
    """The package written again; None for one that needs it not. Raises DamagedMarkup for broken UTF-16."""
    wide = {name for name in parts.parts if name.lower().endswith((".xml", ".rels")) and _is_wide(parts, name)}
    if not wide and all(name == plain_name(name) for name in parts.parts):
        return None
    import zipfile

    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name in parts.parts:
            if name.endswith("/"):
                continue
            with target.open(plain_name(name), "w") as part:
                for chunk in _narrowed(parts.stream(name)) if name in wide else parts.stream(name):
                    part.write(chunk)
    return package


def _is_wide(parts: ZipParts, name: str) -> bool:
    return next(parts.stream(name), b"").startswith(_MARKS)


def _narrowed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """UTF-16 with a mark as UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-16")()
    is_first = True
    try:
        for chunk in chunks:
            text = decoder.decode(chunk)
            yield (_NAMED_ENCODING.sub(r"\1\2UTF-8\2", text, count=1) if is_first else text).encode()
            is_first = False
        yield decoder.decode(b"", True).encode()
    except UnicodeError:
        raise DamagedMarkup("a part of it is not the UTF-16 text that it begins as") from None
