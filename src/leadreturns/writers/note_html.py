"""A note → one HTML file that opens anywhere and prints as a letter: a sheet on a desk, on a phone and on paper."""

from __future__ import annotations

from collections.abc import Sequence

from leadreturns.reports.note_report import NotePage
from leadreturns.writers.html_charts import safe

STYLE = """
:root{--desk:#eceef1;--sheet:#fff;--ink:#1b232d;--soft:#5b6775;--line:#dfe3e8;--rule:#1b232d;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--desk:#0f1317;--sheet:#1a2028;--ink:#e8ecf1;--soft:#9aa6b5;--line:#2d3641;
--rule:#9aa6b5;--bad:#ff8a7f}}
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--desk);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif}
main{max-width:820px;margin:36px auto;background:var(--sheet);padding:60px 68px 52px;border-radius:4px;
box-shadow:0 1px 3px rgba(0,0,0,.16)}
header{display:grid;grid-template-columns:1fr auto;gap:28px;align-items:start;padding-bottom:30px}
h1{font-size:28px;line-height:1.15;font-weight:650;letter-spacing:-.015em;margin:0}
.facts{margin:3px 0 0;display:grid;grid-template-columns:auto auto;gap:2px 18px;font-variant-numeric:tabular-nums}
dt{color:var(--soft)}
dd{margin:0;text-align:right;overflow-wrap:anywhere}
dd.number{font-weight:650}
span.number{white-space:nowrap}
.parties{display:grid;grid-template-columns:1fr 1fr;gap:36px;border-top:1px solid var(--line);padding:20px 0 26px}
.parties h2{font-size:12.5px;font-weight:600;color:var(--soft);margin:0 0 4px}
.parties b{font-weight:650}
.parties p{margin:0;overflow-wrap:anywhere}
.stamp{color:var(--bad);border:2px solid var(--bad);border-radius:4px;font-weight:650;padding:7px 14px;margin:0 0 22px}
.intro{margin:0 0 22px;max-width:40em}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th{font-size:12.5px;font-weight:600;color:var(--soft);text-align:left;vertical-align:bottom;
padding:0 10px 7px 0;border-bottom:1.5px solid var(--rule)}
td{padding:7px 10px 7px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}
tbody td:first-child{overflow-wrap:anywhere;min-width:9em}
tbody td:nth-child(2){white-space:nowrap}
.n{text-align:right;white-space:nowrap;padding-right:0;padding-left:10px}
tfoot td{border:0;padding-top:6px;padding-bottom:2px}
tfoot td:first-child{text-align:right;color:var(--soft)}
tfoot tr:first-child td{padding-top:14px}
tfoot tr:last-child td{font-size:18px;font-weight:650;color:var(--ink);padding-top:8px}
.closing{margin:28px 0 0;max-width:40em}
@media (max-width:600px){
body{background:var(--sheet)}
main{margin:0;padding:26px 18px 36px;border-radius:0;box-shadow:none}
header{grid-template-columns:1fr;gap:16px;padding-bottom:20px}
h1{font-size:25px}
.facts{grid-template-columns:auto 1fr}
dd{text-align:left}
.parties{grid-template-columns:1fr;gap:16px;padding:16px 0 20px}
table,tbody,tfoot{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody{border-top:1.5px solid var(--rule)}
tbody tr{display:grid;grid-template-columns:1fr auto;gap:1px 14px;padding:9px 0;border-bottom:1px solid var(--line)}
tbody td{border:0;padding:0;color:var(--soft);font-size:13.5px}
tbody td:nth-child(1){grid-area:1/1;color:var(--ink);font-weight:600;font-size:14.5px}
tbody td:nth-child(5){grid-area:1/2;color:var(--ink);font-weight:600;font-size:14.5px}
tbody td:nth-child(2){grid-area:3/1}
tbody td:nth-child(3){grid-area:2/1/2/3}
tbody td:nth-child(4){grid-area:3/2}
tbody td:nth-child(4)::before{content:attr(data-label) " "}
tfoot tr{display:flex;justify-content:space-between;gap:16px}
tfoot td,tfoot td:first-child{text-align:left;padding-left:0}
}
@media print{
:root{--desk:#fff;--sheet:#fff;--ink:#000;--soft:#444;--line:#ccc;--rule:#000;--bad:#b3261e}
@page{size:A4;margin:18mm 18mm 16mm}
body{font-size:10pt}
main{margin:0;padding:0;max-width:none;box-shadow:none}
table{font-size:9pt}
tr,.closing{break-inside:avoid}
thead{display:table-header-group;break-inside:avoid}
tfoot{display:table-row-group}
tfoot tr{break-before:avoid}
tfoot tr:last-child td{font-size:12pt}
}
"""


def note_html(page: NotePage) -> str:
    """The page as HTML; the same note gives the same text. Nothing in it runs, and nothing comes from the network."""
    name = f"{page.title} {page.number}"
    facts = "".join(
        f"<dt>{safe(label)}</dt><dd{' class=number' if value == page.number else ''}>{safe(value)}</dd>"
        for label, value in page.facts
    )
    stamp = f'<p class="stamp">{safe(page.stamp)}</p>\n' if page.stamp else ""
    closing = f'<p class="closing">{_said(page.closing, page)}</p>' if page.closing else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{safe(name)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<header><h1>{safe(page.title)}</h1><dl class="facts">{facts}</dl></header>\n'
        f'<section class="parties">{_party(page.seller)}{_party(page.party)}</section>\n'
        f'{stamp}<p class="intro">{_said(page.intro, page)}</p>\n'
        f"{_table(page)}{closing}\n</main>\n</body>\n</html>\n"
    )


def _said(text: str, page: NotePage) -> str:
    """A sentence in which the number of the note stays on one line."""
    number = safe(page.number)
    return safe(text).replace(number, f"<span class=number>{number}</span>")


def _party(lines: Sequence[str]) -> str:
    heading, name, *rest = lines
    beneath = "".join(f"<br>{safe(line)}" for line in rest)
    return f"<div><h2>{safe(heading)}</h2><p><b>{safe(name)}</b>{beneath}</p></div>"


_MONEY_FROM = 3
"""The columns from here on hold money."""


def _table(page: NotePage) -> str:
    head = "".join(
        f'<th scope="col"{" class=n" if at >= _MONEY_FROM else ""}>{safe(text)}</th>'
        for at, text in enumerate(page.headings)
    )
    label = safe(page.headings[_MONEY_FROM].partition(",")[0])
    rows = "".join(
        f"<tr><td>{safe(lead)}</td><td>{safe(sold)}</td><td>{safe(reason)}</td>"
        f'<td class="n" data-label="{label}">{safe(of)}</td><td class="n">{safe(amount)}</td></tr>\n'
        for lead, sold, reason, of, amount in page.rows
    )
    sums = "".join(
        f'<tr><td colspan="3">{safe(text)}</td><td class="n" colspan="2">{safe(amount)}</td></tr>\n'
        for text, amount in page.sums
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n<tfoot>\n{sums}</tfoot>\n</table>\n"
