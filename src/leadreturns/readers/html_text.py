"""Which encoding a web page is in: the one it names, where that fits all its bytes, else the ladder of text files."""

from __future__ import annotations

import re
from dataclasses import replace

from leadreturns.errors import FileRefused, UsageFault
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.table import OpenOptions
from leadreturns.readers.text_encoding import TextFile, decode

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_LATIN = frozenset(("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"))


def decode_page(copy: FileCopy, options: OpenOptions) -> TextFile:
    """The page as text. Refused: what `text_encoding.decode` refuses."""
    named = _CHARSET.search(copy.head)
    if named and not options.encoding and not copy.head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = named[1].decode("ascii", "replace").lower()
        # Browsers read pages that claim Latin-1 as Windows-1252, and so do those who write them.
        name = "cp1252" if name in _LATIN else name
        # A page whose first bytes could be searched for the name is in none of these.
        if not name.startswith(("utf-16", "utf-32", "unicode")):
            try:
                return decode(copy, replace(options, encoding=name))
            except (FileRefused, UsageFault):
                return decode(copy, options)
    return decode(copy, options)
