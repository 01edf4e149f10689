"""What --inspect shows of a file, and what --learn writes of it."""

from __future__ import annotations

import tomllib

import pytest
from tomlkit.exceptions import ParseError

from leadreturns.readers.inspection import HeadingSeen, Inspection, inspect_returns
from leadreturns.readers.learned import learned_text
from leadreturns.readers.policy_file import parse_policies
from tests.readers.typed_rows import copy_of, reading

FILE = (
    "Acme returns\n"
    "Ref #;ID;Disposition;Return Date;;Agent\n"
    "L-1;7;dup;25/10/2026;x;Ann\n"
    "L-2;8;disc;03/11/2026;;Ann\n"
    "L-3;9;disc;31/02/2026;;Bob\n"
    "Total;3;;;;\n"
)


def inspected(content: str = FILE, **said: object) -> Inspection:
    with copy_of(content) as copy:
        return inspect_returns(copy, reading(mapping={"lead_id": "Ref #"}, **said))


def test_how_a_file_is_read() -> None:
    seen = inspected()
    assert (seen.kind, seen.encoding, seen.delimiter, seen.sheet, seen.header_row) == ("csv", "utf-8", ";", "", 2)
    assert list(seen.headings) == [
        HeadingSeen("Ref #", "lead_id", "", ("L-1", "L-2")),
        HeadingSeen("ID", "", "could be lead_id, but another column is named for it", ("7", "8")),
        HeadingSeen("Disposition", "reason", "", ("dup", "disc")),
        HeadingSeen("Return Date", "requested_at", "", ("25/10/2026", "03/11/2026")),
        HeadingSeen("", "", "has no heading", ("x",)),
        HeadingSeen("Agent", "", "names no known field", ("Ann", "Bob")),
    ]
    assert (seen.rows, seen.unreadable, seen.skipped) == (3, 1, {"title": 1, "total": 1})
    assert seen.date_orders["Return Date"].order == "dmy"
    assert "25/10/2026" in seen.date_orders["Return Date"].how
    assert [problem.code for problem in seen.problems] == ["bad_date"]
    assert [row.row for row in seen.first_rows] == [3, 4, 5]
    assert {note.code for note in seen.notes} >= {"heading_ignored", "skipped_total", "skipped_title"}


def test_only_the_first_rows_and_problems_are_shown() -> None:
    seen = inspected("Ref #,Return Date\n" + "L-1,never\n" * 30 + "L-2,2026-10-01\n" * 30)
    assert (len(seen.first_rows), len(seen.problems), seen.rows, seen.unreadable) == (5, 20, 60, 30)


POLICIES = """\
version = 1
# house terms
[terms]
window = "10 days"   # ten

[buyers.acme]   # our best
window = "14 days"  # more for them
columns = { comment = "Why so" }  # since May
rows_where = { "Returned?" = ["yes"] }

# the contracts
[[contracts]]
buyer = "acme"
window = "5 business days"
"""


def test_a_mapping_is_learned_and_every_comment_kept() -> None:
    text = learned_text(POLICIES, "Acme", {"lead_id": "Ref #", "reason.disc": 'Phone "disc"'}, "dmy")
    section = tomllib.loads(text)["buyers"]["acme"]
    assert section["columns"] == {"comment": "Why so", "lead_id": "Ref #", "reason.disc": 'Phone "disc"'}
    assert section["date_order"] == "dmy"
    assert text.index("date_order") < text.index("# the contracts")
    changed = [line for line in text.splitlines() if line not in POLICIES.splitlines()]
    assert len(changed) == 2
    assert changed[0].endswith("# since May")
    settings = parse_policies(text).file_settings("acme")
    assert settings.columns["reason.disc"] == 'Phone "disc"'
    assert settings.date_order == "dmy"


@pytest.mark.parametrize("buyer", ['Crest & Co. "West"', "acme.west", "b"])
def test_a_buyer_without_a_section_gets_one(buyer: str) -> None:
    text = learned_text(POLICIES, buyer, {"lead_id": "Ref #"})
    assert text.startswith(POLICIES.rstrip())
    assert tomllib.loads(text)["buyers"][buyer] == {"columns": {"lead_id": "Ref #"}}
    again = learned_text(text, buyer, {"lead_id": "Ref"})
    assert tomllib.loads(again)["buyers"][buyer] == {"columns": {"lead_id": "Ref"}}


@pytest.mark.parametrize("text", ["", "version = 1", 'buyers = { a = { window = "3 days" } }\n', "[buyers]\n"])
def test_other_ways_to_write_the_buyers(text: str) -> None:
    learned = tomllib.loads(learned_text(text, "b", {"lead_id": "Ref #"}, "mdy"))
    assert learned["buyers"]["b"] == {"columns": {"lead_id": "Ref #"}, "date_order": "mdy"}
    assert set(tomllib.loads(text)) <= set(learned)


@pytest.mark.parametrize(
    ("content", "mapping", "columns", "learned"),
    [
        ("Lead ID,Reason\nL-1,dup\n", {}, {}, {}),
        ("Ref #,Why not\nL-1,dup\n", {"reason": "Why not"}, {}, {"reason": "Why not"}),
        ("Lead ID,Why not\nL-1,dup\n", {"reason": "why NOT"}, {}, {"reason": "Why not"}),
        ("Lead ID,Reason\nL-1,dup\n", {"reason": "Reason"}, {}, {}),
        ("Lead ID,Why not,Reason\nL-1,dup,x\n", {"reason": "Why not"}, {}, {"reason": "Why not"}),
        ("Kd,Why not\nL-1,dup\n", {"reason": "Why not"}, {"lead_id": "Kd"}, {"reason": "Why not"}),
        ("Kd,Why not\nL-1,dup\n", {}, {"lead_id": "Kd", "reason": "Why not"}, {}),
        ("Lead ID,Grund X,Reason\nL-1,a,b\n", {"reason": "Reason"}, {"reason": "Grund X"}, {"reason": "Reason"}),
        ("Lead ID,Disc\nL-1,x\n", {"reason.disc": "Disc"}, {}, {"reason.disc": "Disc"}),
        ("ID,Lead Ref,Reason\n1,L-1,dup\n", {"lead_id": "Lead Ref"}, {}, {"lead_id": "Lead Ref"}),
    ],
)
def test_only_what_the_headings_do_not_say_themselves_is_learned(
    content: str, mapping: dict[str, str], columns: dict[str, str], learned: dict[str, str]
) -> None:
    with copy_of(content) as copy:
        found = inspect_returns(copy, reading(mapping=mapping, settings={"columns": columns}))
    assert found.learnable == learned


def test_a_text_that_is_no_toml() -> None:
    with pytest.raises(ParseError):
        learned_text("version = ", "b", {"lead_id": "Ref #"})
