"""Notes as lists, as tables of lines, as JSON, and as the page that is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from leadreturns.core.calendar import format_month, iso_utc
from leadreturns.core.credit_note import Draft, Note, NoteLine
from leadreturns.core.money import format_minor, grouped
from leadreturns.core.terms import Party
from leadreturns.core.voucher import CLAWBACK, CLAWBACK_REVERSED, CREDIT_NOTE, DEBIT_NOTE
from leadreturns.reports.table import Amount, Column, Row, Table

KIND_WORDS = {
    CREDIT_NOTE: "credit note",
    DEBIT_NOTE: "debit note",
    CLAWBACK: "statement of clawbacks",
    CLAWBACK_REVERSED: "statement of reversed clawbacks",
}
_OF_AND_AMOUNT = {
    CREDIT_NOTE: ("price", "credit"),
    DEBIT_NOTE: ("price", "debit"),
    CLAWBACK: ("payout", "clawback"),
    CLAWBACK_REVERSED: ("payout", "given_back"),
}
"""What the money columns of each kind are called."""

_NOTES = (
    Column("number", "Number", "id", 0),
    Column("kind", "Kind", "text", 2),
    Column("name", "Name", "id", 0),
    Column("period", "Period", "month", 1),
    Column("currency", "Currency", "text", 1),
    Column("net", "Net", "money", 2),
    Column("tax", "Tax", "money", 3),
    Column("total", "Total", "money", 0),
    Column("lines", "Lines", "count", 2),
    Column("issued_at", "Issued", "time", 3),
    Column("issued_by", "By", "text", 4),
    Column("status", "Status", "text", 1),
)


def notes_table(notes: Sequence[Note]) -> Table:
    """One row a note; no totals, since a note and its counter-document must not be added up unseen."""
    return Table(name="notes", title="Credit notes", columns=_NOTES, rows=[_listed(note) for note in notes])


def _listed(note: Note) -> Row:
    currency = note.currency
    amounts = (Amount(minor, currency) for minor in (note.net_minor, note.tax_minor, note.total_minor))
    kind = KIND_WORDS[note.kind]
    head = (note.number, kind, note.name, format_month(note.period), currency)
    return (*head, *amounts, note.line_count, iso_utc(note.issued_at), note.issued_by, standing_words(note))


def standing_words(note: Note) -> str:
    """How the note stands: 'standing', 'void by DN-2026-0002', 'takes back CN-2026-0001'."""
    if note.voids:
        return f"takes back {note.voids}"
    return f"void by {note.voided_by}" if note.voided_by else "standing"


def note_table(note: Note) -> Table:
    """The lines of a note and its sums; what stands above and below them is in the headline and the notes."""
    of, amount = _OF_AND_AMOUNT[note.kind]
    words = note.content.wording
    columns = (
        Column("lead_id", words["lead"], "id", 0),
        Column("sold_on", words["sold_on"], "date", 1),
        Column("reason", words["reason"], "text", 1),
        Column("currency", "Currency", "text", 3),
        Column(of, words[of], "money", 2),
        Column(amount, words[amount], "money", 0),
        Column("adjustment", "Entry", "count", 4),
    )
    rows = [
        (
            line.lead_id,
            line.sold_on,
            _reason(line, note),
            note.currency,
            Amount(line.of_minor, note.currency),
            Amount(line.amount_minor, note.currency),
            line.adjustment,
        )
        for line in note.lines
    ]
    page = note_page(note)
    return Table(
        name="note",
        title=f"{page.title} {note.number}",
        columns=columns,
        rows=rows,
        totals=_total_rows(note),
        notes=[text for text in (page.stamp, page.closing) if text],
        marks=[page.stamp] if page.stamp else [],
        headline=page.intro,
    )


def _total_rows(note: Note) -> list[Row]:
    """The sums under the lines; the last one gets its label where it is shown, as every total does."""
    currency = note.currency
    *parts, total = ((label, Amount(minor, currency)) for label, minor in _sums(note))
    named = [*parts, (None, total[1])]
    return [(label, None, None, currency, None, amount, None) for label, amount in named]


def note_json(note: Note) -> dict[str, Any]:
    """A note with its lines, as `credit-note show --json` prints it."""
    content, currency = note.content, note.currency
    of, amount = _OF_AND_AMOUNT[note.kind]
    tax = None
    if content.tax_rate is not None:
        rate = percent_words(content.tax_rate)
        tax = {"label": content.tax_label or None, "rate": rate, "amount": format_minor(note.tax_minor, currency)}
    return {
        **note_head_json(note),
        "seller": _party_json(content.seller),
        "party": {"side": note.side, "ledger_name": note.name, **_party_json(content.party)},
        "tax": tax,
        "policy": note.policy,
        "wording": {"title": content.wording["title"], "intro": content.wording["intro"], "closing": _closing(note)},
        "lines": [
            {
                "lead_id": line.lead_id,
                "sold_on": line.sold_on,
                "reason": line.reason,
                of: format_minor(line.of_minor, currency),
                amount: format_minor(line.amount_minor, currency),
                "adjustment": line.adjustment,
            }
            for line in note.lines
        ],
    }


def note_head_json(note: Note) -> dict[str, Any]:
    """A note without its lines."""
    currency = note.currency
    return {
        "number": note.number,
        "kind": note.kind,
        "status": note.status,
        "name": note.name,
        "period": format_month(note.period),
        "currency": currency,
        "net": format_minor(note.net_minor, currency),
        "tax_rate": None if note.content.tax_rate is None else percent_words(note.content.tax_rate),
        "tax_amount": format_minor(note.tax_minor, currency),
        "total": format_minor(note.total_minor, currency),
        "line_count": note.line_count,
        "issued_on": note.content.issued_on,
        "issued_at": iso_utc(note.issued_at),
        "issued_by": note.issued_by,
        "voids": note.voids or None,
        "voided_by": note.voided_by or None,
        "because": note.because or None,
    }


def balanced_json(draft: Draft) -> dict[str, Any]:
    """A party whose credits and debits are equal."""
    return {"name": draft.name, "currency": draft.currency, "lines": len(draft.lines)}


def _party_json(party: Party) -> dict[str, Any]:
    return {
        "name": party.name,
        "address": list(party.address),
        "country": party.country or None,
        "tax_id": party.tax_id or None,
        "email": party.email or None,
        "account": party.account or None,
    }


@dataclass(frozen=True, slots=True)
class NotePage:
    """A note as people read it: every text ready, top to bottom."""

    title: str
    number: str
    facts: Sequence[tuple[str, str]]
    seller: Sequence[str]
    """A heading, the name, then the lines beneath it."""
    party: Sequence[str]
    stamp: str
    """'' while the note stands."""
    intro: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    sums: Sequence[tuple[str, str]]
    """The last one is the total."""
    closing: str
    page_word: str
    issued_on: str

    def lines(self) -> list[str]:
        """What stands above the table, for a screen."""
        facts = [f"{label}: {value}" for label, value in self.facts]
        blocks = [[f"{self.title}"], facts, *(_indented(lines) for lines in (self.seller, self.party))]
        return [line for block in blocks for line in (*block, "")]


def _indented(lines: Sequence[str]) -> list[str]:
    return [lines[0], *(f"  {line}" for line in lines[1:])]


def note_about(note: Note) -> dict[str, str]:
    """What stands on a workbook's sheet 'About'."""
    page = note_page(note)
    return {
        page.title: note.number,
        **dict(page.facts),
        page.seller[0]: ", ".join(page.seller[1:]),
        page.party[0]: ", ".join(page.party[1:]),
        "Policies": note.policy,
    }


