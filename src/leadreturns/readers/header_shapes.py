"""Rows near a header that are none: letterheads, forms with a label beside each value, rows of values, other tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise, zip_longest

from leadreturns.core.wording import column_letters
from leadreturns.errors import FileRefused
from leadreturns.readers.headings import IDENTIFIERS, Headings, fold_heading
from leadreturns.readers.refusals import clip
from leadreturns.readers.row_kinds import has_digit, is_sentence, is_total, is_total_of, names_columns

NumberedTexts = tuple[int, tuple[str, ...]]
_OF_REASONS = frozenset(("lead_id", "reason", "comment"))
_MEANINGS = frozenset(("description", "meaning", "definition"))
_FEWEST_ROWS = 2
_ROWS_COMPARED = 4
_VALUE = re.compile(r"\S*[0-9@]\S*|\+?[0-9(][0-9().\-/ :+]{4,40}", re.ASCII)
"""What stands beside a label, and never above a column: one term with a digit or an @, a date, a phone number."""


def is_colon_form(texts: Sequence[str], headings: Headings) -> bool:
    """True for 'Buyer:', 'acme', 'Campaign:', 'solar': every label with a colon stands beside a value.

    A row of headings that all end in a colon is none.
    """
    filled = [text for text in texts if text]
    labels = [(text, beside) for text, beside in pairwise(filled) if text.endswith(":")]
    return bool(labels) and not any(beside.endswith(":") or headings.field_of(beside) for _, beside in labels)


def is_value_form(texts: Sequence[str], headings: Headings) -> bool:
    """True for 'Email', 'ops@acme.example', 'Fax', '555-0100': labels in turn with values, known ones beyond doubt."""
    filled = [text.removesuffix(":") for text in texts if text]
    labels, values = filled[::2], filled[1::2]
    if len(labels) != len(values):
        return False
    known = [value for label, value in zip(labels, values, strict=True) if headings.field_of(label)]
    return bool(known) and not any(map(headings.field_of, values)) and all(map(_VALUE.fullmatch, known))


def is_code_list(texts: Sequence[str], fields: Mapping[int, str], rows: Sequence[NumberedTexts]) -> bool:
    """True for 'Code', 'Description', 'ID': what each reason means, every one once, with a bare number and no more.

    Such a number is that of the reason, though 'ID' could name a lead.
    """
    if not _OF_REASONS.issuperset(fields.values()) or _MEANINGS.isdisjoint(map(fold_heading, texts)):
        return False
    leads = [fold_heading(texts[place]) for place, name in fields.items() if name == "lead_id"]
    reasons = [place for place, name in fields.items() if name == "reason"]
    if leads != ["id"] or len(reasons) != 1 or not rows:
        return False
    listed = [fold_heading(row[reasons[0]]) if reasons[0] < len(row) else "" for _, row in rows]
    return all(listed) and len(set(listed)) == len(listed)


def is_aligned(texts: Sequence[str], ids: Sequence[int], headings: Headings) -> bool:
    """True when no text stands where a header above names identifiers, unless it is the name of a column itself."""
    return all(headings.field_of(texts[at]) for at in ids if at < len(texts) and texts[at])


def names_a_record(texts: Sequence[str], at: Sequence[int], named: int) -> bool:
    """True when a row holds something in the columns `at` that is neither a total nor, alone in the row, some words."""
    filled = [text for text in texts if text]
    if is_total(filled[0]) or is_total_of(filled[0]):
        return False
    if len(filled) == 1 and is_sentence(filled[0]) and (named > 1 or not has_digit(filled[0])):
        return False
    if named == 1 and " " in filled[0] and not _VALUE.fullmatch(filled[0]):
        return False
    return any(place < len(texts) and texts[place] for place in at)


def rows_between(rows: Sequence[NumberedTexts], ids: Sequence[int], headings: Headings) -> bool:
    """True when at least two rows look like records of leads, with an identifier in the columns `ids` and more."""
    found = 0
    for _, texts in rows:
        named = any(at < len(texts) and has_digit(texts[at]) for at in ids)
        found += named and sum(1 for text in texts if text) > 1 and not names_columns(texts, headings)
    return found >= _FEWEST_ROWS


def two_headers(first: int, second: int) -> FileRefused:
    """How a table is refused of which it is not sure where it begins."""
    return FileRefused(
        "missing_columns",
        f"the row below row {first} may be a return or the sender's own contact; row {second} has headings as well, "
        "with a column for the lead.",
        f"Name the row with the headings: --header-row {second}, or ask for the returns in a file of their own.",
    )


def stacked_headings(
    rows: Sequence[NumberedTexts], at: int, fields: Mapping[int, str], headings: Headings
) -> FileRefused | None:
    """How a table is refused whose headings stand one below the other, or each beside its only value."""
    row, texts = rows[at]
    place = next((place for place, text in enumerate(texts) if text), 0)
    label = texts[place]
    beside = is_colon_form(texts, headings) or (set(fields) == {place} and fields[place] in IDENTIFIERS)
    if not (beside and headings.field_of(label)) or sum(1 for text in texts if text) < 2:
        return None
    for below, others in rows[at + 1 : at + 1 + _ROWS_COMPARED]:
        other = others[place] if place < len(others) else ""
        differs = headings.field_of(other) and fold_heading(other) != fold_heading(label)
        if differs and names_columns(others, headings) <= 1:
            where = f"in rows {row} and {below} of column {column_letters(place)}"
            return FileRefused(
                "missing_columns",
                f'the headings "{clip(label)}" and "{clip(other)}" stand one below the other ({where}).',
                "Ask for a table with the headings side by side in one row and below them a row for each lead; "
                "if they stand in another row: --header-row N",
            )
    return None


def is_group_row(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Several groups, of which at least one reaches over columns that only the lower row names."""
    groups = sum(1 for text in upper if text)
    if any(text[:1].isdigit() for text in lower):
        return False
    return groups > 1 and any(low and not up for up, low in zip_longest(upper, lower, fillvalue=""))


def merged_headings(upper: Sequence[str], lower: Sequence[str], headings: Headings) -> tuple[str, ...]:
    """Group and heading as one: 'Return' over 'Date' is 'Return Date'; a plain 'Comment' needs no group.

    The name of an identifier is not read without its group: the phone of an agent is not that of the lead.
    """
    merged, group = [], ""
    for up, low in zip_longest(upper, lower, fillvalue=""):
        group = up or group
        both = f"{group} {low}".strip() if low else up
        alone = headings.field_of(low)
        enough = fold_heading(low) == fold_heading(alone) and alone not in ("", *IDENTIFIERS)
        merged.append(low if enough and not headings.field_of(both) else both)
    return tuple(merged)
