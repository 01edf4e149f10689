"""Whose rate of tax an adjustment carries, out of all the notes that spoke of it or of its opposite."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadreturns.core.note_tax import TaxedOn, Weighed, evened_out, notes_followed

OWN, OPPOSITE = True, False
STANDS, VOID = True, False


def on(number: str, is_own: bool, stands: bool, rate: str = "19/100", entry: int = 1) -> TaxedOn:
    return TaxedOn(entry, is_own, stands, number, Fraction(rate), "VAT")


@pytest.mark.parametrize(
    ("found", "follows", "todays"),
    [
        ([], None, None),
        ([on("a", OWN, VOID)], "a", None),
        ([on("a", OWN, VOID), on("b", OWN, VOID)], "b", None),
        ([on("a", OPPOSITE, VOID)], "a", None),
        ([on("a", OPPOSITE, STANDS)], "a", "a"),
        ([on("a", OPPOSITE, STANDS), on("b", OWN, VOID)], "a", "a"),
        ([on("a", OWN, VOID), on("b", OPPOSITE, VOID)], "a", None),
        ([on("a", OPPOSITE, VOID), on("b", OPPOSITE, STANDS), on("c", OWN, VOID)], "b", "b"),
    ],
)
def test_an_entry_follows_its_standing_opposite_then_itself(
    found: list[TaxedOn], follows: str | None, todays: str | None
) -> None:
    kept, asked = notes_followed(found).get(1), notes_followed(found, todays=True).get(1)
    assert (kept.number if kept else None, asked.number if asked else None) == (follows, todays)


ACME, BOLT = ("acme", "EUR"), ("bolt", "EUR")
TODAY = Fraction("4/25")


def rates_evened(entries: list[tuple[tuple[str, str], int, str]]) -> list[str]:
    """The rate of each entry, of those given as party, amount, and the rate that it follows or ''."""
    weighed = [Weighed(key, party, minor) for key, (party, minor, _) in enumerate(entries)]
    followed = {key: on("a", OPPOSITE, STANDS, rate, key) for key, (_, _, rate) in enumerate(entries) if rate}
    found = evened_out(weighed, followed, TODAY)
    assert {key: found[key] for key in followed} == followed
    return [str(found[key].rate) if key in found else "today" for key in range(len(entries))]


@pytest.mark.parametrize(
    ("entries", "rates"),
    [
        ([(ACME, 300, "")], ["today"]),
        ([(ACME, -300, "19/100"), (ACME, 300, "")], ["19/100", "19/100"]),
        ([(ACME, -300, "19/100"), (ACME, 100, ""), (ACME, 200, "")], ["19/100"] * 3),
        ([(ACME, -300, "19/100"), (ACME, 299, "")], ["19/100", "today"]),
        ([(ACME, -300, "19/100"), (BOLT, 300, "")], ["19/100", "today"]),
        ([(ACME, -300, "7/100"), (ACME, -300, "4/25"), (ACME, 300, "")], ["7/100", "4/25", "4/25"]),
        ([(ACME, -300, "19/100"), (ACME, -300, "7/100"), (ACME, 300, "")], ["19/100", "7/100", "7/100"]),
        ([(ACME, -300, "19/100"), (ACME, 300, "19/100"), (ACME, 5, ""), (ACME, -5, "")],
         ["19/100", "19/100", "today", "today"]),
    ],
)  # fmt: skip
def test_entries_that_come_to_nothing_with_those_of_a_rate_carry_it(
    entries: list[tuple[tuple[str, str], int, str]], rates: list[str]
) -> None:
    assert rates_evened(entries) == rates


@given(st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.booleans()), max_size=20))
def test_every_entry_is_looked_at_alone(notes: list[tuple[int, bool, bool]]) -> None:
    found = [on(str(at), is_own, stands, entry=entry) for at, (entry, is_own, stands) in enumerate(notes)]
    together = notes_followed(found)
    alone = [notes_followed([each for each in found if each.entry == entry]) for entry in range(1, 5)]
    assert together == {key: note for one in alone for key, note in one.items()}
    assert set(together) == {each.entry for each in found}
