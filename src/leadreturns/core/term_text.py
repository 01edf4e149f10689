"""Terms as policies.toml writes them."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from typing import Any

from leadreturns.core.calendar import Window, date_of
from leadreturns.core.terms import Cap, Contract, Origin, RateTest, Terms

_DERIVED = frozenset({"clock", "still_clock", "plain_clock", "origins"})
TERM_NAMES = tuple(each.name for each in fields(Terms) if each.name not in _DERIVED)
"""Every key of [terms]."""


def term_text(value: Any) -> str:
    """A term's value as one would write it; 'none' for one that does not apply."""
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return share_text(value)
    if isinstance(value, Window | Cap):
        return value.text
    if isinstance(value, tuple):
        return ", ".join(term_text(item) for item in value)
    return str(value)


_LEFT_OUT = {
    "max_lag": "no check",
    "reasons": "every reason in the file",
    "duplicate_lookback": "no check",
    "cap": "no cap",
}
"""What it means that a key is not there."""


def told_terms(terms: Terms) -> list[tuple[str, str, Origin]]:
    """Every key of [terms] with its value in words and where it stands, in the order of the interface."""
    return [(key, _told(key, getattr(terms, key)), terms.origin(key)) for key in TERM_NAMES]


def _told(key: str, value: Any) -> str:
    left_out = value is None or value == ()
    return _LEFT_OUT.get(key, "none") if left_out else term_text(value)


def dates_in_force(contract: Contract) -> str:
    """'for leads sold from 2026-09-01 to 2027-08-31'."""
    first, last = (None if day is None else date_of(day).isoformat() for day in (contract.first_day, contract.last_day))
    if first is None and last is None:
        return "for leads sold at any time"
    return "for leads sold" + (f" from {first}" if first else "") + (f" to {last}" if last else "")


def rate_text(rate: RateTest) -> str:
    """'below 25%', 'from 30%', 'above 30%'."""
    word = "below" if rate.below else "above" if rate.beyond else "from"
    return f"{word} {share_text(rate.share)}"


def share_text(share: Fraction) -> str:
    """Fraction(1, 8) → '12.5%'."""
    percent = share * 100
    if percent.denominator == 1:
        return f"{percent.numerator}%"
    text = f"{percent.numerator / percent.denominator:.6f}".rstrip("0")
    return f"{text}%"
