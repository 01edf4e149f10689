"""The daily act: what a file comes to, what the same one comes to again, and what is left after it was taken back."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.desk import DAY, NOON, TERMS, Desk, new_desk

SALES = """\
lead_id,buyer,sold_at,price,payout,supplier,campaign,email,phone
L-1,acme,2026-10-20,50.00,30.00,leadco,solar,ann@example.com,+1 202 555 0101
L-2,acme,2026-10-20,40.00,24.00,leadco,solar,bob@example.com,+1 202 555 0102
L-2,bolt,2026-10-20,35.00,0,leadco,solar,bob@example.com,+1 202 555 0102
L-3,bolt,2026-10-20,30.00,18.00,webreach,roofing,cat@example.com,+1 202 555 0103
L-4,acme,2026-10-20,20.00,12.00,webreach,roofing,dan@example.com,+1 202 555 0104
"""


@pytest.fixture
def sold(desk: Desk) -> Desk:
    desk.ledger(SALES)
    return desk


def outcomes(desk: Desk, *flags: object) -> list[tuple[str | None, str, str]]:
    """Lead, outcome and leading finding of each return."""
    listed = desk.read_json("returns", "list", *flags)["returns"]
    return [
        (each["lead_id"], each["outcome"], each["findings"][0]["code"] if each["findings"] else "") for each in listed
    ]


def answer(desk: Desk, batch: int) -> list[list[str]]:
    """The rows of the answer to the buyer."""
    path = desk.root / f"answer-{batch}.csv"
    desk.run("batch", "respond", batch, "-o", path).ok()
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


# ---- Law 4: the same bytes ---------------------------------------------------------------------------------------


def test_the_same_bytes_are_one_batch_under_any_name(sold: Desk) -> None:
    first = sold.returns("lead_id\nL-1\n", "--buyer", "acme")
    before = sold.content()

    for name in ("returns.csv", "returns (1).csv", "RETURNS-FINAL.txt"):
        ran = sold.run("import", sold.file(name, "lead_id\nL-1\n"), "--buyer", "acme", "--json")
        assert ran.code == 0
        assert ran.json == {**first, "status": "already_imported"}
        assert "nothing to do: these bytes are batch 1 already" in ran.err
    assert sold.content() == before


def test_a_file_with_unreadable_rows_ends_in_1_once_and_in_0_when_seen_before(sold: Desk) -> None:
    sold.file("mixed.csv", "lead_id,return date\nL-1,2026-10-25\nL-4,2026-02-31\n")

    assert sold.run("import", "mixed.csv", "--buyer", "acme").code == 1
    assert sold.run("import", "mixed.csv", "--buyer", "acme").code == 0


def test_the_figures_of_the_first_import_are_told_even_when_the_ledger_and_the_terms_have_changed(sold: Desk) -> None:
    first = sold.returns("lead_id\nL-9\n", "--buyer", "acme")
    sold.ledger(SALES.splitlines()[0] + "\nL-9,acme,2026-10-20,1.00,0,,,,\n", name="late.csv")
    sold.policies(TERMS.replace("30 days", "1 days"))

    again = sold.returns("lead_id\nL-9\n", "--buyer", "acme")

    assert again == {**first, "status": "already_imported"}
    assert again["findings"] == {"unknown_lead": 1}


@pytest.mark.parametrize(
    "flags",
    [
        ("--buyer", "bolt"),
        ("--any-buyer",),
        ("--buyer", "acme", "--map", "lead_id=lead_id"),
        ("--buyer", "acme", "--date-order", "dmy"),
        ("--buyer", "acme", "--header-row", "1"),
        ("--buyer", "acme", "--encoding", "utf-8"),
        ("--buyer", "acme", "--reason", "bad"),
    ],
)
def test_the_same_bytes_read_in_another_way_are_refused(sold: Desk, flags: tuple[str, ...]) -> None:
    sold.returns("lead_id\nL-1\n", "--buyer", "acme")
    before = sold.content()

    ran = sold.run("import", "returns.csv", *flags)

    assert ran.code == 3
    assert "batch 1 already, read in another way (--buyer acme)" in ran.err
    assert "leadreturns batch void 1 --because TEXT" in ran.err
    assert sold.content() == before


def test_a_buyer_written_in_another_case_is_the_same_reading(sold: Desk) -> None:
    sold.returns("lead_id\nL-1\n", "--buyer", "acme")

    assert sold.returns("lead_id\nL-1\n", "--buyer", "ACME ")["status"] == "already_imported"


@pytest.mark.parametrize(
    "content",
    [
        "lead_id\r\nL-2\r\nL-1\r\n",
        "\ufefflead_id\nL-1\nL-2\n",
        "Lead Reference;Comment\nL-1;again\nL-2;\n",
        '"lead_id"\n"L-1"\n"L-2"\n"L-4"\n',
        " lead id \n l-1\nL-2 \n",
    ],
)
def test_overlapping_files_credit_a_sale_once(sold: Desk, content: str) -> None:
    sold.returns("lead_id\nL-1\nL-2\n", "--buyer", "acme")

    second = sold.returns(content, "--buyer", "acme", name="second.csv")

    assert second["findings"]["already_returned"] == 2
    assert {
        row["lead_id"]: row["credit"] for row in sold.read_json("returns", "list", "--outcome", "approved")["returns"]
    } == {
        "L-1": "50.00",
        "L-2": "40.00",
        **({"L-4": "20.00"} if "L-4" in content else {}),
    }
    sold.check()


def test_each_row_sees_the_ones_above_it(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "ws", TERMS + '[buyers.bolt]\napproval = "review"\n')
    desk.ledger(SALES)

    result = desk.returns("lead_id,buyer\nL-1,acme\nL-1,acme\nL-3,bolt\nL-3,bolt\n")

    assert result["findings"] == {"already_returned": 1, "already_requested": 1, "needs_approval": 1}
    (row,) = desk.read_json("returns", "list", "--finding", "already_returned")["returns"]
    assert row["findings"][0]["facts"] == {"batch": 1, "row": 2}


# ---- Taking a batch back -----------------------------------------------------------------------------------------


def test_a_voided_batch_gives_everything_back_and_keeps_its_figures(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "ws", TERMS + '[buyers.bolt]\napproval = "review"\n')
    desk.ledger(SALES)
    clean = desk.read_json("report", "roi", "--by", "buyer,supplier")
    result = desk.returns("lead_id,buyer\nL-1,acme\nL-9,acme\nL-3,bolt\n")

    done = desk.run("batch", "void", 1, "--because", "sent by mistake", "--json").ok().json

    assert [(each["id"], each["before"], each["outcome"]) for each in done["returns"]] == [
        (1, "approved", "rejected"),
        (3, "review", "rejected"),
    ]
    assert desk.read_json("report", "roi", "--by", "buyer,supplier")["rows"] == clean["rows"]
    shown = desk.read_json("batch", "show", 1)
    assert (shown["void"], shown["void_because"], shown["status"]) == (True, "sent by mistake", "void")
    assert {name: shown[name] for name in ("rows", "approved", "rejected", "review", "credits")} == {
        name: result[name] for name in ("rows", "approved", "rejected", "review", "credits")
    }
    assert all(each["void"] for each in desk.read_json("returns", "list")["returns"])
    assert desk.read_json("review", "list")["returns"] == []
    (buyer, supplier) = desk.read_json("report", "adjustments")["rows"]
    assert (buyer["credits"], buyer["debits"], buyer["net"]) == ("50.00", "50.00", "0.00")
    assert (supplier["credits"], supplier["debits"], supplier["net"]) == ("15.00", "15.00", "0.00")
    assert desk.read_json("report", "returns")["rows"] == [], "it is out of history"
    desk.check()


def test_the_bytes_of_a_voided_batch_may_be_imported_anew_in_another_way(sold: Desk) -> None:
    sold.returns("lead_id\nL-2\n", "--buyer", "bolt")
    sold.run("batch", "void", 1, "--because", "wrong buyer", "--yes").ok()

    second = sold.returns("lead_id\nL-2\n", "--buyer", "acme")

    assert (second["status"], second["batch"]) == ("recorded", 2)
    assert second["credits"] == [{"currency": "USD", "amount": "40.00", "count": 1}]
    assert sold.returns("lead_id\nL-2\n", "--buyer", "acme")["status"] == "already_imported"
    sold.check()


def test_later_batches_stay_as_decided_until_they_are_decided_anew(sold: Desk) -> None:
    sold.returns("lead_id\nL-1\n", "--buyer", "acme")
    later = sold.returns("lead_id,comment\nL-1,again\n", "--buyer", "acme", name="again.csv")
    assert later["findings"] == {"already_returned": 1}

    sold.run("batch", "void", 1, "--because", "wrong file", "--yes").ok()
    assert outcomes(sold, "--batch", 2) == [("L-1", "rejected", "already_returned")]

    sold.run("returns", "redecide", 2).ok()
    assert outcomes(sold, "--batch", 2) == [("L-1", "approved", "")]
    sold.check()


CAPPED = TERMS + 'cap = "2 returns per month"\nover_cap = "reject"\n'


@pytest.mark.parametrize("counts", ["approved", "requested"])
def test_a_voided_batch_is_taken_out_of_the_caps(tmp_path: Path, counts: str) -> None:
    desk = new_desk(tmp_path / "ws", CAPPED + f'cap_counts = "{counts}"\n')
    desk.ledger(SALES)
    assert desk.returns("lead_id\nL-1\nL-2\n", "--buyer", "acme")["approved"] == 2
    assert desk.returns("lead_id\nL-4\n", "--buyer", "acme", name="third.csv")["findings"] == {"over_cap": 1}

    desk.run("batch", "void", 1, "--because", "wrong file", "--yes").ok()
    desk.run("returns", "redecide", 3).ok()

    assert outcomes(desk, "--batch", 2) == [("L-4", "approved", "")]
    again = desk.returns("lead_id\nL-1\nL-2\n", "--buyer", "acme")
    assert (again["approved"], again["findings"]) == (1, {"over_cap": 1})
    desk.check()


@pytest.mark.parametrize("counts", ["approved", "requested"])
def test_a_return_that_is_decided_anew_does_not_use_up_its_own_cap(tmp_path: Path, counts: str) -> None:
    review = CAPPED.replace('"auto"', '"review"').replace("2 returns", "1 returns")
    desk = new_desk(tmp_path / "ws", review + f'cap_counts = "{counts}"\n')
    desk.ledger(SALES)
    assert desk.returns("lead_id\nL-1\n", "--buyer", "acme")["findings"] == {"needs_approval": 1}

    desk.run("returns", "redecide", 1).ok()

    assert outcomes(desk) == [("L-1", "review", "needs_approval")]


# ---- Whose lead it is --------------------------------------------------------------------------------------------


def test_a_lead_of_another_buyer_reads_to_the_buyer_as_one_that_nobody_knows(sold: Desk) -> None:
    result = sold.returns("lead_id\nL-3\nL-999\n", "--buyer", "acme")

    assert result["findings"] == {"unknown_lead": 1, "not_this_buyer": 1}
    head, foreign, unknown = answer(sold, 1)
    assert foreign[0] == "L-3"
    assert foreign[1:] == unknown[1:], "byte for byte the same but for the id"
    assert "bolt" not in " ".join([*head, *foreign])
    assert "30.00" not in " ".join(foreign)
    mine = sold.read_json("returns", "list", "--finding", "not_this_buyer")["returns"][0]
    assert "bolt" in mine["explanation"], "the operator is told"


def test_a_file_that_names_no_buyer_takes_him_from_the_only_sale(sold: Desk) -> None:
    result = sold.returns("lead_id\nL-1\nL-3\nL-2\nL-9\n", "--any-buyer")

    assert result["buyer"] is None
    assert (result["approved"], result["review"], result["rejected"]) == (2, 1, 1)
    assert result["findings"] == {"unknown_lead": 1, "ambiguous_match": 1}
    listed = sold.read_json("returns", "list")["returns"]
    assert [each["buyer"] for each in listed] == ["acme", "bolt", None, None]


def test_a_row_without_a_buyer_gets_him_from_the_sale_that_a_person_or_a_later_ledger_names(sold: Desk) -> None:
    sold.returns("lead_id\nL-2\nL-9\n", "--any-buyer")
    (bolts,) = [sale for sale in sold.read_json("ledger", "show", "L-2")["sales"] if sale["buyer"] == "bolt"]

    sold.run("review", "approve", 1, "--sale", bolts["sale"]).ok()
    sold.ledger("lead_id,buyer,sold_at,price\nL-9,acme,2026-10-20,5.00\n", name="late.csv")
    sold.run("returns", "redecide", 2).ok()

    listed = sold.read_json("returns", "list")["returns"]
    assert [(each["buyer"], each["outcome"], each["credit"]) for each in listed] == [
        ("bolt", "approved", "35.00"),
        ("acme", "approved", "5.00"),
    ]
    rows = {row["buyer"]: row["credits"] for row in sold.read_json("report", "returns")["rows"]}
    assert rows == {"acme": "5.00", "bolt": "35.00"}
    sold.check()


def test_any_buyer_fills_blanks_only(sold: Desk) -> None:
    result = sold.returns("lead_id,buyer\nL-2,bolt\nL-1,\nL-4,nobody\n", "--any-buyer")

    assert (result["approved"], result["unreadable"]) == (2, 1)
    assert [problem["code"] for problem in result["problems"]] == ["unknown_buyer"]


def test_rows_that_contradict_the_named_buyer_are_unreadable(sold: Desk) -> None:
    result = sold.returns("lead_id,buyer\nL-1,acme\nL-2,bolt\nL-4,amce\nL-4,\n", "--buyer", "acme")

    assert [(problem["row"], problem["code"]) for problem in result["problems"]] == [
        (3, "buyer_conflict"),
        (4, "unknown_buyer"),
    ]
    assert result["approved"] == 2


# ---- When it came ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-10-25", "2026-10-26T03:59:59+00:00"),
        ("2026-10-25T15:30", "2026-10-25T19:30:00+00:00"),
        ("2026-10-25 15:30:05", "2026-10-25T19:30:05+00:00"),
        ("2026-10-25T15:30:00Z", "2026-10-25T15:30:00+00:00"),
        ("2026-10-25T15:30:00+02:00", "2026-10-25T13:30:00+00:00"),
        ("2026-11-01T01:30", "2026-11-01T06:30:00+00:00"),
        ("2026-03-08", "2026-03-09T03:59:59+00:00"),
    ],
)
def test_received_as_a_date_or_a_time(tmp_path: Path, received: str, expected: str) -> None:
    """A date is the end of that day; a time without a zone is the workspace's, the later of two that read alike."""
    desk = new_desk(tmp_path / "ws", TERMS.replace("UTC", "America/New_York"))
    desk.ledger(SALES)

    desk.returns("lead_id\nL-1\n", "--buyer", "acme", "--received", received)

    (batch,) = desk.read_json("batch", "list")["rows"]
    assert batch["received_at"] == expected
    assert batch["imported_at"] == datetime.fromtimestamp(NOON, UTC).isoformat()
    assert (
        desk.read_json("returns", "list")["returns"][0]["decided_at"] == datetime.fromtimestamp(NOON, UTC).isoformat()
    )


