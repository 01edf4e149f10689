"""Text tables as buyers send them: delimiters, line ends, quotes, line numbers, and files that were cut off."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from leadreturns.errors import FileRefused, UsageFault
from tests.readers.opened_files import read, refusal

ROWS = [["lead_id", "reason", "note"], ["L1", "disconnected", "called, twice"], ["L2", "duplicate", ""]]


def _written(delimiter: str, line_end: str) -> str:
    return (
        line_end.join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in ROWS)
        + line_end
    )


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, line_end: str) -> None:
    table = read(tmp_path, _written(delimiter, line_end))
    assert (table.delimiter, table.rows, table.numbers, table.notes) == (delimiter, ROWS, [1, 2, 3], [])


def test_decimal_commas_do_not_part_cells(tmp_path: Path) -> None:
    text = "lead_id;price;requested_at\nL1;12,50;2026-10-01\nL2;9,00;2026-10-02\n"
    assert read(tmp_path, text).rows[1] == ["L1", "12,50", "2026-10-01"]


def test_titles_above_the_header_do_not_hide_the_delimiter(tmp_path: Path) -> None:
    text = "Returns, October, all buyers\nmade by: desk 4\n\nlead_id;reason\nL1;dup\n"
    assert read(tmp_path, text).delimiter == ";"


def test_one_column(tmp_path: Path) -> None:
    table = read(tmp_path, "lead_id\nL1\nL2\n")
    assert (table.delimiter, table.rows) == ("", [["lead_id"], ["L1"], ["L2"]])


def test_a_remark_behind_an_identifier_is_no_part_of_it(tmp_path: Path) -> None:
    table = read(tmp_path, "lead id\nL1\nL2, again\nL3\nL4\n")
    assert table.rows[2] == ["L2", "again"]
    assert read(tmp_path, "why so\nbad\nwrong, again\nbad\nbad\n").rows[2] == ["wrong, again"]


def test_the_option_beats_the_count(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b;c\n1,2;3\n", delimiter=";").rows == [["a,b", "c"], ["1,2", "3"]]
    assert read(tmp_path, "a\tb,c\n", delimiter="tab").rows == [["a", "b,c"]]


@pytest.mark.parametrize("option", ["::", '"', "\n"])
def test_an_option_that_cannot_part_cells(tmp_path: Path, option: str) -> None:
    with pytest.raises(UsageFault) as fault:
        read(tmp_path, "a,b\n", delimiter=option)
    assert fault.value.code == "bad_delimiter"


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_sep_line_is_honoured_and_is_no_row(tmp_path: Path, line: str) -> None:
    table = read(tmp_path, f"{line}\r\nlead_id;a,b\r\nL1;2\r\n")
    assert (table.delimiter, table.numbers, table.rows) == (";", [2, 3], [["lead_id", "a,b"], ["L1", "2"]])


def test_row_numbers_are_lines_of_the_editor(tmp_path: Path) -> None:
    table = read(tmp_path, 'lead_id,note\r\n\r\nL1,"one\r\ntwo\r\nthree"\r\nL2,x\r\n')
    assert list(zip(table.numbers, table.rows, strict=True)) == [
        (1, ["lead_id", "note"]),
        (2, []),
        (3, ["L1", "one\r\ntwo\r\nthree"]),
        (6, ["L2", "x"]),
    ]


def test_doubled_quotes(tmp_path: Path) -> None:
    assert read(tmp_path, 'lead_id,note\nL1,"he said ""no"""\n').rows[1] == ["L1", 'he said "no"']


def test_rows_of_other_lengths_are_kept_as_they_are(tmp_path: Path) -> None:
    table = read(tmp_path, "lead_id,reason,buyer\nL1,dup\nL2,dup,acme,more\n")
    assert table.rows[1:] == [["L1", "dup"], ["L2", "dup", "acme", "more"]]


def test_words_that_others_take_for_nothing(tmp_path: Path) -> None:
    words = ["NA", "null", "None", "nan", "N/A", "TRUE", "-", "00123", "1e5", "NULL", "#N/A"]
    table = read(tmp_path, "lead_id,reason\n" + "".join(f"{word},{word}\n" for word in words))
    assert table.rows[1:] == [[word, word] for word in words]


