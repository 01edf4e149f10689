"""docs/terms.md: every block is what `policy check` accepts without a word, and every clause has an answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadreturns.core.policy_check import SalesSeen, warnings_of
from leadreturns.readers import policy_keys
from leadreturns.readers.policy_file import parse_policies

PAGE = (Path(__file__).parents[1] / "docs" / "terms.md").read_text(encoding="utf-8")
HEAD, *BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
ROWS = {
    part.partition("\n")[0]: re.findall(r"^\| (?!clause )(.+?) \| (.+) \|$", part, re.MULTILINE)
    for part in PAGE.split("\n## ")[1:]
}
TERM_KEYS = {*policy_keys.TERM_KEYS, *policy_keys.CONTRACT_OWN_KEYS, *policy_keys.block_keys("USD")}


@pytest.mark.parametrize("block", BLOCKS, ids=[block.split("\n")[0] for block in BLOCKS])
def test_each_block_is_accepted_without_a_warning(block: str) -> None:
    assert warnings_of(parse_policies(HEAD + block), SalesSeen()) == []


def test_every_key_that_decides_anything_stands_in_a_block() -> None:
    written = set(re.findall(r"^(\w+) +?= ", "\n".join(BLOCKS), re.MULTILINE))
    written |= set(re.findall(r"^(\w+) *= ", "\n".join(BLOCKS), re.MULTILINE))
    assert TERM_KEYS | set(policy_keys.REASON_KEYS) | set(policy_keys.CALENDAR_KEYS) <= written


def test_every_clause_says_how_it_is_written_or_why_it_cannot_be() -> None:
    assert {title: len(rows) for title, rows in ROWS.items()} == {
        "Windows": 13,
        "Reasons": 19,
        "Evidence and duties": 7,
        "Caps": 8,
        "Money": 11,
        "Suppliers": 5,
    }
    for rows in ROWS.values():
        for clause, answer in rows:
            assert re.search(r"`[^`]+`|[Nn]ot supported|As for the area|The same:|A reason of its own", answer), clause


def test_every_term_in_the_words_of_the_page_is_one() -> None:
    """`window = "72 hours"` in a sentence is read as it would be in [terms], a reason or a block."""
    readers = {**policy_keys.block_keys("USD"), **policy_keys.REASON_KEYS, **policy_keys.TERM_KEYS}
    found = re.findall(r'`(\w+) = ("[^"`]*"|true|false|[0-9]+)`', PAGE)
    assert len(found) > 40
    for key, value in found:
        plain = {"true": True, "false": False}.get(value, int(value) if value.isdigit() else value.strip('"'))
        readers[key](plain)
