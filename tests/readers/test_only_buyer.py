"""A file of one buyer that names him in a column only: his section of the policies says how it is read."""

from __future__ import annotations

import pytest

from leadreturns.core.terms import FileSettings
from leadreturns.errors import FileRefused
from tests.readers.typed_rows import requested, returns_of

SETTINGS = {
    "acme": FileSettings(date_order="dmy", columns={"lead_id": "Our Code"}, rows_where={"Kept": ("no",)}),
    "Crest & Co": FileSettings(date_order="mdy"),
}
TWO = "Lead ID,Buyer,Return Date\nL-1,{},03/10/2026\nL-2,{},04/10/2026\n"


def test_the_only_buyer_says_the_order_of_his_dates() -> None:
    read = returns_of(TWO.format("Acme", "ACME"), any_buyer=False, settings_by_buyer=SETTINGS)
    assert requested(read.returns) == ["2026-10-03", "2026-10-04"]
    assert read.file.date_proofs["Return Date"].how == "the buyer's date_order says so"


def test_his_columns_and_marks_count_where_the_file_has_them() -> None:
    content = "Our Code,Buyer,Kept\nL-1,acme,no\nL-2,acme,yes\n"
    assert returns_of(content, any_buyer=False, settings_by_buyer=SETTINGS).lead_ids == ["L-1"]


@pytest.mark.parametrize("names", [("acme", "Crest & Co"), ("acme", "Borealis Energy"), ("Borealis Energy",) * 2])
def test_several_buyers_and_those_without_an_order_leave_it_open(names: tuple[str, str]) -> None:
    with pytest.raises(FileRefused) as refused:
        returns_of(TWO.format(*names), any_buyer=False, settings_by_buyer=SETTINGS)
    assert refused.value.code == "ambiguous_dates"


def test_unknown_names_and_blanks_do_not_hide_the_only_buyer() -> None:
    content = TWO.format("acme", "") + "L-3,nobody,05/10/2026\nTotal,,3\n"
    read = returns_of(content, any_buyer=True, settings_by_buyer=SETTINGS)
    assert requested(read.returns) == ["2026-10-03", "2026-10-04"]
    assert read.codes == {4: "unknown_buyer"}
