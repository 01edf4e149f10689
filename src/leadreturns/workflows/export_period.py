"""A period's adjustments as files for an accounting system: put together, written, and kept on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from sqlite3 import Connection
from typing import BinaryIO, NamedTuple

from leadreturns.core.calendar import Zone, day_of, format_month
from leadreturns.core.credit_note import Note
from leadreturns.core.period import Closing
from leadreturns.core.policy import PolicyBook
from leadreturns.core.voucher import BookedLine, Issued, Voucher, vouchers_of
from leadreturns.errors import Refused, Unmet
from leadreturns.reports.export_format import ExportFormat
from leadreturns.reports.export_needs import unfit, unmet_needs, unnamed_rates
from leadreturns.reports.period_report import reopened_notes
from leadreturns.store.connection import Store
from leadreturns.store.credit_notes import list_notes, numbers_of_entries
from leadreturns.store.exports import ExportRecord, booked_lines, exports_made, keep_export
from leadreturns.store.periods import clock_of, reopened
from leadreturns.store.policies import closed_through
from leadreturns.workflows.act import Act
from leadreturns.workflows.close_period import step_to_close
from leadreturns.workflows.export_files import Part, digests_of, named_files, parts_of
from leadreturns.workflows.note_rates import rates_followed
from leadreturns.writers.output_file import check_output, write_atomically
from leadreturns.writers.zip_file import zip_bytes


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Documents of one kind and currency that the format has no place for."""

    kind: str
    currency: str
    documents: int
    net_minor: int


class Unfit(NamedTuple):
    """A document that the format cannot hold, whatever the policies say."""

    voucher: Voucher
    why: str


class TakenBack(NamedTuple):
    """A note and the counter-document that takes it back."""

    number: str
    by: str


