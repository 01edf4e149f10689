"""Which column is which field: by --map, the buyer's columns, or the heading; never by likeness, never by guess."""

from __future__ import annotations

import pytest

from leadreturns.errors import FileRefused, UsageFault
from leadreturns.readers.headings import LEDGER, LEDGER_WORDS, RETURN_WORDS, RETURNS, fold_heading
from tests.readers.typed_rows import ReadReturns, returns_of, sales_of


def refusal(content: str, **said: object) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        returns_of(content, **said)
    return refused.value


def fields(content: str, **said: object) -> dict[str, str]:
    return returns_of(content, **said).file.columns


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("lead_id", "lead_id"),
        ("LEAD ID", "lead_id"),
        ("Lead-Id:", "lead_id"),
        ("  lead   id ", "lead_id"),
        ("Ｌｅａｄ　ＩＤ", "lead_id"),
        ("Lead", "lead_id"),
        ("ID", "lead_id"),
        ("Lead Reference", "lead_id"),
        ("Order ID", "lead_id"),
        ("Lead IDs", "lead_id"),
        ("Lead ID No.", "lead_id"),
        ("Lead ID Number", "lead_id"),
        ("Lead Reference Number", "lead_id"),
        ("Your Lead ID", "lead_id"),
        ("Réf.", "lead_id"),
        ("Event ID", "sale_ref"),
        ("External Ref", "sale_ref"),
        ("E-Mail", "email"),
        ("Phone Number", "phone"),
    ],
)
def test_an_identifier_is_known_under_many_headings(heading: str, field: str) -> None:
    assert fields(f"{heading};Nr\n123456789;1\n", any_buyer=True) == {" ".join(heading.split()): field}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Return Reason", "reason"),
        ("CODE", "reason"),
        ("Why?", "reason"),
        ("Disposition", "reason"),
        ("returned_at", "requested_at"),
        ("Return Date", "requested_at"),
        ("Date Returned", "requested_at"),
        ("Close Date", "requested_at"),
        ("Returned On", "requested_at"),
        ("Date Sold", "sold_at"),
        ("Advertiser", "buyer"),
        ("BID", "buyer"),
        ("Vertical", "campaign"),
        ("Notes", "comment"),
        ("No. of calls", "call_attempts"),
        ("Duplicate of", "duplicate_of"),
    ],
)
def test_other_columns_of_returns(heading: str, field: str) -> None:
    assert fields(f"lead_id,{heading}\nL-1,\n") == {"lead_id": "lead_id", heading: field}


@pytest.mark.parametrize(
    ("heading", "field"),
    [("Cost", "payout"), ("CPL", "price"), ("Revenue", "price"), ("SID", "supplier"), ("Publisher", "supplier")],
)
def test_columns_of_a_ledger(heading: str, field: str) -> None:
    headings = {"lead_id": "L-1", "buyer": "acme", "sold": "2026-10-01", "price": "10"}
    headings = {name: cell for name, cell in headings.items() if name != field} | {heading: "12"}
    _, problems, file = sales_of(",".join(headings) + "\n" + ",".join(headings.values()) + "\n")
    assert file.columns[heading] == field
    assert not problems


def test_no_heading_names_two_fields() -> None:
    for words, headings in ((RETURN_WORDS, RETURNS), (LEDGER_WORDS, LEDGER)):
        said = [fold_heading(field) for field in words]
        for each in words.values():
            said += [fold_heading(word) for part in each for word in part.split(", ") if word]
        assert len(said) == len(set(said)), {word for word in said if said.count(word) > 1}
        assert set(headings.fields) == set(words)


def test_words_that_only_look_alike_name_nothing() -> None:
    refused = refusal("Lead Name,Date,Referrer\nJane,2026-10-01,x\n")
    assert refused.code == "missing_columns"
    assert '"Lead Name", "Date", "Referrer"' in refused.message


