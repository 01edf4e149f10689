"""The reports as pages: one sentence, key figures, charts, and the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from leadreturns.core.cap_line import SoldInMonth
from leadreturns.core.money import format_minor, format_ratio
from leadreturns.core.period import PartySums
from leadreturns.core.policy import PolicyBook
from leadreturns.core.roi import RoiFigures
from leadreturns.core.wording import counted
from leadreturns.reports.exposure_report import Exposed
from leadreturns.reports.page import Chart, Fact, HtmlPage, Pair, PairedBars
from leadreturns.reports.report_charts import MOST_BARS, Sums, margin_chart, ranked_chart, rate_charts
from leadreturns.reports.return_sums import GroupSum
from leadreturns.reports.sheets import with_columns
from leadreturns.reports.table import Amount, Table, grouped, percent

MOST_ROWS = 2_000
"""A page with more rows than this is slow to open; a workbook has them all."""
_MOST_CURRENCIES = 3


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The sums that charts are drawn from; minor units."""

    book: PolicyBook
    cells: Sequence[SoldInMonth]
    """All sales by buyer, campaign and month."""
    money: Mapping[str, Sequence[SoldInMonth]]
    """The same in minor units, by currency."""
    reasons: Sums
    suppliers: Sequence[tuple[str, str, RoiFigures]]

    @property
    def currencies(self) -> list[str]:
        """Those with most revenue first."""
        revenue: dict[str, int] = {}
        for _, currency, figures in self.suppliers:
            revenue[currency] = revenue.get(currency, 0) + figures.revenue
        return sorted(revenue, key=lambda code: (-revenue[code], code))


def month_words(span: tuple[str | None, str | None]) -> str:
    """'from March 2026 to May 2026', 'in May 2026', 'in these months' when there are none."""
    first, last = span
    if first is None or last is None:
        return "in these months"
    if first == last:
        return f"in {_month(last)}"
    return f"from {_month(first)} to {_month(last)}"


def _month(text: str) -> str:
    return f"{_MONTHS[int(text[5:]) - 1]} {text[:4]}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

_BETWEEN_THE_LINES = frozenset({"net_revenue", "net_payout"})
"""Columns that a page leaves out, so that profit and ROI are seen: they follow from those beside them."""


def roi_page(table: Table, sums: Mapping[str, RoiFigures], backdrop: Backdrop, span: str, footer: str) -> HtmlPage:
    """True ROI; `sums` by currency, `span` says which months in words."""
    codes = _largest(sums)
    sold, returned = sum(each.sold for each in sums.values()), sum(each.returned for each in sums.values())
    headline = f"Nothing was sold {span}."
    if sold:
        effects = [said for code in codes if (said := _roi_effect(code, sums[code], len(codes) > 1))]
        headline = f"Of {counted(sold, 'lead')} sold {span}, {returned:,} came back ({_rate(returned, sold)})"
        headline += f": {'; '.join(effects)}." if effects else "."
    facts = [Fact("Leads sold", f"{sold:,}"), Fact("Came back", f"{returned:,}", _rate(returned, sold))]
    names = [column.name for column in table.columns if column.name not in _BETWEEN_THE_LINES]
    return HtmlPage(
        title=f"True {table.title[0].upper()}{table.title[1:]}",
        headline=headline,
        facts=[
            *facts,
            *(fact for code in codes for fact in _roi_facts(code, sums[code], f", {code}" if len(codes) > 1 else "")),
        ],
        sections=[*_charts(backdrop, "Credits by reason"), shortened(with_columns(table, names))],
        footer=footer,
    )


def _largest(sums: Mapping[str, RoiFigures]) -> list[str]:
    return sorted(sums, key=lambda code: (-sums[code].revenue, code))[:_MOST_CURRENCIES]


def _roi_effect(currency: str, sums: RoiFigures, named: bool) -> str:
    """What returns did to the ROI in one currency; '' where nothing was paid out."""
    if sums.roi is None or sums.roi_before is None:
        return ""
    after, before = percent(sums.roi), percent(sums.roi_before)
    if after == before:
        return f"ROI stays {after}" + (f" in {currency}" if named else "")
    verb = "rose" if Fraction(sums.roi) > Fraction(sums.roi_before) else "fell"
    return f"ROI {verb} from {before} to {after}" + (f" in {currency}" if named else "")


