"""What `policy show` says of each term beside its value."""

from __future__ import annotations

import pytest

from leadreturns.core.term_text import TERM_NAMES, told_terms
from leadreturns.core.terms import Terms
from leadreturns.readers.policy_keys import TERM_KEYS
from leadreturns.readers.policy_values import WrongValue
from leadreturns.reports.term_meanings import with_meaning

SPEAKING_FOR_THEMSELVES = {"window", "reasons", "cap"}


def test_every_default_is_explained() -> None:
    for key, told, _ in told_terms(Terms()):
        assert (with_meaning(key, told) == told) == (key in SPEAKING_FOR_THEMSELVES), key


@pytest.mark.parametrize("key", [name for name in TERM_NAMES if name not in SPEAKING_FOR_THEMSELVES])
def test_every_word_that_a_term_may_be_is_explained_by_itself(key: str) -> None:
    words = ["sold", "delivered", "requested", "received", "decided", "end of day", "exact", "reject", "review",
             "accept", "auto", "approved", "buyer", "buyer and campaign", "up", "down", "as credit"]  # fmt: skip
    allowed = [word for word in words if accepts(key, word)]
    meanings = [with_meaning(key, word) for word in allowed]
    assert len(set(meanings)) == len(allowed)
    assert all(meaning.startswith(f"{word}: ") for word, meaning in zip(allowed, meanings, strict=True))


def accepts(key: str, word: str) -> bool:
    try:
        TERM_KEYS[key](word)
    except WrongValue:
        return False
    return True


def test_a_length_or_a_share_gets_the_meaning_of_its_key() -> None:
    assert with_meaning("max_lag", "14 days") == "14 days: what is dated back further waits for a person"
    assert with_meaning("credit", "90%") == "90%: the share of the price that goes back to the buyer"
    assert with_meaning("window", "none") == "none: nothing may be returned"