def test_a_status_column_is_no_reason() -> None:
    assert "Returned?" not in fields("lead_id,Returned?\nL-1,yes\n")


def test_a_missing_column_is_refused_with_the_line_to_type() -> None:
    refused = refusal("Leed ID,Dispositon\nL-1,disconnected\n", reason_required=True)
    assert refused.code == "missing_columns"
    assert "lead_id, sale_ref, phone or email" in refused.message
    assert "reason" in refused.message
    assert '"Leed ID", "Dispositon"' in refused.message
    assert '--map lead_id="Leed ID"' in refused.hint
    assert '--map reason="Dispositon"' in refused.hint
    assert "--reason" in refused.hint


def test_a_buyer_column_is_needed_unless_the_buyer_is_given() -> None:
    content = "lead_id,reason\nL-1,disconnected\n"
    with pytest.raises(FileRefused) as refused:
        returns_of(content, any_buyer=False)
    assert refused.value.code == "missing_columns"
    assert "--buyer" in refused.value.hint
    assert returns_of(content, buyer="acme").returns[0].buyer == "acme"
    assert returns_of(content, any_buyer=True).returns[0].buyer == ""


def test_a_reason_is_needed_when_the_policies_know_reasons() -> None:
    assert refusal("lead_id\nL-1\n", reason_required=True).code == "missing_columns"
    assert returns_of("lead_id\nL-1\n", reason_required=True, default_reason="dup").returns[0].reason_text == "dup"
    assert returns_of("lead_id\nL-1\n").returns[0].reason_text == ""


def test_every_missing_column_of_a_ledger_is_named() -> None:
    with pytest.raises(FileRefused) as refused:
        sales_of("lead_id,sold\nL-1,2026-10-01\n")
    assert refused.value.code == "missing_columns"
    assert "buyer" in refused.value.message
    assert "price" in refused.value.message


def test_map_beats_a_known_heading_and_says_so() -> None:
    read = returns_of("id,Ref,reason\n17,L-1,dup\n", mapping={"lead_id": "ref"})
    assert read.lead_ids == ["L-1"]
    assert read.file.columns == {"Ref": "lead_id", "reason": "reason"}
    assert [note.code for note in read.file.notes] == ["heading_ignored"]


def test_map_beats_the_buyers_columns_which_beat_known_headings() -> None:
    content = "Lead ID,Ref #,Other\n1,2,3\n"
    settings = {"columns": {"lead_id": "Ref #"}}
    assert returns_of(content, settings=settings).lead_ids == ["2"]
    assert returns_of(content, settings=settings, mapping={"lead_id": "Other"}).lead_ids == ["3"]


def test_a_mapped_heading_may_be_known_for_something_else() -> None:
    read = returns_of("Lead ID,Notes\nL-1,disconnected\n", mapping={"reason": "Notes"})
    assert read.returns[0].reason_text == "disconnected"
    assert read.returns[0].comment == ""


def test_a_mapped_heading_that_is_not_there() -> None:
    refused = refusal("Lead ID,Disposition\nL-1,x\n", mapping={"reason": "Dispositoin"})
    assert refused.code == "unknown_heading"
    assert "Dispositoin" in refused.message
    assert 'Did you mean "Disposition"?' in refused.hint


def test_a_heading_of_the_buyers_columns_that_is_not_there() -> None:
    settings = {"columns": {"lead_id": "Ref #", "comment": "Remarks (buyer)"}}
    assert refusal("Lead ID\nL-1\n", settings=settings).code == "unknown_heading"
    read = returns_of("Ref #,Comment\nL-1,hello\n", settings=settings)
    assert "heading_not_found" in read.note_codes
    assert read.returns[0].comment == "hello"