def _roi_facts(currency: str, sums: RoiFigures, mark: str) -> list[Fact]:
    facts = [
        Fact(
            f"Credits, {currency}",
            money(sums.credits, currency),
            f"of {money(sums.revenue, currency)} revenue",
        ),
        Fact(f"Clawed back, {currency}", money(sums.clawbacks, currency), f"of {money(sums.payout, currency)} payout"),
        Fact(
            f"Profit, {currency}",
            money(sums.profit, currency),
            f"{money(sums.revenue - sums.payout, currency)} before returns",
        ),
    ]
    if sums.roi is not None and sums.roi_before is not None:
        facts.append(Fact(f"ROI{mark}", percent(sums.roi), f"{percent(sums.roi_before)} before returns"))
    if sums.pending:
        facts.append(Fact(f"In review, {currency}", money(sums.pending, currency), "credit not decided yet"))
    return facts


def _rates(backdrop: Backdrop) -> list[Chart]:
    return rate_charts(backdrop.cells, backdrop.book, backdrop.money)


def _charts(backdrop: Backdrop, reasons: str) -> list[Table | Chart]:
    """The return rate against the cap, what was credited for, and what it did to each supplier's margin."""
    charts: list[Table | Chart] = list(_rates(backdrop))
    for currency in backdrop.currencies[:_MOST_CURRENCIES]:
        mark = f" ({currency})" if len(backdrop.currencies) > 1 else ""
        for chart in (
            ranked_chart(reasons + mark, backdrop.reasons, currency, "reasons"),
            margin_chart(backdrop.suppliers, currency, mark),
        ):
            if chart is not None:
                charts.append(chart)
    return charts


def adjustments_page(
    table: Table, parties: Sequence[PartySums], backdrop: Backdrop, month: tuple[str, str], footer: str
) -> HtmlPage:
    """Billing adjustments; `month` is the period, and how it stands in words."""
    period, status = month
    sums: dict[str, list[int]] = {}
    for each in parties:
        held = sums.setdefault(each.currency, [0, 0, 0])
        held[0 if each.party == "buyer" else 1] += each.credits - each.debits
        held[2] += each.entries
    headline = f"Nothing was booked in {_month(period)}, which is {status}."
    if sums:
        given, taken = (
            listed([told(each[place], code) for code, each in sorted(sums.items()) if each[place]]) for place in (0, 1)
        )
        headline = (
            f"In {_month(period)}, which is {status}, buyers are credited {given or 'nothing'} "
            f"and suppliers give back {taken or 'nothing'}."
        )
    facts = [Fact("Month", _month(period), status)]
    for code, (credits, clawbacks, entries) in sorted(sums.items()):
        facts += [
            Fact(f"To buyers, {code}", money(credits, code), "credits less debits"),
            Fact(f"From suppliers, {code}", money(clawbacks, code), "clawbacks less reversals"),
            Fact(f"Entries, {code}", f"{entries:,}"),
        ]
    buyers = sorted(
        ((each.name, each.currency, each.credits - each.debits) for each in parties if each.party == "buyer"),
        key=lambda each: (-each[2], each[0]),
    )
    charts = _charts(backdrop, f"Credits of {_month(period)} by reason")
    charts[1:1] = [chart for code in sorted(sums) if (chart := ranked_chart("To buyers", buyers, code, "buyers"))]
    return HtmlPage(table.title, headline, facts, [*charts, shortened(table)], footer)


def returns_page(table: Table, sums: Sequence[GroupSum], backdrop: Backdrop, footer: str) -> HtmlPage:
    """How returns ended; `sums` are by supplier."""
    requested, approved, rejected, review = (
        sum(getattr(each, name) for each in sums) for name in ("requested", "approved", "rejected", "review")
    )
    headline = "Nobody has asked for a return yet."
    if requested:
        headline = (
            f"Of {counted(requested, 'return')} asked for, {approved:,} were approved ({_rate(approved, requested)}), "
            f"{rejected:,} rejected, and {counted(review, 'waits', 'wait')} for a decision."
        )
    by_currency = _by_currency(sums)
    facts = [Fact("Asked for", f"{requested:,}"), Fact("Approved", f"{approved:,}", _rate(approved, requested))]
    for code, (credits, clawbacks, recoverable, lost) in by_currency.items():
        facts += [
            Fact(f"Credited, {code}", money(credits, code)),
            Fact(f"Clawed back, {code}", money(clawbacks, code)),
            Fact(f"Still recoverable, {code}", money(recoverable, code), "suppliers would give it back"),
            Fact(f"Lost payout, {code}", money(lost, code), "no supplier gives it back"),
        ]
        headline += f" {told(lost, code)} of payout is lost, {told(recoverable, code)} can still be claimed."
    by_loss = sorted(((str(each.key), each.currency, each.lost) for each in sums), key=lambda each: (-each[2], each[0]))
    charts = _charts(backdrop, "Credits by reason")
    for code in by_currency:
        chart = ranked_chart("Lost payout by supplier", by_loss, code, "suppliers")
        if chart is not None:
            charts.append(chart)
    return HtmlPage(table.title, headline, facts, [*charts, shortened(table)], footer)


