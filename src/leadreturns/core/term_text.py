"""Terms as policies.toml writes them."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from typing import Any

from leadreturns.core.calendar import Window
from leadreturns.core.terms import Cap, Terms

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


def share_text(share: Fraction) -> str:
    """Fraction(1, 8) → '12.5%'."""
    percent = share * 100
    if percent.denominator == 1:
        return f"{percent.numerator}%"
    text = f"{percent.numerator / percent.denominator:.6f}".rstrip("0")
    return f"{text}%"