def test_without_received_a_file_came_now(sold: Desk) -> None:
    sold.returns("lead_id\nL-1\n", "--buyer", "acme")

    (batch,) = sold.read_json("batch", "list")["rows"]
    assert batch["received_at"] == batch["imported_at"]


def test_a_row_without_a_date_counts_from_the_receipt(sold: Desk) -> None:
    late = sold.returns("lead_id\nL-1\n", "--buyer", "acme", "--received", "2026-11-20")

    assert late["findings"] == {"too_late": 1}
    sold.run("batch", "void", 1, "--because", "received earlier", "--yes").ok()
    assert sold.returns("lead_id\nL-1\n", "--buyer", "acme", "--received", "2026-11-19")["approved"] == 1


# ---- What the exit code says -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("L-1\n", {"none": 0, "unreadable": 0, "review": 0, "rejected": 0}),
        ("L-9\n", {"none": 0, "unreadable": 0, "review": 0, "rejected": 1}),
        ("L-3\n", {"none": 0, "unreadable": 0, "review": 1, "rejected": 1}),
        ("L-4,2026-02-31\n", {"none": 0, "unreadable": 1, "review": 1, "rejected": 1}),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_fail_on_moves_the_line_between_0_and_1(
    tmp_path: Path, rows: str, codes: dict[str, int], dry_run: bool
) -> None:
    """A rehearsal ends with the code that the real run ends with."""
    for fail_on, code in codes.items():
        desk = new_desk(tmp_path / fail_on, TERMS + '[[always_review]]\nname = "roofs"\ncampaigns = ["roofing"]\n')
        desk.ledger(SALES.replace("L-3,bolt", "L-3,acme"))
        desk.file("returns.csv", f"lead_id,return date\n{rows}")
        flags = ("--dry-run",) if dry_run else ()
        assert desk.run("import", "returns.csv", "--buyer", "acme", "--fail-on", fail_on, *flags).code == code


