"""The result of an import in a few lines for a person."""

from collections.abc import Iterator, Mapping
from typing import Any

from leadreturns.core.finding import MEANINGS
from leadreturns.core.money import grouped
from leadreturns.core.wording import counted

MEANING_AT = 30
"""The column in which the meaning of a finding begins."""


def result_lines(value: Mapping[str, Any]) -> Iterator[str]:
    """What became of the file, its findings and its money."""
    buyer = f" from {value['buyer']}" if value["buyer"] else ""
    state = {"dry_run": " (dry run: nothing kept)", "already_imported": " (imported before)"}.get(value["status"], "")
    yield f"batch {value['batch']}: {value['file']}{buyer}{state}"
    yield (
        f"  {counted(value['rows'], 'row')}: {value['approved']:,} approved, {value['rejected']:,} rejected, "
        f"{value['review']:,} in review, {value['unreadable']:,} unreadable"
    )
    for code, count in value["findings"].items():
        yield f"  {count:>7,} {code:<19} {MEANINGS[code]}"
    for label, sums in (("credit to buyers", value["credits"]), ("clawback from suppliers", value["clawbacks"])):
        for each in sums:
            yield f"  {label}: {grouped(each['amount'])} {each['currency']}"
    skipped = {kind: count for kind, count in value["skipped"].items() if count}
    if skipped:
        listed = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in skipped.items())
        yield f"  not counted as rows: {listed}"
