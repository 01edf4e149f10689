"""Credit notes, debit notes and supplier statements: issued for a closed month, taken back by a counter-document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from sqlite3 import Connection

from leadreturns.core.calendar import Zone, date_of, format_month
from leadreturns.core.credit_note import COUNTER_OF, Content, Draft, Entry, Note, drafts_of, gaps_of
from leadreturns.core.lead_return import TimeKind
from leadreturns.core.note_tax import TaxedOn, TaxTold
from leadreturns.core.note_wording import Wording, money_words, period_words
from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Party
from leadreturns.core.voucher import BUYER, SUPPLIER, party_of
from leadreturns.errors import Refused, Unmet
from leadreturns.reports.note_report import percent_words
from leadreturns.store import credit_notes
from leadreturns.store.connection import Store
from leadreturns.store.credit_notes import Issue, UnsentEntry
from leadreturns.store.names import load_names
from leadreturns.store.policies import closed_through, policy_id
from leadreturns.workflows.act import Act
from leadreturns.workflows.close_period import step_to_close
from leadreturns.workflows.note_rates import rates_followed


@dataclass(frozen=True, slots=True)
class Order:
    """Which notes are asked for."""

    period: int
    side: str = BUYER
    """'buyer' or 'supplier'."""
    name: str = ""
    """One party alone; '' for all."""
    todays_rate: bool = False
    """Tax the lines of notes that were taken back at today's rate, not at that of those notes."""


@dataclass(frozen=True, slots=True)
class Issued:
    """What came of an order."""

    status: str
    """'recorded', 'dry_run', 'already_issued' or 'nothing'."""
    new: Sequence[Note]
    earlier: Sequence[Note]
    """Notes of the period that stood before."""
    balanced: Sequence[Draft]
    """Parties whose credits and debits are equal, so that there is nothing to send."""
    lacking: Sequence[str]
    """What the policies do not say; the notes are issued without it."""
    unsent_others: int = 0
    """Parties of the other side with adjustments on no statement yet."""
    taxes: Sequence[TaxTold] = ()
    """The new notes that carry the rate of an earlier note, or another than their lines had."""


def issue(store: Store, book: PolicyBook, wording: Wording, order: Order, act: Act) -> Issued:
    """Notes for every adjustment of the order's month that stands on none.

    1. Begin: one immediate transaction; refuse a month that is open.
    2. Gather the adjustments that no standing note speaks of; put them together by party, currency and rate of tax.
    3. Refuse when the policies lack what a note must say.
    4. Number and write the notes, each with its words, the seller and the party as they are now.
    """
    with store.transaction(keep=act.keep) as connection:
        if order.period > closed_through(connection):
            month = format_month(order.period)
            raise Refused(
                "period_open",
                f"{month} is open, and notes are issued for closed periods only",
                step_to_close(connection, book.zone, order.period, act.now),
            )
        earlier = credit_notes.list_notes(connection, order.period, order.side, order.name, standing=True)
        found = credit_notes.unsent_entries(connection, order.period, order.side, order.name)
        known, followed = _rates(connection, book, order)
        entries = [_entry(each, book)._replace(follows=followed.get(each.id)) for each in found]
        drafts, balanced = drafts_of(entries, order.side, book.tax_rate)
        gaps = gaps_of(book, drafts)
        if gaps.needed:
            raise Unmet(
                "missing_party_data",
                f"{len(drafts)} note{'s' if len(drafts) != 1 else ''} of {format_month(order.period)} cannot be issued",
                gaps.needed,
                "add the lines to policies.toml; nothing of them changes a decision",
            )
        new = _written(store, book, (drafts, wording, order), act, earlier)
        told = [_tax_told(note, book, known) for note in new]
        other = "supplier" if order.side == BUYER else BUYER
        others = {each.name for each in credit_notes.unsent_entries(connection, order.period, other)}
    status = ("recorded" if act.keep else "dry_run") if new else "already_issued" if earlier else "nothing"
    return Issued(status, new, earlier, balanced, gaps.wanted, len(others), [each for each in told if each])


def _rates(connection: Connection, book: PolicyBook, order: Order) -> tuple[dict[int, TaxedOn], dict[int, TaxedOn]]:
    """The notes whose rates the entries carry as a rule, and those whose rates they carry as the order says."""
    if order.side != BUYER:
        return {}, {}
    known = rates_followed(connection, order.period, book.tax_rate)
    if not order.todays_rate:
        return known, known
    return known, rates_followed(connection, order.period, book.tax_rate, todays=True)


def _tax_told(note: Note, book: PolicyBook, known: Mapping[int, TaxedOn]) -> TaxTold | None:
    """What must be said of a note's tax; None where it is today's, and was for all its lines."""
    rate = note.content.tax_rate
    before = {known[line.adjustment].number: known[line.adjustment] for line in note.lines if line.adjustment in known}
    notes = [each for each in before.values() if rate != book.tax_rate or each.rate != rate]
    return TaxTold(note.number, note.name, rate, book.tax_rate, notes) if notes else None


def _entry(each: UnsentEntry, book: PolicyBook) -> Entry:
    known = book.reasons.get(each.reason_code)
    reason = (known.label if known else "") or each.reason_code or each.reason_text
    return Entry(
        each.id,
        each.kind,
        each.name,
        each.currency,
        each.amount_minor,
        each.of_minor,
        each.lead_id,
        _day(each, book.zone),
        reason,
    )


def _day(each: UnsentEntry, zone: Zone) -> str:
    day = each.sold_at // 86_400 if each.sold_kind == TimeKind.DATE else zone.day(each.sold_at)
    return date_of(day).isoformat()


