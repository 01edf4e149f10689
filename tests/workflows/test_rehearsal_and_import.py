"""What `policy simulate` says other terms would have come to is what an import under them comes to, row by row."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk import Desk, new_desk

HEAD = """\
version  = 1
currency = "USD"
timezone = "America/New_York"

[calendar]
holidays = ["2026-10-12"]
[reasons.disc]
aliases  = ["dead phone"]
evidence = ["call_attempts"]
min_call_attempts = 2
[reasons.dup]
label  = "Duplicate"
credit = "50%"
[reasons.no_answer]
valid = false
"""
WORDS = {
    "window": ['"10 days"', '"72 hours"', '"3 business days"', '"until day 5 of next month"', '"0 days"'],
    "counted_from": ['"delivered"'],
    "counted_to": ['"received"'],
    "deadline": ['"exact"'],
    "max_lag": ['"3 days"', '"2 business days"'],
    "late": ['"review"'],
    "reasons": ['["disc", "dup"]', '["disc"]'],
    "unknown_reason": ['"reject"', '"accept"'],
    "unknown_lead": ['"review"'],
    "duplicate_lookback": ['"30 days"', '"3 days"'],
    "roll_forward": ["true"],
    "cap": ['"2 returns per month"', '"20% of sales per month"', '["4 returns per month", "9% of revenue per month"]'],
    "cap_counts": ['"requested"'],
    "cap_scope": ['"buyer and campaign"'],
    "cap_rounding": ['"up"'],
    "over_cap": ['"reject"'],
    "approval": ['"auto"'],
    "credit": ['"33.3%"'],
    "clawback": ['"as credit"', '"70%"'],
}
BLOCKS = [
    '[suppliers.leadco]\nclawback = "100%"\nwindow = "8 days"\nreasons = ["disc"]\n',
    '[[auto_approve]]\nname = "a"\nreturn_rate = "below 15%"\nwithin = "3 days"\n',
    '[[always_review]]\nname = "b"\nprice = "from 95.00"\n',
    '[[auto_reject]]\nname = "c"\nreturn_rate = "above 30%"\n',
]
LEDGER = "lead_id,buyer,campaign,supplier,sold_at,delivered_at,price,payout,phone\n" + "".join(
    f"L{n},{'bolt' if n % 3 == 0 else 'acme'},{('solar', 'roof', '')[n % 3 - n % 2]},{('leadco', 'webby')[n % 2]},"
    f"2026-10-{1 + n % 20:02d}{f' {n % 24:02d}:{7 * n % 60:02d}' if n % 5 else ''},"
    f"{f'2026-10-{2 + n % 20:02d} 10:00' if n % 4 == 0 else ''},{13 * n % 120}.{n:02d},{n}.00,1415555{2000 + n % 12}\n"
    for n in range(30)
)
SECTION = st.dictionaries(st.sampled_from(sorted(WORDS)), st.integers(0, 5), max_size=8)
TERMS = st.tuples(SECTION, SECTION, SECTION, SECTION, st.sets(st.sampled_from(BLOCKS)))
ROW = st.tuples(
    st.integers(0, 31),
    st.sampled_from(["", "2026-10-05", "2026-10-09 08:30", "2026-10-13", "2026-10-20", "2026-10-25 23:00"]),
    st.sampled_from(["disc", "dead phone", "dup", "no_answer", "weird"]),
    st.integers(0, 3),
)
FILES = st.lists(st.lists(ROW, min_size=1, max_size=12), min_size=1, max_size=3)


def policies(terms: Any) -> str:
    *sections, blocks = terms
    names = ["[terms]", "[campaigns.solar]", "[buyers.acme]"]
    names.append('[[contracts]]\nbuyer = "acme"\nreference = "IO"\nfrom = 2026-10-05\nuntil = 2026-10-15')
    told = [
        "\n".join([name, *(f"{key} = {WORDS[key][at % len(WORDS[key])]}" for key, at in section.items())])
        for name, section in zip(names, sections, strict=True)
    ]
    return HEAD + "\n".join([*told, *sorted(blocks)])


def imported(desk: Desk, files: list[list[Any]]) -> dict[tuple[int, int], tuple[str, str]]:
    """Batch and row of each return → how it stands and what was credited."""
    desk.ledger(LEDGER)
    for number, rows in enumerate(files):
        lines = [f"L{lead},{requested},{reason},{calls},{number}" for lead, requested, reason, calls in rows]
        text = "\n".join(["lead_id,requested_at,reason,call_attempts,comment", *lines]) + "\n"
        told = desk.returns(text, "--any-buyer", "--received", f"2026-10-2{6 + number}", name=f"f{number}.csv")
        assert told["status"] == "recorded", told
    return {(each["batch"], each["row"]): standing(each) for each in desk.read_json("returns", "list")["returns"]}


def standing(each: Any) -> tuple[str, str]:
    return each["outcome"], each["credit"] if each["outcome"] == "approved" else "0.00"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(was=TERMS, new=TERMS, files=FILES)
def test_a_rehearsal_comes_to_what_an_import_comes_to(
    tmp_path_factory: pytest.TempPathFactory, was: Any, new: Any, files: list[list[Any]]
) -> None:
    folder = tmp_path_factory.mktemp("pair")
    recorded, other = new_desk(folder / "was", policies(was)), new_desk(folder / "new", policies(new))
    stands, wanted = imported(recorded, files), imported(other, files)
    before = recorded.content()
    recorded.file("new.toml", policies(new))
    found = recorded.read_json("policy", "simulate", "new.toml", "--detail")
    for each in found["rows"]:
        assert stands[each["batch"], each["row"]][0] == each["before"]
        stands[each["batch"], each["row"]] = (each["after"], each["credit_after"] or "0.00")
    assert stands == wanted
    assert recorded.content() == before
