"""`returns redecide`: today's terms on old returns. The times stay, the old decisions stay, nothing counts itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk, new_desk

HEAD = 'version = 1\ncurrency = "USD"\ntimezone = "UTC"\n'
SALES = """\
lead_id,buyer,sold_at,price,payout,supplier
L1,acme,2026-10-01,50.00,20.00,leadco
L2,acme,2026-10-02,60.00,25.00,leadco
L3,acme,2026-10-03,70.00,30.00,leadco
L4,acme,2026-10-04,80.00,35.00,leadco
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = new_desk(tmp_path / "w", HEAD + "[terms]\nwindow = '10 days'\napproval = 'auto'\nclawback = '100%'\n")
    made.ledger(SALES)
    return made


def terms(desk: Desk, text: str) -> None:
    desk.policies(HEAD + text)


def standing(desk: Desk) -> dict[int, tuple[str, str]]:
    """By return: outcome and leading finding."""
    listed = desk.read_json("returns", "list")["returns"]
    return {each["id"]: (each["outcome"], (each["findings"] or [{"code": ""}])[0]["code"]) for each in listed}


def test_a_new_decision_cites_the_old_one_and_both_stay_on_record(desk: Desk) -> None:
    desk.returns("lead_id,requested_at\nL1,2026-10-20\n", "--buyer", "acme")
    assert standing(desk) == {1: ("rejected", "too_late")}
    before = desk.query("SELECT * FROM decisions")
    terms(desk, "[terms]\nwindow = '20 days'\napproval = 'auto'\n")
    done = desk.read_json("returns", "redecide", 1)
    assert [(each["before"], each["outcome"], each["credit"]) for each in done["returns"]] == [
        ("rejected", "approved", "50.00")
    ]
    assert desk.query("SELECT * FROM decisions WHERE id = 1") == before
    assert desk.query("SELECT cites, decided_by FROM decisions WHERE id = 2") == [(1, "policy")]
    digests = desk.query("SELECT DISTINCT policy_id FROM decisions ORDER BY 1")
    assert digests == [(1,), (2,)]
    desk.check()


def test_the_texts_of_both_policies_are_kept_and_listed(desk: Desk) -> None:
    desk.returns("lead_id,requested_at\nL1,2026-10-20\n", "--buyer", "acme")
    terms(desk, "[terms]\nwindow = '20 days'\n")
    desk.run("returns", "redecide", 1).ok()
    kept = desk.read_json("store", "info")["policies"]
    assert [(each["batches"], each["decisions"]) for each in kept] == [(1, 1), (0, 1)]
    texts = [text for (text,) in desk.query("SELECT text FROM policies ORDER BY id")]
    assert "10 days" in texts[0]
    assert "20 days" in texts[1]
    shown = desk.read_json("batch", "show", 1)
    assert shown["policy"] == kept[0]["digest"]


def test_requested_and_received_times_stay(desk: Desk) -> None:
    """Under a window that counts to the receipt, the receipt of then counts, not today."""
    desk.returns("lead_id,requested_at\nL1,2026-10-05\n", "--buyer", "acme", "--received", "2026-10-12")
    terms(desk, "[terms]\nwindow = '10 days'\ncounted_to = 'received'\napproval = 'auto'\n")
    desk.run("review", "reverse", 1, "--because", "by mistake").ok()
    desk.run("returns", "redecide", 1).ok()
    facts = desk.read_json("returns", "show", 1)["findings"][0]["facts"]
    assert facts["requested"] == "2026-10-12T23:59:59+00:00"
    assert facts["late"] == "1 day"


def test_a_return_is_not_in_its_own_way(desk: Desk) -> None:
    terms(desk, "[terms]\nwindow = '10 days'\n")
    desk.returns("lead_id,requested_at\nL1,2026-10-05\n", "--buyer", "acme")
    assert standing(desk) == {1: ("review", "needs_approval")}
    desk.run("returns", "redecide", 1).ok()
    assert standing(desk) == {1: ("review", "needs_approval")}
    terms(desk, "[terms]\nwindow = '10 days'\napproval = 'auto'\n")
    desk.run("returns", "redecide", 1).ok()
    assert standing(desk) == {1: ("approved", "")}


def test_a_return_does_not_take_its_own_place_under_a_cap(desk: Desk) -> None:
    capped = "[terms]\nwindow = '10 days'\ncap = '1 returns per month'\ncap_counts = 'requested'\n"
    terms(desk, capped)
    desk.returns("lead_id,requested_at\nL1,2026-10-05\n", "--buyer", "acme")
    terms(desk, capped + "approval = 'auto'\n")
    desk.run("returns", "redecide", 1).ok()
    assert standing(desk) == {1: ("approved", "")}


def test_the_others_of_the_buyer_do_take_places(desk: Desk) -> None:
    capped = "[terms]\nwindow = '10 days'\napproval = 'auto'\ncap = '2 returns per month'\n"
    terms(desk, capped + "over_cap = 'reject'\n")
    desk.returns(
        "lead_id,requested_at\nL1,2026-10-05\nL2,2026-10-05\nL3,2026-10-05\nL4,2026-10-05\n", "--buyer", "acme"
    )
    assert [outcome for outcome, _ in standing(desk).values()] == ["approved", "approved", "rejected", "rejected"]
    terms(desk, capped.replace("2 returns", "3 returns"))
    desk.run("returns", "redecide", 4, 3).ok()
    assert standing(desk)[3] == ("approved", "")
    assert standing(desk)[4] == ("review", "over_cap")
    desk.check()


