"""The queue as a page: what waits, and how the approved returns stand with their suppliers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leadreturns.core.wording import counted
from leadreturns.reports.exposure_report import Exposed
from leadreturns.reports.page import Chart, Fact, HtmlPage, Pair, PairedBars
from leadreturns.reports.report_charts import MOST_BARS, ranked_chart
from leadreturns.reports.report_pages import Backdrop, money, rates, shortened, told
from leadreturns.reports.table import Amount, Table


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
    charts += rates(backdrop)
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
    chart = ranked_chart("Credit at risk by reason", backdrop.reasons, currency, "reason")
    return [] if chart is None else [chart]
