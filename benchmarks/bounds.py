"""The bounds that leadreturns is held to, as ratios inside one run, and how far each is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from benchmarks.contest import Figures
from benchmarks.scenarios import FLOOR, REPORTS

Results = Mapping[str, Mapping[str, Figures]]
IMPORT_CSV = "import {} CSV on {}"


class Bound(NamedTuple):
    """One line of the table of bounds."""

    work: str
    against: str
    limit: float
    unit: str
    """'×', 'MiB' or 'ms'."""
    reached: float | None
    """None where it was not measured."""


def bounds(results: Results, prepared: Mapping[str, Any] | None) -> Iterator[Bound]:
    """Every bound; `prepared` is what the import of the ledger of ten million sales took."""
    look = _Look(results)
    yield from _startup(look)
    yield from _imports(look)
    yield from _memory(look, prepared)
    yield from _reports(look)


class _Look:
    """Finds figures that may not be there."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def seconds(self, scenario: str, name: str) -> float | None:
        return self._of(scenario, name, Figures.median)

    def peak(self, scenario: str, name: str) -> float | None:
        return self._of(scenario, name, Figures.peak)

    def stage(self, scenario: str, name: str, stage: str) -> float | None:
        return self._of(scenario, name, lambda figures: figures.stage(stage))

    def ratio(self, scenario: str, name: str, against: str) -> float | None:
        ours, theirs = self.seconds(scenario, name), self.seconds(scenario, against)
        return ours / theirs if ours is not None and theirs else None

    def _of(self, scenario: str, name: str, read: Callable[[Figures], float | None]) -> float | None:
        figures = self._results.get(scenario, {}).get(name)
        return read(figures) if figures and figures.seconds else None


def _startup(look: _Look) -> Iterator[Bound]:
    for against, limit in (("ten-line Typer program --help", 1.3), ("python -c pass", 7.0)):
        yield Bound("`--help`", against, limit, "×", look.ratio("startup", "leadreturns --help", against))
    floor = "import typer, pydantic"
    for command in ("review list", "report roi", "status"):
        yield Bound(f"`{command}`, small store", floor, 1.6, "×", look.ratio("startup", command, floor))


def _imports(look: _Look) -> Iterator[Bound]:
    for scenario, work, against, limit in (
        ("10k_1m", IMPORT_CSV.format("10k", "1 M"), "DuckDB, ledger loaded before", 1.0),
        ("100k_1m", IMPORT_CSV.format("100k", "1 M"), "DuckDB, ledger from CSV", 1.2),
        ("100k_1m", IMPORT_CSV.format("100k", "1 M"), "pandas", 0.27),
        ("100k_1m_xlsx", "import 100k XLSX on 1 M", "pandas", 0.18),
        ("1m_10m", IMPORT_CSV.format("1 M", "10 M"), "pandas", 0.25),
        ("1m_10m", IMPORT_CSV.format("1 M", "10 M"), "DuckDB, ledger from CSV", 1.6),
    ):
        yield Bound(work, against, limit, "×", look.ratio(scenario, "leadreturns", against))
    workbook, text = look.seconds("100k_1m_xlsx", "leadreturns"), look.seconds("100k_1m", "leadreturns")
    against_text = workbook / text if workbook and text else None
    yield Bound("import 100k XLSX on 1 M", "the same rows as CSV", 1.5, "×", against_text)
    yield Bound("import 100k on 10 M, page cache cold", "warm", 2.5, "×", look.ratio("100k_10m", "cold", "warm"))
    small, large = look.seconds("100k_1m", "leadreturns"), look.seconds("1m_10m", "leadreturns")
    start = look.seconds("startup", "status") or 0.0
    growth = (large - start) / (small - start) / 10 if small and large else None
    yield Bound("a row of 1 M on 10 M, start-up taken off", "a row of 100k on 1 M", 1.3, "×", growth)
    ledger = look.ratio("ledger_1m", "leadreturns ledger import", FLOOR)
    yield Bound("ledger import, 1 M", FLOOR, 2.5, "×", ledger)


def _memory(look: _Look, prepared: Mapping[str, Any] | None) -> Iterator[Bound]:
    yield Bound("peak memory, import 100k on 1 M", "", 128, "MiB", look.peak("100k_1m", "leadreturns"))
    yield Bound("peak memory, import 100k XLSX on 1 M", "", 400, "MiB", look.peak("100k_1m_xlsx", "leadreturns"))
    yield Bound("peak memory, import 1 M on 10 M", "", 192, "MiB", look.peak("1m_10m", "leadreturns"))
    ledger = look.peak("ledger_1m", "leadreturns ledger import")
    yield Bound("peak memory, ledger import 1 M", "", 96, "MiB", ledger)
    yield Bound("peak memory, ledger import 10 M", "", 96, "MiB", prepared["peak_mib"] if prepared else None)


def _reports(look: _Look) -> Iterator[Bound]:
    for name in REPORTS:
        several = name.endswith("campaign")
        seconds = look.stage("reports_10m", name, "query")
        reached = None if seconds is None else seconds * 1000
        yield Bound(f"`{name}`, 10 M + 1 M: the query", "", 800 if several else 25, "ms", reached)
