"""Each accounting file read back by a reader that is not ours, and its sums against those of the period."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from tests.desk import Desk
from tests.october import POLICIES, TAXED, entries, nets, october

BUYERS = {"ACME01": "acme", "BRIGHT": "Bright & Söhne, Ltd.", "HOME": "homefirst"}
SUPPLIERS = {"LEADCO": "leadco", "CLICK": "clickforge"}
Sums = Counter[tuple[str, str, str]]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """October, closed and noted; nothing in it is changed."""
    return october(tmp_path_factory.mktemp("books") / "w", noted=True)


@pytest.fixture(scope="module")
def taxed(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The same under a sales tax of 8.875 %."""
    return october(tmp_path_factory.mktemp("books") / "w", TAXED, noted=True)


def exported(desk: Desk, name: str, folder: Path) -> dict[str, bytes]:
    """The files of an export, by the end of their names."""
    desk.run("export", name, "--period", "2026-10", "-o", folder / "x.zip").ok()
    with zipfile.ZipFile(folder / "x.zip") as archive:
        return {each.removeprefix(f"{name}-2026-10").strip("-"): archive.read(each) for each in archive.namelist()}


def agrees(found: Sums, desk: Desk, side: str = "") -> bool:
    """True when the sums are the period's, to the last digit."""
    wanted = {key: Decimal(net) for key, net in nets(desk, side).items()}
    assert dict(found) == wanted
    return True


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


# ---- CSV ------------------------------------------------------------------------------------------------------------


def test_xero(books: Desk, tmp_path: Path) -> None:
    files = exported(books, "xero", tmp_path)
    notes, invoices = rows_of(files[".csv"]), rows_of(files["invoices.csv"])

    found: Sums = Counter()
    for row, sign in [*((row, 1) for row in notes), *((row, -1) for row in invoices)]:
        amount = Decimal(row["*Quantity"]) * Decimal(row["*UnitAmount"])
        found["buyer", BUYERS[row["*ContactName"]], row["Currency"]] += sign * amount
    assert agrees(found, books, "buyer")
    every = entries(books)
    assert sorted(row["Reference"] for row in [*notes, *invoices]) == sorted(
        key for key, each in every.items() if each["kind"].startswith("buyer")
    )
    assert {row["*CreditNoteDate"] for row in notes} == {"31/10/2026"}
    assert {row["*InvoiceNumber"] for row in invoices} == {"DN-2026-0001"}
    assert {row["*CreditNoteNumber"] for row in notes} == {f"CN-2026-000{number}" for number in (1, 2, 3, 4)}
    documents: Sums = Counter()
    for row in notes:
        documents[row["*CreditNoteNumber"], "", ""] += Decimal(row["*UnitAmount"])
    assert min(documents.values()) > 0, "a credit note is never negative"


def test_quickbooks_online(books: Desk, tmp_path: Path) -> None:
    files = exported(books, "quickbooks", tmp_path)
    found: Sums = Counter()
    for row in rows_of(files[".csv"]):
        assert Decimal(row["Quantity"]) * Decimal(row["Rate"]) == Decimal(row["Amount"])
        assert row["CreditNoteDate"] == "10/31/2026"
        found["buyer", BUYERS[row["Customer"]], row["Currency"]] += Decimal(row["Amount"])
    for row in rows_of(files["invoices.csv"]):
        found["buyer", BUYERS[row["Customer"]], row["Currency"]] -= Decimal(row["Amount"])
    assert agrees(found, books, "buyer")
    references = [row["Reference"] for each in files.values() for row in rows_of(each)]
    assert len(references) == len(set(references)) == 9


SAGE = {"SC": ("buyer", 1, "4000"), "SI": ("buyer", -1, "4000"), "PC": ("supplier", 1, "5000"),
        "PI": ("supplier", -1, "5000")}  # fmt: skip


