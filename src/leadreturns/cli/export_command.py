"""`export`: a period's adjustments as files for an accounting system."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadreturns.cli import options
from leadreturns.cli.session import FILE, Session, command
from leadreturns.core.wording import counted
from leadreturns.errors import EXIT_DONE, EXIT_NEEDS_PERSON

if TYPE_CHECKING:
    from leadreturns.store.exports import ExportRecord
    from leadreturns.workflows.export_period import Export

_EXAMPLES = (
    "leadreturns export xero --period 2026-10 -o october.csv\n\n"
    "leadreturns export hledger --period 2026-10 --draft\n\n"
    "leadreturns export ubl --period 2026-10 -o october.zip\n\n"
    "leadreturns export list"
)
_LIST = "list"


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    command(app, "export", examples=_EXAMPLES, without=frozenset({"format"}), prints=FILE)(export)


def export(
    session: Session,
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="xero, quickbooks, quickbooks-iif, sage, hledger, beancount, ubl, or one of the workspace's "
            "exports/*.toml; list: the exports on record.",
        ),
    ],
    period: Annotated[str, typer.Option("--period", metavar="YYYY-MM", help="The month.", show_default=False)] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Also for a month that is open.")] = False,
    dry_run: options.DryRun = False,
) -> int | None:
    """Write a month's credits, debits and clawbacks for an accounting system; -o x.zip packs several files."""
    from leadreturns.cli.times import month_option
    from leadreturns.errors import UsageFault

    month = month_option(period, "--period", 0)
    if form == _LIST:
        _list(session, month or None)
        return None
    if not month:
        raise UsageFault("period_needed", "which month?", "add --period 2026-10")
    return _export(session, form, month, draft, dry_run)


def _list(session: Session, period: int | None) -> None:
    from leadreturns.reports.export_report import exports_json, exports_table
    from leadreturns.workflows.export_period import recorded_exports

    found = recorded_exports(session.store(), period)
    session.show(exports_table(found), {"rows": exports_json(found), "totals": []})


def _export(session: Session, name: str, month: int, draft: bool, dry_run: bool) -> int:
    """Done, or, where a document of the month could not be written, something for a person to do."""
    from leadreturns.errors import UsageFault
    from leadreturns.readers.export_format import read_format
    from leadreturns.workflows.export_period import make_export, record_export, write_export

    # The file is for the export; what is told as JSON, a refusal among it, goes to stdout.
    target, session.output = session.output, None
    if str(target or "-") == "-" and session.wants_json:
        raise UsageFault("output_needed", "--json tells about the files, which need a place", "add -o FILE")
    form = read_format(name, session.workspace.root)
    with session.talk.progress(f"putting {name} together"):
        made = make_export(session.store(), session.workspace.policies, form, month, session.act(), draft=draft)
    paths: list[str] = []
    if made.parts and not dry_run:
        if target is None or str(target) == "-":
            text = _only_text(made)
            record_export(session.recorded(), made)
            sys.stdout.write(text)
        else:
            written = write_export(session.recorded(), made, target, [session.workspace.store_path])
            paths = [str(path) for path in written]
    _tell(session, made, paths, draft=draft, dry_run=dry_run)
    if session.wants_json:
        session.print_json(_json(made, paths, dry_run))
    return EXIT_NEEDS_PERSON if made.unfit else EXIT_DONE


def _only_text(made: "Export") -> str:
    from leadreturns.errors import UsageFault

    if len(made.parts) > 1:
        raise UsageFault(
            "output_needed", f"{len(made.parts)} files do not fit on one output", "add -o FILE or -o x.zip"
        )
    return made.parts[0].content.decode(made.form.encoding)


def _tell(session: Session, made: "Export", paths: list[str], *, draft: bool, dry_run: bool) -> None:
    """What was written, what a person must know of the format, and what was exported before."""
    from leadreturns.core.calendar import format_month
    from leadreturns.reports.export_report import document_words, earlier_words, money_words

    month, talk = format_month(made.record.period), session.talk
    if made.form.is_unverified and made.parts:
        talk.warn(f"{made.form.name}: {made.form.verified}; look at the first import, and say what you found")
    _tell_period(session, made, draft=draft)
    for each in made.left_out:
        sums = f"{document_words(each.kind, each.documents)} of {money_words(each.net_minor, each.currency)}"
        talk.warn(f"{made.form.name} has no place for {sums}: left out of the file")
    for voucher, why in made.unfit:
        money = money_words(voucher.net_minor, voucher.currency)
        talk.warn(f"{voucher.number} of {voucher.name}, {money}, is not in the files: {why}")
    if not made.parts and made.unfit:
        talk.info(f"nothing written: {made.form.name} can hold no document of {month}")
        return
    if not made.parts:
        talk.info(f"nothing to do: {month} holds nothing that {made.form.name} has a place for")
        return
    if made.lost_characters:
        talk.warn(f"{made.form.encoding} lacks {made.lost_characters}: ? stands in their places")
    _tell_names(session, made)
    for kind_and_currency, (number, minor) in made.sums().items():
        kind, currency = kind_and_currency
        talk.info(f"{document_words(kind, number)}: {money_words(minor, currency)}")
    for path in paths:
        talk.info(f"wrote {path}")
    if made.earlier is not None:
        # A draft is marked as one, so that the final export never has its bytes.
        same = made.is_same if made.earlier.draft == made.record.draft else None
        (talk.warn if same is False else talk.info)(earlier_words(made.earlier, same, session.zone))
    for note in made.taken_back:
        talk.warn(
            f"{note.number}, exported before, was taken back by {note.by}: void it in the accounting system first"
        )
    if dry_run:
        talk.info("dry run: nothing written, nothing kept")


