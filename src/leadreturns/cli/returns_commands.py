"""`returns`: single returns, as they stand and as they came to stand so."""

from typing import Annotated

import typer

from leadreturns.cli import options
from leadreturns.cli.session import OUTCOME, Session, command

app = typer.Typer(name="returns", help="Single returns: list, explain, decide anew.", no_args_is_help=True)


@command(
    app,
    "list",
    examples="leadreturns returns list --batch 12 --outcome rejected\n\n"
    "leadreturns returns list --finding too_late --json",
)
def list_(
    session: Session,
    *,
    batch: Annotated[
        int | None,
        typer.Option("--batch", metavar="ID", help="Of that batch.", show_default=False, callback=options.storable),
    ] = None,
    buyer: options.Buyer = "",
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="OUTCOME", help="approved, rejected or review.", show_default=False)
    ] = "",
    finding: Annotated[str, typer.Option("--finding", metavar="CODE", help="With it.", show_default=False)] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="CODE", help="With it.", show_default=False)] = "",
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="Decided on or after that day.", show_default=False)
    ] = "",
) -> int | None:
    """The returns that fit, oldest first."""
    from leadreturns.cli.times import parse_date
    from leadreturns.core.finding import MEANINGS
    from leadreturns.errors import UsageFault
    from leadreturns.reports.return_reports import returns_json, returns_table
    from leadreturns.workflows.known_names import known_buyer, known_buyers
    from leadreturns.workflows.look_up import find_returns, one_batch

    if outcome not in ("", "approved", "rejected", "review"):
        raise UsageFault("bad_outcome", f"--outcome {outcome} is none", "approved, rejected or review")
    if finding and finding not in MEANINGS:
        raise UsageFault("bad_finding", f"there is no finding {finding}", f"one of: {', '.join(MEANINGS)}")
    day = parse_date(since) if since else None
    if since and day is None:
        raise UsageFault("bad_date", f"--since {since} is no date", "write it like 2026-10-12")
    start = None if day is None else session.workspace.policies.zone.day_start(day)
    store = session.store()
    if batch is not None:
        one_batch(store, batch)
    if buyer:
        buyer = known_buyer(buyer, known_buyers(store, session.workspace.policies))
    with session.talk.progress("reading returns"):
        found = find_returns(
            store, batch=batch, buyer=buyer, outcome=outcome, finding=finding, reason=reason, decided_since=start
        )
    session.show(returns_table(found), returns_json(found) if session.wants_json else {})
    if not found:
        asked = (batch, buyer, outcome, finding, reason, since)
        session.talk.info("no return fits" if any(asked) else "no returns yet: leadreturns import FILE --buyer NAME")
    return None


@command(app, "show", examples="leadreturns returns show 301")
def show(
    session: Session,
    return_id: Annotated[
        int, typer.Argument(metavar="ID", help="The return.", show_default=False, max=options.LARGEST_ID)
    ],
) -> int | None:
    """One return: what was asked, how it was decided step by step, by which terms, and every decision before."""
    from leadreturns.cli.return_text import return_sections, return_title
    from leadreturns.cli.sections import show_sections
    from leadreturns.workflows.explain_return import explain_return, explained_json

    found = explain_return(session.store(), session.workspace.policies, return_id)
    show_sections(session, "return", return_title(found), return_sections(found, session.told), explained_json(found))
    return None


@command(app, "redecide", examples="leadreturns returns redecide 301 302", prints=OUTCOME)
def redecide(session: Session, ids: options.Ids, dry_run: options.DryRun = False) -> int | None:
    """Decide returns in review or rejected anew under today's terms; the old decisions stay on record."""
    from leadreturns.cli.review_commands import tell_decided
    from leadreturns.workflows.review_returns import redecide as decide_anew

    store = session.recorded(dry_run=dry_run)
    with session.talk.progress("deciding anew"):
        done = decide_anew(store, session.workspace.policies, ids, session.act(dry_run=dry_run))
    tell_decided(session, done, "redecide", dry_run)
    return None
