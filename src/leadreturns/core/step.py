"""One step of how a decision came about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Origin

NOWHERE = Origin("", 0)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, what it says in words, where the term stands that says so, and the figures for programs."""

    name: str
    told: str
    origin: Origin = NOWHERE
    facts: Mapping[str, Any] = field(default_factory=dict)


Steps = Iterator[Step]


def place(book: PolicyBook, *path: str, line: int = 0) -> Origin:
    """Where a key of a named section stands: ('reasons', 'fraud', 'credit'); `line` is that of the section."""
    return Origin(f"[{'.'.join(path[:2])}]", book.lines.get(path, line))


def clock_text(text: str) -> str:
    """'2026-10-11T23:59:59-04:00' → '2026-10-11 23:59:59', without seconds where there are none; a date stays."""
    return text[:16].replace("T", " ") + ("" if text[16:19] in ("", ":00") else text[16:19])
