"""Whether a row below the first table holds the headings of another one, told by its words and by the row below it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from leadreturns.readers.headings import IDENTIFIERS
from leadreturns.readers.row_kinds import has_digit

ORDINARY_ID = re.compile(r"(?!['#])[^\s0-9:=,;|]*[0-9][^\s;|]*", re.ASCII)
_PHONE = re.compile(r"\+?[0-9(][0-9().\-/ +]{5,40}", re.ASCII)
_EMAIL = re.compile(r"[^\s@:=<>]+@[^\s@:=<>]+")
ORDINARY = {"phone": _PHONE, "email": _EMAIL}
_PHONE_DIGITS = 7
_MAX_CHARACTERS = 60


def is_contact(text: str, field: str = "email") -> bool:
    """True for a text that is a phone number or an e-mail address, as `field` says."""
    if field == "phone":
        return sum(map(str.isdigit, text)) >= _PHONE_DIGITS and _PHONE.fullmatch(text) is not None
    return "@" in text and _EMAIL.fullmatch(text) is not None


def named_places(texts: Sequence[str], filled: Sequence[int], fields: Mapping[str, str]) -> dict[int, str]:
    """Place → field of the headings in a row; none unless all that stands in it could be headings.

    `fields` gives the field that a text names, or ''.
    """
    named = {at: fields[texts[at]] for at in filled if fields[texts[at]]}
    if len(filled) < 2 or not named:
        return {}
    if any(len(texts[at]) > _MAX_CHARACTERS or "@" in texts[at] for at in filled):
        return {}
    if any(has_digit(texts[at]) for at in filled if at not in named):
        return {}
    return named if len(named) > 1 or not any(texts[at].endswith(":") for at in named) else {}


def is_plainly_header(named: Mapping[int, str], filled: Sequence[int], key: int) -> bool:
    """True when each cell names a column, several fields in all, an identifier among them and in the place of ours."""
    fields = set(named.values())
    return len(named) == len(filled) and key in named and len(fields) > 1 and not fields.isdisjoint(IDENTIFIERS)


def is_like_id(text: str, above: Sequence[str]) -> bool:
    """True for a term that could be an identifier: of mixed letters, or where identifiers above it are words too."""
    if not text or len(text.split()) > 1 or text.endswith(":"):
        return False
    is_word = text.isalpha() and (text.istitle() or text.islower() or text.isupper())
    return not is_word or any(len(other.split()) == 1 and not has_digit(other) for other in above)


def fits_below(named: Mapping[int, str], texts: Sequence[str], key: int) -> bool:
    """True when the row below such headings holds what they name: an identifier under the name of one.

    Where they name none, it is enough that no identifier stands where the records above have theirs.
    """
    places = {at: field for at, field in named.items() if field in IDENTIFIERS}
    if places:
        return any(
            is_contact(texts[at], field) if field in ORDINARY else ORDINARY_ID.fullmatch(texts[at]) is not None
            for at, field in places.items()
        )
    return key in named and not has_digit(texts[key]) and "@" not in texts[key]