# ---- Law 5: a rehearsal ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("import", "more.csv", "--buyer", "acme"),
        ("ledger", "import", "more_sales.csv"),
        ("review", "approve", "2"),
        ("review", "reject", "2", "--because", "x"),
        ("review", "reverse", "1", "--because", "x"),
        ("returns", "redecide", "2", "3"),
        ("batch", "void", "1", "--because", "x"),
        ("ledger", "void", "2"),
    ],
)
def test_a_rehearsal_says_what_the_real_run_says_and_leaves_every_byte(tmp_path: Path, words: tuple[str, ...]) -> None:
    desk = new_desk(tmp_path / "ws", TERMS + '[buyers.bolt]\napproval = "review"\n')
    desk.ledger(SALES)
    desk.ledger(SALES.splitlines()[0] + "\nX-1,acme,2026-10-20,9.00,0,,,,\n", name="second.csv")
    desk.returns("lead_id,buyer\nL-1,acme\nL-3,bolt\nL-9,acme\n")
    desk.file("more.csv", "lead_id\nL-2\nL-1\nL-8\n")
    desk.file("more_sales.csv", SALES.replace("L-", "M-").replace("M-1", "X-1"))
    before = desk.store.read_bytes()

    rehearsed = desk.run(*words, "--dry-run", "--json")
    assert desk.store.read_bytes() == before
    real = desk.run(*words, "--json", *(("--yes",) if "void" in words else ()))

    assert rehearsed.code == real.code == 0
    assert rehearsed.json["status"] == "dry_run"
    told, done = dict(rehearsed.json), dict(real.json)
    assert {**told, "status": ""} == {**done, "status": ""}
    assert desk.store.read_bytes() != before


