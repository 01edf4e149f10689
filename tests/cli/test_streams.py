"""What happens when nothing more can be written to standard output or standard error."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.desk import Desk, command_line, process_environment

FULL = Path("/dev/full")
LOST = (
    "error: the result cannot be written to standard output: No space left on device\n"
    "hint: what the command recorded, it recorded; write to another place, or make room\n"
)
IN_TIME = ("--received", "2026-11-01")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")


@pytest.fixture
def sold(desk: Desk) -> Desk:
    desk.ledger("lead_id,buyer,sold_at,price\nL-1,acme,2026-10-20,50.00\nL-2,acme,2026-10-20,40.00\n")
    desk.returns("lead_id\nL-1\nL-9\n", "--buyer", "acme")
    return desk


def into(desk: Desk, redirection: str, *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the command with a redirection, as a shell does it."""
    ran = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *command_line(*words)],
        cwd=desk.root,
        env=process_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("returns", "list"),
        ("returns", "list", "--json"),
        ("returns", "list", "--format", "csv"),
        ("returns", "show", "1"),
        ("status",),
        ("store", "check"),
        ("policy", "show"),
        ("--help",),
        ("--version",),
        ("report", "roi", "--help"),
    ],
)
def test_a_full_disk_is_one_plain_message_and_exit_code_3(sold: Desk, words: tuple[str, ...]) -> None:
    assert into(sold, "> /dev/full", *words) == (3, "", LOST)


def test_a_refusal_in_json_is_told_on_stderr_at_least(sold: Desk) -> None:
    code, _, said = into(sold, "> /dev/full", "returns", "show", "99", "--json")

    assert code == 3
    assert said.startswith("error: there is no return 99\n")
    assert said.endswith(LOST)


def test_what_was_recorded_stays_recorded_when_its_result_is_lost(sold: Desk) -> None:
    sold.file("more.csv", "lead_id\nL-2\n")

    code, _, said = into(sold, "> /dev/full", "import", "more.csv", "--buyer", "acme", *IN_TIME)

    assert (code, said) == (3, LOST)
    assert sold.read_json("batch", "show", 2)["approved"] == 1
    again = sold.read_json("import", "more.csv", "--buyer", "acme", *IN_TIME)
    assert (again["status"], again["approved"]) == ("already_imported", 1)


def test_a_full_disk_under_stderr_changes_no_exit_code(sold: Desk) -> None:
    sold.file("more.csv", "lead_id\nL-2\nL-8,\n")

    assert into(sold, "2> /dev/full", "import", "nothing.csv")[0] == 3
    assert into(sold, "2> /dev/full", "import", "--nonsense")[0] == 2
    code, told, _ = into(sold, "2> /dev/full", "import", "more.csv", "--buyer", "acme")
    assert code == 0
    assert told.startswith("batch 2: more.csv from acme\n")


def test_a_closed_stream_is_never_mistaken_for_a_file_that_is_open(sold: Desk) -> None:
    before = sold.content()

    assert into(sold, ">&-", "report", "roi")[0] == 0
    assert into(sold, ">&- 2>&- <&-", "returns", "list", "--json")[0] == 0
    assert into(sold, "2>&-", "returns", "show", "99")[0] == 3

    assert sold.content() == before
    sold.check()


def test_help_into_a_pipe_whose_reader_leaves_is_quiet(sold: Desk) -> None:
    for words in (("--help",), ("import", "--help"), ("--version",)):
        code, _, said = into(sold, "| head -c 1", *words)
        assert (code, said) == (0, "")


def test_in_one_pipe_the_result_stands_before_what_is_said_about_it(sold: Desk) -> None:
    sold.file("more.csv", "lead_id,return date\nL-2,2026-10-31\nL-8,2026-02-31\n")

    code, told, _ = into(sold, "2>&1", "import", "more.csv", "--buyer", "acme", *IN_TIME)

    assert code == 1
    assert told.startswith("batch 2: more.csv from acme\n")
    assert told.endswith(" is no date that can be read. [bad_date]\n")
