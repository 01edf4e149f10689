"""What in a row is like an identifier: at a glance, inside a sentence, and in a whole row put into one cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from leadreturns.readers.layout import Layout
from leadreturns.readers.next_table import ORDINARY, ORDINARY_ID
from leadreturns.readers.row_kinds import has_digit, make_of
from leadreturns.readers.table import Cell

MAX_COUNT_DIGITS = 4
_COUNT = re.compile(rf"\s*(?:[0-9]{{1,{MAX_COUNT_DIGITS}}})?\s*", re.ASCII)
_PLAIN_ID = re.compile(rf"(?![0-9]{{1,{MAX_COUNT_DIGITS}}}\Z){ORDINARY_ID.pattern}", re.ASCII)
_PARTS = re.compile(r"[\s;|]+")
_OTHER_DELIMITERS = ("\t", ";", "|")
_AROUND = ".,:!?()[]\"'#"
_PERIOD = re.compile(r"[qh][1-4]|kw[0-9]{1,2}|(?:19|20)[0-9]{2}", re.IGNORECASE)
_FEWEST_MIXED = 6
"""Identifiers of so many letters and digits are told by their length: of hexadecimal ones no two are of one make."""


def ordinary_id(layout: Layout) -> Callable[[Cell], object]:
    """Tells an identifier cell that needs no second look: one term with a digit, a number, a phone, an address."""
    shape = ORDINARY.get(layout.ids[0].field, ORDINARY_ID).fullmatch
    heading = layout.ids[0].heading
    if has_digit(heading):
        return lambda cell: isinstance(cell, str) and cell.strip() != heading and shape(cell)
    if layout.table.kind == "csv":
        return shape  # type: ignore[return-value]  # every cell of a text file is a text
    return lambda cell: shape(cell) if isinstance(cell, str) else type(cell) in (int, float)


def plain_id(layout: Layout) -> Callable[[Cell], object]:
    """Like `ordinary_id`, but not of the small whole numbers that may be the count of a group of rows."""
    ordinary = ordinary_id(layout)
    if layout.table.kind == "csv" and ordinary == ORDINARY_ID.fullmatch:
        return _PLAIN_ID.fullmatch  # type: ignore[return-value]
    if layout.ids[0].field in ORDINARY:
        return ordinary
    return lambda cell: not may_be_count(cell) and ordinary(cell)


def may_be_count(cell: Cell) -> bool:
    """True for a whole number of few digits, and for a blank cell, which may stand in the row of a subtotal."""
    if isinstance(cell, str):
        return len(cell) < MAX_COUNT_DIGITS + 3 and _COUNT.fullmatch(cell) is not None
    return cell is None or (type(cell) in (int, float) and 0 <= cell < 10**MAX_COUNT_DIGITS)  # type: ignore[operator]


def has_parts(text: str) -> bool:
    """True for a cell of several terms, as a row has that another delimiter parts."""
    return _PARTS.search(text) is not None


def names_lead(text: str, ids: Sequence[str]) -> bool:
    """True for several words of which one is like the identifiers of the records above: 'please credit L2 too'.

    It has the letters that they have, the make of one of them where their letters differ, and as many digits where
    they have none. A year is none, unless an identifier above could be one too.
    """
    terms = [term for part in _PARTS.split(text) if has_digit(term := part.strip(_AROUND))]
    known = [each for each in ids if has_digit(each)]
    if not terms or not has_parts(text) or not known or any(" " in each for each in known):
        return False
    if text.startswith(terms[0]) and len(terms) > 1 and make_of(terms[0]) in map(make_of, known):
        return True
    return any(_is_like(term, known) for term in terms)


def _is_like(term: str, ids: Sequence[str]) -> bool:
    if _PERIOD.fullmatch(term) and not any(map(_PERIOD.fullmatch, ids)):
        return False
    letters = {re.sub(r"[^a-z]", "", each.casefold()) for each in ids}
    if letters == {""}:
        return any(_digits_as_nine(term) == _digits_as_nine(each) for each in ids)
    is_mixed = len(term) >= _FEWEST_MIXED and not term.isdecimal() and term.isalnum()
    if is_mixed and (len(ids) == 1 or len(letters) > 1) and len(term) in map(len, ids):
        return True
    made_alike = any(make_of(term) == make_of(each) for each in ids)
    return made_alike and (len(letters) > 1 or re.sub("[^a-z]", "", term.casefold()) in letters)


def _digits_as_nine(text: str) -> str:
    return re.sub("[0-9]", "9", text)


def is_whole_row(text: str, width: int, ids: Sequence[str]) -> bool:
    """True for the cells of a row in one cell, parted by another delimiter: '1003|2026-10-03|dup' in a table of commas.

    `ids`: the identifiers above, which may hold such a sign themselves.
    """
    for delimiter in _OTHER_DELIMITERS:
        parts = text.split(delimiter)
        if len(parts) > 1 and has_digit(text) and not any(delimiter in each for each in ids):
            return delimiter == "\t" or len(parts) == width or (bool(ids) and any(map(has_digit, parts[:1])))
    return False
