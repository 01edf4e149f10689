"""`import`: THE daily act."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadreturns.cli import options
from leadreturns.cli.reading_options import FileFlags, named, reading_for
from leadreturns.cli.session import OUTCOME, Session, command
from leadreturns.core.wording import counted

if TYPE_CHECKING:
    from leadreturns.readers.file_copy import FileCopy
    from leadreturns.readers.reading import Reading
    from leadreturns.reports.import_result import ImportResult

_EXAMPLES = (
    "leadreturns import acme_2026-09.csv --buyer acme\n\n"
    "leadreturns import returns.xlsx --buyer acme --dry-run\n\n"
    'leadreturns import returns.csv --buyer acme --map lead_id="Ref #" --date-order mdy'
)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    command(app, "import", examples=_EXAMPLES, prints=OUTCOME)(import_)


def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A buyer's return file, CSV or Excel.")],
    *,
    buyer: options.Buyer = "",
    any_buyer: Annotated[bool, typer.Option("--any-buyer", help="The file names no buyer.")] = False,
    received: Annotated[
        str, typer.Option("--received", metavar="DATE-OR-TIME", help="When it arrived; now if left out.")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="CODE", help="For rows that give no reason.")] = "",
    sheet: options.Sheet = "",
    map_: options.Map = None,
    date_order: options.Order = None,
    encoding: options.Encoding = "",
    delimiter: options.Delimiter = "",
    header_row: options.HeaderRow = None,
    password_file: options.PasswordFile = None,
    response: Annotated[
        Path | None, typer.Option("--response", metavar="FILE", help="Write the answer to the buyer there.")
    ] = None,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Import nothing if a row cannot be read.")
    ] = False,
    fail_on: Annotated[options.FailOn, typer.Option("--fail-on", help="What ends with exit code 1.")] = (
        options.FailOn.unreadable
    ),
    inspect: Annotated[bool, typer.Option("--inspect", help="Show how the file is read, import nothing.")] = False,
    learn: Annotated[bool, typer.Option("--learn", help="Write the mapping to the buyer's policies.")] = False,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
) -> int | None:
    """Import a return file: every row is checked, decided, and its money booked."""
    from leadreturns.readers.file_copy import copy_file

    flags = FileFlags(
        sheet,
        list(map_ or []),
        date_order.value if date_order else "",
        encoding,
        delimiter,
        header_row,
        password_file,
        buyer,
        any_buyer,
        reason,
    )
    flags.check()
    wish = Wish(received, response, all_or_nothing, fail_on.value, dry_run)
    if response is not None:
        from leadreturns.cli.batch_commands import refuse_kind
        from leadreturns.writers.output_file import check_output

        refuse_kind(response)
        check_output(response, keep=[session.workspace.store_path, file])
    with copy_file(session.input_file(file)) as copy, named(copy.name):
        reading = _reading(session, flags)
        if inspect or learn:
            from leadreturns.cli.inspecting import inspect_file

            return inspect_file(session, copy, reading, learn=learn, yes=yes, dry_run=dry_run)
        return _import(session, copy, (flags, reading), wish)


class Wish:
    """What is to be done with the file once it is read."""

    def __init__(self, received: str, response: Path | None, all_or_nothing: bool, fail_on: str, dry_run: bool) -> None:
        self.received = received
        self.response = response
        self.all_or_nothing = all_or_nothing
        self.fail_on = fail_on
        self.dry_run = dry_run


def _reading(session: Session, flags: FileFlags) -> "Reading":
    """How the file is to be read; an unknown --buyer or --reason is refused with a suggestion."""
    from leadreturns.workflows.known_names import known_buyer, known_buyers, known_reason

    if flags.buyer and flags.any_buyer:
        from leadreturns.errors import UsageFault

        raise UsageFault("buyer_twice", "--buyer and --any-buyer contradict each other", "give one of them")
    book = session.workspace.policies
    store = session.store()
    names = known_buyers(store, book)
    store.close()
    if flags.buyer:
        flags.buyer = known_buyer(flags.buyer, names)
    if flags.reason:
        known_reason(flags.reason, book)
    return reading_for(flags, book, names, flags.password())


def _import(session: Session, copy: "FileCopy", how: "tuple[FileFlags, Reading]", wish: Wish) -> int:
    from leadreturns.cli.times import received_at
    from leadreturns.readers.return_file import read_returns
    from leadreturns.workflows.import_returns import (
        Delivery,
        already_imported,
        import_returns,
        read_through,
        seen_before,
    )

    flags, reading = how
    book = session.workspace.policies
    received = received_at(wish.received, book.zone, session.now)
    delivery = Delivery(copy, flags.buyer, flags.signature(), received, wish.all_or_nothing)
    store = session.store()
    first = seen_before(store, delivery)
    store.close()
    if first is not None:
        return _tell(session, already_imported(first), wish)
    source = read_returns(copy, reading)
    with session.talk.progress("importing returns") as advance:
        act = session.act(dry_run=wish.dry_run, watch=session.watch(advance))
        with closing(read_through(source, delivery, act)) as spool:
            store = session.store(write=True, dry_run=wish.dry_run)
            result = import_returns(store, book, delivery, (source, spool), act)
        store.close()
    session.tell_notes(source.notes)
    if wish.response is not None and result.status == "recorded":
        from leadreturns.cli.batch_commands import write_answer

        write_answer(session, result.batch, wish.response, reading.options.password)
    return _tell(session, result, wish)


def _tell(session: Session, result: "ImportResult", wish: Wish) -> int:
    from leadreturns.cli.import_text import MEANING_AT, result_lines
    from leadreturns.reports.import_result import late_lines, result_json

    value = result_json(result)
    if session.wants_json:
        session.print_json(value)
    else:
        for line in result_lines(value):
            session.write_line(line, MEANING_AT)
    if result.status == "already_imported":
        session.talk.info(f"nothing to do: these bytes are batch {value['batch']} already, with the figures above")
        return 0
    session.tell_problems(result.problems)
    for line in late_lines(value["late_adjustments"]):
        session.talk.info(line)
    if value["review"]:
        session.talk.info(f"{counted(value['review'], 'waits', 'wait')} for you: leadreturns review list")
    return _exit_code(result, wish.fail_on)


def _exit_code(result: "ImportResult", fail_on: str) -> int:
    """1 when a row ended in a way that --fail-on names, or in a worse one."""
    counted = {
        "none": 0,
        "unreadable": result.unreadable,
        "review": result.unreadable + result.review,
        "rejected": result.unreadable + result.review + result.rejected,
    }
    return 1 if counted[fail_on] else 0
