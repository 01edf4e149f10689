"""`import --inspect` and `--learn`: how a file is read, before anything is imported."""

from typing import TYPE_CHECKING

from leadreturns.cli.session import LINES, Session
from leadreturns.core.wording import counted
from leadreturns.errors import UsageFault

if TYPE_CHECKING:
    from leadreturns.readers.file_copy import FileCopy
    from leadreturns.readers.reading import Reading


def inspect_file(
    session: Session, copy: "FileCopy", reading: "Reading", *, learn: bool, yes: bool, dry_run: bool
) -> int:
    """Show how the file is read; with `learn` also write the mapping to the buyer's section of the policies."""
    from leadreturns.cli.inspection_text import inspection_json, inspection_lines
    from leadreturns.readers.inspection import inspect_returns

    if learn and not reading.buyer:
        raise UsageFault("buyer_needed", "--learn writes into a buyer's section", "add --buyer NAME")
    # How the file is read was asked for, and is no outcome that --quiet leaves out.
    session.prints = LINES
    found = inspect_returns(copy, reading)
    if session.wants_json:
        session.print_json(inspection_json(found))
    else:
        for line in inspection_lines(found):
            session.write_line(line)
    if learn:
        from leadreturns.workflows.learn_columns import learn_columns
        from leadreturns.workspace import POLICIES

        session.confirm(f"write this mapping for {reading.buyer} to {POLICIES}?", yes=yes or dry_run)
        learned = learn_columns(session.workspace.root / POLICIES, reading.buyer, found, keep=not dry_run)
        told = [f"{counted(len(learned.columns), 'column')}"] if learned.columns else []
        told += [f"the date order {learned.date_order}"] if learned.date_order else []
        if told:
            done = "would write" if dry_run else "wrote"
            session.talk.info(f"{done} {' and '.join(told)} of {reading.buyer} to {POLICIES}")
        else:
            session.talk.info(f"nothing to write to {POLICIES}: every heading is known by itself")
    return 1 if found.unreadable else 0
