"""`policy try`: a pretend return, decided and explained."""

from typing import TYPE_CHECKING, Annotated

import typer

from leadreturns.cli import options
from leadreturns.cli.session import Session, command

if TYPE_CHECKING:
    from leadreturns.reports.steps import Section
    from leadreturns.workflows.try_policy import Tried

_EXAMPLES = (
    "leadreturns policy try --buyer acme --campaign solar --sold 2026-10-01 --requested 2026-10-12 --reason disc\n\n"
    "leadreturns policy try --buyer acme --sold 2026-10-01 --price 45.00 --supplier leadco --payout 20.00 "
    "--received 2026-10-20 --month-sold 120 --month-returned 17"
)


def _option(name: str, metavar: str, help_text: str) -> typer.models.OptionInfo:
    least = 0 if metavar == "N" else None
    option: typer.models.OptionInfo = typer.Option(name, metavar=metavar, help=help_text, show_default=False, min=least)
    return option


def register(app: typer.Typer) -> None:
    """Add the command to the group `policy`."""
    command(app, "try", examples=_EXAMPLES)(try_)


def try_(
    session: Session,
    *,
    buyer: options.Buyer = "",
    campaign: Annotated[str, _option("--campaign", "NAME", "The campaign.")] = "",
    supplier: Annotated[str, _option("--supplier", "NAME", "Whom the lead was bought from.")] = "",
    price: Annotated[str, _option("--price", "AMOUNT", "What the buyer paid; 100 if left out.")] = "",
    payout: Annotated[str, _option("--payout", "AMOUNT", "What the supplier got; 100 if he is named.")] = "",
    currency: Annotated[str, _option("--currency", "CODE", "That of the policies if left out.")] = "",
    sold: Annotated[str, _option("--sold", "DATE-OR-TIME", "When it was sold; today if left out.")] = "",
    delivered: Annotated[str, _option("--delivered", "DATE-OR-TIME", "When it was delivered.")] = "",
    earlier: Annotated[str, _option("--earlier", "DATE-OR-TIME", "When he was sold this person before.")] = "",
    requested: Annotated[str, _option("--requested", "DATE-OR-TIME", "When he asks for it.")] = "",
    received: Annotated[
        str, _option("--received", "DATE-OR-TIME", "When the file came; when he asked, or now, if left out.")
    ] = "",
    reason: Annotated[str, _option("--reason", "TEXT", "Why, as he writes it.")] = "",
    comment: Annotated[str, _option("--comment", "TEXT", "His comment.")] = "",
    call_attempts: Annotated[int | None, _option("--call-attempts", "N", "How often he called.")] = None,
    duplicate_of: Annotated[str, _option("--duplicate-of", "ID", "The lead that he says it repeats.")] = "",
    matched_by: Annotated[str, _option("--matched-by", "FIELDS", "How the row names it; lead_id if left out.")] = "",
    month_sold: Annotated[int | None, _option("--month-sold", "N", "His sales that month, for caps.")] = None,
    month_returned: Annotated[int, _option("--month-returned", "N", "How many of them came back already.")] = 0,
) -> int | None:
    """Decide a pretend return and explain it step by step; nothing is written."""
    from leadreturns.cli.pretending import Described, pretend_of
    from leadreturns.cli.sections import show_sections
    from leadreturns.errors import UsageFault
    from leadreturns.workflows.known_names import names_nobody_has
    from leadreturns.workflows.try_policy import tried_json, try_return

    if month_returned > (month_sold or 0):
        less = f"--month-returned {month_returned} is more than --month-sold {month_sold or 0}"
        raise UsageFault("bad_month", less, "say how many leads he bought that month, and how many of them came back")
    described = Described(
        parties=(buyer, campaign, supplier),
        amounts=(price, payout, currency),
        times={"sold": sold, "delivered": delivered, "earlier": earlier, "requested": requested, "received": received},
        row=(reason, comment, call_attempts, duplicate_of),
        matched_by=matched_by,
        month=None if month_sold is None else (month_sold, month_returned),
    )
    book, store = session.workspace.policies, session.store()
    pretend = pretend_of(described, book, store, session.now)
    found = try_return(store, book, pretend)
    for said in names_nobody_has(store, book, campaign, supplier):
        session.talk.warn(said)
    title = f"A return like this would be {_WOULD[found.decision.outcome]}"
    show_sections(session, "try", title, _sections(found), tried_json(found, pretend.sale.currency))
    return None


_WOULD = {"approved": "approved", "rejected": "rejected", "review": "put before a person"}


def _sections(found: "Tried") -> "list[Section]":
    from leadreturns.core.explanation import sentence
    from leadreturns.reports.steps import Line, Section, step_lines, term_lines

    said = [Line("because", found.explanation), Line("buyer reads", found.reply)]
    if found.note:
        said.append(Line("mind", found.note))
    findings = [Line(each.code, f"{sentence(each)} [{each.severity}]") for each in found.decision.findings]
    return [
        Section("In short", said),
        Section("Step by step", step_lines(found.steps)),
        Section("What the rules found", findings),
        Section("Terms in force", term_lines(found.terms)),
    ]