def note_page(note: Note) -> NotePage:
    """The page of a note, in the words that it was issued with."""
    words, currency = note.content.wording, note.currency
    of, amount = _OF_AND_AMOUNT[note.kind]
    facts = [
        (words["number"], note.number),
        (words["issued_on"], note.content.issued_on),
        (words["period"], format_month(note.period)),
        *([(words["voids"], note.voids)] if note.voids else []),
    ]
    return NotePage(
        title=words["title"],
        number=note.number,
        facts=facts,
        seller=[words["from"], *_address(note.content.seller, words)],
        party=[words["to"], *_address(note.content.party, words)],
        stamp=f"VOID: taken back by {note.voided_by}" if note.voided_by else "",
        intro=words["intro"],
        headings=(words["lead"], words["sold_on"], words["reason"], f"{words[of]}, {currency}",
                  f"{words[amount]}, {currency}"),
        rows=[
            (line.lead_id, line.sold_on, _reason(line, note), _money(line.of_minor, currency),
             _money(line.amount_minor, currency))
            for line in note.lines
        ],
        sums=[(label, f"{_money(minor, currency)} {currency}") for label, minor in _sums(note)],
        closing=_closing(note),
        page_word=words["page"],
        issued_on=note.content.issued_on,
    )  # fmt: skip


def _closing(note: Note) -> str:
    """The last sentence; a note that was taken back asks for nothing any more."""
    return "" if note.voided_by else note.content.wording["closing"]


def _reason(line: NoteLine, note: Note) -> str:
    """The reason; of an entry that takes an earlier one back, that it does."""
    forward = note.kind in (CREDIT_NOTE, CLAWBACK)
    is_reversal = not note.voids and (line.amount_minor < 0) == forward
    told = (line.reason, note.content.wording["taken_back"]) if is_reversal else (line.reason,)
    return ", ".join(text for text in told if text)


def _address(party: Party, words: Any) -> list[str]:
    labelled = [(words["tax_id"], party.tax_id), (words["email"], party.email), (words["account"], party.account)]
    country = [party.country] if party.country and party.country not in party.address else []
    return [party.name, *party.address, *country, *(f"{label}: {text}" for label, text in labelled if text)]


def _sums(note: Note) -> list[tuple[str, int]]:
    words = note.content.wording
    rate = note.content.tax_rate
    total = (words["total"], note.total_minor)
    if rate is None:
        return [total]
    label = f"{note.content.tax_label or words['tax']} {percent_words(rate)}"
    return [(words["net"], note.net_minor), (label, note.tax_minor), total]


def percent_words(share: Fraction) -> str:
    """1/5 → '20%', 77/1000 → '7.7%'."""
    millionths = f"{int(share * 10**8):07d}"
    decimals = millionths[-6:].rstrip("0")
    return f"{int(millionths[:-6])}{'.' if decimals else ''}{decimals}%"


def _money(minor: int, currency: str) -> str:
    return grouped(format_minor(minor, currency))