def _written(
    store: Store,
    book: PolicyBook,
    work: tuple[Sequence[Draft], Wording, Order],
    act: Act,
    earlier: Sequence[Note],
) -> list[Note]:
    drafts, wording, order = work
    rates = _rates_by_party(drafts, earlier)
    connection = store.connection
    if not drafts:
        return []
    names = load_names(connection)
    seller = book.parties.get("seller", Party())
    how = _issue(store, book, order.period, act)
    numbers = []
    for draft in drafts:
        number = credit_notes.number_of(
            draft.kind, how.year, credit_notes.next_serial(connection, draft.kind, how.year)
        )
        party = party_of(book, draft.side, draft.name)
        content = Content(
            seller=seller,
            party=replace(party, name=party.name or draft.name),
            tax_rate=draft.tax_rate,
            tax_label="" if draft.tax_rate is None else _label(draft, book),
            issued_on=date_of(book.zone.day(act.now)).isoformat(),
            wording={},
        )
        values = _values(draft, content, number, order.period)
        words = wording.filled(draft.kind, values, by_rate=len(rates[draft.name, draft.currency]) > 1)
        credit_notes.write_note(connection, draft, replace(content, wording=words), how, names)
        numbers.append(number)
        act.watch("issue", 1)
    return [_found(store, number) for number in numbers]


def _rates_by_party(drafts: Sequence[Draft], earlier: Sequence[Note]) -> dict[tuple[str, str], set[Fraction | None]]:
    """(name, currency) → the rates of tax on the notes of the month."""
    found: dict[tuple[str, str], set[Fraction | None]] = {}
    told = [(each.name, each.currency, each.tax_rate) for each in drafts]
    for name, currency, rate in (*told, *((each.name, each.currency, each.content.tax_rate) for each in earlier)):
        found.setdefault((name, currency), set()).add(rate)
    return found


def _label(draft: Draft, book: PolicyBook) -> str:
    return book.tax_label if draft.tax_rate == book.tax_rate else draft.tax_label


def _issue(store: Store, book: PolicyBook, period: int, act: Act) -> Issue:
    key = policy_id(store.connection, book.digest, book.text, at=act.now)
    return Issue(period, book.zone.month(act.now) // 100, act.now, act.actor, key)


def _values(
    draft: Draft, content: Content, number: str, period: int, *, voids: str = "", because: str = ""
) -> dict[str, str]:
    """A text for each placeholder."""
    currency = draft.currency
    return {
        **period_words(period),
        "number": number,
        "issued_on": content.issued_on,
        "seller": content.seller.name,
        "party": content.party.name,
        "currency": currency,
        "net": money_words(draft.net_minor, currency),
        "tax": money_words(draft.tax_minor, currency),
        "total": money_words(draft.net_minor + draft.tax_minor, currency),
        "rate": percent_words(content.tax_rate or Fraction(0)),
        "lines": f"{len(draft.lines):,}",
        "voids": voids,
        "because": because,
    }


def _found(store: Store, number: str) -> Note:
    note = credit_notes.find_note(store.connection, number)
    if note is None:
        near = [each.number for each in credit_notes.list_notes(store.connection) if each.number == number.upper()]
        hint = f"did you mean {near[0]}?" if near else "leadreturns credit-note list shows them"
        raise Refused("unknown_note", f"there is no note {number}", hint)
    return note


def one_note(store: Store, number: str) -> Note:
    """The note of that number with its lines; raises `Refused` for an unknown one."""
    with store.snapshot():
        return _found(store, number)


def all_notes(store: Store, period: int | None, side: str, name: str) -> list[Note]:
    """The notes that fit, in the order of issue, without their lines."""
    with store.snapshot() as connection:
        return credit_notes.list_notes(connection, period, side, name)


def void(store: Store, book: PolicyBook, wording: Wording, number: str, act: Act, *, because: str) -> Note:
    """The counter-document that takes a note back in full; its adjustments may then be issued anew.

    The counter-document names seller and party as the note did, whatever the policies say by now.
    """
    with store.transaction(keep=act.keep) as connection:
        note = _found(store, number)
        _refuse_unvoidable(note)
        names = load_names(connection)
        draft = Draft(COUNTER_OF[note.kind], note.name, note.currency, note.lines, note.tax_minor)
        how = _issue(store, book, note.period, act)
        serial = credit_notes.next_serial(connection, draft.kind, how.year)
        counter = credit_notes.number_of(draft.kind, how.year, serial)
        content = replace(note.content, issued_on=date_of(book.zone.day(act.now)).isoformat())
        values = _values(draft, content, counter, note.period, voids=note.number, because=because)
        content = replace(content, wording=wording.filled(draft.kind, values))
        credit_notes.write_note(connection, draft, content, how, names, because=because, voids=note.number)
        return _found(store, counter)


def issuing(note: Note) -> str:
    """The command that issues the lines of a note that was taken back anew."""
    side = " --suppliers" if note.side == SUPPLIER else ""
    return f"leadreturns credit-note issue --period {format_month(note.period)}{side}"


def _refuse_unvoidable(note: Note) -> None:
    if note.voids:
        raise Refused(
            "counter_document",
            f"{note.number} takes {note.voids} back, and is not taken back itself",
            f"issue the lines anew: {issuing(note)}",
        )
    if note.voided_by:
        told = f"{note.number} was taken back by {note.voided_by} already"
        raise Refused("already_void", told, f"issue the lines anew: {issuing(note)}")
