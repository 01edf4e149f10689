"""How a file is read, in lines for a person and as JSON for a script."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leadreturns.core.calendar import date_of, iso_utc
from leadreturns.core.lead_return import LeadReturn, TimeKind
from leadreturns.reports.import_result import problem_json

if TYPE_CHECKING:
    from leadreturns.core.lead_return import Problem
    from leadreturns.readers.inspection import Inspection

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def inspection_lines(found: "Inspection") -> Iterator[str]:
    """What the file is, what each heading became, and the first rows as they will be read."""
    told = [found.kind, found.encoding, _DELIMITERS.get(found.delimiter, found.delimiter)]
    yield "kind: " + ", ".join(text for text in told if text) + (f", sheet {found.sheet}" if found.sheet else "")
    yield f"headings: row {found.header_row}"
    width = max((len(each.heading) for each in found.headings), default=0)
    for each in found.headings:
        became = each.field or f"not read: {each.why}"
        samples = " | ".join(each.samples)
        yield f"  {each.heading:<{width}}  {became:<14}  {samples}".rstrip()
    yield f"rows: {found.rows:,}, unreadable: {found.unreadable:,}"
    for kind, count in found.skipped.items():
        yield f"  skipped: {count} {kind.replace('_', ' ')}"
    for heading, proof in found.date_orders.items():
        yield f"dates of {heading}: {proof.order}, {proof.how}"
    for note in found.notes:
        yield f"note: {note.message}"
    for problem in found.problems:
        yield f"cannot be read: {problem.message} [{problem.code}]"
    yield "first rows:"
    for row in found.first_rows:
        yield f"  row {row.row}: {_row_text(row)}"


def _row_text(row: "LeadReturn | Problem") -> str:
    if not isinstance(row, LeadReturn):
        return f"cannot be read: {row.message}"
    return ", ".join(f"{name} {value}" for name, value in _row_json(row).items() if name != "row")


def _row_json(row: LeadReturn) -> dict[str, Any]:
    """The fields that the row gives, times as they were understood."""
    texts = ("buyer", "lead_id", "sale_ref", "phone", "email", "campaign", "comment", "duplicate_of")
    values: dict[str, Any] = {"row": row.row}
    values.update({name: getattr(row, name) for name in texts if getattr(row, name)})
    if row.reason_text:
        values["reason"] = row.reason_text
    for name, at, kind in (
        ("requested_at", row.requested_at, row.requested_kind),
        ("sold_at", row.sold_at, row.sold_kind),
    ):
        if at is not None:
            values[name] = _time_text(at, kind)
    if row.call_attempts is not None:
        values["call_attempts"] = row.call_attempts
    return values


def _time_text(at: int, kind: int) -> str:
    if kind == TimeKind.DATE:
        return date_of(at // 86_400).isoformat()
    return iso_utc(at) if kind == TimeKind.INSTANT else iso_utc(at)[:19]


def inspection_json(found: "Inspection") -> dict[str, Any]:
    """The same as one JSON object."""
    return {
        "status": "inspected",
        "kind": found.kind,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "sheet": found.sheet,
        "header_row": found.header_row,
        "headings": [
            {"heading": each.heading, "field": each.field or None, "why": each.why, "samples": list(each.samples)}
            for each in found.headings
        ],
        "rows": found.rows,
        "unreadable": found.unreadable,
        "skipped": dict(found.skipped),
        "dates": [
            {"heading": heading, "order": proof.order, "proof": proof.how}
            for heading, proof in found.date_orders.items()
        ],
        "notes": [{"code": note.code, "message": note.message} for note in found.notes],
        "problems": [problem_json(problem) for problem in found.problems],
        "first_rows": [
            _row_json(row) if isinstance(row, LeadReturn) else {"row": row.row, "problem": problem_json(row)}
            for row in found.first_rows
        ],
    }
