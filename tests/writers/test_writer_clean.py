"""What must not reach a screen becomes visible; what is only text stays as it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadreturns.writers.clean import clean_data, clean_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x9b2J", "\\x9b2J"),
        ("\x00", "\\x00"),
        ("\x7f", "\\x7f"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("L-1\u200b00", "L-1\\u200b00"),
        ("\ufeffid", "\\ufeffid"),
        ("a\u2028b", "a\\u2028b"),
        ("half\ud800", "half\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("\u3164", "\\u3164"),
    ],
)
def test_controls_become_visible(text: str, shown: str) -> None:
    assert clean_text(text) == shown


def test_ordinary_texts_stay(ordinary_texts: list[str], markup_attacks: list[str]) -> None:
    for text in [*ordinary_texts, *markup_attacks]:
        assert clean_text(text) == text


def test_data_keeps_lines_tabs_and_joiners_but_no_commands(commands_in: Callable[[str], list[str]]) -> None:
    assert clean_data("first\r\nsecond\tthird") == "first\nsecond\tthird"
    assert clean_data("क्‍ष") == "क्‍ष"
    assert clean_data("a\rb\x1b[2J\u202e") == "a\\rb\\x1b[2J\\u202e"
    assert commands_in(clean_data("\x9b\x07\u2066\u200f\u2029")) == []


@given(st.text(st.characters(codec=None), max_size=60))
@settings(max_examples=500)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    cleaned = clean_text(text)

    assert all(unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") for char in cleaned)
    assert clean_text(cleaned) == cleaned
    cleaned.encode()
