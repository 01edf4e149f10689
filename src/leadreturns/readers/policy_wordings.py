"""How contracts word lengths of time, caps, shares, prices and rates; a near miss gets the right spelling shown."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from leadreturns.core.calendar import BUSINESS_DAYS, DAYS, HOURS, NEXT_MONTH_DAY, NONE, Window
from leadreturns.core.money import digits_of, format_minor, parse_share, to_minor
from leadreturns.core.terms import AS_CREDIT, Cap, RateTest
from leadreturns.readers.policy_values import ValueReader, WrongParts, WrongValue, nearest, shown

_MOST = {HOURS: 24 * 3660, DAYS: 3660, BUSINESS_DAYS: 2600}
"""Ten years: a longer window is a slip of the hand."""

_UNITS = {
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), (HOURS, 1)),
    **dict.fromkeys(("day", "days", "d", "calendar day", "calendar days"), (DAYS, 1)),
    **dict.fromkeys(("week", "weeks", "w"), (DAYS, 7)),
    **dict.fromkeys(
        ("business day", "business days", "working day", "working days", "workday", "workdays", "bd", "business"),
        (BUSINESS_DAYS, 1),
    ),
}
_WRITTEN = ("hour", "hours", "day", "days", "business day", "business days")
_LENGTH = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?-?([a-z][a-z _-]*)", re.ASCII)
_MONTH_DAY = re.compile(
    r"(?:until |by )?(?:the )?(?:day )?([0-9]{1,2})(?:st|nd|rd|th)?(?: day)? of (?:the )?"
    r"(?:next|following) month",
    re.ASCII,
)
_CAP = re.compile(r"(?:([0-9]{1,9}) returns?|([0-9.]+ ?%) of (sales|revenue)) per month", re.ASCII)
_CAP_BASES = {"leads": "sales", "sale": "sales", "lead": "sales", "credits": "revenue", "price": "revenue"}


def window(value: Any) -> Window:
    """The window of returns: hours, days, business days, 'until day N of next month', or 'none'."""
    if _words(value) == NONE:
        return Window(NONE, 0, NONE)
    return _length(value, month_day=True)


def length(value: Any) -> Window:
    """A length of time in hours, days or business days."""
    return _length(value, month_day=False)


def length_or_none(value: Any) -> Window | None:
    """A length of time, or None for 'none'."""
    return None if _words(value) == NONE else _length(value, month_day=False)


def block_window(value: Any) -> Window:
    """The time within which a block fits: like a window of returns, but never 'none'."""
    return _length(value, month_day=True)


def supplier_window(value: Any) -> Window:
    """A supplier's window; 'none' is refused because it can be read in two opposite ways."""
    if _words(value) == NONE:
        raise WrongValue('"none" can mean two things: leave the line out for no limit, or write clawback = "0%"')
    return _length(value, month_day=True)


def _words(value: Any) -> str:
    return " ".join(value.casefold().split()) if isinstance(value, str) else ""


def _length(value: Any, month_day: bool) -> Window:
    number = _as_number(value)
    if number is not None:
        raise WrongValue(f'{shown(value)} has no unit; write "{number} days" or "{number} hours"')
    words = _words(value)
    month = _MONTH_DAY.fullmatch(words)
    if month and month_day:
        return _until_day(int(month[1]), words)
    found = _LENGTH.fullmatch(words)
    unit = _UNITS.get(found[2]) if found else None
    if found is None or unit is None or found[2] not in _WRITTEN or "." in found[1]:
        raise WrongValue(f"{shown(value)} is no length of time; write {_right_length(found, month_day)}")
    amount = int(found[1])
    if amount > _MOST[unit[0]]:
        raise WrongValue(f'{shown(value)} is longer than ten years; the longest is "{_MOST[unit[0]]} {unit[0]}"')
    return Window(unit[0], amount, _written(amount, unit[0]))


def _written(amount: int, unit: str) -> str:
    return f"{amount} {unit[:-1] if amount == 1 else unit}"


def _as_number(value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Decimal)):
        return shown(value)
    words = _words(value)
    return words if words.isascii() and words.isdigit() else None


def _until_day(number: int, words: str) -> Window:
    right = f"until day {number} of next month"
    if not 1 <= number <= 31:
        raise WrongValue(f'"{words}" names no day of a month; the day is a number from 1 to 31')
    if words != right:
        raise WrongValue(f'"{words}" is written "{right}"')
    return Window(NEXT_MONTH_DAY, number, right)


def _right_length(found: re.Match[str] | None, month_day: bool) -> str:
    general = '"72 hours", "10 days", "5 business days"'
    general += ' or "until day 5 of next month"' if month_day else ""
    if found is None:
        return general
    unit = _UNITS.get(found[2]) or _UNITS.get(nearest(found[2], _WRITTEN) or "")
    if unit is None:
        return general
    amount, name = Fraction(found[1]) * unit[1], unit[0]
    if amount.denominator != 1 and name == DAYS:
        amount, name = amount * 24, HOURS
    return f'"{_written(int(amount), name)}"' if amount.denominator == 1 else general


def share(value: Any) -> Fraction:
    """An exact share from 0% to 100%, written as a percentage."""
    found = parse_share(value) if isinstance(value, str) else None
    if found is None:
        raise WrongValue(f"{shown(value)} is no share; write {_right_share(value)}")
    return found


