"""The page of a note as HTML and PDF, with what a buyer might write into a lead id."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from leadreturns.core.credit_note import Content, Note, NoteLine
from leadreturns.core.note_wording import Wording, money_words, period_words
from leadreturns.core.terms import Party
from leadreturns.errors import Refused
from leadreturns.readers.note_template import read_wording
from leadreturns.reports.note_report import note_page, percent_words
from leadreturns.writers.note_file import note_bytes
from leadreturns.writers.note_html import note_html
from leadreturns.writers.note_pdf import missing_characters, note_pdf, packaged_layout

HOSTILE = (
    "<script>alert(1)</script>",
    '#import "x.typ"',
    "$ x^2 $ *b* _i_ `c`",
    "=cmd|'/C calc'!A0",
    "\u202e123",
    "x" * 300,
)


def note(tmp_path: Path, leads: tuple[str, ...] = ("L-1", "L-2"), voided_by: str = "") -> Note:
    wording: Wording = read_wording(tmp_path)
    total = 4000 * len(leads)
    values = {
        **period_words(202610),
        **dict.fromkeys(("issued_on", "seller", "party", "currency", "lines", "voids", "because"), ""),
        "number": "CN-2026-0007",
        "net": "",
        "tax": "",
        "total": money_words(total, "EUR"),
    }
    party = Party(name="Straßenbau & Söhne GmbH", address=("Hauptstraße 1", "10115 Berlin"), tax_id="DE123")
    content = Content(
        Party(name="Seller <Ltd>", address=("1 Main Street",), email="a@b.example"),
        party,
        Fraction(19, 100),
        "USt.",
        "2026-11-02",
        wording.filled("credit_note", values),
    )
    lines = [NoteLine(key, lead, "2026-10-03", "Wrong number", 4000, 4000) for key, lead in enumerate(leads, 1)]
    return Note(
        "CN-2026-0007", "credit_note", "bau", 202610, "EUR", total, total * 19 // 100, content, 0, "ann", "d" * 64,
        voided_by=voided_by, lines=lines, line_count=len(lines),
    )  # fmt: skip


class Texts(HTMLParser):
    """Everything between the tags, and the names of the tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_says_who_whom_what_and_how_much(tmp_path: Path) -> None:
    html = note_html(note_page(note(tmp_path)))
    texts = Texts(html).texts
    for words in ("Credit note", "CN-2026-0007", "Seller <Ltd>", "Straßenbau & Söhne GmbH", "Tax ID: DE123", "L-2"):
        assert words in texts
    assert texts.index("USt. 19%") < texts.index("15.20 EUR") < texts.index("95.20 EUR")
    assert html == note_html(note_page(note(tmp_path))), "the same note is the same page"


def test_nothing_in_the_page_runs_or_comes_from_the_network(tmp_path: Path) -> None:
    html = note_html(note_page(note(tmp_path, HOSTILE)))
    assert Texts(html).tags.isdisjoint({"script", "img", "link", "iframe", "a", "object"})
    assert not re.search(r"https?:|url\(|@import", html)
    assert "default-src 'none'" in html
    assert "\u202e" not in html
    assert "<script>alert(1)</script>" in Texts(html).texts


@pytest.mark.parametrize(
    ("share", "words"), [("1/5", "20%"), ("77/1000", "7.7%"), ("1/16", "6.25%"), ("1/2000", "0.05%"), ("1", "100%")]
)
def test_a_tax_rate_in_words(share: str, words: str) -> None:
    assert percent_words(Fraction(share)) == words


def test_a_note_that_was_taken_back_says_so(tmp_path: Path) -> None:
    page = note_html(note_page(note(tmp_path, voided_by="DN-2026-0003")))
    assert "VOID: taken back by DN-2026-0003" in page


def test_no_cell_of_a_note_is_a_formula(tmp_path: Path) -> None:
    csv = note_bytes(note(tmp_path, HOSTILE), "csv").decode()
    assert "\n'=cmd" in csv
    path = tmp_path / "note.xlsx"
    path.write_bytes(note_bytes(note(tmp_path, HOSTILE), "xlsx"))
    from openpyxl import load_workbook

    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []


def pdf_text(content: bytes, path: Path) -> str:
    path.write_bytes(content)
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


def test_the_pdf_is_set_whatever_stands_in_a_lead_id(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra pdf is not installed")
    made = note_pdf(note_page(note(tmp_path, HOSTILE)))
    assert made.startswith(b"%PDF-")
    assert made == note_pdf(note_page(note(tmp_path, HOSTILE))), "the same note is the same file"


def test_the_pdf_says_what_the_page_says(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra pdf is not installed")
    leads = tuple(f"L-{number:04d}" for number in range(130))
    try:
        text = pdf_text(note_pdf(note_page(note(tmp_path, leads))), tmp_path / "note.pdf")
    except FileNotFoundError:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    for words in ("CN-2026-0007", "Straßenbau & Söhne GmbH", "Hauptstraße 1", "USt. 19%", "6,188.00 EUR", "Page 4 / 4"):
        assert words in text
    assert [lead for lead in leads if lead not in text] == []
    assert text.count("Credit, EUR") == 4, "headings stand on every page"


@pytest.mark.parametrize("number", [1, 2, 24, 25, 26, 27, 28, 29])
def test_the_total_never_stands_alone_on_a_page(tmp_path: Path, number: int) -> None:
    pytest.importorskip("typst", reason="the extra pdf is not installed")
    leads = tuple(f"L-{place:04d}" for place in range(number))
    try:
        text = pdf_text(note_pdf(note_page(note(tmp_path, leads))), tmp_path / "note.pdf")
    except FileNotFoundError:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    last = text.rstrip("\f").split("\f")[-1]
    assert "Total" in last
    assert last.count("L-0") >= min(3, number)
    assert text.count("Total") == 1


def test_a_layout_of_the_users_own(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra pdf is not installed")
    layout = tmp_path / "credit_note.typ"
    layout.write_text(packaged_layout().replace('paper: "a4"', 'paper: "us-letter"'), encoding="utf-8")
    page = note_page(note(tmp_path))
    assert note_pdf(page, layout) != note_pdf(page)
    layout.write_text("#let note = json(bytes(sys.inputs.note))\n#note.titel\n", encoding="utf-8")
    with pytest.raises(Refused, match="cannot be set") as refused:
        note_pdf(page, layout)
    assert refused.value.code == "bad_layout"


def test_without_typst_the_refusal_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(Refused) as refused:
        note_bytes(note(tmp_path), "pdf")
    assert refused.value.code == "missing_extra"
    assert "pip install 'leadreturns[pdf]'" in refused.value.hint


def test_characters_that_no_font_has_are_named(tmp_path: Path) -> None:
    """typst draws boxes for them and says nothing."""
    pytest.importorskip("typst", reason="the extra pdf is not installed")
    plain = note(tmp_path, ("L-1", "Łódź", "naïve — “ok” €", "Ελλάς", "Київ", "e\u0301", "a\u200bb"))
    assert missing_characters(note_page(plain)) == ""
    # A Linear A sign and an Egyptian hieroglyph: on no usual machine is there a font with both.
    odd = note(tmp_path, ("L-1", "\U00010600x", "\U00013000\U00013000"))
    assert missing_characters(note_page(odd)) == "\U00010600\U00013000"