@dataclass(frozen=True, slots=True)
class Export:
    """What was made of a period, not yet written anywhere."""

    form: ExportFormat
    record: ExportRecord
    parts: Sequence[Part]
    """Empty for a period that holds nothing that the format has a place for."""
    vouchers: Sequence[Voucher]
    """The documents in it."""
    left_out: Sequence[LeftOut]
    unfit: Sequence[Unfit]
    """Documents of a kind that has its place, which had to be left out all the same."""
    earlier: ExportRecord | None
    """The first one on record: of the closed period, where this is no draft and there is one."""
    taken_back: Sequence[TakenBack]
    """Notes that went out with an earlier export, and were taken back since."""
    reopened: Sequence[Closing]
    """The closings of the period that were taken back."""
    lost_characters: str
    """What the format's encoding could not hold; a ? stands in their places."""

    @property
    def is_same(self) -> bool:
        """True when the earlier export had the same bytes."""
        return self.earlier is not None and self.earlier.sha256 == self.record.sha256

    @property
    def without_note(self) -> int:
        """How many documents have a number of our own, because no note was issued for their entries."""
        return sum(voucher.issued is None for voucher in self.vouchers)

    def sums(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(kind of document, currency) → how many, and their sum without tax in minor units."""
        return _sums(self.vouchers)


def make_export(
    store: Store, book: PolicyBook, form: ExportFormat, period: int, act: Act, *, draft: bool = False
) -> Export:
    """The files of a period.

    1. Read its adjustments, its notes and its earlier exports in one snapshot.
       An open period is refused unless a draft is wanted.
    2. Put the adjustments together as documents; refuse when data about their parties is missing.
    3. Make files of those documents that the format can hold.

    Refused: `period_open`, `missing_data`, `no_credit_note`, `missing_extra`, `invalid_document`, `account_collision`.
    """
    month = _read_month(store, book, form, period, act, draft=draft)
    is_open = month.is_open
    every = vouchers_of(month.lines, book, period, month.notes, month.rates)
    wanted = [voucher for voucher in every if voucher.kind in form.placed and _is_sent(form, voucher)]
    _refuse_unissued(form, wanted, is_draft=is_open)
    vouchers = [voucher for voucher in wanted if not unfit(form, voucher)]
    _refuse_gaps(form, vouchers, book)
    marks = reopened_notes(month.reopened, month.zone)
    parts, lost = parts_of(form, vouchers, book, marks, is_draft=is_open)
    left_out = _sums(voucher for voucher in every if voucher.kind not in form.placed)
    made = month.made
    return Export(
        form=form,
        record=_record(form, (period, is_open), parts, vouchers, act),
        parts=parts,
        vouchers=vouchers,
        left_out=[LeftOut(*key, *figures) for key, figures in left_out.items()],
        unfit=[Unfit(each, unfit(form, each)) for each in wanted if unfit(form, each)],
        earlier=next((each for each in made if each.draft == is_open or is_open), made[0] if made else None),
        taken_back=_taken_back(month.every_note, form, made),
        reopened=month.reopened,
        lost_characters=lost,
    )


class _Month(NamedTuple):
    """What the books hold of the period, read in one snapshot."""

    is_open: bool
    lines: Sequence[BookedLine]
    notes: dict[int, Issued]
    rates: dict[int, Fraction | None]
    """Of adjustments on no note, those that will carry the rate of an earlier one."""
    every_note: Sequence[Note]
    made: Sequence[ExportRecord]
    reopened: Sequence[Closing]
    zone: Zone
    """The clock of the period."""


def _read_month(store: Store, book: PolicyBook, form: ExportFormat, period: int, act: Act, *, draft: bool) -> _Month:
    with store.snapshot() as connection:
        is_open = period > closed_through(connection)
        if is_open and not draft:
            step = step_to_close(connection, book.zone, period, act.now)
            raise Refused(
                "period_open", f"{format_month(period)} is open: its figures may still move", f"{step}; or add --draft"
            )
        return _Month(
            is_open=is_open,
            lines=booked_lines(connection, period),
            notes=_issued(connection, period),
            rates={key: each.rate for key, each in rates_followed(connection, period, book.tax_rate).items()},
            every_note=list_notes(connection, period),
            made=exports_made(connection, period, form.name),
            reopened=reopened(connection, period, period),
            zone=clock_of(connection, period, book.zone),
        )


def _taken_back(notes: Sequence[Note], form: ExportFormat, made: Sequence[ExportRecord]) -> list[TakenBack]:
    """The notes that an export held, and a counter-document took back after it."""
    known = {note.number: note for note in notes}
    found = []
    for counter in notes:
        note = known.get(counter.voids)
        if note is None or note.kind not in form.placed:
            continue
        if any(not each.draft and note.issued_at <= each.exported_at < counter.issued_at for each in made):
            found.append(TakenBack(note.number, counter.number))
    return found


def _issued(connection: Connection, period: int) -> dict[int, Issued]:
    """For each adjustment that stands on a note what the note says."""
    notes = {
        note.number: Issued(
            number=note.number,
            day=day_of(date.fromisoformat(note.content.issued_on)),
            tax_minor=note.tax_minor,
            tax_rate=note.content.tax_rate,
            seller=note.content.seller,
            party=note.content.party,
        )
        for note in list_notes(connection, period, standing=True)
    }
    return {entry: notes[number] for entry, number in numbers_of_entries(connection, period).items()}


def _is_sent(form: ExportFormat, voucher: Voucher) -> bool:
    """A document that comes to nothing is booked, but never sent to anybody."""
    return bool(voucher.net_minor) or not form.needs_issued


def _refuse_unissued(form: ExportFormat, vouchers: Sequence[Voucher], *, is_draft: bool) -> None:
    unissued = [voucher for voucher in vouchers if voucher.issued is None]
    if form.needs_issued and unissued and not is_draft:
        month, first = format_month(unissued[0].period), unissued[0].name
        told = f"the document of {first} for {month} has no number yet"
        if len(unissued) > 1:
            told = f"{len(unissued)} documents of {month} have no number yet, the first that of {first}"
        raise Refused("no_credit_note", told, f"issue them first: leadreturns credit-note issue --period {month}")


def _refuse_gaps(form: ExportFormat, vouchers: Sequence[Voucher], book: PolicyBook) -> None:
    gaps = unmet_needs(form, vouchers, book)
    missing = unnamed_rates(form, vouchers, book)
    if missing:
        own = f'write {missing[0]} = "…" under [exchange_rates] in exports/{form.name}.toml of the workspace'
        told = f"{form.title}: no exchange rate is known for {', '.join(missing)}, and 1 would be wrong"
        raise Refused("missing_data", told, own)
    if gaps:
        hint = "leadreturns policy check, once they are written"
        raise Unmet("missing_data", f"{form.title}: the policies do not say all that it needs", gaps, hint)


def _record(
    form: ExportFormat, month: tuple[int, bool], parts: Sequence[Part], vouchers: Sequence[Voucher], act: Act
) -> ExportRecord:
    period, is_draft = month
    files = named_files(_stem(form, period, is_draft=is_draft), form.suffix, parts)
    whole, each = digests_of(files)
    entries = sum(len(voucher.lines) for voucher in vouchers)
    return ExportRecord(period, form.name, whole, each, is_draft, entries, act.now, act.actor)


def _stem(form: ExportFormat, period: int, *, is_draft: bool) -> str:
    """What the names of the files begin with."""
    return f"{form.name}-{format_month(period)}{'-draft' if is_draft else ''}"


def _sums(vouchers: Iterable[Voucher]) -> dict[tuple[str, str], tuple[int, int]]:
    counts: Counter[tuple[str, str]] = Counter()
    sums: Counter[tuple[str, str]] = Counter()
    for voucher in vouchers:
        counts[voucher.kind, voucher.currency] += 1
        sums[voucher.kind, voucher.currency] += voucher.net_minor
    return {key: (number, sums[key]) for key, number in counts.items()}


def write_export(store: Store, export: Export, target: Path, keep: Sequence[Path]) -> list[Path]:
    """The paths written: one archive where `target` ends in .zip, else the main file there and the others beside it.

    The export goes on record once its last bytes are written and before they get their name, so that a failure leaves
    neither a whole export without its record nor a record without its export.
    """
    contents = _contents(export, target)
    for path in contents:
        check_output(path, keep)
    last = list(contents)[-1]
    for path, content in contents.items():

        def produce(stream: BinaryIO, content: bytes = content, is_last: bool = path == last) -> None:
            stream.write(content)
            if is_last:
                record_export(store, export)

        write_atomically(path, produce, keep)
    return list(contents)


def _contents(export: Export, target: Path) -> dict[Path, bytes]:
    form, parts = export.form, export.parts
    if target.suffix.lower() == ".zip":
        stem = _stem(form, export.record.period, is_draft=export.record.draft)
        return {target: zip_bytes(named_files(stem, form.suffix, parts))}
    if len(parts) == 1:
        return {target: parts[0].content}
    suffix = target.suffix or form.suffix
    beside = {part.name: target.with_name(f"{target.stem}-{part.name}{suffix}") for part in parts if part.name}
    return {beside.get(part.name, target): part.content for part in parts}


def record_export(store: Store, export: Export) -> None:
    """Keeps the export on record."""
    with store.transaction() as connection:
        keep_export(connection, export.record)


def recorded_exports(store: Store, period: int | None = None) -> list[ExportRecord]:
    """Every export on record, oldest first, or those of one period."""
    with store.snapshot() as connection:
        return exports_made(connection, period)
