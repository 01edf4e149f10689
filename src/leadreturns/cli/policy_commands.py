"""`policy`: the terms in policies.toml, checked and explained."""

from pathlib import Path
from typing import Annotated

import typer

from leadreturns.cli import options, simulate_command, try_command
from leadreturns.cli.session import OUTCOME, Session, command
from leadreturns.core.wording import counted

app = typer.Typer(name="policy", help="The terms in policies.toml: check, show, try, simulate.", no_args_is_help=True)


@command(app, "check", examples="leadreturns policy check\n\nleadreturns policy check new.toml", prints=OUTCOME)
def check(
    session: Session,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Other policies; policies.toml if left out.")
    ] = None,
) -> int | None:
    """Every fault of policies.toml at once, with its line; then warnings about terms that contradict each other."""
    from dataclasses import replace

    from leadreturns.readers.policy_file import read_policies
    from leadreturns.workflows.policy_terms import warnings

    name = "policies.toml" if file is None else file.name
    book = session.workspace.policies if file is None else read_policies(file)
    found = warnings(session.store(), book)
    if session.wants_json:
        listed = [
            {
                "code": each.code,
                "line": each.line or None,
                "key": each.key,
                "message": each.message,
                "hint": each.suggestion,
            }
            for each in found
        ]
        session.print_json({"status": "ok", "digest": book.digest, "warnings": listed})
        return None
    for each in found:
        session.talk.warn(replace(each, suggestion="").in_file(name))
        if each.suggestion:
            session.talk.item(each.suggestion)
    session.write_line(f"{name} is sound ({counted(len(found), 'warning') if found else 'no warnings'})")
    return None


@command(app, "show", examples="leadreturns policy show --buyer acme --campaign solar --on 2026-09-15")
def show(
    session: Session,
    buyer: options.Buyer = "",
    campaign: Annotated[str, typer.Option("--campaign", metavar="NAME", help="The campaign.", show_default=False)] = "",
    on: Annotated[
        str, typer.Option("--on", metavar="DATE", help="The day of the sale; today if left out.", show_default=False)
    ] = "",
) -> int | None:
    """The terms in force for a sale, each with its section and line; beside them reasons, rules and suppliers."""
    from leadreturns.cli.sections import show_sections
    from leadreturns.cli.times import parse_date
    from leadreturns.errors import UsageFault
    from leadreturns.reports.terms_report import names_hint, terms_json, terms_sections, terms_title
    from leadreturns.workflows.known_names import names_nobody_has
    from leadreturns.workflows.policy_terms import effective_terms

    book = session.workspace.policies
    day = parse_date(on) if on else book.zone.day(session.now)
    if day is None:
        raise UsageFault("bad_date", f"--on {on} is no date", "write it like 2026-10-12")
    found = effective_terms(session.store(), book, buyer, campaign, day)
    for said in names_nobody_has(session.store(), book, campaign):
        session.talk.warn(said)
    if said := names_hint(found):
        session.talk.warn(said)
    show_sections(session, "terms", terms_title(found), terms_sections(found), terms_json(found))
    return None


try_command.register(app)
simulate_command.register(app)
