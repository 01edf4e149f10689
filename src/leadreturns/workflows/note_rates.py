"""Entries without a note that carry another rate of tax than today's: one answer for notes and accounting files."""

from __future__ import annotations

from fractions import Fraction
from sqlite3 import Connection

from leadreturns.core.adjustment import BUYER_CREDIT
from leadreturns.core.note_tax import TaxedOn, Weighed, evened_out, notes_followed
from leadreturns.core.voucher import BUYER
from leadreturns.store.credit_notes import unsent_entries
from leadreturns.store.note_taxes import taxed_before, unnoted_opposites


def rates_followed(
    connection: Connection, period: int, today: Fraction | None, *, todays: bool = False
) -> dict[int, TaxedOn]:
    """Buyers' adjustment of the period on no note → the note whose rate it carries; one not named has today's rate.

    1. What notes that spoke of it or of its opposite say (`notes_followed`).
    2. Where it takes back an entry of an earlier month that stands on no note either: what that one carries.
    3. Where a party's others come to nothing with these at one rate: that rate (`evened_out`).
    """
    followed = notes_followed(taxed_before(connection, period), todays=todays)
    earlier: dict[int, dict[int, TaxedOn]] = {}
    for entry, opposite, month in unnoted_opposites(connection, period):
        if entry in followed:
            continue
        if month not in earlier:
            earlier[month] = rates_followed(connection, month, today, todays=todays)
        note = earlier[month].get(opposite)
        if note is not None:
            followed[entry] = note._replace(entry=entry, is_own=False)
    if not followed:
        return followed
    weighed = [
        Weighed(
            each.id, (each.name, each.currency), each.amount_minor if each.kind == BUYER_CREDIT else -each.amount_minor
        )
        for each in unsent_entries(connection, period, BUYER)
    ]
    return evened_out(weighed, followed, today)