def test_sage(books: Desk, tmp_path: Path) -> None:
    found: Sums = Counter()
    for name, content in exported(books, "sage", tmp_path).items():
        for row in csv.reader(io.StringIO(content.decode("windows-1252"), newline="")):
            assert len(row) == 13
            side, sign, nominal = SAGE[row[0]]
            assert (row[2], row[4]) == (nominal, "31/10/2026")
            assert Decimal(row[7]) > 0, "the type carries the direction"
            assert len(row[1]) <= 8 and len(row[6]) <= 60
            assert (row[8], Decimal(row[9])) == ("T0", 0)
            assert row[10] == {"USD": "1", "EUR": "0.8595", "JPY": "156.3"}[name.removesuffix(".csv")]
            party = (BUYERS if side == "buyer" else SUPPLIERS)[row[1]]
            found[side, party, name.removesuffix(".csv")] += sign * Decimal(row[7])
            assert entries(books)[row[5]]["lead_id"] in row[6]
    assert agrees(found, books)


def test_the_taxes_of_the_lines_add_up_to_those_of_the_notes(taxed: Desk, tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for content in exported(taxed, "sage", tmp_path).values():
        for row in csv.reader(io.StringIO(content.decode("windows-1252"), newline="")):
            assert row[8] == ("8.875%" if row[0] in ("SC", "SI") else "T0")
            sign = {"SC": 1, "SI": -1}.get(row[0], 0) * (-1 if row[11].startswith("DN") else 1)
            found[row[11]] += sign * Decimal(row[9])
    notes = taxed.query("SELECT number, tax_minor, iif(currency = 'JPY', 0, 2) FROM credit_notes")
    assert len(notes) == 5
    assert {number: Decimal(minor).scaleb(-digits) for number, minor, digits in notes} == {
        number: tax for number, tax in found.items() if not number.startswith("R")
    }
    assert {tax for number, tax in found.items() if number.startswith("R")} == {0}, "suppliers charge their own tax"


# ---- IIF: a parser of our own, after Intuit's reference -------------------------------------------------------------


def iif_transactions(content: bytes) -> Iterator[tuple[dict[str, str], list[dict[str, str]]]]:
    """(TRNS, its SPL lines); the headers name the fields."""
    headers: dict[str, list[str]] = {}
    head: dict[str, str] = {}
    splits: list[dict[str, str]] = []
    for line in content.decode("windows-1252").split("\r\n")[:-1]:
        word, *fields = line.split("\t")
        if word.startswith("!"):
            headers[word[1:]] = fields
        elif word == "ENDTRNS":
            yield head, splits
            splits = []
        else:
            assert len(fields) == len(headers[word]), line
            record = dict(zip(headers[word], fields, strict=True))
            if word == "TRNS":
                head = record
            else:
                splits.append(record)
    assert not splits


IIF = {
    "CREDIT MEMO": ("buyer", -1, "Accounts Receivable", "Lead returns"),
    "INVOICE": ("buyer", -1, "Accounts Receivable", "Lead returns"),
    "BILL REFUND": ("supplier", 1, "Accounts Payable", "Lead cost"),
    "BILL": ("supplier", 1, "Accounts Payable", "Lead cost"),
}


def test_iif(books: Desk, tmp_path: Path) -> None:
    found: Sums = Counter()
    kinds, references = set(), []
    for name, content in exported(books, "quickbooks-iif", tmp_path).items():
        for head, splits in iif_transactions(content):
            side, sign, account, own = IIF[head["TRNSTYPE"]]
            assert Decimal(head["AMOUNT"]) + sum(Decimal(split["AMOUNT"]) for split in splits) == 0
            assert (head["ACCNT"], {split["ACCNT"] for split in splits}) == (account, {own})
            assert head["DATE"] == "10/31/26"
            positive = head["TRNSTYPE"] in ("INVOICE", "BILL REFUND")
            assert (Decimal(head["AMOUNT"]) > 0) == positive, "debits are positive"
            party = (BUYERS if side == "buyer" else SUPPLIERS)[head["NAME"]]
            found[side, party, name.removesuffix(".iif")] += sign * Decimal(head["AMOUNT"])
            kinds.add(head["TRNSTYPE"])
            references += [split["DOCNUM"] for split in splits]
    assert agrees(found, books)
    assert kinds == {"CREDIT MEMO", "INVOICE", "BILL REFUND"}
    assert sorted(references, key=int) == sorted(entries(books), key=int)


def test_iif_with_tax_still_adds_up(taxed: Desk, tmp_path: Path) -> None:
    for content in exported(taxed, "quickbooks-iif", tmp_path).values():
        for head, splits in iif_transactions(content):
            assert Decimal(head["AMOUNT"]) + sum(Decimal(split["AMOUNT"]) for split in splits) == 0
            if head["DOCNUM"] == "CN-2026-0003":
                assert [split["ACCNT"] for split in splits][-1] == "Sales Tax Payable"
                assert head["AMOUNT"] == "-99.35", "91.25 and 8.875 % of it"


# ---- journals, read by their programs in test_writer_export_programs.py ---------------------------------------------


def journal_sums(text: str, comment: str) -> dict[tuple[str, str], Decimal]:
    """(account, currency) → sum of the postings of a journal, by the columns of its lines."""
    sums: Counter[tuple[str, str]] = Counter()
    for line in text.splitlines():
        if line.startswith("  ") and not line.strip().startswith(comment) and not line.strip().startswith("format"):
            account, amount = line.strip().rsplit("  ", 1)
            number, currency = amount.split()
            sums[account.strip(), currency] += Decimal(number)
    return dict(sums)


def test_hledger(books: Desk, tmp_path: Path) -> None:
    [content] = exported(books, "hledger", tmp_path).values()
    sums = journal_sums(content.decode("utf-8"), ";")
    found: Sums = Counter()
    for (account, currency), amount in sums.items():
        if account.startswith("assets:receivable:"):
            found["buyer", BUYERS[account.rpartition(":")[2]], currency] -= amount
        elif account.startswith("liabilities:payable:"):
            found["supplier", SUPPLIERS[account.rpartition(":")[2]], currency] += amount
    assert agrees(found, books)
    assert sums["income:lead returns", "USD"] == Decimal("88.35"), "credits lower the income: a debit"
    assert content.decode().count("; adjustment: ") == len(entries(books))


def test_beancount(books: Desk, tmp_path: Path) -> None:
    [content] = exported(books, "beancount", tmp_path).values()
    lines = [line for line in content.decode("utf-8").splitlines() if line[:4] != "    "]
    sums = journal_sums("\n".join(line for line in lines if '"' not in line), ";")
    found: Sums = Counter()
    for (account, currency), amount in sums.items():
        if account.startswith("Assets:Receivable:"):
            found["buyer", BUYERS[account.rpartition(":")[2]], currency] -= amount
        elif account.startswith("Liabilities:Payable:"):
            found["supplier", SUPPLIERS[account.rpartition(":")[2]], currency] += amount
    assert agrees(found, books)


# ---- UBL ------------------------------------------------------------------------------------------------------------

NS = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
}