def test_an_earlier_approval_stays_in_the_way(desk: Desk) -> None:
    desk.returns("lead_id,requested_at\nL1,2026-10-05\n", "--buyer", "acme")
    desk.returns("lead_id,requested_at\nL1,2026-10-06\n", "--buyer", "acme")
    assert standing(desk)[2] == ("rejected", "already_returned")
    desk.run("returns", "redecide", 2).ok()
    assert standing(desk)[2] == ("rejected", "already_returned")
    desk.run("review", "reverse", 1, "--because", "the recording says otherwise").ok()
    desk.run("returns", "redecide", 2).ok()
    assert standing(desk)[2] == ("review", "already_requested")


def test_two_of_one_sale_redecided_together_are_decided_in_their_order(desk: Desk) -> None:
    desk.returns("lead_id,requested_at\nL1,2026-10-20\n", "--buyer", "acme")
    desk.returns("lead_id,requested_at\nL1,2026-10-21\n", "--buyer", "acme")
    terms(desk, "[terms]\nwindow = '30 days'\napproval = 'auto'\n")
    desk.run("returns", "redecide", 2, 1).ok()
    assert standing(desk) == {1: ("approved", ""), 2: ("rejected", "already_returned")}
    desk.check()


def test_a_sale_that_came_later_is_found(desk: Desk) -> None:
    desk.returns("lead_id,requested_at\nL9,2026-10-05\n", "--buyer", "acme")
    assert standing(desk) == {1: ("rejected", "unknown_lead")}
    imported = desk.run("ledger", "import", desk.file("more.csv", SALES + "L9,acme,2026-10-01,90.00,40.00,leadco\n"))
    assert "leadreturns returns redecide 1" in imported.err
    desk.run("returns", "redecide", 1).ok()
    assert standing(desk) == {1: ("approved", "")}
    assert desk.query("SELECT sum(amount_minor) FROM adjustments") == [(13_000,)]
    desk.check()


def test_an_ambiguous_return_stays_ambiguous_and_keeps_its_list(desk: Desk) -> None:
    desk.ledger(SALES + "L1,acme,2026-10-01,55.00,20.00,otherco\n".replace("L1,acme", "l1,acme"), name="twins.csv")
    desk.returns("lead_id,requested_at\nL 1,2026-10-05\n", "--buyer", "acme")
    assert standing(desk) == {1: ("review", "ambiguous_match")}
    desk.run("returns", "redecide", 1).ok()
    facts = desk.read_json("returns", "show", 1)["findings"][0]["facts"]
    assert facts["count"] == 2
    sale = facts["sales"][1]["sale"]
    desk.run("review", "approve", 1, "--sale", sale).ok()
    assert standing(desk)[1][0] == "approved"
    desk.check()


def test_returns_of_a_void_batch_are_refused_and_nothing_changes(desk: Desk) -> None:
    desk.returns("lead_id,requested_at\nL1,2026-10-20\nL2,2026-10-20\n", "--buyer", "acme")
    desk.returns("lead_id,requested_at\nL3,2026-10-20\n", "--buyer", "acme")
    desk.run("batch", "void", 1, "--because", "wrong file", "--yes").ok()
    before = desk.content()
    refused = desk.run("returns", "redecide", 3, 1)
    assert refused.code == 3
    assert "1 is void" in refused.err
    assert desk.content() == before


def test_an_approved_one_is_refused_and_so_are_all_named_with_it(desk: Desk) -> None:
    desk.returns("lead_id,requested_at\nL1,2026-10-05\nL2,2026-10-20\n", "--buyer", "acme")
    before = desk.content()
    refused = desk.run("returns", "redecide", 2, 1)
    assert refused.code == 3
    assert "1 is approved" in refused.err
    assert "review reverse" in refused.err
    assert desk.run("returns", "redecide", 99).code == 3
    assert desk.content() == before


def test_a_void_batch_is_out_of_the_way_of_those_decided_anew(desk: Desk) -> None:
    desk.returns("lead_id,requested_at\nL1,2026-10-05\n", "--buyer", "acme")
    desk.returns("lead_id,requested_at\nL1,2026-10-06\n", "--buyer", "acme")
    desk.run("batch", "void", 1, "--because", "wrong file", "--yes").ok()
    assert standing(desk)[2] == ("rejected", "already_returned")
    desk.run("returns", "redecide", 2).ok()
    assert standing(desk)[2] == ("approved", "")
    desk.check()


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    desk.returns("lead_id,requested_at\nL1,2026-10-20\n", "--buyer", "acme")
    terms(desk, "[terms]\nwindow = '30 days'\napproval = 'auto'\n")
    before = desk.content()
    assert desk.read_json("returns", "redecide", 1, "--dry-run")["returns"][0]["outcome"] == "approved"
    assert desk.content() == before


def test_what_a_person_rejected_can_be_decided_anew(desk: Desk) -> None:
    terms(desk, "[terms]\nwindow = '10 days'\n")
    desk.returns("lead_id,requested_at\nL1,2026-10-05\n", "--buyer", "acme")
    desk.run("review", "reject", 1, "--because", "no proof").ok()
    terms(desk, "[terms]\nwindow = '10 days'\napproval = 'auto'\n")
    desk.run("returns", "redecide", 1).ok()
    authors = [decided_by.split(":")[0] for (decided_by,) in desk.query("SELECT decided_by FROM decisions ORDER BY id")]
    assert authors == ["policy", "user", "policy"]
    assert standing(desk)[1][0] == "approved"
