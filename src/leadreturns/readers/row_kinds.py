"""Rows below the header that are no records, told by what stands in them: totals, notes, rulings, further headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from leadreturns.core.identity import fold_words
from leadreturns.readers.headings import Headings, fold_heading

_TOTAL_WORDS = (
    "total, totals, grand total, sub total, subtotal, sub totals, subtotals, overall total, sum, count, total count, "
    "average, avg, number of rows, number of records, number of leads, number of returns, row count, record count, "
    "total rows, total records, total leads, total returns, total amount, total returned, total due, total credit, "
    "amount due, balance due, credit due, net total, net amount, net due, "
    "summe, gesamt, gesamtsumme, zwischensumme, insgesamt, endsumme, somme, sous total, total general, suma, totale, "
    "totaal, soma, razem, suma razem, summa, totalt, i alt, celkem, yhteensa, toplam, gesamtbetrag"
).split(", ")
_TOTALS = frozenset(_TOTAL_WORDS)
_FIRST_WORDS = ("total", "totals", "subtotal", "grand total", "sub total", "gesamt", "summe")
_LAST_WORDS = (" total", " totals", " subtotal", " sub total")
_FIGURES = re.compile(r"[\s:=(]*[0-9.,'%$€£\s-]*\)?\s*$", re.ASCII)
_TOTAL_HINT = re.compile(
    "tot|sum|som|count|av|due|net|gesamt|number|rows|records|razem|i alt|celk|yht|topl", re.IGNORECASE
)
_CREDITS = frozenset(
    (
        "credit requested, credits requested, requested credit, total requested, total credit requested, "
        "amount requested, requested amount, refund requested, refund due, credit amount, credit total, refund amount"
    ).split(", ")
)
_WORD_AND_FIGURE = re.compile(r"[^\W\d]+ [0-9]+")
_NOTHING = frozenset(("", "n/a", "na", "all"))
_COUNTED = re.compile(
    r"\(?\s*[0-9][0-9,.]{0,12}\s+(?:rows?|records?|leads?|returns?|entries|items|results?|lines?|zeilen|lignes|filas)"
    r"(?:\s+(?:in set|affected|selected|in total|total|returned|exported|found))?\s*\)?\.?",
    re.IGNORECASE | re.ASCII,
)
_NUMBER = re.compile(r"[-+(]?[^\w\s]?\s?[0-9][0-9.,' ]{0,24}\s?[^\w\s]?\)?", re.ASCII)
_DECIMALS = re.compile(r"[.,]([0-9]{1,2}|[0-9]{4,})(?![0-9.,])", re.ASCII)
_NUMBERINGS = frozenset(
    "no nr num sno slno srno serialno rowno row rowid rownumber line lineno linenumber itemno seq index pos".split()
)
_BETWEEN_IDS = re.compile(r"\s*[,;|\n]\s*|\s+(?:/|&|\+|and|und|or)\s+|\s+")
MAY_NAME_SEVERAL = re.compile(r"\s*[^\s,;|]*[0-9][^\s,;|]*[\s,;|].*[0-9]", re.DOTALL)
"""Matches every text of which `names_several` is true, and few others."""
_GROUPED = re.compile(r"[0-9]{1,3}(?:[ ,.][0-9]{3})+(?:[.,][0-9]{1,2})?", re.ASCII)
_RULE = re.compile(r"[-=_*.~#+|\s\u2013\u2014\u2500]+")


def is_total(text: str) -> bool:
    """True for a text that only names a total, with or without its figure: 'Grand Total', 'Total: 297', '(12 rows)'."""
    if len(text) > 60:
        return False
    if not text[:1].isalpha() or not _TOTAL_HINT.search(text):
        return _COUNTED.fullmatch(text) is not None
    label = _FIGURES.sub("", text)
    # A dash before the figure may belong to an identifier such as TOTAL-123.
    return fold_words(label) in _TOTALS and not re.search(r"\S-\s*[0-9]", text)


def is_total_of(text: str) -> bool:
    """True for a text that names the total of something: 'Total for acme', 'Solar Total'."""
    if len(text) > 80 or " " not in text or not _TOTAL_HINT.search(text):
        return False
    words = fold_words(text)
    return any(words == word or words.startswith(word + " ") for word in _FIRST_WORDS) or words.endswith(_LAST_WORDS)


def is_credit(text: str) -> bool:
    """True for a label of the sum that a buyer asks for, with or without it: 'Credit requested: $60.00'."""
    return len(text) <= 60 and fold_words(_FIGURES.sub("", text)) in _CREDITS


def is_word_and_figure(text: str) -> bool:
    """True for a word, a blank and digits: 'Total 27' may be a total, and 'SUM 1001' an identifier."""
    return _WORD_AND_FIGURE.fullmatch(text) is not None


def says_something(text: str) -> bool:
    """True for words that are neither figures nor what stands in a total's row instead of a reason."""
    if text.casefold() in _NOTHING or is_figure(text) or is_rule([text]):
        return False
    return not is_total(text)