def text_at(node: Element, path: str) -> str:
    found = node.find(path, NS)
    assert found is not None and found.text, path
    return found.text


def ubl_documents(desk: Desk, folder: Path) -> dict[str, Element]:
    pytest.importorskip("facturx", reason="factur-x is not installed: pip install 'leadreturns[einvoice]'")
    return {name.removesuffix(".xml"): fromstring(each) for name, each in exported(desk, "ubl", folder).items()}


def test_ubl(books: Desk, tmp_path: Path) -> None:
    documents = ubl_documents(books, tmp_path)
    notes = {note["number"]: note for note in books.read_json("credit-note", "list")["notes"]}

    assert set(documents) == set(notes)
    found: Sums = Counter()
    for number, root in documents.items():
        is_credit = root.tag.endswith("}CreditNote")
        line_tag, quantity = (
            ("CreditNoteLine", "CreditedQuantity") if is_credit else ("InvoiceLine", "InvoicedQuantity")
        )
        type_tag = "CreditNoteTypeCode" if is_credit else "InvoiceTypeCode"
        assert text_at(root, f"cbc:{type_tag}") == ("381" if is_credit else "383")
        assert text_at(root, "cbc:ID") == number
        assert text_at(root, "cbc:IssueDate") == "2026-11-02"
        assert text_at(root, "cbc:CustomizationID").endswith("poacc:billing:3.0")
        assert text_at(root, "cbc:BuyerReference") in BUYERS
        sums = []
        for line in root.findall(f"cac:{line_tag}", NS):
            amount = Decimal(text_at(line, "cbc:LineExtensionAmount"))
            price = Decimal(text_at(line, "cac:Price/cbc:PriceAmount"))
            assert price > 0
            assert Decimal(text_at(line, f"cbc:{quantity}")) * price == amount
            assert entries(books)[text_at(line, "cbc:ID")]["lead_id"] in text_at(line, "cac:Item/cbc:Name")
            sums.append(amount)
        total = Decimal(text_at(root, "cac:LegalMonetaryTotal/cbc:PayableAmount"))
        assert sum(sums) == total == Decimal(notes[number]["total"]) > 0
        party = BUYERS[text_at(root, "cbc:BuyerReference")]
        found["buyer", party, text_at(root, "cbc:DocumentCurrencyCode")] += total if is_credit else -total
    assert agrees(found, books, "buyer")
    empty = [node.tag for root in documents.values() for node in root.iter() if not len(node) and not node.text]
    assert empty == [], "Peppol R008: no empty elements"


