"""`review`: what waits for a person, and what the person says."""

from typing import TYPE_CHECKING, Annotated

import typer

from leadreturns.cli import endings, options
from leadreturns.cli.session import OUTCOME, Session, command

if TYPE_CHECKING:
    from leadreturns.workflows.review_returns import Decided

app = typer.Typer(
    name="review",
    help="The queue of returns that wait for a person; alone it walks them.",
    epilog="\b\nExamples:\n  leadreturns review\n  leadreturns review list",
    invoke_without_command=True,
)


@app.callback()
def walk_queue(
    context: typer.Context, workspace: options.WorkspaceDir = None, wait: options.WaitSeconds = 30.0
) -> None:
    """The queue of returns that wait for a person; without a command it walks them key by key."""
    if context.invoked_subcommand is None:
        from leadreturns.cli.review_walk import walk

        session = Session(workspace_dir=workspace, wait=wait)
        raise typer.Exit(endings.guarded(session, lambda: walk(session)))


@command(app, "list", examples="leadreturns review list\n\nleadreturns review list --buyer acme --json")
def list_(session: Session, buyer: options.Buyer = "") -> int | None:
    """The returns that wait, oldest first, with the money at risk."""
    from leadreturns.reports.return_reports import queue_table, returns_json
    from leadreturns.workflows.known_names import known_buyer, known_buyers
    from leadreturns.workflows.look_up import find_returns

    store = session.store()
    if buyer:
        buyer = known_buyer(buyer, known_buyers(store, session.workspace.policies))
    found = find_returns(store, buyer=buyer, outcome="review")
    session.show(queue_table(found), returns_json(found))
    if not found:
        session.talk.info("nothing waits")
    return None


@command(
    app,
    "approve",
    examples="leadreturns review approve 301 302\n\n"
    "leadreturns review approve 305 --sale 88 --because 'checked by phone'",
    prints=OUTCOME,
)
def approve(
    session: Session,
    ids: options.Ids,
    sale: Annotated[
        int | None,
        typer.Option(
            "--sale",
            metavar="SALE",
            help="Which of the sales that fit is meant.",
            show_default=False,
            callback=options.storable,
        ),
    ] = None,
    because: options.Because = "",
    dry_run: options.DryRun = False,
) -> int | None:
    """Approve returns that wait, or override a rejection; their money is booked."""
    from leadreturns.workflows.review_returns import approve as approve_returns

    store, act = session.recorded(dry_run=dry_run), session.act(dry_run=dry_run)
    done = approve_returns(store, session.workspace.policies, ids, act, sale_id=sale, because=because)
    tell_decided(session, done, "approve", dry_run, because)
    return None


@command(
    app, "reject", examples="leadreturns review reject 303 --because 'the recording says otherwise'", prints=OUTCOME
)
def reject(session: Session, ids: options.Ids, because: options.Because, dry_run: options.DryRun = False) -> int | None:
    """Reject returns that wait."""
    from leadreturns.workflows.review_returns import reject as reject_returns

    store, act = session.recorded(dry_run=dry_run), session.act(dry_run=dry_run)
    done = reject_returns(store, session.workspace.policies, ids, act, because=because)
    tell_decided(session, done, "reject", dry_run, because)
    return None


@command(app, "reverse", examples="leadreturns review reverse 301 --because 'approved by mistake'", prints=OUTCOME)
def reverse(
    session: Session, ids: options.Ids, because: options.Because, dry_run: options.DryRun = False
) -> int | None:
    """Take approvals back; opposite entries are booked, nothing is edited."""
    from leadreturns.workflows.review_returns import reverse as reverse_returns

    store, act = session.recorded(dry_run=dry_run), session.act(dry_run=dry_run)
    done = reverse_returns(store, session.workspace.policies, ids, act, because=because)
    tell_decided(session, done, "reverse", dry_run, because)
    return None


def tell_decided(session: Session, done: "Decided", verb: str, dry_run: bool, because: str = "") -> None:
    """What was decided, one line a return, or one JSON object."""
    from leadreturns.core.explanation import explanation
    from leadreturns.core.money import format_minor
    from leadreturns.reports.import_result import late_json, late_lines

    listed = []
    late = late_json(sorted(done.late.items()))
    for item, decision in done:
        moved = "approved" in (decision.outcome, item.standing.outcome)
        currency = decision.sale.currency if decision.sale else None
        minor = decision.credit_minor if decision.outcome == "approved" else -item.standing.credit_minor
        listed.append(
            {
                "id": item.id,
                "before": item.standing.outcome,
                "outcome": decision.outcome,
                "finding": decision.leading or None,
                "credit": format_minor(minor if moved else 0, currency) if currency else None,
                "currency": currency,
                "explanation": explanation(decision.outcome, decision.findings, decision.decided_by, because),
            }
        )
    if session.wants_json:
        status = "dry_run" if dry_run else "recorded"
        session.print_json({"status": status, "act": verb, "returns": listed, "late_adjustments": late})
        return
    for each in listed:
        money = f", credit {each['credit']} {each['currency']}" if each["credit"] else ""
        session.write_line(f"return {each['id']}: {each['before']} → {each['outcome']}{money}")
    kept = " (dry run: nothing kept)" if dry_run else ""
    session.talk.info(f"{len(listed)} decided{kept}")
    for line in late_lines(late):
        session.talk.info(line)