def is_figure(text: str) -> bool:
    """True for a number with or without separators, currency sign or percent sign."""
    return _NUMBER.fullmatch(text) is not None


def figure_of(text: str) -> Decimal:
    """The number that a figure says, its last sign before one or two digits parting the decimals; 0 for other texts."""
    if not is_figure(text):
        return Decimal(0)
    found = _DECIMALS.search(text)
    whole = re.sub(r"[^0-9]", "", text[: found.start()] if found else text)
    number = Decimal(f"{whole or 0}.{found[1] if found else 0}")
    return -number if text[:1] in "-(" else number


def is_rule(texts: Sequence[str]) -> bool:
    """True when nothing stands in the cells but lines drawn with characters: -----, =====."""
    return all(_RULE.fullmatch(text) for text in texts)


def is_sentence(text: str) -> bool:
    """True for several words that no identifier is: at least three, or two without any digit."""
    words = text.split()
    return len(words) >= 3 or (len(words) == 2 and not any(map(str.isdigit, text)))


def whole(text: str) -> int | None:
    """The number of a row: '12' or '12.', else None."""
    digits = text.removesuffix(".")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def is_numbering(heading: str) -> bool:
    """True for '#', 'No.', 'S.No' and other headings of a column that only counts the rows."""
    return heading.strip() == "#" or fold_heading(heading) in _NUMBERINGS


def names_several(text: str) -> bool:
    """True for several identifiers of one make in one cell: 'L1, L2, L3', '1001;1002', 'L1 L2'; not for '12,500'."""
    parts = [part for part in _BETWEEN_IDS.split(text) if part]
    if len(parts) < 2 or _GROUPED.fullmatch(text) or not all(map(has_digit, parts)):
        return False
    if not re.search(r"[,;|\n&+/]|\b(?:and|und|or)\b", text):
        letters = {re.sub(r"[0-9]", "", part) for part in parts}
        return len(letters) == 1 and letters != {""}
    return len(set(map(make_of, parts))) == 1


def make_of(text: str) -> str:
    """What an identifier is made of: letters as one A, digits as one 9, signs as they are: 'LD-1001' is 'A-9'."""
    return re.sub(r"[0-9]+", "9", re.sub(r"[^\W\d_]+", "A", text))


def has_digit(text: str) -> bool:
    """True when a digit stands in the text."""
    return any(map(str.isdigit, text))


def repeats(texts: Sequence[str], header: Sequence[str]) -> bool:
    """True when a row says again what the header, folded, says column by column."""
    return any(header) and all(fold_heading(text) == head for text, head in zip(texts, header, strict=False))


def names_columns(texts: Sequence[str], headings: Headings) -> int:
    """How many known fields a row names; 0 unless all that stands in it are words that could be headings."""
    filled = [text for text in texts if text]
    fields = [headings.field_of(text) for text in filled]
    if len(filled) < 2 or any(
        (has_digit(text) and not field) or len(text) > 60 for text, field in zip(filled, fields, strict=True)
    ):
        return 0
    return len({*fields} - {""})