def test_ubl_with_tax(taxed: Desk, tmp_path: Path) -> None:
    documents = ubl_documents(taxed, tmp_path)
    root = documents["CN-2026-0003"]
    subtotal = root.find("cac:TaxTotal/cac:TaxSubtotal", NS)
    assert subtotal is not None
    assert text_at(subtotal, "cbc:TaxableAmount") == "91.25"
    assert text_at(subtotal, "cbc:TaxAmount") == "8.10"
    assert text_at(subtotal, "cac:TaxCategory/cbc:ID") == "S"
    assert text_at(subtotal, "cac:TaxCategory/cbc:Percent") == "8.875"
    assert text_at(root, "cac:LegalMonetaryTotal/cbc:PayableAmount") == "99.35"
    seller = "cac:AccountingSupplierParty/cac:Party"
    assert text_at(root, f"{seller}/cac:PartyTaxScheme/cbc:CompanyID") == "DE811111111"


def test_what_xml_cannot_hold_stops_no_document(tmp_path: Path) -> None:
    pytest.importorskip("facturx", reason="factur-x is not installed")
    from tests.october import LEDGER, RETURNS

    lead = "L-10\x01\ufffe01"
    desk = october(tmp_path / "w", closed=False)
    desk.ledger(LEDGER.splitlines(keepends=True)[0] + f"{lead},S-9,acme,2026-10-08,7.00,0,,solar,USD\n", name="odd.csv")
    desk.returns(
        RETURNS.splitlines(keepends=True)[0] + f"{lead},acme,disconnected,2026-10-13\n", name="odd-returns.csv"
    )
    desk.run("export", "ubl", "--period", "2026-11", "--draft", "-o", "x.zip").ok()
    with zipfile.ZipFile(desk.root / "x.zip") as archive:
        [content] = [archive.read(name) for name in archive.namelist()]
    assert text_at(fromstring(content), "cac:CreditNoteLine/cac:Item/cbc:Name").startswith("DRAFT: Returned lead L-10")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('country = "DE"\n', ""), "has no country"),
        (('country = "DE"', 'country = "Germany"'), 'has a country "Germany" that is no ISO code'),
        (('email   = "billing@northwind.example"\n', ""), "[seller] has no email"),
    ],
)
def test_what_ubl_lacks_is_named(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    pytest.importorskip("facturx", reason="factur-x is not installed")
    desk = october(tmp_path / "w", POLICIES.replace(*change), noted=True)
    refused = desk.run("export", "ubl", "--period", "2026-10", "-o", "x.zip")
    assert refused.code == 3
    assert told in refused.err
    assert "policies.toml" in refused.err


# ---- what a spreadsheet could run -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    from tests.writers.conftest import FORMULA_ATTACKS

    return attacked_october(tmp_path_factory.mktemp("attacked") / "w", FORMULA_ATTACKS)


def attacked_october(folder: Path, texts: list[str]) -> Desk:
    """A month in which every lead, buyer, supplier, campaign and reference is a text that attacks a spreadsheet."""
    from tests.desk import NOON, new_desk

    desk = new_desk(folder)
    texts = [text for text in dict.fromkeys(texts) if text.strip().lstrip("'") and "\x00" not in text]
    ledger, returns = io.StringIO(), io.StringIO()
    sales, rows = csv.writer(ledger), csv.writer(returns)
    sales.writerow(["lead_id", "sale_ref", "buyer", "sold_at", "price", "payout", "supplier", "campaign"])
    rows.writerow(["lead_id", "buyer", "reason", "requested_at"])
    for number, text in enumerate(texts):
        own = f"{text} n{number}"
        sales.writerow([own, text, own, "2026-11-01", "10.00", "4.00", own, text])
        rows.writerow([own, own, text, "2026-11-01"])
    desk.now = NOON
    desk.run("ledger", "import", desk.file("ledger.csv", ledger.getvalue()))
    desk.run("import", desk.file("returns.csv", returns.getvalue()))
    assert desk.query("SELECT count(*) > 60 FROM adjustments") == [(1,)]
    return desk


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_number(text: str) -> bool:
    try:
        Decimal(text)
    except ArithmeticError:
        return False
    return True


@pytest.mark.parametrize("name", ["xero", "quickbooks"])
def test_no_cell_of_a_csv_is_a_formula(attacked: Desk, tmp_path: Path, name: str) -> None:
    attacked.run("export", name, "--period", "2026-11", "--draft", "-o", tmp_path / "x.csv").ok()
    text = (tmp_path / "x.csv").read_bytes().decode("utf-8")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert len(cells) > 500
    assert [cell for cell in cells if cell.strip(" ").startswith(FORMULA_STARTS) and not is_number(cell)] == []
    assert any(cell.startswith("'=") for cell in cells), "the attacks are in the file"


def test_no_heading_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    desk = october(tmp_path / "w", noted=True)
    (desk.root / "exports").mkdir(exist_ok=True)
    columns = '[[tables]]\ndocuments = ["credit_note"]\n[tables.columns]\n"=Amt" = "{amount}"\n"@x" = "{lead_id}"\n'
    desk.file("exports/xero.toml", columns)
    text = desk.run("export", "xero", "--period", "2026-10").ok().out
    assert text.splitlines()[0] == "'=Amt,'@x"


def test_a_negative_amount_stays_a_number(books: Desk, tmp_path: Path) -> None:
    rows = rows_of(exported(books, "xero", tmp_path)[".csv"])
    assert "-33.35" in [row["*UnitAmount"] for row in rows]


def test_hostile_names_keep_an_iif_file_in_shape(attacked: Desk, tmp_path: Path) -> None:
    attacked.run("export", "quickbooks-iif", "--period", "2026-11", "--draft", "-o", tmp_path / "x.iif").ok()
    content = (tmp_path / "x.iif").read_bytes()
    assert sum(1 for _ in iif_transactions(content)) == sum(
        number
        for (number,) in attacked.query(
            "SELECT count(DISTINCT buyer_id) + count(DISTINCT supplier_id) FROM adjustments"
        )
    )
    assert b'"' not in content
