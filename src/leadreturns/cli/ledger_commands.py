"""`ledger`: sales in, the files they came from, and all that is known of a lead."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadreturns.cli import options
from leadreturns.cli.reading_options import FileFlags, named, reading_for
from leadreturns.cli.session import OUTCOME, Session, command
from leadreturns.core.wording import counted

if TYPE_CHECKING:
    from leadreturns.workflows.import_sales import SalesImported

app = typer.Typer(name="ledger", help="The lead ledger: all sales.", no_args_is_help=True)


@command(
    app,
    "import",
    examples="leadreturns ledger import sales.csv\n\n"
    'leadreturns ledger import sales.xlsx --map lead_id="Ref #" --dry-run',
    prints=OUTCOME,
)
def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Sales as CSV or Excel.")],
    *,
    sheet: options.Sheet = "",
    map_: options.Map = None,
    date_order: options.Order = None,
    encoding: options.Encoding = "",
    delimiter: options.Delimiter = "",
    header_row: options.HeaderRow = None,
    password_file: options.PasswordFile = None,
    adjust_closed: Annotated[
        bool, typer.Option("--adjust-closed", help="Take rows that change money of a closed month, on record.")
    ] = False,
    dry_run: options.DryRun = False,
) -> int | None:
    """Import sales: new ones are inserted, changed ones updated, equal ones left alone."""
    from leadreturns.readers.file_copy import copy_file
    from leadreturns.readers.ledger_file import read_sales
    from leadreturns.workflows.import_sales import import_sales

    flags = FileFlags(
        sheet, list(map_ or []), date_order.value if date_order else "", encoding, delimiter, header_row, password_file
    )
    flags.check()
    book = session.workspace.policies
    progress = session.talk.progress("importing sales")
    with copy_file(session.input_file(file)) as copy, named(copy.name), progress as advance:
        source = read_sales(copy, reading_for(flags, book, (), flags.password()))
        store = session.store(write=True, dry_run=dry_run)
        act = session.act(dry_run=dry_run, watch=session.watch(advance))
        done = import_sales(store, book, (copy, source), act, adjust_closed=adjust_closed)
    session.tell_notes(source.notes)
    _tell(session, done)
    return 1 if done.problems else 0


def _tell(session: Session, done: "SalesImported") -> None:
    from leadreturns.reports.import_result import problem_json

    counts = done.counts
    if session.wants_json:
        session.print_json(
            {
                "status": done.status,
                "file": done.file,
                "sha256": done.sha256,
                "rows": done.rows,
                "inserted": counts.inserted,
                "updated": counts.updated,
                "unchanged": counts.unchanged,
                "unreadable": len(done.problems),
                "problems": [problem_json(problem) for problem in done.problems],
                "ledger": done.ledger,
            }
        )
    else:
        kept = "" if done.status == "recorded" else " (dry run: nothing kept)"
        session.write_line(
            f"{done.file}: {counted(done.rows, 'row')}: {counts.inserted:,} new, {counts.updated:,} updated, "
            f"{counts.unchanged:,} unchanged, {len(done.problems):,} unreadable{kept}"
        )
    session.tell_problems(done.problems)
    one, many = "earlier return of an unknown lead", "earlier returns of unknown leads"
    _offer(session, done.now_matching, f"{counted(len(done.now_matching), one, many)} would match now:")
    one, many = "return in review rests", "returns in review rest"
    _offer(session, done.waiting, f"{counted(len(done.waiting), one, many)} on what a sale said before:")


def _offer(session: Session, returns: Sequence[int], why: str) -> None:
    """Tell which returns may be decided anew, if any."""
    if returns:
        ids = " ".join(map(str, returns[:20]))
        session.talk.info(why)
        session.talk.info(f"  leadreturns returns redecide {ids}{' …' if len(returns) > 20 else ''}")


@command(app, "list", examples="leadreturns ledger list")
def list_(session: Session) -> int | None:
    """The ledger files imported."""
    from leadreturns.reports.record_reports import ledgers_table
    from leadreturns.workflows.look_up import all_ledgers

    found = all_ledgers(session.store())
    session.show(ledgers_table(found))
    if not found:
        session.talk.info("no ledger files yet: leadreturns ledger import FILE")
    return None


@command(app, "void", examples="leadreturns ledger void 3", prints=OUTCOME)
def void(
    session: Session,
    ledger: Annotated[int, typer.Argument(metavar="ID", help="The ledger file's id.", max=options.LARGEST_ID)],
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
) -> int | None:
    """Take back a ledger file whose sales have no returns yet."""
    from leadreturns.workflows.void_ledger import void_ledger

    session.confirm(f"take back ledger file {ledger} and all its sales?", yes=yes or dry_run)
    store = session.recorded(dry_run=dry_run)
    removed, restored = void_ledger(store, ledger, session.act(dry_run=dry_run))
    if session.wants_json:
        status = "dry_run" if dry_run else "void"
        session.print_json({"status": status, "ledger": ledger, "removed": removed, "restored": restored})
    else:
        session.write_line(
            f"ledger file {ledger}: {counted(removed, 'sale')} removed, {restored:,} as they were before"
            f"{' (dry run: nothing kept)' if dry_run else ''}"
        )
    return None


@command(app, "show", examples="leadreturns ledger show L-260601-0001")
def show(
    session: Session, lead_id: Annotated[str, typer.Argument(metavar="LEAD_ID", help="The lead, as the ledger has it.")]
) -> int | None:
    """Every sale of a lead with its returns, decisions and money."""
    from leadreturns.cli.lead_text import lead_table
    from leadreturns.workflows.look_up import lead_record

    record = lead_record(session.store(), lead_id)
    session.show(lead_table(record, session.told), record)
    return None