# ---- Law 9: why ------------------------------------------------------------------------------------------------


def test_every_decision_tells_who_when_why_and_under_which_text(sold: Desk) -> None:
    sold.returns("lead_id\nL-1\n", "--buyer", "acme")
    first = (sold.root / "policies.toml").read_bytes()
    sold.now += DAY
    sold.policies(TERMS.replace("50%", "25%"))
    sold.run("review", "reverse", 1, "--because", "the lead answered").ok()
    sold.now += DAY
    sold.run("review", "approve", 1, "--because", "he did not").ok()

    shown: Any = sold.read_json("returns", "show", 1)

    import getpass

    me = f"user:{getpass.getuser()}"
    assert [(past["outcome"], past["decided_by"], past["because"]) for past in shown["decisions"]] == [
        ("approved", "policy", ""),
        ("rejected", me, "the lead answered"),
        ("approved", me, "he did not"),
    ]
    assert [past["decided_at"][:10] for past in shown["decisions"]] == ["2026-11-02", "2026-11-03", "2026-11-04"]
    digests = [past["policy"] for past in shown["decisions"]]
    assert digests[0] == hashlib.sha256(first).hexdigest()
    assert digests[1] == digests[2] != digests[0]
    kept = dict(sold.query("SELECT digest, text FROM policies"))
    assert kept[digests[0]] == first.decode()
    assert {hashlib.sha256(text.encode()).hexdigest() for text in kept.values()} == set(kept)
    entries = sold.read_json("ledger", "show", "L-1")["sales"][0]["adjustments"]
    assert [(entry["kind"], entry["amount"]) for entry in entries] == [
        ("buyer_credit", "50.00"),
        ("supplier_clawback", "15.00"),
        ("buyer_debit", "50.00"),
        ("supplier_clawback_reversed", "15.00"),
        ("buyer_credit", "50.00"),
        ("supplier_clawback", "7.50"),
    ]
    sold.check()


