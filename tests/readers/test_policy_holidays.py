"""Holidays by a country's code: expanded once, then frozen into the text that decides."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from leadreturns.core.calendar import day_of
from leadreturns.errors import PolicyRefused
from leadreturns.readers.policy_file import parse_policies

TEXT = """\
version = 1
currency = "USD"
timezone = "America/New_York"

[calendar]
holidays = ["US-CA", 2026-12-24, "GB"]

[terms]
window = "5 business days"
"""


def without_holidays_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)


def test_code_stands_for_its_days() -> None:
    holidays = parse_policies(TEXT).calendar.holidays
    for day in (date(2015, 1, 1), date(2026, 11, 26), date(2026, 3, 31), date(2026, 12, 24), date(2035, 12, 25)):
        assert day_of(day) in holidays
    assert day_of(date(2026, 11, 25)) not in holidays


def test_frozen_text_decides_the_same_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    book = parse_policies(TEXT)
    assert book.text.startswith(TEXT)
    without_holidays_package(monkeypatch)
    again = parse_policies(book.text)
    assert again == book
    assert again.digest == book.digest
    assert max(len(line) for line in book.text.splitlines()) < 240


def test_digest_covers_the_frozen_days() -> None:
    book = parse_policies(TEXT)
    moved = parse_policies(book.text.replace("2026-07-04", "2026-07-05"))
    assert moved.digest != book.digest
    assert moved.calendar != book.calendar


def test_codes_may_stand_in_an_inline_table() -> None:
    book = parse_policies('version = 1\ncalendar = { holidays = ["US"] }\n')
    assert parse_policies(book.text) == book


def test_missing_package_is_a_fault_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    without_holidays_package(monkeypatch)
    with pytest.raises(PolicyRefused) as refused:
        parse_policies(TEXT)
    assert [fault.partition(": [")[0] for fault in refused.value.faults] == ["policies.toml:6", "policies.toml:6"]
    assert "pip install 'leadreturns[holidays]'" in refused.value.faults[0]


def test_dates_alone_need_no_package_and_change_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    without_holidays_package(monkeypatch)
    text = TEXT.replace('"US-CA", ', "").replace(', "GB"', "")
    assert parse_policies(text).text == text