def _tell_period(session: Session, made: "Export", *, draft: bool) -> None:
    """That the month is open, or that it was reopened."""
    from leadreturns.core.calendar import format_month
    from leadreturns.reports.period_report import reopened_notes

    month = format_month(made.record.period)
    if made.record.draft and made.parts:
        session.talk.warn(f"{month} is open: this is a draft, its figures may still move")
    elif draft and made.parts:
        session.talk.info(f"{month} is closed: this is the final export, no draft")
    for note in reopened_notes(made.reopened, session.zone):
        session.talk.warn(note)


def _tell_names(session: Session, made: "Export") -> None:
    from leadreturns.reports.export_needs import accounts_by_name, below_zero, shared_accounts

    names = accounts_by_name(made.vouchers)
    if names:
        shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        session.talk.info(f"no account in policies.toml, the name stands for it: {shown}")
    for _, account, sharing in shared_accounts(made.form, made.vouchers):
        session.talk.info(f"booked on one account, {account}: {', '.join(sharing)}")
    below = [voucher.number for voucher in below_zero(made.form, made.vouchers)]
    if below:
        shown = ", ".join(below[:5]) + (f" and {len(below) - 5} more" if len(below) > 5 else "")
        session.talk.warn(
            f"{made.form.name}: lines below zero, for entries taken back, in {shown}: {made.form.negatives}"
        )
    _tell_taxes(session, made)
    if made.without_note:
        session.talk.info(
            f"{counted(made.without_note, 'document has', 'documents have')} a number of our own, not that of a note"
        )


def _tell_taxes(session: Session, made: "Export") -> None:
    """The rates that the program will not know by what the files call them."""
    from leadreturns.reports.export_needs import merged_taxes, unnamed_taxes

    form = made.form
    for rate in unnamed_taxes(form, made.vouchers):
        session.talk.warn(
            f'{form.name} has no name for a tax of {rate}, "{rate}" stands in its place: write "{rate}" = "…" '
            f"under [tax_names] in exports/{form.name}.toml of the workspace"
        )
    merged = merged_taxes(form, made.vouchers)
    if merged:
        session.talk.warn(
            f'{form.name}: documents taxed at {", ".join(merged)} all have "{form.values["taxed_code"]}": import them '
            f'rate by rate, or write taxed_code = "" under [values] and a name for each rate under [tax_names] in '
            f"exports/{form.name}.toml of the workspace"
        )


def _json(made: "Export", paths: list[str], dry_run: bool) -> dict[str, Any]:
    from leadreturns.core.calendar import format_month
    from leadreturns.reports.export_needs import below_zero, merged_taxes, unnamed_taxes
    from leadreturns.reports.period_report import reopened_json

    record = made.record
    return {
        "status": "nothing" if not made.parts else "dry_run" if dry_run else "recorded",
        "format": made.form.name,
        "period": format_month(record.period),
        "draft": record.draft,
        "verified": made.form.verified,
        "sha256": record.sha256 if made.parts else None,
        "files": paths,
        "entries": record.entries,
        **_documents_json(made),
        "below_zero": [voucher.number for voucher in below_zero(made.form, made.vouchers)],
        "unnamed_taxes": unnamed_taxes(made.form, made.vouchers),
        "merged_taxes": merged_taxes(made.form, made.vouchers),
        "taken_back": [note._asdict() for note in made.taken_back],
        "reopened": reopened_json(made.reopened),
        "earlier": _earlier_json(made.earlier, made.is_same),
    }


def _documents_json(made: "Export") -> dict[str, Any]:
    """What is in the files, what has no place there, and what cannot be written."""
    from leadreturns.reports.table import Amount

    sums = made.sums().items()
    left = [(each.kind, each.currency, each.documents, each.net_minor) for each in made.left_out]
    return {
        "documents": [_sum_json(kind, code, number, minor) for (kind, code), (number, minor) in sums],
        "left_out": [_sum_json(*each) for each in left],
        "unfit": [
            {
                "number": voucher.number,
                "name": voucher.name,
                "kind": voucher.kind,
                "currency": voucher.currency,
                "net": Amount(voucher.net_minor, voucher.currency),
                "why": why,
            }
            for voucher, why in made.unfit
        ],
    }


def _sum_json(kind: str, currency: str, number: int, minor: int) -> dict[str, Any]:
    from leadreturns.reports.table import Amount

    return {"kind": kind, "currency": currency, "count": number, "net": Amount(minor, currency)}


def _earlier_json(earlier: "ExportRecord | None", is_same: bool) -> dict[str, Any] | None:
    from leadreturns.core.calendar import iso_utc

    if earlier is None:
        return None
    return {
        "at": iso_utc(earlier.exported_at),
        "by": earlier.exported_by,
        "draft": earlier.draft,
        "sha256": earlier.sha256,
        "same_bytes": is_same,
    }
