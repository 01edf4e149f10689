"""`credit-note`: numbered documents for buyers and suppliers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadreturns.cli import options
from leadreturns.cli.note_files import NoteFile, layout_of, refuse_early, refuse_layout, tell_look, write_all
from leadreturns.cli.session import FILE, Session, command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadreturns.core.credit_note import Note
    from leadreturns.core.note_tax import TaxTold
    from leadreturns.core.note_wording import Wording
    from leadreturns.workflows.issue_notes import Issued

app = typer.Typer(
    name="credit-note", help="Credit notes for buyers, clawback statements for suppliers.", no_args_is_help=True
)


Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The note, as CN-2026-0001.", show_default=False)]
Supplier = Annotated[str, typer.Option("--supplier", metavar="NAME", help="That supplier.", show_default=False)]
Suppliers = Annotated[bool, typer.Option("--suppliers", help="Statements for suppliers, not notes for buyers.")]


@command(
    app,
    "issue",
    examples="leadreturns credit-note issue --period 2026-10\n\n"
    "leadreturns credit-note issue --period 2026-10 --buyer acme --dry-run\n\n"
    "leadreturns credit-note issue --period 2026-10 --folder notes --as html\n\n"
    "leadreturns credit-note issue --period 2026-10 --suppliers",
)
def issue(
    session: Session,
    *,
    period: Annotated[str, typer.Option("--period", metavar="YYYY-MM", help="A closed month.", show_default=False)],
    buyer: options.Buyer = "",
    suppliers: Suppliers = False,
    supplier: Supplier = "",
    todays_rate: Annotated[
        bool,
        typer.Option("--todays-rate", help="Tax lines of notes taken back at the [tax] rate of today, not at theirs."),
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="DIR", help="Also write each note there as a file.", show_default=False),
    ] = None,
    file_kind: Annotated[NoteFile, typer.Option("--as", help="What kind of file.")] = NoteFile.pdf,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
) -> int | None:
    """Issue a note per buyer, currency and tax rate for a closed month; what stands on a note already is left alone."""
    from leadreturns.cli.times import month_option
    from leadreturns.core.calendar import format_month
    from leadreturns.errors import UsageFault
    from leadreturns.workflows.issue_notes import Order
    from leadreturns.workflows.issue_notes import issue as issue_notes

    month = month_option(period, "--period", 0)
    side, name = _party(session, buyer, suppliers, supplier)
    if todays_rate and side == "supplier":
        raise UsageFault("two_sides", "statements for suppliers bear no tax", "leave out --todays-rate")
    what = "credit notes" if side == "buyer" else "clawback statements"
    if folder is not None:
        refuse_early(folder, file_kind)
    session.confirm(f"issue the {what} of {format_month(month)}?", yes=yes or dry_run)
    store, wording = session.recorded(dry_run=dry_run), _wording(session)
    order, book = Order(month, side, name, todays_rate), session.workspace.policies
    with session.talk.progress("issuing notes") as advance:
        act = session.act(dry_run=dry_run, watch=session.watch(advance))
        if folder is not None and file_kind is NoteFile.pdf and not dry_run:
            refuse_layout(session, lambda: issue_notes(store, book, wording, order, session.act(dry_run=True)))
        done = issue_notes(store, book, wording, order, act)
    _tell_issued(session, done, side, format_month(month))
    if folder is not None and not dry_run:
        write_all(session, done, folder, file_kind.value)
    return None


def _party(session: Session, buyer: str, suppliers: bool, supplier: str) -> tuple[str, str]:
    """Whom the notes are for: 'buyer' or 'supplier', and one name or ''; unknown names are refused."""
    from leadreturns.errors import UsageFault
    from leadreturns.workflows.known_names import known_buyer, known_buyers, known_supplier

    if buyer and (suppliers or supplier):
        raise UsageFault(
            "two_sides", "--buyer asks for credit notes, --supplier for statements", "run it once for each"
        )
    if not (buyer or supplier):
        return ("supplier" if suppliers else "buyer"), ""
    store = session.store()
    try:
        if supplier:
            return "supplier", known_supplier(store, supplier)
        return "buyer", known_buyer(buyer, known_buyers(store, session.workspace.policies))
    finally:
        store.close()


def _wording(session: Session) -> "Wording":
    from leadreturns.readers.note_template import read_wording

    return read_wording(session.workspace.root)


def _tell_issued(session: Session, done: "Issued", side: str, month: str) -> None:
    from leadreturns.reports.note_report import balanced_json, note_head_json, notes_table
    from leadreturns.reports.note_tax_report import tax_told_json

    notes = [*done.earlier, *done.new]
    session.show(
        notes_table(notes),
        {
            "status": done.status,
            "period": month,
            "notes": [{**note_head_json(note), "new": any(note is each for each in done.new)} for note in notes],
            "balanced": [balanced_json(draft) for draft in done.balanced],
            "lacking": list(done.lacking),
            "taxes": [tax_told_json(each) for each in done.taxes],
        },
    )
    talk = session.talk
    for draft in done.balanced:
        talk.info(f"{draft.name}: credits and debits of {len(draft.lines)} entries are equal, no note is needed")
    _tell_lacking(session, done.lacking)
    _tell_taxes(session, done.taxes)
    if done.status == "nothing":
        talk.info(f"nothing to do: {month} has no adjustments for {side}s that need a note")
    elif done.status == "already_issued":
        talk.info(f"nothing to do: every adjustment stands on a note already, the {len(notes)} above")
    else:
        kept = " (dry run: nothing kept)" if done.status == "dry_run" else ""
        beside = f" beside {len(done.earlier)} that stood" if done.earlier else ""
        talk.info(f"{len(done.new)} issued{beside}{kept}")
        if not kept:
            talk.info(f"next: leadreturns credit-note show {done.new[0].number} -o {done.new[0].number}.pdf")
    if done.unsent_others:
        flag = " --suppliers" if side == "buyer" else ""
        from leadreturns.core.wording import counted

        other = "supplier" if side == "buyer" else "buyer"
        wait = counted(done.unsent_others, f"{other} waits for its own", f"{other}s wait for theirs")
        talk.info(f"{wait}: leadreturns credit-note issue --period {month}{flag}")


def _tell_lacking(session: Session, lacking: "Sequence[str]") -> None:
    for line in lacking[:10]:
        session.talk.warn(line)
    if len(lacking) > 10:
        session.talk.warn(f"{len(lacking) - 10} more have no address; --json lists them all")


def _tell_taxes(session: Session, taxes: "Sequence[TaxTold]") -> None:
    from leadreturns.reports.note_tax_report import tax_told_words

    for each in taxes[:10]:
        session.talk.warn(tax_told_words(each))
    if len(taxes) > 10:
        session.talk.warn(f"{len(taxes) - 10} more notes carry a rate of their own; --json lists them all")


@command(app, "list", examples="leadreturns credit-note list\n\nleadreturns credit-note list --period 2026-10 --json")
def list_(
    session: Session,
    period: Annotated[str, typer.Option("--period", metavar="YYYY-MM", help="Of it.", show_default=False)] = "",
    buyer: options.Buyer = "",
    suppliers: Suppliers = False,
    supplier: Supplier = "",
) -> int | None:
    """Every note in the order of issue, and how it stands."""
    from leadreturns.cli.times import month_option
    from leadreturns.reports.note_report import note_head_json, notes_table
    from leadreturns.workflows.issue_notes import all_notes

    month = month_option(period, "--period", 0) or None
    side, name = _party(session, buyer, suppliers, supplier)
    found = all_notes(session.store(), month, side if buyer or suppliers or supplier else "", name)
    session.show(notes_table(found), {"notes": [note_head_json(note) for note in found]})
    if not found:
        session.talk.info("no notes yet: leadreturns credit-note issue --period YYYY-MM")
    return None


@command(
    app,
    "show",
    examples="leadreturns credit-note show CN-2026-0001\n\n"
    "leadreturns credit-note show CN-2026-0001 -o acme-october.pdf\n\n"
    "leadreturns credit-note show CN-2026-0001 -o acme-october.html",
    prints=FILE,
)
def show(session: Session, number: Number) -> int | None:
    """A note with its lines, on the screen or as .pdf, .html, .xlsx, .csv or .json with -o."""
    from leadreturns.workflows.issue_notes import one_note

    note = one_note(session.store(), number)
    _show_note(session, note)
    return None


def _show_note(session: Session, note: "Note") -> None:
    """The note in the wanted format; a PDF, which --format does not know, by the suffix of -o."""
    from leadreturns.cli.showing import format_of, write_bytes
    from leadreturns.errors import UsageFault
    from leadreturns.reports.note_report import note_json, note_page, note_table
    from leadreturns.writers.note_file import NOTE_FILES, note_bytes

    path = session.output
    suffix = path.suffix.lower().removeprefix(".") if path is not None and str(path) != "-" else ""
    if suffix and not session.format and suffix not in NOTE_FILES:
        known = ", ".join(f".{kind}" for kind in NOTE_FILES)
        raise UsageFault("unknown_suffix", f"-o {path}: no note is written as .{suffix}", f"known are {known}")
    is_pdf = path is not None and path.suffix.lower() == ".pdf" and not session.format
    kind = "pdf" if is_pdf else {"table": "txt"}.get(shape := format_of(session), shape)
    if path is not None and str(path) != "-":
        write_bytes(session, path, note_bytes(note, kind, layout_of(session)))
        if kind == "pdf":
            tell_look(session, [note])
        if note.voided_by:
            session.talk.warn(f"{note.number} is void, taken back by {note.voided_by}")
        return
    if kind == "txt":
        for line in note_page(note).lines():
            session.write_line(line)
    session.show(note_table(note), note_json(note))


@command(
    app, "void", examples="leadreturns credit-note void CN-2026-0001 --because 'the address of the buyer was wrong'"
)
def void(
    session: Session,
    number: Number,
    because: options.Because,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
) -> int | None:
    """Take a note back by a counter-document; its lines can then be issued anew."""
    from leadreturns.errors import UsageFault
    from leadreturns.reports.note_report import note_json, notes_table
    from leadreturns.reports.note_tax_report import kept_rate_words
    from leadreturns.workflows.issue_notes import issuing
    from leadreturns.workflows.issue_notes import void as void_note

    if not because.strip():
        raise UsageFault("because_needed", "--because is empty", "say why; it stands on the counter-document")
    session.confirm(f"take {number} back?", yes=yes or dry_run)
    store, act = session.recorded(dry_run=dry_run), session.act(dry_run=dry_run)
    counter = void_note(store, session.workspace.policies, _wording(session), number, act, because=because.strip())
    session.show(notes_table([counter]), {**note_json(counter), "status": "dry_run" if dry_run else "recorded"})
    kept = " (dry run: nothing kept)" if dry_run else ""
    session.talk.info(f"{counter.voids} is taken back by {counter.number}{kept}")
    session.talk.info(f"to issue anew: {issuing(counter)}")
    if counter.side == "buyer" and counter.content.tax_rate != session.workspace.policies.tax_rate:
        session.talk.warn(kept_rate_words(counter, session.workspace.policies.tax_rate))
    return None


@command(
    app,
    "template",
    examples="leadreturns credit-note template -o templates/credit_note.toml\n\n"
    "leadreturns credit-note template --layout -o templates/credit_note.typ",
    without=frozenset({"format", "json", "wait"}),
    prints=FILE,
)
def template(
    session: Session,
    layout: Annotated[bool, typer.Option("--layout", help="The layout of the PDF, as typst source.")] = False,
) -> int | None:
    """Print the words on notes, to be changed and kept as templates/credit_note.toml in the workspace."""
    from leadreturns.cli.showing import write_bytes
    from leadreturns.readers.note_template import packaged_template
    from leadreturns.writers.note_pdf import packaged_layout

    text = packaged_layout() if layout else packaged_template()
    if session.output is None or str(session.output) == "-":
        import sys

        sys.stdout.write(text)
        return None
    path: Path = session.output
    write_bytes(session, path, text.encode())
    return None
