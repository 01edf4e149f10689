"""`policy simulate` where persons decided: their word acts only where the new terms leave a return to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.desk import Desk, new_desk

HEAD = 'version = 1\ncurrency = "USD"\ntimezone = "America/New_York"\n'
REVIEW = HEAD + "[terms]\nwindow = '60 days'\n"
AUTO = REVIEW + "approval = 'auto'\n"
TWO = AUTO + "cap = '2 returns per month'\nover_cap = 'reject'\n"
LEDGER = "lead_id,buyer,sold_at,price,payout,supplier\n" + "".join(
    f"{lead},acme,2026-10-01,{price}.00,40.00,webby\n" for lead, price in (("A", 100), ("B", 50), ("C", 50), ("D", 100))
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = new_desk(tmp_path / "w", REVIEW)
    made.ledger(LEDGER)
    return made


def batch(desk: Desk, *rows: str, received: str = "2026-10-20") -> None:
    text = "lead_id,reason,requested_at\n" + "".join(f"{row}\n" for row in rows)
    count = len(desk.query("SELECT id FROM batches"))
    told = desk.returns(text, "--buyer", "acme", "--received", received, name=f"r{count}.csv")
    assert told["status"] == "recorded"


def after(desk: Desk, terms: str) -> tuple[dict[int, str], tuple[str, str], tuple[str, str]]:
    """How each return would stand; credit and clawback before and after."""
    stands = {each["id"]: each["outcome"] for each in desk.read_json("returns", "list")["returns"]}
    path = desk.file("new.toml", terms)
    for each in desk.read_json("policy", "simulate", path, "--detail")["rows"]:
        assert stands[each["id"]] == each["before"]
        stands[each["id"]] = each["after"]
    (total,) = desk.read_json("policy", "simulate", path)["totals"]
    credit, clawback = ((total[f"{of}_before"], total[f"{of}_after"]) for of in ("credit", "clawback"))
    return stands, credit, clawback


def approved_by_persons(desk: Desk) -> None:
    batch(desk, "A,x,2026-10-03")
    desk.run("review", "approve", 1).ok()
    batch(desk, "B,x,2026-10-05", "C,x,2026-10-05")


def test_approvals_that_the_new_terms_replace_count_once_against_their_cap(desk: Desk) -> None:
    approved_by_persons(desk)
    desk.run("review", "approve", 2, 3).ok()
    stands, credit, _ = after(desk, TWO)
    assert stands == {1: "approved", 2: "approved", 3: "rejected"}
    assert credit == ("200.00", "150.00")


def test_an_approval_that_the_new_terms_turn_down_uses_up_no_cap(desk: Desk) -> None:
    approved_by_persons(desk)
    stands, credit, _ = after(desk, TWO + "[[auto_reject]]\nname = 'dear'\nprice = 'from 100.00'\n")
    assert stands == {1: "rejected", 2: "approved", 3: "approved"}
    assert credit == ("100.00", "100.00")


def test_a_reversal_of_what_the_new_terms_approve_did_not_happen(desk: Desk) -> None:
    """The sale is credited once: the return that was approved in its place finds it returned already."""
    desk.policies(AUTO)
    batch(desk, "A,x,2026-10-03")
    desk.run("review", "reverse", 1, "--because", "wrong").ok()
    batch(desk, "A,y,2026-10-05")
    desk.run("review", "approve", 2).ok()
    stands, credit, _ = after(desk, AUTO)
    assert stands == {1: "approved", 2: "rejected"}
    assert credit == ("100.00", "100.00")


def test_an_approval_that_no_longer_exists_turns_nothing_down(desk: Desk) -> None:
    known = REVIEW.replace("[terms]", "[reasons.bad]\n[reasons.good]\n[terms]")
    desk.policies(known)
    batch(desk, "A,bad,2026-10-03")
    desk.run("review", "approve", 1).ok()
    batch(desk, "A,good,2026-10-06")
    stands, credit, _ = after(desk, known.replace("[reasons.bad]", "[reasons.bad]\nvalid = false"))
    assert stands == {1: "rejected", 2: "review"}
    assert credit == ("100.00", "0.00")


def test_what_a_person_approved_posts_under_the_new_terms(desk: Desk) -> None:
    batch(desk, "A,x,2026-10-03", "D,x,2026-10-03")
    desk.run("review", "approve", 1, 2).ok()
    stands, credit, clawback = after(desk, REVIEW + "credit = '50%'\nclawback = '100%'\n")
    assert stands == {1: "approved", 2: "approved"}
    assert (credit, clawback) == (("200.00", "100.00"), ("0.00", "80.00"))
    told = desk.run("policy", "simulate", "new.toml").ok().out
    assert "2 of 2 returns would stand otherwise; 100.00 USD less credited, 80.00 USD more clawed back." in told


def test_a_person_cannot_settle_an_ambiguous_return_on_a_sale_that_is_credited_by_then(desk: Desk) -> None:
    """Under the new window the first return is approved, so the second one cannot be settled on its sale."""
    desk.policies(AUTO.replace("60 days", "1 day"))
    desk.ledger(
        LEDGER + "A1,acme,2026-10-01,100.00,40.00,webby\na1,acme,2026-10-01,70.00,20.00,webby\n", name="more.csv"
    )
    batch(desk, "A1,x,2026-10-05", "A 1,x,2026-10-02")
    listed = {each["id"]: each["outcome"] for each in desk.read_json("returns", "list")["returns"]}
    assert listed == {1: "rejected", 2: "review"}
    sale = desk.query("SELECT id FROM sales WHERE lead_id = 'A1'")[0][0]
    desk.run("review", "approve", 2, "--sale", sale).ok()
    assert after(desk, AUTO.replace("60 days", "1 day"))[0] == {1: "rejected", 2: "approved"}
    stands, credit, _ = after(desk, AUTO)
    assert stands == {1: "approved", 2: "review"}
    assert credit == ("100.00", "100.00")


def test_a_return_put_back_in_review_waits_again(desk: Desk) -> None:
    batch(desk, "A,x,2026-10-03")
    desk.run("review", "reject", 1, "--because", "no").ok()
    desk.run("returns", "redecide", 1).ok()
    assert after(desk, REVIEW)[0] == {1: "review"}
    assert after(desk, AUTO)[:2] == ({1: "approved"}, ("0.00", "100.00"))


def test_an_approval_outside_the_months_uses_up_no_cap_where_the_sale_is_credited_already(desk: Desk) -> None:
    desk.policies(AUTO.replace("60 days", "1 day"))
    batch(desk, "A,x,2026-10-05")
    batch(desk, "A,x,2026-10-06", received="2026-11-01")
    desk.run("review", "approve", 2).ok()
    batch(desk, "B,x,2026-10-05", "C,x,2026-10-05")
    path = desk.file("new.toml", TWO)
    found = desk.read_json("policy", "simulate", path, "--to", "2026-10", "--detail")["rows"]
    assert [(each["id"], each["after"]) for each in found] == [(1, "approved"), (3, "approved")]


ACT = st.tuples(st.sampled_from(["approve", "approve", "reject", "reverse"]), st.integers(0, 30))
FILES = st.lists(
    st.tuples(
        st.lists(
            st.tuples(st.integers(0, 9), st.integers(1, 16), st.sampled_from(["disc", "dup", "weird", "never"])),
            min_size=1,
            max_size=8,
        ),
        st.lists(ACT, max_size=5),
    ),
    min_size=1,
    max_size=3,
)
REASONS = "[reasons.disc]\n[reasons.dup]\ncredit = '50%'\n[reasons.never]\nvalid = false\n"
KEYS = st.fixed_dictionaries(
    {},
    optional={
        "window": st.sampled_from(["'10 days'", "'4 days'"]),
        "approval": st.just("'auto'"),
        "cap": st.sampled_from(["'1 returns per month'", "'30% of sales per month'", "'20% of revenue per month'"]),
        "cap_counts": st.just("'requested'"),
        "over_cap": st.just("'reject'"),
        "late": st.just("'review'"),
        "unknown_reason": st.sampled_from(["'reject'", "'accept'"]),
        "reasons": st.just("['disc']"),
        "credit": st.just("'30%'"),
        "clawback": st.just("'100%'"),
    },
)
SALES = "lead_id,buyer,sold_at,price,payout,supplier\n" + "".join(
    f"L{number},acme,2026-10-0{1 + number % 5},{10 + 7 * number}.00,5.00,webby\n" for number in range(10)
)


def text_of(keys: dict[str, str]) -> str:
    return HEAD + REASONS + "[terms]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


def outcomes(desk: Desk) -> dict[int, tuple[str, str]]:
    return {
        each["id"]: (each["outcome"], each["credit"] if each["outcome"] == "approved" else "0.00")
        for each in desk.read_json("returns", "list")["returns"]
    }


def lived(was: Desk, new: Desk, files: list[Any]) -> None:
    """Both desks import the same files; what persons do at the first is done at the second where it asks for it."""
    for desk in (was, new):
        desk.ledger(SALES)
    asked: set[int] = set()
    for number, (rows, acts) in enumerate(files):
        lines = "".join(f"L{lead},2026-10-{day:02d},{reason},{number}\n" for lead, day, reason in rows)
        for desk in (was, new):
            text = "lead_id,requested_at,reason,comment\n" + lines
            done = desk.returns(text, "--buyer", "acme", "--received", "2026-10-20", name=f"f{number}.csv")
            assert done["status"] == "recorded"
        first = len(outcomes(new)) - len(rows)
        asked |= {each for each, (outcome, _) in outcomes(new).items() if each > first and outcome == "review"}
        for verb, at in acts:
            wanted = 1 + at % len(outcomes(was))
            because = ["--because", "so"] if verb != "approve" else []
            if was.run("review", verb, wanted, *because).code == 0 and wanted in asked:
                told(new, verb, wanted)


def told(desk: Desk, verb: str, wanted: int) -> None:
    """What a person said about a return is said of it as it stands here; an approval may be refused."""
    stands = outcomes(desk)[wanted][0]
    if verb == "approve":
        assert desk.run("review", "approve", wanted).code in (0, 3)
    elif stands != "rejected":
        desk.run("review", "reverse" if stands == "approved" else "reject", wanted, "--because", "so").ok()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=KEYS, text=KEYS, files=FILES)
def test_a_rehearsal_comes_to_what_the_same_days_come_to_under_the_new_terms(
    tmp_path_factory: pytest.TempPathFactory, old: dict[str, str], text: dict[str, str], files: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("days")
    was, new = new_desk(folder / "was", text_of(old)), new_desk(folder / "new", text_of(text))
    lived(was, new, files)
    stands = outcomes(was)
    for each in was.read_json("policy", "simulate", was.file("new.toml", text_of(text)), "--detail")["rows"]:
        assert stands[each["id"]][0] == each["before"]
        stands[each["id"]] = (each["after"], each["credit_after"] or "0.00")
    assert stands == outcomes(new)


def test_a_persons_decision_that_stands_is_named_with_its_reason(desk: Desk) -> None:
    """Both are left to a person by the new terms, too; only the money of the approvals changes."""
    batch(desk, "A,x,2026-10-03", "B,x,2026-10-05")
    desk.run("review", "approve", 1, "--because", "the call is on the recording").ok()
    desk.run("review", "approve", 2).ok()
    listed = {each["id"]: each["explanation"] for each in desk.read_json("returns", "list")["returns"]}
    path = desk.file("new.toml", REVIEW + "credit = '50%'\n")
    found = desk.read_json("policy", "simulate", path, "--detail")["rows"]
    assert {each["id"]: each["explanation"] for each in found} == listed
    assert "the call is on the recording" in listed[1]
    for kind in ("table", "csv"):
        told = desk.run("policy", "simulate", path, "--detail", "--format", kind).ok().out
        assert all(explanation in told for explanation in listed.values())
        assert "In review" not in told


def test_a_decision_that_the_new_terms_replace_is_explained_by_them(desk: Desk) -> None:
    batch(desk, "A,x,2026-10-03")
    desk.run("review", "reject", 1, "--because", "no").ok()
    (found,) = desk.read_json("policy", "simulate", desk.file("new.toml", AUTO), "--detail")["rows"]
    assert (found["before"], found["after"]) == ("rejected", "approved")
    assert found["explanation"] == "Approved: nothing speaks against it."
