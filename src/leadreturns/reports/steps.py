"""Steps, terms and the like as sections of short lines, for people; and as JSON, for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from leadreturns.core.money import format_minor
from leadreturns.core.step import Step
from leadreturns.core.terms import DEFAULT_ORIGIN, Origin
from leadreturns.core.wording import counted
from leadreturns.reports.table import Column, Table


class Line(NamedTuple):
    """A label, what is said under it, and where in the policies it stands ('' for nowhere)."""

    label: str
    told: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading."""

    title: str
    lines: Sequence[Line]


def place_text(origin: Origin) -> str:
    """'line 42, [buyers.acme]'; 'default' for a term that nobody wrote."""
    if origin == DEFAULT_ORIGIN:
        return "default"
    if not origin.layer:
        return ""
    return f"line {origin.line}, {origin.layer}" if origin.line else origin.layer


def step_lines(steps: Sequence[Step]) -> list[Line]:
    """One line a step."""
    return [Line(step.name, step.told, place_text(step.origin)) for step in steps]


def term_lines(terms: Sequence[tuple[str, str, Origin]]) -> list[Line]:
    """The terms that somebody wrote, one a line, and how many are left at their defaults."""
    written = [Line(key, told, place_text(origin)) for key, told, origin in terms if origin != DEFAULT_ORIGIN]
    others = len(terms) - len(written)
    told = counted(others, "more term is left at its default", "more terms are left at their defaults")
    return [*written, Line("", told)] if others else written


_OF_REVENUE = ("of", "limit", "used", "this", "left_before", "left_after")


def facts_json(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The figures behind a sentence as JSON: those of a cap on revenue are money, so texts with its digits."""
    if facts.get("basis") != "revenue":
        return dict(facts)
    money = {name: format_minor(facts[name], facts["currency"]) for name in _OF_REVENUE if name in facts}
    return {**facts, **money}


def step_json(step: Step) -> dict[str, Any]:
    """A step as JSON; its figures stand beside its words."""
    return {"step": step.name, "told": step.told, **_place_json(step.origin), "facts": facts_json(step.facts)}


def term_json(key: str, told: str, origin: Origin) -> dict[str, Any]:
    """A term as JSON."""
    return {"term": key, "value": told, **_place_json(origin)}


def _place_json(origin: Origin) -> dict[str, Any]:
    return {"layer": origin.layer or None, "line": origin.line or None}


_COLUMNS = (
    Column("section", "Section", "text", 1),
    Column("what", "What", "text", 0),
    Column("told", "Told", "sentence", 0),
    Column("place", "In policies.toml", "text", 1),
)


def sections_table(name: str, title: str, sections: Sequence[Section]) -> Table:
    """The same lines as one table, for spreadsheets."""
    rows = [(section.title, line.label, line.told, line.place) for section in sections for line in section.lines]
    return Table(name=name, title=title, columns=_COLUMNS, rows=rows)
