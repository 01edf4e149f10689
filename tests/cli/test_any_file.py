"""Whatever stands in the cells and whatever the bytes: read as written, or refused, and never a bug."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leadreturns.errors import FileRefused
from leadreturns.readers.texts import clean_text
from tests.desk import Desk, new_desk
from tests.readers.typed_rows import returns_of

LEAD_IDS = st.from_regex(r"[A-Z]{1,3}-?[0-9]{2,8}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from(list(",;\t|\"'\n=#")), max_size=30)
TABLES = st.lists(st.tuples(LEAD_IDS, TEXTS, TEXTS), min_size=1, max_size=8)
ENCODINGS = st.sampled_from(("utf-8", "utf-8-sig", "utf-16"))
PIECES = st.sampled_from(
    (
        b"Lead ID",
        b",",
        b"\n",
        b"\r",
        b'"',
        b";",
        b"\t",
        b"L-1",
        b"Total",
        b"<table>",
        b"<td>",
        b"PK\x03\x04",
        b"\0",
        b"\xff",
    )
)
"""Of such pieces a random file becomes a table now and then."""


@settings(max_examples=150, deadline=None)
@given(TABLES, st.sampled_from(",;\t|"), st.sampled_from(("\n", "\r\n", "\r")), ENCODINGS)
@example([("L-1", "a,b,c", ""), ("L-2", "a,b", "")], ";", "\n", "utf-8")
def test_any_text_table_is_read_as_written(
    table: list[tuple[str, str, str]], delimiter: str, end: str, encoding: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("Lead ID", "Reason", "Comment"), *table])
    try:
        read = returns_of(out.getvalue().encode(encoding))
    except FileRefused as refused:
        assert refused.hint
        return
    assert not read.problems
    assert [(row.lead_id, row.reason_text, row.comment) for row in read.returns] == [
        (lead_id, clean_text(reason), clean_text(comment)) for lead_id, reason, comment in table
    ]


@pytest.fixture(scope="module")
def any_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return new_desk(tmp_path_factory.mktemp("any"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.lists(PIECES, max_size=40).map(b"".join))
def test_any_bytes_are_read_or_refused(any_desk: Desk, content: bytes) -> None:
    ran = any_desk.run("import", any_desk.file("returns.dat", content), "--any-buyer", "--dry-run", "--json")
    assert ran.code in (0, 1, 3), ran.err
    if ran.code == 3:
        assert all(problem["code"] and problem["hint"] for problem in ran.json["problems"])
    assert not any_desk.store.exists()