def _right_share(value: Any) -> str:
    """A number up to 1 was meant as a fraction of 1, a larger one as a percentage."""
    text = shown(value).strip('"') if isinstance(value, (int, Decimal, str)) else ""
    found = re.fullmatch(r"([0-9]{1,3})(?:[.,]([0-9]{1,6}))? ?%?", text, re.ASCII)
    if found is None or isinstance(value, bool):
        return 'a percentage from "0%" to "100%", such as "12.5%"'
    number = Decimal(f"{found[1]}.{found[2] or 0}")
    percent = number if text.endswith("%") or number > 1 else number * 100
    if percent > 100:
        return 'a percentage from "0%" to "100%"'
    return f'"{percent.normalize():f}%"'


def clawback(value: Any) -> Fraction | str:
    """A supplier's share of the payout, or `AS_CREDIT`."""
    words = _words(value)
    if words == AS_CREDIT:
        return AS_CREDIT
    if words and nearest(words, (AS_CREDIT,)):
        raise WrongValue(f'{shown(value)} is written "{AS_CREDIT}"')
    return share(value)


def caps(value: Any) -> tuple[Cap, ...]:
    """One cap or a list of caps; () for 'none', which lifts a cap of the layers below."""
    if _words(value) == NONE:
        return ()
    if not isinstance(value, list):
        return (_cap(value),)
    if not value:
        raise WrongValue('is an empty list; write "none" for no cap, or leave the line out')
    found: list[Cap] = []
    wrong = WrongParts()
    for index, one in enumerate(value):
        cap = wrong.read(_cap, one, index)
        if cap is None:
            continue
        if any(cap.basis == other.basis for other in found):
            wrong.add(f"two caps on {cap.basis}: the lower one decides; keep that one", (index,))
        found.append(cap)
    wrong.raise_any()
    return tuple(found)


def _cap(value: Any) -> Cap:
    words = _words(value)
    found = _CAP.fullmatch(words)
    part = parse_share(found[2]) if found and found[2] else None
    if found is None or (found[2] and part is None):
        raise WrongValue(f"{shown(value)} is no cap; write {_right_cap(value, words)}")
    if part is None:
        return Cap("returns", Fraction(int(found[1])), words)
    return Cap(found[3], part, words)


def _right_cap(value: Any, words: str) -> str:
    if isinstance(value, Decimal) and value.is_finite() and 0 <= value <= 1:
        return f'"{(value * 100).normalize():f}% of sales per month"'
    found = re.match(r"([0-9]{1,9})(\.[0-9]{1,6})?( ?%)?(?: of)? ?([a-z]*)", words or str(value)[:40], re.ASCII)
    if found is None or isinstance(value, (bool, Decimal)):
        return '"20 returns per month", "15% of sales per month", "10% of revenue per month" or "none"'
    if not found[3] and not found[2]:
        return f'"{found[1]} returns per month"'
    if parse_share(f"{found[1]}{found[2] or ''}%") is None:
        return 'a share from "0%" to "100%", as in "15% of sales per month"'
    basis = _CAP_BASES.get(found[4]) or nearest(found[4], ("sales", "revenue")) or "sales"
    return f'"{found[1]}{found[2] or ""}% of {basis} per month"'


def rate_test(value: Any) -> RateTest:
    """A condition on the return rate: 'below 10%', 'from 30%' (the figure included) or 'above 30%' (excluded)."""
    found = re.fullmatch(r"(below|from|above) ([0-9.]+ ?%)", _words(value), re.ASCII)
    part = parse_share(found[2]) if found else None
    if found is None or part is None:
        raise WrongValue(
            f'{shown(value)} is no condition on a return rate; write "below 10%", "from 30%" or "above 30%"'
        )
    return RateTest(found[1] == "below", part, found[1] == "above")


def price_range(currency: str) -> ValueReader:
    """A reader of 'up to 25.00', 'from 100.00' or both; gives (from, up to) in minor units, None where open."""

    def read(value: Any) -> tuple[int | None, int | None]:
        words = _words(" ".join(value)) if _all_texts(value) else _words(value)
        low, high = (re.search(rf"(?:^| ){word} (\S+)", words) for word in ("from", "up to"))
        rest = re.sub(r"(?:^| )(?:from|up to) \S+", "", words).strip(" ,")
        if rest not in ("", "and") or not (low or high):
            raise WrongValue(f"{shown(value)} is no range of prices; write {_right_price(value, currency)}")
        bounds = tuple(_amount(found[1], currency) if found else None for found in (low, high))
        if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
            raise WrongValue(f"{shown(value)} fits no price: it starts above its end; swap the two")
        return bounds[0], bounds[1]

    return read


def _all_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _amount(text: str, currency: str) -> int:
    minor = to_minor(text.rstrip(","), currency)
    if minor is None or minor < 0:
        example = format_minor(25 * 10 ** digits_of(currency), currency)
        raise WrongValue(f'"{text}" is no amount in {currency}; write it plainly, as in "{example}"')
    return minor


def _right_price(value: Any, currency: str) -> str:
    found = re.search(r"[0-9]{1,12}(?:\.[0-9]{1,4})?", shown(value), re.ASCII)
    minor = to_minor(found[0], currency) if found else None
    amount = format_minor(25 * 10 ** digits_of(currency) if minor is None else minor, currency)
    return f'"up to {amount}" or "from {amount}", which include the figure'
