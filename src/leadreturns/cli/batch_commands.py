"""`batch`: the imported return files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadreturns.cli import options
from leadreturns.cli.reading_options import FileFlags, reading_for
from leadreturns.cli.session import FILE, LINES, OUTCOME, Session, command
from leadreturns.errors import UsageFault

if TYPE_CHECKING:
    from leadreturns.readers.reading import Reading

app = typer.Typer(name="batch", help="Imported return files.", no_args_is_help=True)
BatchId = Annotated[int, typer.Argument(metavar="ID", help="The batch.", show_default=False, max=options.LARGEST_ID)]


@command(app, "list", examples="leadreturns batch list")
def list_(session: Session) -> int | None:
    """Every batch with its figures, oldest first."""
    from leadreturns.reports.record_reports import batches_table
    from leadreturns.workflows.look_up import all_batches

    found = all_batches(session.store())
    session.show(batches_table(found))
    if not found:
        session.talk.info("no batches yet: leadreturns import FILE --buyer NAME")
    return None


@command(app, "show", examples="leadreturns batch show 12\n\nleadreturns batch show 12 --json", prints=LINES)
def show(session: Session, batch: BatchId) -> int | None:
    """What a batch came to, as first printed, and what could not be read."""
    from leadreturns.cli.import_text import MEANING_AT, result_lines
    from leadreturns.workflows.look_up import batch_json, one_batch

    record = one_batch(session.store(), batch)
    value = batch_json(record)
    if session.wants_json:
        session.print_json(value)
        return None
    for line in result_lines(value):
        session.write_line(line, MEANING_AT)
    session.write_line(
        f"  imported {session.told(value['imported_at'])} by {value['imported_by']}, policies {value['policy'][:12]}"
    )
    if value["void"]:
        session.write_line(f"  void: {value['void_because']}")
    session.tell_problems(record.problems)
    return None


@command(
    app,
    "respond",
    examples="leadreturns batch respond 12 -o answer.xlsx",
    without=frozenset({"format", "json"}),
    prints=FILE,
)
def respond_(session: Session, batch: BatchId) -> int | None:
    """Write the answer to the buyer: his own rows, each with its decision and the reason."""
    if session.output is None:
        raise UsageFault("output_needed", "the answer needs a file", "add -o answer.csv or -o answer.xlsx")
    write_answer(session, batch, session.output)
    return None


def refuse_kind(path: Path) -> None:
    """Raises `UsageFault` for a name that promises a file of a kind that answers are not written in."""
    if path.suffix.lower() not in ("", ".csv", ".txt", ".xlsx"):
        raise UsageFault("bad_answer", f"{path} cannot be written: answers are CSV or Excel", "name it .csv or .xlsx")


def write_answer(session: Session, batch: int, path: Path, password: str | None = None) -> None:
    """Write the answer of a batch to `path`, reading its kept file the way it was read when it was imported."""
    import json

    from leadreturns.workflows.known_names import known_buyers
    from leadreturns.workflows.respond import respond

    refuse_kind(path)
    store, book = session.store(), session.workspace.policies

    def reading_of(stored: str) -> "Reading":
        return reading_for(FileFlags.from_signature(json.loads(stored)), book, known_buyers(store, book), password)

    with session.talk.progress("writing the answer"):
        respond(store, book, batch, reading_of, (path, [session.workspace.store_path]))
    session.talk.info(f"wrote the answer to {path}")


@command(app, "void", examples='leadreturns batch void 12 --because "wrong file"', prints=OUTCOME)
def void(
    session: Session,
    batch: BatchId,
    because: options.Because,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
) -> int | None:
    """Take a batch back: its approvals are reversed, its queue emptied; its figures stay on record."""
    from leadreturns.cli.review_commands import tell_decided
    from leadreturns.workflows.review_returns import void as void_batch

    session.confirm(f"void batch {batch}?", yes=yes or dry_run)
    store = session.recorded(dry_run=dry_run)
    with session.talk.progress("taking back"):
        done = void_batch(store, session.workspace.policies, batch, session.act(dry_run=dry_run), because=because)
    tell_decided(session, done, "void", dry_run, because)
    return None