@pytest.mark.parametrize("variable", ["USER", "LOGNAME", "SUDO_USER", "USERNAME"])
def test_nobody_signs_as_another_by_a_variable(sold: Desk, variable: str) -> None:
    sold.returns("lead_id\nL-1\n", "--buyer", "acme")
    sold.environ[variable] = "mallory"

    sold.run("review", "reverse", 1, "--because", "x").ok()

    assert "mallory" not in str(sold.read_json("returns", "show", 1))


def test_the_file_is_kept_as_it_came(sold: Desk) -> None:
    content = "lead_id,comment\r\nL-1,caf\xe9\r\n".encode("cp1252")
    path = sold.file("returns.csv", content)

    sold.run("import", path, "--buyer", "acme").ok()
    path.unlink()

    import zlib

    parts = sold.query("SELECT bytes FROM batch_files WHERE batch_id = 1 ORDER BY part")
    assert b"".join(zlib.decompress(part) for (part,) in parts) == content
    assert answer(sold, 1)[1][:2] == ["L-1", "caf\xe9"]


# ---- Texts and sums at their limits ------------------------------------------------------------------------------

HOSTILE = (
    "'; DROP TABLE sales; --",
    '" OR 1=1 --',
    "x'); DELETE FROM adjustments; --",
    "100%_off",
    "\\'; --",
    "$(reboot)",
    "{batch}",
    "[/red]",
    "=1+1",
    "?1",
    ":name",
    "NULL",
    "naïve ﬁancée 🙂",
)


