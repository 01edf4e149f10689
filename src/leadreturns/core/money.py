"""Money is a whole number of minor units and a currency; this module owns parsing, rounding and printing it.

The digits of each currency are those of ISO 4217 (amendment 176); where the list says N.A. two digits are used.
"""

from __future__ import annotations

import re
from fractions import Fraction

MAX_MINOR = 10**12
"""No single amount is larger: nine million of them still add up inside a 64-bit integer."""

_DIGITS_OTHER_THAN_TWO = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}

CURRENCIES = frozenset(
    (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
        "CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
        "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP "
        "LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB "
        "PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
        "TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER "
        "ZAR ZMW ZWG"
    ).split()
)

_PLAIN = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,6}))?", re.ASCII)


def digits_of(currency: str) -> int:
    """The number of decimal places that `currency` (ISO 4217 code) is counted in."""
    return _DIGITS_OTHER_THAN_TWO.get(currency, 2)


def to_minor(text: str, currency: str) -> int | None:
    """The whole minor units that a plain amount such as '1234.50' stands for, or None.

    None for anything but ASCII digits with at most one point, for more decimals than the currency has (unless they
    are zeros), and beyond `MAX_MINOR`. Separators and signs of other notations are the reader's business.
    """
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    digits = digits_of(currency)
    decimals = found[3] or ""
    if decimals[digits:].strip("0"):
        return None
    minor = int(found[2] + decimals[:digits].ljust(digits, "0"))
    if minor > MAX_MINOR:
        return None
    return -minor if found[1] else minor


def format_minor(minor: int, currency: str) -> str:
    """The amount as a plain decimal text with the currency's digits: 1050, 'USD' → '10.50'."""
    digits = digits_of(currency)
    sign = "-" if minor < 0 else ""
    if not digits:
        return f"{sign}{abs(minor)}"
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}"


def grouped(number: str) -> str:
    """A plain decimal text with commas between thousands: '-1234567.50' → '-1,234,567.50'."""
    whole, point, decimals = number.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{decimals}"


def money_text(minor: int, currency: str) -> str:
    """The amount as sentences for people have it: 123450, 'USD' → '1,234.50 USD'."""
    return f"{grouped(format_minor(minor, currency))} {currency}"


def share_of(minor: int, share: Fraction) -> int:
    """`minor` × `share` in whole minor units, halves rounded up. `minor` and `share` are not negative."""
    numerator, denominator = share.numerator, share.denominator
    return (2 * minor * numerator + denominator) // (2 * denominator)


def format_ratio(numerator: int, denominator: int) -> str | None:
    """numerator / denominator with 6 decimals, halves rounded away from zero; None when the denominator is 0."""
    if denominator == 0:
        return None
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    millionths = (2 * abs(numerator) * 10**6 + denominator) // (2 * denominator)
    sign = "-" if numerator < 0 and millionths else ""
    return f"{sign}{millionths // 10**6}.{millionths % 10**6:06d}"


def parse_share(text: str) -> Fraction | None:
    """The exact fraction that '50%' or '12.5%' stands for, or None when it is no percentage from 0 to 100."""
    found = re.fullmatch(r"\s*([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%\s*", text, re.ASCII)
    if found is None:
        return None
    share = Fraction(found[1]) / 100
    return share if share <= 1 else None
