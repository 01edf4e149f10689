"""`policy simulate`: other terms rehearsed on recorded returns."""

from pathlib import Path
from typing import Annotated

import typer

from leadreturns.cli.session import Session, command

_EXAMPLES = (
    "leadreturns policy simulate new.toml --from 2026-07 --to 2026-09\n\n"
    "leadreturns policy simulate new.toml --from 2026-07 --detail -o changed.xlsx"
)


def register(app: typer.Typer) -> None:
    """Add the command to the group `policy`."""
    command(app, "simulate", examples=_EXAMPLES)(simulate)


def simulate(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Other policies.", show_default=False)],
    first: Annotated[
        str, typer.Option("--from", metavar="YYYY-MM", help="The first month of receipt.", show_default=False)
    ] = "",
    last: Annotated[
        str, typer.Option("--to", metavar="YYYY-MM", help="The last month of receipt.", show_default=False)
    ] = "",
    detail: Annotated[bool, typer.Option("--detail", help="Every return that would stand otherwise.")] = False,
) -> int | None:
    """Decide the returns received in some months again under other policies, and show what that changes."""
    from leadreturns.cli.times import month_option
    from leadreturns.errors import UsageFault
    from leadreturns.readers.policy_file import read_policies
    from leadreturns.reports.simulation_report import changed_table, simulation_json, simulation_table
    from leadreturns.workflows.simulate_policy import EVER
    from leadreturns.workflows.simulate_policy import simulate as run
    from leadreturns.writers.json_writer import table_json

    months = month_option(first, "--from", 0), month_option(last, "--to", EVER)
    if months[0] > months[1]:
        raise UsageFault("bad_months", f"--from {first} is after --to {last}", "swap them")
    books = session.workspace.policies, read_policies(file)
    with session.talk.progress("deciding anew"):
        found = run(session.store(), books, months, detail=detail)
    summary = simulation_table(found.comparison, found.roi, months)
    table = changed_table(found.changed, months) if detail else summary
    more = [summary] if detail else []
    session.show(table, simulation_json(found.comparison, table_json(table), found.digest, months), more)
    return None
