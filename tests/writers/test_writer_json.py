"""JSON as the interface promises it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from leadreturns.reports.table import Amount, Column, Table
from leadreturns.writers.json_writer import table_json, to_json


def test_money_and_rates_are_texts_and_keys_keep_their_order() -> None:
    value = {"status": "recorded", "credits": [{"currency": "USD", "amount": Amount(11386559, "USD")}], "rows": 297}

    assert to_json(value) == (
        '{\n  "status": "recorded",\n  "credits": [\n    {\n      "currency": "USD",\n'
        '      "amount": "113865.59"\n    }\n  ],\n  "rows": 297\n}\n'
    )


def test_other_values() -> None:
    value = {"yen": Amount(1200, "JPY"), "on": date(2026, 10, 12), "none": None, "yes": True, "list": (1, "ü")}

    assert json.loads(to_json(value)) == {
        "yen": "1200",
        "on": "2026-10-12",
        "none": None,
        "yes": True,
        "list": [1, "ü"],
    }
    assert "ü" in to_json(value)


def test_a_float_is_refused_because_money_may_hide_in_it() -> None:
    with pytest.raises(TypeError, match="float"):
        to_json({"amount": 12.5})


def test_rows_and_totals_are_objects() -> None:
    columns = [
        Column("buyer", "Buyer", "id"),
        Column("currency", "Currency", "text"),
        Column("return_rate", "Rate", "rate"),
        Column("share", "", "bar"),
        Column("credits", "Credits", "money"),
        Column("months", "Months", "spark"),
    ]
    table = Table(
        "roi",
        "ROI",
        columns,
        [("acme", "USD", "0.123000", "0.1", Amount(1050, "USD"), (1, 2))],
        [(None, "USD", None, None, Amount(1050, "USD"), None)],
    )

    assert table_json(table) == {
        "rows": [{"buyer": "acme", "currency": "USD", "return_rate": "0.123000", "credits": "10.50"}],
        "totals": [{"currency": "USD", "return_rate": None, "credits": "10.50"}],
    }


def test_every_text_comes_back_and_none_commands_a_terminal(
    hostile_texts: list[str], table_of: Callable[[list[str]], Table], commands_in: Callable[[str], list[str]]
) -> None:
    text = to_json(table_json(table_of(hostile_texts)))

    assert commands_in(text) == []
    assert [row["reason"] for row in json.loads(text)["rows"]] == hostile_texts
    text.encode()
