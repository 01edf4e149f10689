"""The signs, codes and words that name the currency of an amount, beside it or in the heading above it.

A heading counts for every amount below it: under "Price €" a bare 12 is twelve euros, and never twelve dollars.
"""

from __future__ import annotations

import re
import unicodedata

from leadreturns.core.money import CURRENCIES

_SYMBOLS = {
    "$": "USD CAD AUD NZD SGD HKD MXN CLP COP ARS TWD JMD TTD BBD BSD BZD BMD FJD GYD KYD LRD NAD SBD SRD XCD UYU DOP",
    "US$": "USD", "C$": "CAD NIO", "CA$": "CAD", "CAD$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "S$": "SGD",
    "HK$": "HKD", "MX$": "MXN", "R$": "BRL", "NT$": "TWD", "€": "EUR", "£": "GBP GIP FKP SHP EGP LBP", "¥": "JPY CNY",
    "₹": "INR", "RS": "INR PKR LKR NPR MUR SCR", "RS.": "INR PKR LKR NPR MUR SCR", "₩": "KRW", "₽": "RUB", "₺": "TRY",
    "₪": "ILS", "₴": "UAH", "₫": "VND", "₱": "PHP", "฿": "THB", "₦": "NGN", "KR": "SEK NOK DKK ISK",
    "KR.": "SEK NOK DKK ISK", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF", "LEI": "RON", "FR": "CHF", "FR.": "CHF",
    "R": "ZAR",
}  # fmt: skip
"""What is written beside amounts → the currencies that it can mean."""
_WORDS = {
    "EURO": "€", "EUROS": "€", "POUNDS": "£", "STERLING": "£", "DOLLAR": "$", "DOLLARS": "$", "CENTS": "¢",
    "PENCE": "¢", "PERCENT": "%",
}  # fmt: skip
"""Words of a heading → their sign; cents and percents are the amount of no currency."""
_USUAL = frozenset("USD EUR GBP CAD AUD NZD CHF JPY SEK NOK DKK PLN INR MXN BRL ZAR SGD HKD CNY".split())
"""Codes that no heading holds as a word of its own; others (ALL, TOP, TRY) count in brackets only."""
_NAMES = "|".join((*_USUAL, *_WORDS))
_SIGN = re.compile(r"([A-Za-z]{0,3})([^\w\s])")
_IN_BRACKETS = re.compile(r"[(\[]\s*([^\s()\[\]]{2,4})\s*[)\]]")
_AT_END = re.compile(
    rf"[\s_:,/-]*[(\[]?(?<![A-Za-z])(?:in\s+)?(?:(?:{_NAMES})|[A-Za-z]{{0,3}}[$€£¥¢%])\s*[)\]]?$"
    r"|\s*[(\[]\s*(?-i:[A-Z]{3})\s*[)\]]$",
    re.IGNORECASE,
)


def can_mean(sign: str, currency: str) -> bool:
    """True when `sign`, in capitals, stands for amounts of `currency` (ISO 4217 code)."""
    return currency in _SYMBOLS.get(sign, sign).split()


def is_sign(text: str) -> bool:
    """True for a sign of a currency, in capitals."""
    return text in _SYMBOLS


def code_of(sign: str) -> str:
    """The one currency that a sign most often means, 'EUR' for '€'; '' for what is no currency."""
    code = _SYMBOLS.get(sign, sign).split()[0]
    return code if code in CURRENCIES else ""


def heading_signs(heading: str) -> tuple[str, ...]:
    """The currency signs and codes that a heading names, in capitals: ('€',) for "Price €", () for "Price"."""
    text = unicodedata.normalize("NFKC", heading)
    found = []
    for letters, sign in _SIGN.findall(text):
        if unicodedata.category(sign) == "Sc" or sign == "%":
            whole = f"{letters}{sign}".upper()
            found.append(whole if whole in _SYMBOLS else sign)
    for word in re.findall(r"[A-Z]+", text.upper()):
        if word in _USUAL or word in _WORDS:
            found.append(_WORDS.get(word, word))
    for inner in _IN_BRACKETS.findall(text):
        if inner.upper() in _SYMBOLS or (inner.isupper() and inner in CURRENCIES):
            found.append(inner.upper())
    return tuple(dict.fromkeys(found))


def without_currency(heading: str) -> str:
    """The heading without a currency at its end: 'Price' for "Price (EUR)", "Price in €" and "Price EUR (€)"."""
    return _AT_END.sub("", _AT_END.sub("", heading))
