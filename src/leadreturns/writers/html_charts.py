"""Charts as inline SVG. Lengths across are percentages, so that a chart fits every width and its texts never shrink."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import groupby

from leadreturns.reports.page import Bar, BarsByMonth, Chart, Measure, Pair, PairedBars, RankedBars
from leadreturns.reports.page import measure_size as size
from leadreturns.reports.page import measure_text as shown
from leadreturns.writers.clean import clean_text

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LEFT, _RIGHT = 9.0, 100.0
_TOP, _PLOT, _BOTTOM = 34, 180, 34
_ROOM_FOR_BAR = 0.64
_TICKS = 4


def chart_svg(chart: Chart) -> str:
    """The chart as an `svg` element, with the figures as tooltips and its title for screen readers."""
    if isinstance(chart, BarsByMonth):
        return _by_month(chart)
    if isinstance(chart, RankedBars):
        return _ranked(chart)
    return _paired(chart)


def safe(text: str) -> str:
    """A text from anywhere, fit to stand between tags and in attributes."""
    return escape(clean_text(text))


def _by_month(chart: BarsByMonth) -> str:
    caps = list(chart.caps) or [None] * len(chart.bars)
    ticks = _ticks(max((size(value) for value in [*(bar.value for bar in chart.bars), *caps]), default=0.0))
    parts = [_gridline(tick, ticks[-1], chart.bars) for tick in ticks]
    slot = (_RIGHT - _LEFT) / max(len(chart.bars), 1)
    labels = []
    for number, (bar, cap) in enumerate(zip(chart.bars, caps, strict=True)):
        place = (_LEFT + slot * number, slot)
        drawn, label = _month_bar(bar, cap, place, ticks[-1])
        parts.append(drawn)
        labels.append(label)
        if number == 0 or bar.label.endswith("-01"):
            labels.append(_year_mark(bar.label, f"{place[0] + slot / 2:.2f}%"))
    # Figures come last, so that the cap's line does not cross them out.
    parts += [_cap_line(caps, chart.cap_label, slot, ticks[-1]), *labels]
    return _svg(chart.title, _TOP + _PLOT + _BOTTOM, "".join(parts))


def _month_bar(bar: Bar, cap: Measure | None, slot: tuple[float, float], most: float) -> tuple[str, str]:
    """The bar, and the texts above and below it."""
    start, width = slot
    # A bar above nothing stays visible.
    height = max(_PLOT * size(bar.value) / most, 2.0) if size(bar.value) > 0 else 0.0
    mark = "over" if cap is not None and size(bar.value) > size(cap) else "bar"
    middle = f"{start + width / 2:.2f}%"
    tooltip = f"{bar.label}: {shown(bar.value)}" + (f", cap {shown(cap)}" if cap is not None else "")
    drawn = (
        f'<g class="{mark}"><title>{safe(tooltip)}</title>'
        f'<rect x="{start + width * (1 - _ROOM_FOR_BAR) / 2:.2f}%" y="{_TOP + _PLOT - height:.1f}" '
        f'width="{width * _ROOM_FOR_BAR:.2f}%" height="{height:.1f}" rx="2"/></g>'
    )
    above = f"{_TOP + _PLOT - height - 6:.1f}"
    label = (
        f'<g class="{mark}"><text class="value" x="{middle}" y="{above}">{_short(bar.value)}</text>'
        f'<text class="month" x="{middle}" y="{_TOP + _PLOT + 17}">{safe(_month_name(bar.label))}</text></g>'
    )
    return drawn, label


def _month_name(label: str) -> str:
    year, _, month = label.partition("-")
    is_month = year.isdigit() and month.isdigit() and 1 <= int(month) <= 12
    return _MONTHS[int(month) - 1] if is_month else label


def _year_mark(label: str, middle: str) -> str:
    """The year below the first month and every January."""
    if _month_name(label) == label:
        return ""
    return f'<text class="year" x="{middle}" y="{_TOP + _PLOT + 31}">{safe(label[:-3])}</text>'


def _cap_line(caps: Sequence[Measure | None], label: str, slot: float, most: float) -> str:
    """A dashed line over the months of each cap, and above the plot what it stands for, where no bar reaches."""
    parts = []
    number = 0
    # One line over all months of the same cap: dashes that begin anew each month would look like steps.
    for cap, months in groupby(caps):
        start, number = number, number + len(list(months))
        if cap is None:
            continue
        height = f"{_TOP + _PLOT * (1 - size(cap) / most):.1f}"
        ends = [f"{_LEFT + slot * place:.2f}%" for place in (start, number)]
        parts.append(f'<line class="cap" x1="{ends[0]}" x2="{ends[1]}" y1="{height}" y2="{height}"/>')
    figures = list(dict.fromkeys(shown(cap) for cap in caps if cap is not None))
    if figures:
        text = f"- - {label} {figures[0]}" if len(figures) == 1 else f"- - {label} {figures[0]} … {figures[-1]}"
        parts.append(f'<text class="caplabel" x="100%" y="10">{safe(text)}</text>')
    return "".join(parts)


def _gridline(tick: float, most: float, bars: Sequence[Bar]) -> str:
    height = _TOP + _PLOT * (1 - tick / most)
    is_rate = all(not isinstance(bar.value, tuple) for bar in bars)
    label = f"{tick * 100:.4g}%" if is_rate else _compact(tick)
    return (
        f'<line class="grid" x1="0" x2="100%" y1="{height:.1f}" y2="{height:.1f}"/>'
        f'<text class="tick" x="0" y="{height - 4:.1f}">{label}</text>'
    )


def _ticks(largest: float) -> list[float]:
    """Round figures from 0 to just above the largest."""
    if largest <= 0:
        return [0.0, 0.01]
    rough = largest / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    count = math.ceil(largest / step * 0.999)
    return [step * number for number in range(count + 1)]


def _short(value: Measure | None) -> str:
    """The figure over a bar, where room is short."""
    if value is None:
        return ""
    return _compact(size(value)) if isinstance(value, tuple) else f"{size(value) * 100:.1f}%"


def _compact(number: float) -> str:
    for limit, mark in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(number) >= limit:
            return f"{number / limit:.3g}{mark}"
    return f"{number:.4g}"


def _ranked(chart: RankedBars) -> str:
    """A line of text and under it a bar, for each."""
    largest = max((abs(size(bar.value)) for bar in chart.bars), default=0.0) or 1.0
    parts = []
    for number, bar in enumerate(chart.bars):
        top = number * 38
        width = 100 * abs(size(bar.value)) / largest
        parts.append(
            f'<g class="bar"><title>{safe(f"{bar.label}: {shown(bar.value)}")}</title>'
            f'<text class="label" x="0" y="{top + 14}">{safe(_clipped(bar.label))}</text>'
            f'<text class="figure" x="100%" y="{top + 14}">{safe(shown(bar.value))}</text>'
            f'<rect class="track" x="0" y="{top + 21}" width="100%" height="7" rx="3.5"/>'
            f'<rect x="0" y="{top + 21}" width="{width:.2f}%" height="7" rx="3.5"/></g>'
        )
    return _svg(chart.title, max(len(chart.bars) * 38 - 6, 1), "".join(parts))


def _paired(chart: PairedBars) -> str:
    """For each label two bars from a common zero, which moves to the right when something is negative."""
    sizes = [size(value) for pair in chart.pairs for value in (pair.before, pair.after)]
    least, most = min([0.0, *sizes]), max([0.0, *sizes])
    span = (most - least) or 1.0
    parts = [_legend(chart)]
    for number, pair in enumerate(chart.pairs):
        parts.append(_pair(pair, 30 + number * 58, (least, span), chart.between))
    return _svg(chart.title, 30 + len(chart.pairs) * 58 - 8, "".join(parts))


def _legend(chart: PairedBars) -> str:
    return (
        '<g class="before"><rect x="0" y="4" width="10" height="10" rx="2"/>'
        f'<text class="legend" x="16" y="13">{safe(chart.before)}</text></g>'
        '<svg x="50%" width="50%" height="20" class="after"><rect x="0" y="4" width="10" height="10" rx="2"/>'
        f'<text class="legend" x="16" y="13">{safe(chart.after)}</text></svg>'
    )


def _pair(pair: Pair, top: int, scale: tuple[float, float], between: str) -> str:
    figures = f"{shown(pair.before)}{between}{shown(pair.after)}"
    parts = [
        f"<title>{safe(f'{pair.label}: {figures}')}</title>",
        f'<text class="label" x="0" y="{top + 14}">{safe(_clipped(pair.label))}</text>',
        f'<text class="figure" x="100%" y="{top + 14}">{safe(figures)}</text>',
    ]
    for offset, mark, value in ((21, "before", pair.before), (32, "after", pair.after)):
        start, width = _from_zero(size(value), scale)
        below = " below" if size(value) < 0 else ""
        parts.append(
            f'<g class="{mark}{below}"><rect x="{start:.2f}%" y="{top + offset}" width="{width:.2f}%" '
            'height="8" rx="2"/></g>'
        )
    zero = _from_zero(0.0, scale)[0]
    parts.append(f'<line class="zero" x1="{zero:.2f}%" x2="{zero:.2f}%" y1="{top + 19}" y2="{top + 42}"/>')
    return f"<g>{''.join(parts)}</g>"


def _from_zero(value: float, scale: tuple[float, float]) -> tuple[float, float]:
    """Start and width of a bar in percent of the chart."""
    least, span = scale
    zero, end = -least / span * 100, (value - least) / span * 100
    return min(zero, end), abs(end - zero)


def _clipped(label: str) -> str:
    return label if len(label) <= 34 else label[:33] + "…"


def _svg(title: str, height: int, body: str) -> str:
    return f'<svg class="chart" role="img" aria-label="{safe(title)}" width="100%" height="{height}">{body}</svg>'
