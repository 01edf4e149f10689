"""`review` without a command: walk the queue key by key."""

import sys
from typing import TYPE_CHECKING

import typer

from leadreturns.cli.session import Session
from leadreturns.core.wording import counted

if TYPE_CHECKING:
    from leadreturns.store.returns import ListedReturn

_KEYS = "[a]pprove  [r]eject  [s]kip  [q]uit"


def walk(session: Session) -> int:
    """Show each waiting return, oldest first, and do what one key says; every decision is booked at once."""
    from leadreturns.errors import UsageFault
    from leadreturns.workflows.look_up import find_returns

    if not sys.stdin.isatty():
        raise UsageFault(
            "no_terminal", "walking the queue needs a terminal", "use: leadreturns review list, approve, reject"
        )
    store = session.store()
    waiting = find_returns(store, outcome="review")
    store.close()
    done = 0
    for place, each in enumerate(waiting, start=1):
        _show(session, each, f"{place} of {len(waiting)}")
        key = _key()
        if key == "q":
            break
        if key != "s":
            done += _decide(session, each, key)
    session.talk.info(
        f"{done} decided, {counted(len(waiting) - done, 'waits', 'wait')}" if waiting else "nothing waits"
    )
    return 0


def _show(session: Session, each: "ListedReturn", place: str) -> None:
    from leadreturns.core.money import money_text
    from leadreturns.reports.return_reports import explained

    money = f", credit {money_text(each.credit_minor, each.currency)}" if each.currency else ""
    session.write_line("")
    session.write_line(f"{place}: return {each.id}, {each.buyer or 'no buyer named'}, lead {each.lead_id}{money}")
    session.write_line(f"  reason: {each.reason or each.reason_text or '(none)'}")
    session.write_line(f"  {explained(each)}", 2)


def _key() -> str:
    """One of a, r, s, q; anything else is asked again."""
    sys.stderr.write(f"  {_KEYS} ")
    sys.stderr.flush()
    while True:
        key = typer.getchar().lower()
        if key in ("\x03", "\x04"):
            raise typer.Abort
        if key in "arsq" and len(key) == 1:
            sys.stderr.write(f"{key}\n")
            return key


def _decide(session: Session, each: "ListedReturn", key: str) -> int:
    """1 when the return was decided; what is refused is said and stays in the queue."""
    from leadreturns.errors import Refused
    from leadreturns.workflows import review_returns

    store = session.recorded()
    book, act = session.workspace.policies, session.act()
    try:
        if key == "a":
            sale = _sale(each)
            review_returns.approve(store, book, [each.id], act, sale_id=sale)
        else:
            because = typer.prompt("  because", err=True)
            review_returns.reject(store, book, [each.id], act, because=because)
    except Refused as fault:
        session.talk.error(fault.message, fault.hint)
        return 0
    finally:
        store.close()
    return 1


def _sale(each: "ListedReturn") -> int | None:
    """Which of several sales is meant; None where there is nothing to choose."""
    fitting = [sale for finding in each.findings for sale in finding.facts.get("sales", ())]
    if not fitting:
        return None
    for sale in fitting:
        sys.stderr.write(f"  sale {sale['sale']}: {sale['lead_id']}, {sale['campaign']}\n")
    return int(typer.prompt("  which sale", type=int, err=True))
