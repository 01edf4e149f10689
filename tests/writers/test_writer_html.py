"""The page: one file, nothing foreign in it that runs, every figure that was given."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from leadreturns.reports.page import (
    Bar,
    BarsByMonth,
    Fact,
    HtmlPage,
    Pair,
    PairedBars,
    RankedBars,
    measure_text,
)
from leadreturns.reports.table import Amount, Column, Table
from leadreturns.writers.html_charts import chart_svg
from leadreturns.writers.html_writer import write_html

RATES = BarsByMonth(
    "Return rate by month",
    [Bar("2025-12", "0.081000"), Bar("2026-01", "0.163000"), Bar("2026-02", None)],
    ["0.150000", "0.150000", "0.150000"],
)
REASONS = RankedBars("Credits by reason", [Bar("Phone disconnected", Amount(1224300, "USD")), Bar("Other", None)])
MARGINS = PairedBars("Margin", "before returns", "after returns", [Pair("leadco", "0.385000", "-0.041000")])


def html_of(page: HtmlPage) -> str:
    stream = io.StringIO()
    write_html(page, stream)
    return stream.getvalue()


def page_of(*sections: Table | BarsByMonth | RankedBars | PairedBars) -> HtmlPage:
    facts = [Fact("Return rate", "9.63%", "12.16% in October"), Fact("Credits", "24,860.00 USD")]
    return HtmlPage("Lead returns, October 2026", "Buyers handed back 452 of 4,696 leads.", facts, sections, "Open.")


class Collector(HTMLParser):
    """Every tag with its attributes, and every text outside script and style."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.texts.append(data)


def parsed(html: str) -> Collector:
    collector = Collector()
    collector.feed(html)
    collector.close()
    assert collector.open == []
    return collector


def test_sentences_figures_and_tables_are_there() -> None:
    columns = [Column("buyer", "Buyer", "text"), Column("credits", "Credits", "money"), Column("roi", "ROI", "rate")]
    table = Table("roi", "ROI", columns, [("acme", Amount(-5, "USD"), "0.584617")], [(None, Amount(-5, "USD"), None)])

    texts = parsed(html_of(page_of(RATES, REASONS, MARGINS, table))).texts

    for text in (
        "Buyers handed back 452 of 4,696 leads.",
        "24,860.00 USD",
        "12.16% in October",
        "16.3%",
        "- - cap 15.00%",
        "12,243.00 USD",
        "38.50% → -4.10%",
        "before returns",
        "acme",
        "-0.05 USD",
        "58.46%",
        "Total",
        "Open.",
    ):
        assert text in texts, text


def test_nothing_comes_from_the_network() -> None:
    html = html_of(page_of(RATES, REASONS, MARGINS))

    for _, attributes in parsed(html).tags:
        assert not {"src", "href", "srcset", "action", "data", "xlink:href"} & set(attributes)
    assert "url(" not in html
    assert "@import" not in html
    assert "://" not in html


def test_only_our_own_script_may_run() -> None:
    html = html_of(page_of())
    script = re.search(r"<script>(.*?)</script>", html, re.S)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)

    assert script is not None
    assert policy is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert policy[1].startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert html.count("<script") == 1


def test_foreign_texts_stay_texts(
    hostile_texts: list[str], table_of: Callable[[list[str]], Table], commands_in: Callable[[str], list[str]]
) -> None:
    bars = [Bar(text, "0.100000") for text in hostile_texts]
    pairs = [Pair(text, "0.100000", None) for text in hostile_texts]
    everywhere = "".join(hostile_texts)
    page = HtmlPage(
        everywhere,
        everywhere,
        [Fact(text, text, text) for text in hostile_texts],
        [
            BarsByMonth(everywhere, bars, ["0.1"] * len(bars), everywhere, everywhere),
            RankedBars(everywhere, bars, everywhere),
            PairedBars(everywhere, everywhere, everywhere, pairs),
            table_of(hostile_texts),
        ],
        everywhere,
    )

    html = html_of(page)
    found = parsed(html)

    assert commands_in(html) == []
    assert {tag for tag, _ in found.tags} == {
        *("html", "head", "meta", "title", "style", "body", "main", "header", "h1", "p", "dl", "div", "dt", "dd"),
        *("small", "section", "h2", "svg", "g", "rect", "text", "line", "table", "thead", "tr", "th", "button"),
        *("tbody", "td", "tfoot", "footer", "script"),
    }
    assert not [name for _, attributes in found.tags for name in attributes if name.startswith("on")]


def test_columns_sort_by_the_exact_value() -> None:
    columns = [Column("a", "A", "text"), Column("m", "M", "money"), Column("r", "R", "rate"), Column("n", "N", "count")]
    table = Table("x", "X", columns, [("acme", Amount(123450, "USD"), "0.123000", None)])

    tags = parsed(html_of(page_of(table))).tags

    assert [attributes["data-key"] for tag, attributes in tags if "data-key" in attributes] == [
        "1234.50",
        "0.123000",
        "",
    ]
    assert [tag for tag, _ in tags].count("button") == 4


def test_the_same_page_has_the_same_text() -> None:
    assert html_of(page_of(RATES, MARGINS)) == html_of(page_of(RATES, MARGINS))


@pytest.mark.parametrize(
    "chart",
    [
        RATES,
        REASONS,
        MARGINS,
        BarsByMonth("Nothing", []),
        RankedBars("Nothing", []),
        PairedBars("Nothing", "a", "b", []),
        BarsByMonth("Zeros", [Bar("2026-01", "0.000000"), Bar("x", None)]),
        BarsByMonth("Money", [Bar("2026-01", Amount(123456789, "USD")), Bar("2026-02", Amount(5, "USD"))]),
        PairedBars("Losses", "a", "b", [Pair("x", "-0.100000", "-0.200000"), Pair("y", None, None)]),
    ],
    ids=lambda chart: chart.title,
)
def test_charts_stay_inside_their_frame(chart: BarsByMonth | RankedBars | PairedBars) -> None:
    root = ElementTree.fromstring(chart_svg(chart))
    height = float(root.attrib["height"])

    for shape in root.iter("rect"):
        assert float(shape.attrib["y"]) + float(shape.attrib["height"]) <= height
        width, start = shape.attrib["width"], shape.attrib["x"]
        if width.endswith("%"):
            assert -0.01 <= float(start.rstrip("%")) <= float(start.rstrip("%")) + float(width[:-1]) <= 100.01
    for line in root.iter("line"):
        assert 0 <= float(line.attrib["y1"]) <= height


def test_a_bar_over_its_cap_is_marked() -> None:
    root = ElementTree.fromstring(chart_svg(RATES))

    over = [
        group.findtext("title")
        for group in root.iter("g")
        if group.get("class") == "over" and group.find("rect") is not None
    ]
    assert over == ["2026-01: 16.30%, cap 15.00%"]


def test_figures_of_bars() -> None:
    assert [measure_text(value) for value in (None, "0.5", Amount(-123456, "JPY"))] == ["-", "50.00%", "-123,456 JPY"]
