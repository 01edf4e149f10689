"""A ledger file from end to end: every sale, with its money and its times, or a problem."""

from __future__ import annotations

import pytest

from leadreturns.core.lead_return import TimeKind
from leadreturns.core.sale import SaleRow
from leadreturns.errors import FileRefused
from tests.readers.made_workbooks import number_xml, row_xml, xlsx
from tests.readers.typed_rows import sales_of, shown_time


def test_a_plain_ledger() -> None:
    content = (
        "Lead ID,BID,Date Sold,CPL,Cost,SID,Vertical,Currency,E-Mail,Phone,Event ID,Sub ID,Delivered At\n"
        "L-1,New Buyer,2026-10-01 15:04:05,12.50,8,leadco,solar,usd,Jane@X.example,(415) 555-2671,E-1,s7,2026-10-02\n"
    )
    sales, problems, file = sales_of(content, region="US")
    assert not problems
    assert sales == [
        SaleRow(
            row=2,
            lead_id="L-1",
            buyer="New Buyer",
            sale_ref="E-1",
            sold_at=1790867045,
            sold_kind=TimeKind.WALL,
            price_minor=1250,
            payout_minor=800,
            supplier="leadco",
            campaign="solar",
            currency="USD",
            phone="+14155552671",
            email="jane@x.example",
            sub_id="s7",
            delivered_at=1790899200,
            delivered_kind=TimeKind.DATE,
        )
    ]
    assert isinstance(sales[0], SaleRow)
    assert (file.rows, file.skipped, file.notes) == (1, {}, [])


def test_what_is_left_out_of_a_ledger_is_blank_or_nothing() -> None:
    sale = sales_of("lead_id,buyer,sold_at,price\nL-1,acme,2026-10-01T10:00:00Z,0\n", currency="JPY")[0][0]
    assert (sale.currency, sale.payout_minor, sale.supplier, sale.sale_ref) == ("JPY", 0, "", "")
    assert (sale.delivered_at, sale.sold_kind) == (None, TimeKind.INSTANT)


def test_each_row_has_a_currency_of_its_own() -> None:
    content = "lead_id,buyer,sold_at,price,currency\nL-1,a,2026-10-01,500,JPY\nL-2,a,2026-10-01,1.500,KWD\n"
    content += "L-3,a,2026-10-01,12.50,\nL-4,a,2026-10-01,1.5,XXX\nL-5,a,2026-10-01,1.5,JPY\n"
    sales, problems, _ = sales_of(content)
    assert [(sale.price_minor, sale.currency) for sale in sales] == [(500, "JPY"), (1500, "KWD"), (1250, "USD")]
    assert [(problem.row, problem.code) for problem in problems] == [(5, "bad_currency"), (6, "bad_amount")]


def test_rows_that_are_no_sales() -> None:
    content = (
        "lead_id,buyer,sold_at,price,payout\n"
        ",acme,2026-10-01,10,5\n"
        "L-2,,2026-10-01,10,5\n"
        "L-3,acme,,10,5\n"
        "L-4,acme,2026-10-01,,5\n"
        "L-5,acme,2026-10-01,-10,5\n"
        "L-6,acme,2026-10-01,10,five\n"
        "L-7,acme,31/02/2026,10,5\n"
        "1.5E+12,acme,2026-10-01,10,5\n"
        "L-9,acme,2026-10-01,10,\n"
        "L-10,acme\n"
        ",,,110,35\n"
    )
    sales, problems, file = sales_of(content)
    assert [sale.lead_id for sale in sales] == ["L-9"]
    assert {problem.row: problem.code for problem in problems} == {
        2: "no_identifier",
        3: "missing_buyer",
        4: "bad_date",
        5: "bad_amount",
        6: "bad_amount",
        7: "bad_amount",
        8: "bad_date",
        9: "damaged_id",
        11: "missing_cells",
    }
    assert file.skipped == {"total": 1}


def test_a_contact_that_is_none_stops_no_sale() -> None:
    sales, problems, file = sales_of("lead_id,buyer,sold_at,price,phone,email\nL-1,acme,2026-10-01,10,555,jane\n")
    assert (sales[0].phone, sales[0].email, problems) == ("", "", [])
    assert {note.code for note in file.notes} == {"unread_phone", "unread_email"}


def test_phone_numbers_are_read_in_the_region_of_the_buyer() -> None:
    rows = "L-1,acme,2026-10-01,10,4155552671\nL-2,brit,2026-10-01,10,020 7946 0958\n"
    content = "lead_id,buyer,sold_at,price,phone\n" + rows
    assert [sale.phone for sale in sales_of(content, region="US", regions={"brit": "GB"})[0]] == [
        "+14155552671",
        "+442079460958",
    ]


def test_one_decimal_sign_holds_for_both_amount_columns() -> None:
    content = "lead_id;buyer;sold_at;price;payout\nL-1;acme;2026-10-01;1.000;7,50\nL-2;acme;2026-10-01;2.000;\n"
    sales, _, _ = sales_of(content)
    assert [(sale.price_minor, sale.payout_minor) for sale in sales] == [(100000, 750), (200000, 0)]


def test_amounts_and_dates_that_nothing_makes_clear_are_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        sales_of("lead_id;buyer;sold_at;price\nL-1;acme;2026-10-01;1.000\n")
    assert refused.value.code == "ambiguous_amounts"
    with pytest.raises(FileRefused) as refused:
        sales_of("lead_id,buyer,sold_at,price\nL-1,acme,03/04/2026,10\n")
    assert refused.value.code == "ambiguous_dates"
    with pytest.raises(FileRefused) as refused:
        sales_of("lead_id,buyer,sold_at,price\n")
    assert refused.value.code == "no_rows"


def test_a_workbook_of_sales() -> None:
    sheet = row_xml(1, "Lead ID", "Buyer", "Sold", "Price", "Cost")
    sheet += row_xml(
        2, number_xml(41), "acme", number_xml(46296, 1), number_xml(19.99), number_xml("8.1999999999999993")
    )
    sheet += row_xml(3, number_xml(42), "acme", number_xml("46296.627835648150", 2), number_xml(20), "")
    sheet += row_xml(4, number_xml(43), "acme", number_xml(46296), number_xml(20), "")
    sales, problems, _ = sales_of(xlsx({"Sales": sheet}, formats=["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"]))
    assert [(sale.lead_id, sale.price_minor, sale.payout_minor) for sale in sales] == [
        ("41", 1999, 820),
        ("42", 2000, 0),
    ]
    assert [shown_time(sale.sold_at, sale.sold_kind) for sale in sales] == ["2026-10-01", "2026-10-01 15:04:05"]
    assert [(problem.row, problem.code) for problem in problems] == [(4, "bad_date")]
