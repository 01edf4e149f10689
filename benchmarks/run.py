"""`make bench`: runs leadreturns and its peers in turn and writes docs/performance.md.

python -m benchmarks.run                                      everything; an hour, 12 GB of disk
python -m benchmarks.run --only 10k_1m 100k_1m --repeat 3     some of it; the other figures stay as they were
python -m benchmarks.run --only none                          the page anew from the figures kept
"""

from __future__ import annotations

import argparse
import compileall
import json
import sys
import time
from typing import Any

from benchmarks import machine, page
from benchmarks.bounds import bounds
from benchmarks.contest import Figures
from benchmarks.ours import SOURCE
from benchmarks.scenarios import DATA, HERE, LARGE, SCENARIOS, prepared_ledger

_KEPT = DATA / "results.json"
_PAGE = HERE.parent / "docs" / "performance.md"


def main() -> int:
    """Runs the chosen scenarios and writes the page; 1 when a contestant failed or gave another answer."""
    options = _options()
    chosen = [name for name in SCENARIOS if not options.only or name in options.only]
    DATA.mkdir(exist_ok=True)
    # As an installed package is; else every command would compile its modules anew where Python may not keep them.
    compileall.compile_dir(SOURCE, quiet=1)
    kept: dict[str, Any] = json.loads(_KEPT.read_text()) if _KEPT.exists() else {}
    failed = False
    for name in chosen:
        print(name, file=sys.stderr)
        repeat = options.repeat_large if name in LARGE else options.repeat
        results = SCENARIOS[name](repeat)
        failed = failed or any(figures.failure for figures in results.values())
        kept[name] = {"on": time.strftime("%Y-%m-%d"), "figures": {who: one.plain() for who, one in results.items()}}
        _KEPT.write_text(json.dumps(kept, indent=1))
    _write_page(kept)
    return 1 if failed else 0


def _write_page(kept: dict[str, Any]) -> None:
    results = {
        name: {who: Figures(**figures) for who, figures in scenario["figures"].items()}
        for name, scenario in kept.items()
    }
    reached = list(bounds(results, prepared_ledger(10_000_000)))
    measured_on = {name: scenario["on"] for name, scenario in kept.items()}
    page.write(_PAGE, page.figures(list(machine.describe()), reached, results, measured_on))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    choices = [*SCENARIOS, "none"]
    parser.add_argument("--only", nargs="+", metavar="SCENARIO", choices=choices, help=", ".join(choices))
    parser.add_argument("--repeat", type=int, default=3, help="runs of each contestant")
    parser.add_argument("--repeat-large", type=int, default=1, help=f"the same for {', '.join(LARGE)}")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