def test_text_beside_a_quoted_cell_is_read_and_said(tmp_path: Path) -> None:
    table = read(tmp_path, 'lead_id,note\nL1,"Joe" Smith\nL2,x\n')
    assert (table.rows[1:], table.codes) == ([["L1", "Joe Smith"], ["L2", "x"]], ["stray_quotes"])


def test_blanks_before_a_quoted_cell(tmp_path: Path) -> None:
    table = read(tmp_path, 'lead_id, name, reason\nL1, "Smith, John", dup\n')
    assert table.rows == [["lead_id", "name", "reason"], ["L1", "Smith, John", "dup"]]


def test_inches_inside_a_cell_are_no_quotes(tmp_path: Path) -> None:
    table = read(tmp_path, 'lead_id,note\nL1,5" pipe\nL2,x\n')
    assert (table.rows[1], table.notes) == (["L1", '5" pipe'], [])


@pytest.mark.parametrize(
    ("lines", "opened_in"),
    [
        (['L1,"open,x', "L2,b,x", "L3,c,x"], 2),
        (['L1,"open,x', "L2,b,x", 'L3,"c",x'], 2),
        (['L1,"open,x', 'L2,"b",x', 'L3,"c",x'], 2),
        (["L1,a,x", 'L2,"b,"x', "L3,c,x"], 3),
        (["L1,a,x", 'L2,b,"x', 'L3,c,"x"'], 3),
        (['L1,"one', 'two",x', 'L2,"open,x', "L3,c,x"], 4),
        (['L1,"open,x', "L2,b,x", "L3,c,x", 'L4,d",x'], 2),
        (['L1,"open,x', 'L2,b",x'], 2),
        (["L1,a,x", '"L2,b,x', "L3,c,x", 'L4",d,x'], 3),
        (['ann,"open,x', "bob,b,x", 'joe,d",x'], 2),
        (['L1,a,"open', "L2,b,x", 'L3,c,d"'], 2),
    ],
)
def test_a_quote_that_swallows_rows_is_refused_with_its_line(tmp_path: Path, lines: list[str], opened_in: int) -> None:
    refused = refusal(tmp_path, "lead_id,reason,note\n" + "\n".join(lines) + "\n")
    assert refused.code == "unclosed_quote"
    assert f"line {opened_in}:" in refused.message


@pytest.mark.parametrize(
    "text",
    [
        "said\nno, never, again\nbye",
        "no, never, again\nbye, bye, bye\nsee you, Ann, and all",
        "\n\n,,\n",
        "1, 2, 3\n4, 5, 6",
        "rang at 10,no answer,at 11\nagain,no answer,at noon\n",
        "Dear all,\r\nwe, Ann, and I\r\nask, kindly, for credit\r\n",
    ],
)
@pytest.mark.parametrize(("quoted", "delimiter"), [(False, ","), (True, ","), (False, ";"), (False, "\t")])
def test_a_comment_over_several_lines_may_have_as_many_delimiters_as_a_row(
    tmp_path: Path, text: str, quoted: bool, delimiter: str
) -> None:
    import csv
    import io

    rows = [["lead_id", "reason", "note"]]
    rows += [[f"L{number}", "dup", text.replace(",", delimiter) if number % 2 else "x"] for number in range(7)]
    rows[4][1:] = rows[4][:0:-1]
    out = io.StringIO()
    how = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, quoting=how).writerows(rows)
    assert read(tmp_path, out.getvalue()).rows == rows


def test_a_quoted_row_inside_a_comment_of_quoted_cells_is_no_row(tmp_path: Path) -> None:
    content = '"lead_id","reason","note"\n"L1","dup","see\nL2,dup,x\nthanks"\n"L2","dup","y"\n'
    assert [row[0] for row in read(tmp_path, content).rows] == ["lead_id", "L1", "L2"]
    words = '"lead","reason","note"\n"ann","dup","see\nbob, dup, x\nthanks"\n"bob","dup","y"\n'
    assert [row[0] for row in read(tmp_path, words).rows] == ["lead", "ann", "bob"]


def test_an_open_quote_in_a_large_file_ends_soon(tmp_path: Path) -> None:
    text = 'lead_id,reason,note\nL1,"open,x\n' + "L2,b,x\n" * 200_000
    started = time.monotonic()
    assert refusal(tmp_path, text).code == "unclosed_quote"
    assert time.monotonic() - started < 3