def _by_currency(sums: Sequence[GroupSum]) -> dict[str, list[int]]:
    """Credits, clawbacks, recoverable and lost, for the currencies with most credits."""
    held: dict[str, list[int]] = {}
    for each in sums:
        if each.currency:
            found = held.setdefault(each.currency, [0, 0, 0, 0])
            for place, number in enumerate((each.credits, each.clawbacks, each.recoverable, each.lost)):
                found[place] += number
    kept = sorted(held, key=lambda code: (-held[code][0], code))[:_MOST_CURRENCIES]
    return {code: held[code] for code in kept}


def exposure_page(tables: tuple[Table, Table], exposed: Sequence[Exposed], backdrop: Backdrop, footer: str) -> HtmlPage:
    """What waits in the queue, and then how the approved returns stand with their suppliers."""
    totals: dict[str, Exposed] = {}
    for each in exposed:
        totals[each.currency] = totals.get(each.currency, Exposed("", each.currency)).plus(each)
    waiting, oldest = sum(each.waiting for each in exposed), max((each.oldest_days for each in exposed), default=0)
    by_currency = {code: each for code, each in totals.items() if code}
    headline = "Nothing waits for a decision."
    if waiting:
        risk = " and ".join(told(each.credit_minor, code) for code, each in by_currency.items())
        headline = counted(waiting, "return waits", "returns wait")
        headline += f" for a decision{f': {risk} of credit is at risk' if risk else ''}. "
        headline += " ".join(
            f"If all are approved, suppliers give back {told(each.recoverable_minor, code)} and "
            f"{told(each.lost_minor, code)} of payout is lost."
            for code, each in by_currency.items()
        )
    facts = [Fact("Waiting", f"{waiting:,}", f"the oldest for {counted(oldest, 'day')}")]
    for code, each in by_currency.items():
        facts += [
            Fact(f"Credit at risk, {code}", money(each.credit_minor, code)),
            Fact(f"From suppliers, {code}", money(each.recoverable_minor, code), "if all are approved"),
            Fact(f"Lost payout, {code}", money(each.lost_minor, code), "if all are approved"),
        ]
    charts: list[Table | Chart] = []
    for code in by_currency:
        charts += [_risk_chart(exposed, code), *_reason_chart(backdrop, code)]
    charts += _rates(backdrop)
    approved = replace(tables[1], title="Approved returns by supplier")
    return HtmlPage(tables[0].title, headline, facts, [*charts, shortened(tables[0]), shortened(approved)], footer)


def _risk_chart(exposed: Sequence[Exposed], currency: str) -> PairedBars:
    own = sorted((each for each in exposed if each.currency == currency), key=lambda each: -each.credit_minor)
    pairs = [
        Pair(each.buyer or "(no buyer)", Amount(each.credit_minor, currency), Amount(each.recoverable_minor, currency))
        for each in own[:MOST_BARS]
    ]
    return PairedBars("Credit at risk by buyer", "credit at risk", "suppliers give back", pairs, between=" · ")


def _reason_chart(backdrop: Backdrop, currency: str) -> list[Chart]:
    chart = ranked_chart("Credit at risk by reason", backdrop.reasons, currency, "reasons")
    return [] if chart is None else [chart]


def shortened(table: Table) -> Table:
    """The table with no more rows than a page can hold."""
    more = len(table.rows) - MOST_ROWS
    if more <= 0:
        return table
    return replace(
        table,
        rows=table.rows[:MOST_ROWS],
        notes=[*table.notes, f"{counted(more, 'more row')}: write a workbook with -o FILE.xlsx"],
    )


def money(minor: int, currency: str) -> str:
    """'1,234.50', where the currency is said beside it."""
    return grouped(format_minor(minor, currency))


def told(minor: int, currency: str) -> str:
    """'1,234.50 USD'."""
    return f"{money(minor, currency)} {currency}"


def listed(texts: Sequence[str]) -> str:
    """'a, b and c'."""
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))


def _rate(part: int, whole: int) -> str:
    rate = format_ratio(part, whole)
    return "" if rate is None else percent(rate)
