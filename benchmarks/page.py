"""The figures as Markdown, between two markers of docs/performance.md; the rest of that page is written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.bounds import Bound, Results
from benchmarks.contest import Figures

BEGIN = "<!-- figures: written by `make bench`, do not edit -->"
END = "<!-- end of figures -->"
TITLES = {
    "startup": "Small commands, on a store of 2,000 sales",
    "ledger_1m": "A ledger of 1 M sales into an empty store",
    "10k_1m": "10k returns (CSV) on 1 M sales",
    "100k_1m": "100k returns (CSV) on 1 M sales",
    "100k_1m_xlsx": "100k returns (XLSX) on 1 M sales; pandas reads with calamine, DuckDB answers in CSV",
    "100k_10m": "100k returns (CSV) on 10 M sales, page cache warm and cold",
    "1m_10m": "1 M returns (CSV) on 10 M sales",
    "reports_10m": "Reports on 10 M sales and 1 M returns",
}


def write(page: Path, lines: Sequence[str]) -> None:
    """Puts `lines` between the markers of `page`; a page without them gets them at its end."""
    text = page.read_text(encoding="utf-8") if page.exists() else "# Performance\n"
    block = "\n".join((BEGIN, "", *lines, "", END))
    if BEGIN in text and END in text:
        text = text[: text.index(BEGIN)] + block + text[text.index(END) + len(END) :]
    else:
        text = f"{text.rstrip()}\n\n{block}\n"
    page.write_text(text, encoding="utf-8")


def figures(
    machine: Sequence[str], kept: Sequence[Bound], results: Results, measured_on: Mapping[str, str]
) -> list[str]:
    """The machine, the table of bounds and a table for each scenario."""
    lines = ["### The machine", ""]
    lines += [f"- {line}" for line in machine]
    lines += ["", "### The bounds", "", "| work | against | bound | reached | |", "| --- | --- | ---: | ---: | --- |"]
    lines += [_bound_line(bound) for bound in kept]
    for scenario, title in TITLES.items():
        if scenario in results:
            lines += [
                "",
                f"### {title}",
                "",
                *_scenario(results[scenario]),
                "",
                f"Measured on {measured_on[scenario]}.",
            ]
    return lines


def _bound_line(bound: Bound) -> str:
    limit = f"≤ {bound.limit:g} {bound.unit}"
    if bound.reached is None:
        return f"| {bound.work} | {bound.against} | {limit} | not measured | |"
    reached = f"{bound.reached:.2f} ×" if bound.unit == "×" else f"{bound.reached:.0f} {bound.unit}"
    verdict = "kept" if bound.reached <= bound.limit else "**missed**"
    return f"| {bound.work} | {bound.against} | {limit} | {reached} | {verdict} |"


def _scenario(results: Mapping[str, Figures]) -> Iterator[str]:
    first = next((figures.median() for figures in results.values() if figures.seconds), 1.0)
    yield "| contestant | seconds (median) | fastest–slowest | × the first | peak MiB | runs |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for name, figures in results.items():
        if figures.failure or not figures.seconds:
            yield f"| {name} | failed: {' '.join(figures.failure.split())[:200].replace('|', '/')} | | | | |"
            continue
        low, middle, high = min(figures.seconds), figures.median(), max(figures.seconds)
        spread = f"{low:.3g}–{high:.3g}"
        ratio, peak, runs = middle / first, figures.peak(), len(figures.seconds)
        yield f"| {name} | {middle:.3g} | {spread} | {ratio:.2f} | {peak:.0f} | {runs} |"
    for name, figures in results.items():
        told = ", ".join(f"{stage} {figures.stage(stage):.3f}" for stage in _stage_names(figures))
        if told:
            yield ""
            yield f"Stages of {name}, seconds: {told}."


def _stage_names(figures: Figures) -> list[str]:
    return list(dict.fromkeys(stage for run in figures.stages for stage in run))
