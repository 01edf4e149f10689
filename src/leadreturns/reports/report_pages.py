"""The reports as pages: one sentence, key figures, charts, and the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from leadreturns.core.cap_line import SoldInMonth
from leadreturns.core.money import format_minor, format_ratio, grouped
from leadreturns.core.period import PartySums
from leadreturns.core.policy import PolicyBook
from leadreturns.core.roi import RoiFigures
from leadreturns.core.wording import counted
from leadreturns.reports.page import Chart, Fact, HtmlPage
from leadreturns.reports.report_charts import Sums, margin_chart, ranked_chart, rate_charts
from leadreturns.reports.return_sums import GroupSum
from leadreturns.reports.sheets import with_columns
from leadreturns.reports.table import Table, percent

MOST_ROWS = 2_000
"""A page with more rows than this is slow to open; a workbook has them all."""
_MOST_CURRENCIES = 3
"""So many have key figures and charts; the page names those that only its table has."""


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
    margins_of: str = ""
    """A sentence on which sales the margins of `suppliers` are of, where the page itself is of others."""
    by_posting: bool = False
    """True where what came back counts in the month of its posting, whenever it was sold."""
    is_closed: bool = False
    """True where every month is closed: then nothing is drawn that later returns would move."""


class _Shown(NamedTuple):
    """The currencies that have key figures and charts."""

    codes: Sequence[str]
    several: bool
    said: str
    """' Key figures …' where others are left to the table, else ''."""

    def mark(self, code: str) -> str:
        """' (USD)' where a chart must say so."""
        return f" ({code})" if self.several else ""


def _shown(counts: Mapping[str, int]) -> _Shown:
    """Those with most lines first: a yen and a dinar cannot be ranked by their amounts."""
    ranked = sorted(counts, key=lambda code: (-counts[code], code))
    kept, rest = ranked[:_MOST_CURRENCIES], ranked[_MOST_CURRENCIES:]
    said = f" Key figures and charts show {listed(kept)}; in the table alone: {listed(rest)}." if rest else ""
    return _Shown(kept, len(ranked) > 1, said)


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
    shown = _shown({code: each.sold + each.returned for code, each in sums.items()})
    sold, returned = sum(each.sold for each in sums.values()), sum(each.returned for each in sums.values())
    headline = f"Nothing was sold {span}."
    if sold:
        effects = [said for code in shown.codes if (said := _roi_effect(code, sums[code], shown.several))]
        headline = f"Of {counted(sold, 'lead')} sold {span}, {returned:,} came back ({_rate(returned, sold)})"
        if backdrop.by_posting:
            headline = f"{counted(sold, 'lead was', 'leads were')} sold and {counted(returned, 'return')} posted {span}"
        headline += f": {'; '.join(effects)}." if effects else "."
    came_back = "Returns posted" if backdrop.by_posting else "Came back"
    facts = [Fact("Leads sold", f"{sold:,}"), Fact(came_back, f"{returned:,}", _rate(returned, sold))]
    names = [column.name for column in table.columns if column.name not in _BETWEEN_THE_LINES]
    return HtmlPage(
        title=f"True {table.title[0].upper()}{table.title[1:]}",
        headline=headline + shown.said,
        facts=[
            *facts,
            *(fact for code in shown.codes for fact in _roi_facts(code, sums[code], f", {code}" * shown.several)),
        ],
        sections=[*_charts(backdrop, "Credits by reason", shown), _page_table(with_columns(table, names), backdrop)],
        footer=footer,
    )


def _page_table(table: Table, backdrop: Backdrop) -> Table:
    """The table as a page has room for it; of closed months it says what the page leaves out."""
    if backdrop.is_closed:
        table = replace(table, notes=[*table.notes, _STANDS_STILL])
    return shortened(table)


_STANDS_STILL = (
    "Closed months: this page has what was booked in them and stays as it is. What later returns still move, return "
    "rates and margins by month of sale, is not on it: leadreturns report roi"
)


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


def rates(backdrop: Backdrop) -> list[Chart]:
    """Return rates by month of sale against the cap; none of closed months, since later returns move them."""
    return [] if backdrop.is_closed else rate_charts(backdrop.cells, backdrop.book, backdrop.money)


def _charts(backdrop: Backdrop, reasons: str, shown: _Shown) -> list[Table | Chart]:
    """The return rate against the cap, what was credited for, and what it did to each supplier's margin."""
    charts: list[Table | Chart] = list(rates(backdrop))
    for currency in shown.codes:
        mark = shown.mark(currency)
        for chart in (
            ranked_chart(reasons + mark, backdrop.reasons, currency, "reason"),
            margin_chart(backdrop.suppliers, currency, mark, backdrop.margins_of),
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
    shown = _shown({code: each[2] for code, each in sums.items()})
    facts = [Fact("Month", _month(period), status)]
    for code in shown.codes:
        credits, clawbacks, entries = sums[code]
        facts += [
            Fact(f"To buyers, {code}", money(credits, code), "credits less debits"),
            Fact(f"From suppliers, {code}", money(clawbacks, code), "clawbacks less reversals"),
            Fact(f"Entries, {code}", f"{entries:,}"),
        ]
    buyers = sorted(
        ((each.name, each.currency, each.credits - each.debits) for each in parties if each.party == "buyer"),
        key=lambda each: (-each[2], each[0]),
    )
    charts = _charts(backdrop, f"Credits of {_month(period)} by reason", shown)
    drawn = (ranked_chart(f"To buyers{shown.mark(code)}", buyers, code, "buyer") for code in shown.codes)
    place = len(rates(backdrop))
    charts[place:place] = [chart for chart in drawn if chart]
    sections = [*charts, _page_table(table, backdrop)]
    return HtmlPage(table.title, headline + shown.said, facts, sections, footer)


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
    shown = _shown({code: each[4] for code, each in by_currency.items()})
    facts = [Fact("Asked for", f"{requested:,}"), Fact("Approved", f"{approved:,}", _rate(approved, requested))]
    for code in shown.codes:
        credits, clawbacks, recoverable, lost, _ = by_currency[code]
        facts += [
            Fact(f"Credited, {code}", money(credits, code)),
            Fact(f"Clawed back, {code}", money(clawbacks, code)),
            Fact(f"Still recoverable, {code}", money(recoverable, code), "suppliers would give it back"),
            Fact(f"Lost payout, {code}", money(lost, code), "no supplier gives it back"),
        ]
        headline += f" {told(lost, code)} of payout is lost, {told(recoverable, code)} can still be claimed."
    by_loss = sorted(((str(each.key), each.currency, each.lost) for each in sums), key=lambda each: (-each[2], each[0]))
    charts = _charts(backdrop, "Credits by reason", shown)
    for code in shown.codes:
        chart = ranked_chart(f"Lost payout by supplier{shown.mark(code)}", by_loss, code, "supplier")
        if chart is not None:
            charts.append(chart)
    return HtmlPage(table.title, headline + shown.said, facts, [*charts, shortened(table)], footer)


def _by_currency(sums: Sequence[GroupSum]) -> dict[str, list[int]]:
    """Credits, clawbacks, recoverable and lost, and the number of returns asked for."""
    held: dict[str, list[int]] = {}
    for each in sums:
        if each.currency:
            found = held.setdefault(each.currency, [0, 0, 0, 0, 0])
            for place, number in enumerate((each.credits, each.clawbacks, each.recoverable, each.lost, each.requested)):
                found[place] += number
    return held


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
