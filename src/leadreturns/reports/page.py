"""What a report page for people holds, before anybody lays it out: sentences, key figures, charts and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leadreturns.core.money import digits_of, money_text
from leadreturns.reports.table import Amount, Table, percent

Measure = Amount | str
"""What a bar shows: money, or a rate as the 6-decimals text of `core.money.format_ratio`."""


class Fact(NamedTuple):
    """A key figure: '12.16%' under 'Return rate', with a few words beneath when they help."""

    label: str
    value: str
    note: str = ""


class Bar(NamedTuple):
    """One bar and its label."""

    label: str
    value: Measure | None


class Pair(NamedTuple):
    """Two bars under one label, for example a margin before and after returns."""

    label: str
    before: Measure | None
    after: Measure | None


@dataclass(frozen=True, slots=True)
class BarsByMonth:
    """A bar for each month, and the cap that holds in each, if any."""

    title: str
    bars: Sequence[Bar]
    """Labelled '2026-10', oldest first; None where there is nothing to show."""
    caps: Sequence[Measure | None] = field(default_factory=tuple)
    """As long as `bars`, or empty."""
    cap_label: str = "cap"
    note: str = ""


@dataclass(frozen=True, slots=True)
class RankedBars:
    """Horizontal bars in the order given, the largest first as a rule."""

    title: str
    bars: Sequence[Bar]
    note: str = ""


@dataclass(frozen=True, slots=True)
class PairedBars:
    """Two horizontal bars for each label, with what either stands for."""

    title: str
    before: str
    after: str
    pairs: Sequence[Pair]
    note: str = ""
    between: str = " → "
    """Stands between the two figures; an arrow says that one became the other."""


Chart = BarsByMonth | RankedBars | PairedBars


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """One page, top to bottom."""

    title: str
    headline: str
    """The one sentence that a hurried reader takes away."""
    facts: Sequence[Fact]
    sections: Sequence[Table | Chart]
    footer: str = ""
    """Where the figures come from: period, policies, when it was made."""


def measure_text(value: Measure | None) -> str:
    """The figure for people: '12.16%', '1,234.50 USD'; '-' for None."""
    if value is None:
        return "-"
    if isinstance(value, Amount):
        return money_text(value.minor, value.currency)
    return percent(value)


def measure_size(value: Measure | None) -> float:
    """How long a bar is in units of its axis; 0 for None. Good enough to draw by, not to calculate with."""
    if value is None:
        return 0.0
    if isinstance(value, Amount):
        return value.minor / float(10 ** digits_of(value.currency))
    return float(value)
