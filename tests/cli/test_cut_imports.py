"""Half an upload: a file that lost its end is refused or warned about whenever a row is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import Desk, Ran, new_desk
from tests.readers.made_workbooks import row_xml, xlsx

ROWS = 30
HEADINGS = "Lead ID,Return Date,Reason,Comment"
WARNINGS = ("does not end with a line end", "was probably cut off")


def text(end: str, quote: str = "") -> bytes:
    rows = (f"L-{n:04},2026-10-{n % 28 + 1:02},Disconnected,{quote}called {n} times{quote}" for n in range(ROWS))
    return (HEADINGS + end + end.join(rows) + end).encode()


def workbook() -> bytes:
    rows = "".join(row_xml(n, f"L-{n * 7919 % 10007}", "2026-10-20", "Disconnected") for n in range(2, ROWS + 2))
    return xlsx({"Returns": row_xml(1, "Lead ID", "Return Date", "Reason") + rows})


FILES = {
    "lines": text("\n"),
    "lines of Windows": text("\r\n"),
    "lines of an old Mac": text("\r"),
    "quoted texts": text("\n", '"'),
    "two bytes a character": text("\r\n").decode().encode("utf-16"),
    "a workbook": workbook(),
}
TEXTS = [name for name in FILES if name != "a workbook"]


@pytest.fixture(scope="module")
def cut_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return new_desk(tmp_path_factory.mktemp("cut"))


def imported(desk: Desk, content: bytes) -> Ran:
    return desk.run("import", desk.file("returns.dat", content), "--any-buyer", "--dry-run", "--json")


def silent_losses(desk: Desk, whole: bytes, cuts: Iterator[int]) -> list[str]:
    """The cuts after which rows are missing or changed, and nobody is told."""
    found = []
    for cut in cuts:
        ran = imported(desk, whole[:cut])
        assert ran.code in (0, 1, 3), ran.err
        told = ran.code == 3 or any(words in ran.err for words in WARNINGS)
        if not told and not (ran.json["rows"] == ROWS and ran.code == 0) and not between_lines(whole, cut):
            found.append(f"{cut} of {len(whole)} bytes: {ran.json['rows']} rows, {ran.err}")
    return found


def between_lines(whole: bytes, cut: int) -> bool:
    """A text cut exactly behind a line is a whole text: nothing in it can tell that other lines followed."""
    wide = whole.startswith(b"\xff\xfe")
    kept, rest = (part.decode("utf-16-le", "replace") if wide else part.decode() for part in (whole[:cut], whole[cut:]))
    return kept.endswith(("\n", "\r")) and not (kept.endswith("\r") and rest.startswith("\n"))


def test_the_whole_files_are_read_without_a_word(cut_desk: Desk) -> None:
    for name, content in FILES.items():
        ran = imported(cut_desk, content)
        assert (ran.code, ran.json["rows"], ran.err) == (0, ROWS, ""), name


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_without_its_last_bytes(cut_desk: Desk, name: str) -> None:
    whole = FILES[name]
    last_rows = range(len(whole) - 1, len(whole) - 70, -1)
    before = range(len(whole) - 71, len(whole) - 1025, -37)
    assert silent_losses(cut_desk, whole, iter((*last_rows, *before))) == []


@pytest.mark.parametrize("step", [131])
def test_a_workbook_without_its_last_bytes(cut_desk: Desk, step: int) -> None:
    whole = FILES["a workbook"]
    cuts = (len(whole) - 1, *range(len(whole) - 2, len(whole) - 1025, -step))
    assert {imported(cut_desk, whole[:cut]).code for cut in cuts} == {3}


@pytest.mark.slow
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("name", FILES)
def test_every_cut_of_the_last_kilobyte(cut_desk: Desk, name: str) -> None:
    whole = FILES[name]
    cuts = range(len(whole) - 1, len(whole) - 1025, -1)
    assert silent_losses(cut_desk, whole, iter(cuts)) == []
    if name == "a workbook":
        assert {imported(cut_desk, whole[:cut]).code for cut in cuts} == {3}


def test_the_store_was_never_touched(cut_desk: Desk, tmp_path: Path) -> None:
    assert not cut_desk.store.exists()
