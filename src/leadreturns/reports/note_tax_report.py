"""What is said of notes that are not simply taxed at today's rate."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from leadreturns.core.credit_note import Note
from leadreturns.core.note_tax import TaxedOn, TaxTold
from leadreturns.reports.note_report import percent_words


def rate_words(rate: Fraction | None) -> str:
    """'tax of 19%', 'no tax'."""
    return "no tax" if rate is None else f"tax of {percent_words(rate)}"


def tax_told_words(told: TaxTold) -> str:
    """Why a new note has the tax it has, in one line, and what to do when that is not wanted."""
    note, today = f"{told.number} for {told.name}", rate_words(told.today)
    own = [each for each in told.notes if each.is_own]
    if told.rate != told.today and own:
        return (
            f"{note} keeps the {rate_words(told.rate)} of {_numbers(own)}, which had its lines before; today's is "
            f"{today}: where that is the right one, take {told.number} back and issue with --todays-rate"
        )
    if told.rate != told.today and all(each.evened for each in told.notes):
        return (
            f"{note} has the {rate_words(told.rate)} of {_numbers(told.notes)}: its entries take back such as came to "
            f"nothing with what corrects that, and stand on no note; today's is {today}"
        )
    if told.rate != told.today:
        return (
            f"{note} has the {rate_words(told.rate)} of {_numbers(told.notes)}, since the entries of the one take "
            f"those of the other back; today's is {today}"
        )
    before = ", ".join(dict.fromkeys(rate_words(each.rate) for each in told.notes))
    return f"{note} has today's {today}, where {_numbers(told.notes)} had {before}"


def _numbers(notes: Sequence[TaxedOn]) -> str:
    shown = ", ".join(each.number for each in notes[:5])
    return shown + (f" and {len(notes) - 5} more" if len(notes) > 5 else "")


def kept_rate_words(counter: Note, today: Fraction | None) -> str:
    """That the lines of a note that was taken back keep its rate when they are issued anew."""
    return (
        f"issued anew its lines keep their {rate_words(counter.content.tax_rate)}; with --todays-rate they get today's "
        f"{rate_words(today)}, save those whose opposite, the credit or what takes it back, stands on a note"
    )


def tax_told_json(told: TaxTold) -> dict[str, Any]:
    """The same for programs; a rate is null where there is no tax."""
    return {
        "number": told.number,
        "rate": _rate(told.rate),
        "today": _rate(told.today),
        "notes": [
            {"number": each.number, "rate": _rate(each.rate), "opposite": not (each.is_own or each.evened)}
            for each in told.notes
        ],
    }


def _rate(rate: Fraction | None) -> str | None:
    return None if rate is None else percent_words(rate)
