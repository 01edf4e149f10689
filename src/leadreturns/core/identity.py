"""When two texts name the same thing: the folded forms that ids, names and reasons are compared by.

What is stored is the text as written; these keys only find it. Folding forgets case, blanks, invisible characters
and the difference between characters that look the same (NFKC, and the Cyrillic and Greek look-alikes of Latin
letters that Unicode's UTS 39 calls confusable). It never forgets a digit, a letter or the order of either.
"""

from __future__ import annotations

import re
import unicodedata

_LOOK_ALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТХУԁаесіјорѕухһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲ‐‑‒–—−",
    "ABCEHIJKMOPSTXYdaecijopsyxhqwABEZHIKMNOPTYXoc------",
)
_NOT_WORD = re.compile(r"[\W_]+")


def fold_id(text: str) -> str:
    """The matching key of a lead id or sale reference: case, blanks and look-alikes folded away."""
    if text.isascii():
        folded = text.lower()
        return folded if folded.isalnum() else "".join(folded.split())
    plain = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES).casefold()
    kept = (char for char in plain if unicodedata.category(char) not in ("Cf", "Cc"))
    return "".join("".join(kept).split())


def fold_name(text: str) -> str:
    """The comparison key of a buyer, supplier or campaign name, folded as ids are."""
    return fold_id(text)


def fold_words(text: str) -> str:
    """The comparison key of a reason text: words only, lower case, one blank between, no punctuation."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)
    return _NOT_WORD.sub(" ", plain).strip().casefold()
