"""What the texts of a status column say became of a lead: handed back, kept, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterable

from leadreturns.core.identity import fold_words

_BACK = re.compile(
    r"\b(?:credit(?:ed|able|s)?|refund(?:ed|able|s)?|return(?:ed|able|s)?|reject(?:ed|s)?|scrub(?:bed|s)?"
    r"|charge ?backs?|disput(?:e|ed))\b"
)
_KEPT = re.compile(
    r"\b(?:accept(?:ed|able|s)?|bill(?:ed|able|s)?|pay(?:able|s)?|paid|keep|kept|charge(?:d|able)?|eligible|qualified"
    r"|valid|ok|okay|good)\b"
)
_NOT = re.compile(r"\b(?:no|not|non|never|without|dont|nicht|kein|keine)\b")
_JOINED_NOT = re.compile(r"\b(?:un|in|dis|non)(?=bill|pai|pay|eligib|qualif|accept|valid|charge|credit)")
_CHOICE = re.compile(r"\s*[/|]\s*|\s+or\s+", re.IGNORECASE)
_GRANTED = frozenset("approved granted pass passed confirmed".split())
_REFUSED = frozenset("declined denied fail failed refused unapproved".split()) | {"not approved", "not confirmed"}


def is_handed_back(text: str) -> bool | None:
    """Whether a text says that the lead is handed back: 'Credit' yes, 'No credit' and 'Billable' no, 'Open' neither."""
    words = _JOINED_NOT.sub("not ", fold_words(text).replace("don t", "dont"))
    negated = _NOT.search(words) is not None or words.endswith(" no")
    if _BACK.search(words):
        return not negated
    if _KEPT.search(words):
        return negated
    return None


def offers_both(text: str) -> bool:
    """True for a choice that nobody made: 'Credit / No credit', 'Returned or accepted'."""
    return {True, False} <= {is_handed_back(part) for part in _CHOICE.split(text)}


def grants_and_refuses(folded: Iterable[str]) -> bool:
    """True where some rows are approved and others declined, whatever it is that was approved."""
    found = set(folded)
    return not (_GRANTED.isdisjoint(found) or _REFUSED.isdisjoint(found))