def test_a_map_of_a_field_that_returns_have_not() -> None:
    with pytest.raises(UsageFault) as fault:
        returns_of("lead_id,x\nL-1,1\n", mapping={"payout": "x"})
    assert fault.value.code == "unknown_field"
    with pytest.raises(UsageFault) as fault:
        returns_of("lead_id,x\nL-1,1\n", mapping={"lead_id": "x", "sale_ref": "X"})
    assert fault.value.code == "two_fields"


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("Return Reason,Lead ID,Why", ["Return Reason", "Why", "columns 1 and 3 (A, C)"]),
        ("id,Lead ID,reason", ["id", "Lead ID", "columns 1 and 2 (A, B)"]),
        ("id,reason,ID", ["id", "columns 1 and 3 (A, C)"]),
        ("lead_id,comment,comment", ['duplicate header "comment"', "columns 2 and 3"]),
    ],
)
def test_two_columns_for_one_field_are_refused(header: str, named: list[str]) -> None:
    refused = refusal(header + "\n1,2,3\n")
    assert refused.code == "ambiguous_columns"
    for each in named:
        assert each in refused.message


def test_the_duplicate_of_a_mapped_heading_is_refused() -> None:
    refused = refusal("id,name,id,age,id\n1101,John,0,30,001101\n", mapping={"lead_id": "id"})
    assert refused.code == "ambiguous_columns"
    assert 'duplicate header "id"' in refused.message
    assert "columns 1, 3 and 5" in refused.message


def test_several_faults_come_together() -> None:
    refused = refusal("id,ID,Why,Code\n1,2,3,4\n")
    assert [fault.code for fault in (refused, *refused.others)] == ["ambiguous_columns"] * 2


def test_repeated_headings_that_name_nothing_are_ignored() -> None:
    assert returns_of("lead_id,Name,Name\nL-1,a,b\n").lead_ids == ["L-1"]


def test_a_lesser_known_heading_gives_way_to_an_accepted_one() -> None:
    read = returns_of("Reference,Lead ID\nB-77,L-1\n")
    assert read.lead_ids == ["L-1"]
    assert "heading_ignored" in read.note_codes
    assert returns_of("Reference,Name\nB-77,x\n").lead_ids == ["B-77"]


@pytest.mark.parametrize("heading", ["Transaction ID", "Call ID", "External ID", "POST_ID", "conversion id (optional)"])
def test_a_number_that_may_be_the_buyers_own_gives_way_to_the_leads(heading: str) -> None:
    read = returns_of(f"{heading},Lead ID,Reason\nT-1,L-1,dup\n")
    assert [(row.lead_id, row.sale_ref) for row in read.returns] == [("L-1", "")]
    assert [note.code for note in read.file.notes] == ["heading_ignored"]
    assert f'If it is that of the sale: --map sale_ref="{heading}"' in read.file.notes[0].message
    said = returns_of(f"{heading},Lead ID\nT-1,L-1\n", mapping={"sale_ref": heading})
    assert [(row.lead_id, row.sale_ref) for row in said.returns] == [("L-1", "T-1")]
    mapped = returns_of(f"{heading},Foo\nT-1,L-1\n", mapping={"lead_id": "Foo"})
    assert [(row.lead_id, row.sale_ref) for row in mapped.returns] == [("L-1", "")]
    assert fields(f"{heading},Reason\nT-1,dup\n")[heading] == "sale_ref"
    assert fields(f"{heading},Phone\nT-1,4155552671\n")[heading] == "sale_ref"


def test_several_numbers_beside_the_leads_are_no_refusal() -> None:
    assert fields("Transaction ID,Call ID,Lead ID\nT-1,C-1,L-1\n") == {"Lead ID": "lead_id"}
    assert refusal("Transaction ID,Call ID,Reason\nT-1,C-1,dup\n").code == "ambiguous_columns"
    assert fields("Transaction ID,Sale ID,Lead ID\nT-1,S-1,L-1\n") == {"Lead ID": "lead_id", "Sale ID": "sale_ref"}


def test_in_the_ledger_such_a_number_is_the_sales() -> None:
    content = "Lead ID,Transaction ID,Buyer,Sold,Price\nL-1,T-1,acme,2026-10-01,10\n"
    assert sales_of(content)[0][0].sale_ref == "T-1"


