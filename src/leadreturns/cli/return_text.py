"""One return, laid out for the operator."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from leadreturns.core.calendar import iso_utc
from leadreturns.core.explanation import sentence
from leadreturns.reports.return_reports import explained
from leadreturns.reports.steps import Line, Section, step_lines, term_lines

if TYPE_CHECKING:
    from leadreturns.store.returns import PastDecision
    from leadreturns.workflows.explain_return import Explained


def return_title(found: "Explained") -> str:
    """'Return 301: rejected'."""
    each = found.listed
    return f"Return {each.id}: {each.outcome}{', its batch is void' if each.void else ''}"


def return_sections(found: "Explained", told: Callable[[str], str]) -> list[Section]:
    """What was asked, why it stands as it does, the steps, what the rules found, and every decision before."""
    each, newest = found.listed, found.decisions[-1]
    findings = [Line(finding.code, f"{sentence(finding)} [{finding.severity}]") for finding in found.findings]
    asked = [
        Line("return", f"lead {each.lead_id or '(not named)'} of {each.buyer or 'a buyer not named'}"),
        Line("file", f"batch {each.batch}, row {each.row}"),
        Line("because", explained(each)),
        Line("buyer reads", found.reply),
    ]
    if found.gap:
        asked.append(Line("note", found.gap))
    return [
        Section("How it stands", asked),
        Section(f"How it came to that, by the policies {newest.policy_digest[:12]}", step_lines(found.steps)),
        Section("What the rules found", findings),
        Section("Terms in force", term_lines(found.terms)),
        Section("Decisions", [_decision_line(past, told, len(found.decisions) > 1) for past in found.decisions]),
    ]


def _decision_line(past: "PastDecision", when: Callable[[str], str], numbered: bool) -> Line:
    """One decision; its number where there are several, each of which names the one that it replaced."""
    told = [f"{past.outcome} by {_author(past.decided_by)}, policies {past.policy_digest[:12]}"]
    if numbered:
        told[0] += f" (decision {past.id}{f', in place of decision {past.cites}' if past.cites else ''})"
    told += [", ".join(finding.code for finding in past.findings), past.because]
    return Line(when(iso_utc(past.decided_at)), ": ".join(text for text in told if text))


def _author(decided_by: str) -> str:
    kind, _, name = decided_by.partition(":")
    return {"user": name, "auto_approve": f'the rule "{name}"'}.get(kind, "the rules")
