"""Tables on terminals of every width, and through pipes."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from typing import TextIO

import pytest

from leadreturns.reports.table import Amount, Column, Table
from leadreturns.writers.fitting import display_width
from leadreturns.writers.look import Look
from leadreturns.writers.terminal import print_table, tables_text

OnTerminal = Callable[..., str]

EXPLANATION = (
    "Rejected: requested 2026-10-12, deadline was 2026-10-11 23:59 America/New_York "
    "(10 days from sale on 2026-10-01), 1 day late. [too_late]"
)


def returns_table(count: int) -> Table:
    columns = [
        Column("id", "Id", "id"),
        Column("batch", "Batch", "count", 3),
        Column("buyer", "Buyer", "text", 2),
        Column("lead_id", "Lead", "id"),
        Column("outcome", "Outcome", "text", 0),
        Column("credit", "Credit", "money", 0),
        Column("currency", "Currency", "text", 2),
        Column("decided_at", "Decided", "time", 4),
        Column("explanation", "Why", "sentence", 1),
    ]
    outcomes = ("approved", "rejected", "review")
    rows = [
        (
            str(number),
            12,
            "Harbor Home",
            f"LD-{number:06}",
            outcomes[number % 3],
            Amount(1_234_550, "USD"),
            "USD",
            "2026-10-13T09:00:00-04:00",
            EXPLANATION,
        )
        for number in range(1, count + 1)
    ]
    totals = [(None, None, None, None, None, Amount(1_234_550 * count, "USD"), "USD", None, None)]
    return Table(
        "returns", "Returns of batch 12", columns, rows, totals, ["Void batches are left out."], "All in time."
    )


def printer(table: Table, **wishes: bool) -> Callable[[TextIO], None]:
    return lambda stream: print_table(table, stream, **wishes)


@pytest.mark.parametrize("width", [40, 59, 60, 80, 132, 200])
def test_no_line_is_wider_than_the_terminal(
    width: int, on_terminal: OnTerminal, uncolored: Callable[[str], str]
) -> None:
    shown = uncolored(on_terminal(printer(returns_table(4)), width))

    assert max(display_width(line) for line in shown.splitlines()) <= width


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_id_decision_and_amount_survive(width: int, on_terminal: OnTerminal, uncolored: Callable[[str], str]) -> None:
    shown = uncolored(on_terminal(printer(returns_table(3)), width))

    for text in ("LD-000001", "LD-000003", "approved", "rejected", "review", "12,345.50", "37,036.50", "All in time."):
        assert text in shown


def test_what_a_narrow_terminal_leaves_out_is_named(on_terminal: OnTerminal, uncolored: Callable[[str], str]) -> None:
    narrow = uncolored(on_terminal(printer(returns_table(3)), 80))
    wide = uncolored(on_terminal(printer(returns_table(3)), 200))

    assert "Not shown at this width: Batch, Buyer, Decided (--format csv has all)." in narrow
    assert "Not shown" not in wide
    assert "2026-10-13 09:00" in wide


def test_of_a_further_table_a_workbook_has_all_and_csv_nothing(uncolored: Callable[[str], str]) -> None:
    look = Look(is_terminal=True, width=80)
    shown = uncolored(tables_text([returns_table(3), returns_table(2)], look))
    _, first, second = shown.split("Not shown at this width: ")

    assert first.startswith("Batch, Buyer, Decided (--format csv has all).")
    assert second.startswith("Batch, Buyer, Decided (-o FILE.xlsx has all).")


def test_below_sixty_columns_a_record_is_a_block(on_terminal: OnTerminal, uncolored: Callable[[str], str]) -> None:
    shown = uncolored(on_terminal(printer(returns_table(1)), 40))

    assert "Outcome   rejected\n" in shown
    assert "Credit    12,345.50\n" in shown
    assert "Why       Rejected: requested\n          2026-10-12, deadline was" in shown


def test_a_terminal_gets_two_hundred_rows_and_the_totals(
    on_terminal: OnTerminal, uncolored: Callable[[str], str]
) -> None:
    shown = uncolored(on_terminal(printer(returns_table(10_000)), 100))

    assert "LD-000200" in shown
    assert "LD-000201" not in shown
    assert "… 9,800 more: use -o FILE" in shown
    assert "123,455,000.00" in shown


def test_a_table_without_rows_says_so(on_terminal: OnTerminal) -> None:
    empty = Table("returns", "Returns", returns_table(0).columns, [])

    assert "(no rows)" in on_terminal(printer(empty), 80)


def test_colour_only_where_it_is_wanted(on_terminal: OnTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    colored = on_terminal(printer(returns_table(3)), 100)
    assert "\x1b[31mrejected" in colored
    assert "\x1b" not in on_terminal(printer(returns_table(3), color=False), 100)

    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_terminal(printer(returns_table(3)), 100)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in on_terminal(printer(returns_table(3)), 100)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_cells_cannot_command_the_terminal(
    width: int,
    hostile_texts: list[str],
    table_of: Callable[[list[str]], Table],
    on_terminal: OnTerminal,
    commands_in: Callable[[str], list[str]],
) -> None:
    hostile = table_of(hostile_texts)
    table = Table("returns", hostile_texts[0], hostile.columns, hostile.rows, [], hostile_texts, "".join(hostile_texts))

    assert commands_in(on_terminal(printer(table, color=False), width)) == []


def test_markup_is_text(
    markup_attacks: list[str],
    table_of: Callable[[list[str]], Table],
    on_terminal: OnTerminal,
    uncolored: Callable[[str], str],
) -> None:
    shown = uncolored(on_terminal(printer(table_of(markup_attacks)), 250))

    for text in markup_attacks:
        assert shown.count(text) >= 3


def test_hostile_headings_are_text(on_terminal: OnTerminal, commands_in: Callable[[str], list[str]]) -> None:
    table = Table("x", "\x1b]0;t\x07", [Column("a", "[/b]\x1b[2J", "text")], [("x",)])

    shown = on_terminal(printer(table, color=False), 80)

    assert commands_in(shown) == []
    assert "[/b]\\x1b[2J" in shown


def test_a_terminal_that_is_not_unicode(on_terminal: OnTerminal) -> None:
    columns = [Column("buyer", "Buyer", "id"), Column("rate", "", "bar"), Column("months", "Months", "spark")]
    table = Table("x", "", columns, [("Zoë — 北京", "0.500000", (1, 2))])

    shown = on_terminal(printer(table), 80, encoding="ascii")

    assert "Zo\\xeb \\u2014 \\u5317\\u4eac" in shown
    assert "#####" in shown
    assert "-----" in shown


def test_bars_and_sparklines(on_terminal: OnTerminal, uncolored: Callable[[str], str]) -> None:
    columns = [Column("buyer", "Buyer", "id"), Column("share", "", "bar"), Column("months", "12 months", "spark")]
    rows = [("acme", "1.000000", (0, 4, None, 8)), ("solar", "0.001000", (None, None)), ("none", None, None)]

    shown = uncolored(on_terminal(printer(Table("x", "", columns, rows)), 80)).splitlines()

    assert shown[2].split() == ["acme", "██████████", "▁▅", "█"]
    assert shown[3].split() == ["solar", "▏"]
    assert shown[4].split() == ["none"]


def test_wide_characters_keep_the_columns_straight(on_terminal: OnTerminal, uncolored: Callable[[str], str]) -> None:
    columns = [Column("buyer", "Buyer", "id"), Column("sold", "Sold", "count")]
    table = Table("x", "", columns, [("北京太阳能", 5), ("acme", 12)])

    lines = uncolored(on_terminal(printer(table), 80)).splitlines()

    assert [display_width(line) for line in lines[2:4]] == [display_width(lines[1])] * 2


def test_a_pipe_gets_every_row_whole_and_no_box_art() -> None:
    stream = io.StringIO()

    print_table(returns_table(1_000), stream, width=40)

    lines = stream.getvalue().splitlines()
    assert lines[0] == "All in time."
    assert lines[2].split() == ["Id", "Batch", "Buyer", "Lead", "Outcome", "Credit", "Currency", "Decided", "Why"]
    assert len([line for line in lines if EXPLANATION in line and "2026-10-13T09:00:00-04:00" in line]) == 1_000
    assert lines[-3].split() == ["Total", "12,345,500.00", "USD"]
    assert lines[-1] == "Void batches are left out."
    assert "─" not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_a_pipe_is_as_safe_as_a_terminal(
    hostile_texts: list[str], table_of: Callable[[list[str]], Table], commands_in: Callable[[str], list[str]]
) -> None:
    stream = io.StringIO()

    print_table(table_of(hostile_texts), stream)

    assert commands_in(stream.getvalue()) == []
    assert len(stream.getvalue().splitlines()) == len(hostile_texts) + 3


def test_absent_numbers_keep_their_place_in_a_pipe() -> None:
    columns = [Column("buyer", "Buyer", "id"), Column("roi", "ROI", "rate"), Column("sold", "Sold", "count")]
    stream = io.StringIO()

    print_table(Table("roi", "", columns, [("acme", None, 3)]), stream)

    assert stream.getvalue().splitlines()[1].split() == ["acme", "-", "3"]


def test_a_pipe_loads_no_rich() -> None:
    script = (
        "import sys\n"
        "from leadreturns.reports.table import Column, Table\n"
        "from leadreturns.writers.terminal import print_table\n"
        "from leadreturns.writers.talk import Talk\n"
        "print_table(Table('x', 'X', [Column('a', 'A', 'text')], [('b',)]), sys.stdout)\n"
        "Talk(sys.stderr).error('no', 'yes')\n"
        "heavy = {'rich', 'pandas', 'numpy', 'openpyxl', 'sqlite_utils'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "A\nb\n"), done.stderr


def test_a_reason_code_is_not_broken_in_two(on_terminal: OnTerminal, uncolored: Callable[[str], str]) -> None:
    columns = (
        Column("id", "Id", "number", 0),
        Column("reason", "Reason", "text", 1),
        Column("why", "Why", "sentence", 2),
    )
    why = "requested long after the deadline, which was on the last day of the month before"
    table = Table("t", "", columns, [(1, "disconnected", why), (2, "the caller was rude", why)])

    shown = uncolored(on_terminal(lambda stream: print_table(table, stream), 60))

    assert "disconnected" in shown
    assert "deadline" in shown


def test_facts_have_no_empty_heading(on_terminal: OnTerminal, uncolored: Callable[[str], str]) -> None:
    columns = (Column("fact", "", "text", 0), Column("value", "", "sentence", 0))
    table = Table("status", "Status", columns, [("open period", "2026-10"), ("waiting", "3")])

    shown = uncolored(on_terminal(lambda stream: print_table(table, stream)))

    assert [line.rstrip() for line in shown.splitlines()] == ["Status", "", "open period  2026-10", "waiting      3"]
