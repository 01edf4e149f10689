"""Terms that are each well written and together cannot be meant: refused, with the line to change.

What may be meant, though it looks odd, is a warning instead: `core.policy_check`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadreturns.core.calendar import BUSINESS_DAYS, DAYS, HOURS, NONE
from leadreturns.core.identity import fold_name
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Terms
from leadreturns.core.window_limits import never_opens, terms_of_sections
from leadreturns.readers.policy_faults import Faults, Section
from leadreturns.readers.policy_values import did_you_mean

SectionValues = tuple[Section, Mapping[str, Any]]
SectionsByKind = Mapping[str, Sequence[Mapping[str, Any]]]

_TERM_SECTIONS = ("terms", "campaigns", "buyers", "contracts")
_BLOCKS = ("auto_approve", "always_review", "auto_reject")
_COUNTING_KEYS = ("counted_from", "counted_to", "max_lag", "deadline", "first_day_counts", "not_before", "late",
                  "roll_forward")  # fmt: skip


def check(book: PolicyBook, sections: Sequence[SectionValues], faults: Faults) -> None:
    """Add every contradiction in `book`; `sections` are all sections of the file with their typed values."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for section, values in sections:
        by_kind.setdefault(str(section.path[0]) if section.path else "", []).append(values)
    for section, values in sections:
        if section.path[:1] == ("reasons",):
            _check_reason(section, values, faults)
        if "reasons" in values:
            _check_reason_list(section, values["reasons"], book, faults)
        if section.path[:1] and section.path[0] in _TERM_SECTIONS:
            _check_counting(section, values, by_kind, faults)
    if not any(faults.touches(section.at(key)) for section, _ in sections for key in ("window", "not_before")):
        _check_openings(book, sections, faults)


_OF_VALID_REASONS = (
    "says what a valid reason needs or earns, but valid = false rejects it always; take one of them away"
)


def _check_reason(section: Section, values: Mapping[str, Any], faults: Faults) -> None:
    if not values.get("valid", True):
        for key in ("credit", "evidence", "min_call_attempts"):
            if values.get(key):
                faults.add(section, key, _OF_VALID_REASONS)
        return
    counted = "call_attempts" in values.get("evidence", ()) or faults.touches(section.at("evidence"))
    if "min_call_attempts" in values and not counted:
        faults.add(section, "min_call_attempts", 'is never looked at; add evidence = ["call_attempts"]')


def _check_reason_list(section: Section, codes: Sequence[str], book: PolicyBook, faults: Faults) -> None:
    for index, code in enumerate(codes):
        reason = book.reasons.get(code)
        if reason is None:
            faults.add(section, "reasons", _unknown_reason(code, book), (index,))
        elif not reason.valid and section.path[0] != "auto_reject":
            said = f'"{code}" has valid = false in [reasons.{code}] and is always rejected; take it off this list'
            faults.add(section, "reasons", said, (index,))


def _unknown_reason(code: str, book: PolicyBook) -> str:
    if not book.reasons:
        return f'"{code}" names no reason: the file has no [reasons.X]; add [reasons.{code}]'
    named = book.reason_code(code)
    guess = f'; did you mean "{named}"?' if named else did_you_mean(code, book.reasons)
    return f'"{code}" names no reason' + (guess or f" (known: {', '.join(book.reasons)})")


def _check_counting(section: Section, values: Mapping[str, Any], by_kind: SectionsByKind, faults: Faults) -> None:
    """Keys that count a window which the same section shuts, or which has no days to count."""
    window = values.get("window")
    if window is not None and not _set_below(section, values, "window", by_kind):
        if window.unit == NONE:
            for key in _COUNTING_KEYS:
                if key in values:
                    faults.add(section, key, 'counts for nothing: window = "none" allows no returns here; take it away')
            return
        if window.unit == HOURS and values.get("first_day_counts") and not _days_of_blocks(by_kind):
            said = "counts for nothing: a window in hours has no first day; write the window in days, or take it away"
            faults.add(section, "first_day_counts", said)
            return
    exact = values.get("deadline") == "exact" and not _set_below(section, values, "deadline", by_kind)
    if exact and values.get("first_day_counts"):
        said = 'counts for nothing under deadline = "exact"; write deadline = "end of day" or take this line away'
        faults.add(section, "first_day_counts", said)


def _days_of_blocks(by_kind: SectionsByKind) -> bool:
    """True when a block counts days, whatever the windows are in: its first day may count."""
    windows = (block.get("within") for kind in _BLOCKS for block in by_kind.get(kind, ()))
    return any(window is not None and window.unit in (DAYS, BUSINESS_DAYS) for window in windows)


def _set_below(section: Section, values: Mapping[str, Any], key: str, by_kind: SectionsByKind) -> bool:
    """True when a more specific section sets `key` too, so that this section serves others as a base."""
    rank = _TERM_SECTIONS.index(str(section.path[0]))
    buyer = fold_name(str(section.path[1])) if section.path[0] == "buyers" else None
    return any(
        key in other and (buyer is None or fold_name(str(other.get("buyer", ""))) == buyer)
        for kind in _TERM_SECTIONS[rank + 1 :]
        for other in by_kind.get(kind, ())
    )


def _check_openings(book: PolicyBook, sections: Sequence[SectionValues], faults: Faults) -> None:
    """A window that is over before `not_before` lets it begin, in any combination that the file spells out."""
    by_label = {section.label: section for section, _ in sections}
    said: set[str] = set()
    for terms in terms_of_sections(book):
        if not never_opens(terms, book.calendar):
            continue
        window, start = terms.origin("window"), terms.origin("not_before")
        key, origin = ("window", window) if window.line > start.line else ("not_before", start)
        if origin.layer not in said:
            said.add(origin.layer)
            message = (
                f'no return can be in time: not_before = "{terms.not_before.text}" ({_place(start.layer)}) is later '
            )
            message += f'than the end of window = "{terms.window.text}" ({_place(window.layer)})'
            message += f"{_first_day(terms)}; change one of them"
            faults.add(by_label[origin.layer], key, message)


def _first_day(terms: Terms) -> str:
    counts = terms.first_day_counts and terms.deadline != "exact" and terms.window.unit in (DAYS, BUSINESS_DAYS)
    return f", whose first day counts ({_place(terms.origin('first_day_counts').layer)})" if counts else ""


def _place(layer: str) -> str:
    return layer if layer.startswith("[") else "the default"