def test_texts_from_outside_are_texts_and_nothing_else(desk: Desk) -> None:
    """In every field that a ledger and a return file can fill, and in every filter and justification."""
    sales = io.StringIO()
    rows = csv.writer(sales)
    rows.writerow(["lead_id", "buyer", "sold_at", "price", "supplier", "campaign", "sale_ref", "sub_id"])
    rows.writerows([f"L{text}", text, "2026-10-20", "5.00", text, text, text, text] for text in HOSTILE)
    returns = io.StringIO()
    rows = csv.writer(returns)
    rows.writerow(["lead_id", "buyer", "reason", "comment", "campaign"])
    rows.writerows([f"L{text}", text, text, text, text] for text in HOSTILE)

    assert desk.ledger(sales.getvalue())["inserted"] == len(HOSTILE)
    assert desk.returns(returns.getvalue())["approved"] == len(HOSTILE)

    listed = desk.read_json("returns", "list")["returns"]
    assert [(each["lead_id"], each["buyer"], each["reason"]) for each in listed] == [
        (f"L{text}", text, text) for text in HOSTILE
    ]
    for number, text in enumerate(HOSTILE, start=1):
        assert [each["id"] for each in desk.read_json("returns", "list", "--buyer", text)["returns"]] == [number]
        assert [each["id"] for each in desk.read_json("returns", "list", "--reason", text)["returns"]] == [number]
        assert desk.read_json("ledger", "show", f"L{text}")["lead_id"] == f"L{text}"
        desk.run("review", "reverse", number, "--because", text).ok()
        assert desk.read_json("returns", "show", number)["decisions"][-1]["because"] == text
    desk.check()


def test_the_largest_price_is_taken_and_a_larger_one_is_a_problem_of_its_row(desk: Desk) -> None:
    """A million million minor units: nine million such sales still add up in 64 bits."""
    done = desk.ledger(
        "lead_id,buyer,sold_at,price,payout\n"
        "L-1,acme,2026-10-20,10000000000.00,10000000000.00\n"
        "L-2,acme,2026-10-20,10000000000.01,0\n"
        "L-3,acme,2026-10-20,1e400000,0\n"
        "L-4,acme,2026-10-20,0.00,0.00\n"
    )

    assert (done["inserted"], [problem["row"] for problem in done["problems"]]) == (2, [3, 4])
    result = desk.returns("lead_id\nL-1\nL-4\n", "--buyer", "acme")
    assert result["credits"] == [{"currency": "USD", "amount": "10000000000.00", "count": 2}]
    assert desk.read_json("report", "roi")["totals"][0]["revenue"] == "10000000000.00"
    desk.check()


@pytest.mark.parametrize(
    ("currency", "price", "half"), [("USD", "10.01", "5.01"), ("JPY", "1001", "501"), ("KWD", "1001.001", "500.501")]
)
def test_shares_round_half_up_in_the_minor_unit_of_the_currency(
    tmp_path: Path, currency: str, price: str, half: str
) -> None:
    desk = new_desk(tmp_path / "ws", TERMS + 'credit = "50%"\n')
    desk.ledger(f"lead_id,buyer,sold_at,price,currency\nL-1,acme,2026-10-20,{price},{currency}\n")

    result = desk.returns("lead_id\nL-1\n", "--buyer", "acme")

    assert result["credits"] == [{"currency": currency, "amount": half, "count": 1}]