def header_of(content: str, **said: object) -> tuple[int, ReadReturns]:
    read = returns_of(content, **said)
    return read.file.header_row, read


def test_the_header_is_found_below_titles_notes_and_blank_rows() -> None:
    content = "Returns October 2026,,\nBuyer:,acme,\n\n,,\nLead ID,Reason,Return Date\nL-1,dup,2026-10-01\n"
    row, read = header_of(content)
    assert row == 5
    assert read.lead_ids == ["L-1"]
    assert read.file.skipped == {"title": 2}


def test_the_header_row_can_be_given() -> None:
    content = "lead_id,reason\nlead_id,why\nL-1,dup\n"
    assert header_of(content, header_row=2)[0] == 2
    assert refusal(content, header_row=9).code == "no_header_row"
    deep = "title\n" * 100 + "lead_id,reason\nL-1,dup\n"
    assert refusal(deep).code == "missing_columns"
    assert header_of(deep, header_row=101)[0] == 101


def test_a_header_over_two_rows() -> None:
    content = "Lead,,Return,\nID,Phone,Date,Reason\nL-1,4155552671,2026-10-02,dup\n"
    row, read = header_of(content, region="US")
    assert row == 2
    assert read.file.columns == {
        "Lead ID": "lead_id",
        "Lead Phone": "phone",
        "Return Date": "requested_at",
        "Return Reason": "reason",
    }


def test_a_title_above_the_header_is_not_read_into_it() -> None:
    row, read = header_of("Lead,,\nID,Date,Reason\nL-1,2026-10-02,dup\n")
    assert row == 2
    assert read.file.columns == {"ID": "lead_id", "Reason": "reason"}


def test_no_rows() -> None:
    for content in ("lead_id,reason\n", "lead_id,reason\n\n,\n", "title,\nlead_id,reason\nTotal,0\n"):
        refused = refusal(content)
        assert refused.code == "no_rows"
        assert "no data rows" in refused.message
    assert refusal("\n\n,,\n").code == "empty_file"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Lead ID (required)", "lead_id"),
        ("Reason [optional]", "reason"),
        ("Return Date (MM/DD/YYYY)", "requested_at"),
        ("RETURN_DATE_YYYYMMDD", "requested_at"),
        ("Return Date - dd.mm.yy hh:mm", "requested_at"),
        ("Returned At (UTC)", "requested_at"),
        ("Rückgabegrund", "reason"),
        ("Rueckgabedatum", "requested_at"),
        ("Motivo de devolución", "reason"),
        ("Téléphone", "phone"),
        ("Correo electrónico", "email"),
        ("Käufer", "buyer"),
        ("Lead ID (other)", ""),
        ("Summary", ""),
    ],
)
def test_headings_with_a_remark_and_in_other_languages(heading: str, field: str) -> None:
    assert RETURNS.field_of(heading) == field


def test_a_heading_without_a_remark_comes_first() -> None:
    read = returns_of("lead_id,Return Date (UTC),Return Date\nL-1,2026-10-01,2026-10-02\n")
    assert read.file.fields["requested_at"] == "Return Date"
    assert read.note_codes == {"heading_ignored"}


def test_a_hint_names_no_heading_of_another_field() -> None:
    assert RETURNS.nearest("lead_id", ["Reason (required)", "Leads ID"]) == "Leads ID"
    assert RETURNS.nearest("reason", ["Référence", "Meaning"]) == ""


@pytest.mark.parametrize("heading", ["Contact ID", "Case ID", "Internal ID", "Application ID"])
def test_a_heading_that_ends_in_id_is_suggested_for_the_lead(heading: str) -> None:
    hint = refusal(f"{heading},Reason\nA1,dup\n").hint
    assert f'--map lead_id="{heading}"' in hint
    assert f'columns = {{ lead_id = "{heading}" }}' in hint
