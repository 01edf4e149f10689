"""`report`: true ROI, billing adjustments, returns and exposure."""

from enum import StrEnum
from typing import Annotated

import typer

from leadreturns.cli import options
from leadreturns.cli.session import Session, command

app = typer.Typer(name="report", help="True ROI, billing adjustments, returns, exposure.", no_args_is_help=True)


class Basis(StrEnum):
    """Which month a figure counts in."""

    sale = "sale"
    posting = "posting"


class Group(StrEnum):
    """What returns can be grouped by."""

    buyer = "buyer"
    supplier = "supplier"
    campaign = "campaign"
    reason = "reason"
    month = "month"


First = Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="The first month.", show_default=False)]
Last = Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="The last month.", show_default=False)]


@command(
    app,
    "roi",
    examples="leadreturns report roi --by buyer\n\nleadreturns report roi --by buyer,month --basis posting --json\n\n"
    "leadreturns report roi --by supplier -o roi.html\n\nleadreturns report roi --from 2026-07 -o roi.xlsx",
)
def roi(
    session: Session,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="DIMENSIONS", help="Of buyer, supplier, campaign, month, currency; repeatable."),
    ] = None,
    basis: Annotated[Basis, typer.Option("--basis", help="Months of the sale, or of the posting.")] = Basis.sale,
    first: First = "",
    last: Last = "",
) -> int | None:
    """Revenue, credits, payout and clawbacks, profit and ROI before and after returns."""
    from leadreturns.cli.showing import for_a_person, makes_a_file
    from leadreturns.cli.times import month_range
    from leadreturns.reports.period_report import adjusted_json, reopened_json
    from leadreturns.reports.roi_report import roi_json
    from leadreturns.store.figures import RoiQuery
    from leadreturns.writers.json_writer import table_json

    dimensions = _dimensions(by or ["buyer"])
    months = month_range(first, last)
    query = RoiQuery(dimensions, basis.value, *months)
    if makes_a_file(session):
        from leadreturns.workflows.report_files import roi_file

        with session.talk.progress("reading adjustments") as advance:
            (table, _, _), file = roi_file(session.store(), session.workspace.policies, query, advance)
        session.show(table, file=file)
        return None
    from leadreturns.workflows.report_figures import adjusted
    from leadreturns.workflows.report_figures import roi as read_roi

    watch = session.watch(lambda rows: None)
    store = session.store()
    watch("open", 0)
    with session.talk.progress("adding up"):
        drawn = for_a_person(session)
        table, seen, reopened = read_roi(store, query, lambda: session.zone, pictures=drawn, watch=watch)
    value = roi_json(table_json(table), dimensions, basis.value, (first or seen[0], last or seen[1]))
    value |= {"reopened": reopened_json(reopened)}
    if basis is Basis.posting:
        value |= {"adjusted_closed": adjusted_json(adjusted(store, query))}
    session.show(table, value)
    return None


def _dimensions(given: list[str]) -> list[str]:
    """The dimensions, each once, in the order given."""
    from leadreturns.errors import UsageFault
    from leadreturns.reports.roi_report import DIMENSIONS

    names = [name.strip() for text in given for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in DIMENSIONS]
    if unknown:
        raise UsageFault("bad_dimension", f"--by {unknown[0]} is none", f"one of: {', '.join(DIMENSIONS)}")
    return list(dict.fromkeys(names))


@command(
    app,
    "adjustments",
    examples="leadreturns report adjustments --period 2026-10\n\n"
    "leadreturns report adjustments --detail -o october.csv\n\n"
    "leadreturns report adjustments --period 2026-10 -o october.xlsx",
)
def adjustments(
    session: Session,
    period: options.Period = "",
    detail: Annotated[bool, typer.Option("--detail", help="Every single entry.")] = False,
) -> int | None:
    """What buyers are credited and suppliers give back in a month."""
    from leadreturns.cli.showing import makes_a_file
    from leadreturns.cli.times import month_option
    from leadreturns.core.calendar import format_month
    from leadreturns.reports.period_report import reopened_json
    from leadreturns.writers.json_writer import table_json

    book = session.workspace.policies
    month = month_option(period, "--period", 0) or book.zone.month(session.now)
    if makes_a_file(session):
        from leadreturns.workflows.report_files import adjustments_file

        with session.talk.progress("reading adjustments") as advance:
            (table, _, _), file = adjustments_file(session.store(), book, month, advance, detail=detail)
        session.show(table, file=file)
        return None
    from leadreturns.workflows.report_figures import adjustments as read_adjustments

    watch = session.watch(lambda rows: None)
    store = session.store()
    watch("open", 0)
    with session.talk.progress("adding up"):
        table, status, reopened = read_adjustments(store, book, month, detail=detail)
    watch("query", 0)
    head = {"report": "adjustments", "period": format_month(month), "status": status}
    session.show(table, {**head, "reopened": reopened_json(reopened), **table_json(table)})
    return None


@command(
    app,
    "returns",
    examples="leadreturns report returns --by reason\n\nleadreturns report returns --by supplier -o returns.xlsx",
)
def returns(
    session: Session, by: Annotated[Group, typer.Option("--by", help="What to group by.")] = Group.buyer
) -> int | None:
    """How returns ended, what they cost, what suppliers would still give back, and what is lost."""
    from leadreturns.cli.showing import makes_a_file
    from leadreturns.writers.json_writer import table_json

    store, book = session.store(), session.workspace.policies
    if makes_a_file(session):
        from leadreturns.workflows.report_files import returns_file

        with session.talk.progress("reading returns") as advance:
            table, file = returns_file(store, book, by.value, session.now, advance)
        session.show(table, file=file)
        return None
    from leadreturns.workflows.report_figures import returns_by

    with session.talk.progress("adding up"):
        table = returns_by(store, by.value, book, session.now)
    session.show(table, {"report": "returns", "by": by.value, **table_json(table)})
    return None


@command(app, "exposure", examples="leadreturns report exposure\n\nleadreturns report exposure -o exposure.html")
def exposure(session: Session) -> int | None:
    """The credit that waits in the queue, its age, and what of it suppliers would give back."""
    from leadreturns.cli.showing import makes_a_file
    from leadreturns.writers.json_writer import table_json

    store, book = session.store(), session.workspace.policies
    if makes_a_file(session):
        from leadreturns.workflows.report_files import exposure_file

        with session.talk.progress("reading returns") as advance:
            (table, _), file = exposure_file(store, book, session.now, advance)
        session.show(table, file=file)
        return None
    from leadreturns.workflows.report_figures import exposure as read_exposure

    with session.talk.progress("adding up"):
        table, approved = read_exposure(store, book, session.now)
    session.show(table, {"report": "exposure", **table_json(table), "approved": table_json(approved)["rows"]})
    return None
