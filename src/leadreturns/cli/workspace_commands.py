"""`init`, `demo` and `status`: the workspace as a whole."""

from pathlib import Path
from typing import Annotated

import typer

from leadreturns.cli.session import Session, command
from leadreturns.core.wording import counted

_NO_STORE = frozenset({"workspace", "wait", "format", "json", "output"})


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    command(app, "init", examples="leadreturns init returns-2026", without=_NO_STORE)(init)
    command(app, "demo", examples="leadreturns demo\n\nleadreturns demo /tmp/demo", without=_NO_STORE)(demo)
    command(app, "status", examples="leadreturns status\n\nleadreturns status --json")(status)


Folder = Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder; made if it is not there.")]


def init(session: Session, folder: Folder = Path()) -> int | None:
    """Make a workspace: a folder with a commented policies.toml and an empty store."""
    from leadreturns.workflows.new_workspace import make_workspace

    path = make_workspace(folder)
    session.talk.info(f"made {path}")
    session.talk.info("next: edit it to your terms, check it with `leadreturns policy check`,")
    session.talk.info("then import your sales: leadreturns ledger import SALES.csv")
    return None


def demo(session: Session, folder: Folder = Path("demo")) -> int | None:
    """Make a workspace with sample files and walk through a month of returns, showing every command and its output."""
    from leadreturns.cli.demo import run_demo

    return run_demo(session, folder)


def status(session: Session) -> int | None:
    """What was imported last, what waits for a person and the money at risk, and the open period."""
    from leadreturns.core.calendar import iso_utc
    from leadreturns.core.money import format_minor, money_text
    from leadreturns.reports.record_reports import facts_table
    from leadreturns.workflows.report_figures import status as read_status

    store = session.store()
    found = read_status(store, session.workspace.policies, session.now)
    last = found["last_import"]
    at_risk = ", ".join(money_text(minor, currency) for currency, minor in sorted(found["at_risk"].items()))
    risk = {currency: format_minor(minor, currency) for currency, minor in sorted(found["at_risk"].items())}
    facts = [
        ("last import", f"batch {last[0]}, {last[1]}, {session.told(iso_utc(last[2]))}" if last else "none yet"),
        ("waiting for review", str(found["waiting"])),
        ("credit at risk", at_risk or "none"),
        ("oldest in review", counted(found["oldest_days"], "day")),
        ("open period", found["open_period"]),
        ("closed through", found["closed_through"] or "no month yet"),
    ]
    batch = {"batch": last[0], "file": last[1], "imported_at": iso_utc(last[2])} if last else None
    session.show(
        facts_table("status", "Status", facts),
        {
            "last_import": batch,
            "waiting": found["waiting"],
            "at_risk": [{"currency": currency, "amount": amount} for currency, amount in risk.items()],
            "oldest_days": found["oldest_days"],
            "open_period": found["open_period"],
            "closed_through": found["closed_through"],
        },
    )
    return None