def test_every_cut_of_a_row_is_refused_or_said(tmp_path: Path) -> None:
    text = 'lead_id,reason,note\nL1,dup,"a, b"\nL2,dup,"first\nsecond"\nL3,disc,Müller\n'.encode()
    for cut in range(1, len(text)):
        part = text[:cut]
        if part.endswith(b"\n") and part.count(b'"') % 2 == 0:
            continue  # whole rows: nothing in the file tells that others followed
        try:
            table = read(tmp_path, part)
        except FileRefused as refused:
            assert refused.code in ("unclosed_quote", "truncated_file")
        else:
            assert "no_final_line_end" in table.codes, part


def test_a_last_row_that_is_short_and_not_ended(tmp_path: Path) -> None:
    table = read(tmp_path, "lead_id,reason\nL1,dup\nL2,dup\nL3")
    assert table.codes == ["no_final_line_end", "truncated_file"]
    assert "line 4" in table.notes[1].message


def test_a_whole_last_row_that_is_not_ended(tmp_path: Path) -> None:
    assert read(tmp_path, "lead_id,reason\nL1,dup").codes == ["no_final_line_end"]


@pytest.mark.parametrize("content", ["\n\n\n", " \r\n", "\ufeff"])
def test_a_file_of_nothing(tmp_path: Path, content: str) -> None:
    assert refusal(tmp_path, content).code == "empty_file"


def test_a_line_without_an_end(tmp_path: Path) -> None:
    assert refusal(tmp_path, "lead_id,reason\n" + "x" * 3_000_000).code == "cell_too_long"


def test_a_cell_beyond_any_length(tmp_path: Path) -> None:
    text = "lead_id,reason\nL1," + "x" * 1_000_001 + "\nL2,y\n"
    assert refusal(tmp_path, text).code == "cell_too_long"


def test_a_hundred_thousand_rows_are_quick(tmp_path: Path) -> None:
    line = "L%07d,acme,disconnected,2026-10-01,called twice,+14155550100\n"
    text = "lead_id,buyer,reason,requested_at,note,phone\n" + "".join(line % number for number in range(100_000))
    (tmp_path / "big.csv").write_text(text)
    started = time.process_time()
    table = read(tmp_path, text)
    assert table.numbers[-1] == 100_001
    # Two passes, held in memory; one streamed pass takes about 0.15 s.
    assert time.process_time() - started < 3


def test_lines_that_were_quoted_once_more(tmp_path: Path) -> None:
    """What a program makes of a CSV file that it takes for a column of texts."""
    content = '"lead_id,""reason"",price"\r\n"L1,""dup, twice"",5"\r\n"L2,""said """"no"""""",6"\r\n'
    table = read(tmp_path, content)
    assert table.rows == [["lead_id", "reason", "price"], ["L1", "dup, twice", "5"], ["L2", 'said "no"', "6"]]
    assert table.codes == ["lines_in_quotes"]


def test_a_column_of_quoted_texts_with_commas_stays_one(tmp_path: Path) -> None:
    table = read(tmp_path, '"lead id"\n"Smith, John"\n"Jones, Mary"\n')
    assert (table.rows, table.notes) == ([["lead id"], ["Smith, John"], ["Jones, Mary"]], [])


def test_cells_in_single_quotes(tmp_path: Path) -> None:
    table = read(tmp_path, "'lead_id','reason'\n'L1','wrong, bad'\n'L2','doesn't want it'\n'L3','it''s two\nlines'\n")
    assert table.rows == [
        ["lead_id", "reason"],
        ["L1", "wrong, bad"],
        ["L2", "doesn't want it"],
        ["L3", "it's two\nlines"],
    ]
    assert table.numbers == [1, 2, 3, 4]
    apostrophe = read(tmp_path, "lead_id,reason\n'0012,dup\nL2,'quoted'\n")
    assert apostrophe.rows[1:] == [["'0012", "dup"], ["L2", "'quoted'"]]


def test_quotes_marked_by_a_backslash(tmp_path: Path) -> None:
    table = read(tmp_path, '"lead_id","reason"\n"L1","said \\"no, never\\" twice"\n"L2","dup"\n')
    assert table.rows[1:] == [["L1", 'said "no, never" twice'], ["L2", "dup"]]
    spaced = read(tmp_path, 'ID, Test\n1, "Test line"\n2, "Test "" line"\n3, "Test \\" line"\n')
    assert spaced.rows[2:] == [["2", 'Test " line'], ["3", 'Test " line']]
