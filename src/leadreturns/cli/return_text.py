"""One return, laid out for the operator."""

from typing import TYPE_CHECKING

from leadreturns.core.calendar import iso_utc
from leadreturns.core.explanation import sentence
from leadreturns.core.money import format_minor
from leadreturns.reports.record_reports import facts_table
from leadreturns.reports.return_reports import explained
from leadreturns.reports.table import Table

if TYPE_CHECKING:
    from leadreturns.workflows.look_up import ReturnRecord


def return_table(record: "ReturnRecord") -> Table:
    """What was asked, how it stands and why, what it moves, and every decision before."""
    each = record.listed
    facts = [
        ("lead", each.lead_id),
        ("buyer", each.buyer or "(not named)"),
        ("file", f"batch {each.batch}, row {each.row}{' (void)' if each.void else ''}"),
        ("reason", f"{each.reason or '(none known)'}, written as {each.reason_text!r}"),
        ("stands as", each.outcome),
        ("because", explained(each)),
    ]
    if each.currency is not None:
        money = f"credit {format_minor(each.credit_minor, each.currency)} {each.currency} to the buyer"
        if each.clawback_minor:
            money += f", clawback {format_minor(each.clawback_minor, each.currency)} {each.currency} from the supplier"
        facts.append(("moves" if each.outcome == "approved" else "would move", money))
    for finding in each.findings:
        facts.append((f"finding {finding.code}", f"{sentence(finding)} ({finding.severity})"))
    for past in record.decisions:
        codes = ", ".join(finding.code for finding in past.findings)
        told = f"{past.outcome} by {past.decided_by}, policies {past.policy_digest[:12]}"
        facts.append((iso_utc(past.decided_at)[:16].replace("T", " "), told + (f": {codes}" if codes else "")))
    return facts_table("return", f"Return {each.id}", facts)
