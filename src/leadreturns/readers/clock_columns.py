"""Columns beside a date that say when on its day, or in which zone: told, since only the date's own is read."""

from __future__ import annotations

from leadreturns.readers.columns import Binding
from leadreturns.readers.headings import fold_heading, without_remark
from leadreturns.readers.refusals import clip
from leadreturns.readers.table import Note

_DATES = ("requested_at", "sold_at", "delivered_at")
_ZONES = frozenset("tz timezone timezoneid timezonename zone utcoffset gmtoffset tzoffset zeitzone fuseau".split())
_TIMES = frozenset("time timeofday clocktime hour uhrzeit zeit heure hora ora returntime saletime soldtime".split())
"""Folded headings."""


def clocks_not_read(texts: tuple[str, ...], binding: Binding) -> list[Note]:
    """A note on each ignored column of time zones, and of times apart from their dates; none in a table without dates.

    A column that `bind` has told of already is not told twice.
    """
    dates = [binding.columns[name] for name in _DATES if name in binding.columns]
    found = []
    for at, why in binding.ignored.items() if dates else ():
        heading, folded = clip(texts[at]), fold_heading(without_remark(texts[at]))
        if why != "names no known field":
            continue
        if folded in _ZONES or folded.endswith("timezone"):
            said = "times without a zone of their own are on the clock of the policies"
            found.append(Note("zone_not_read", f'"{heading}" is not read: {said}; write the zone behind each time.'))
        elif folded in _TIMES:
            date = clip(dates[0].heading)
            said = f'"{heading}" is ignored: "{date}" names the time more plainly ({dates[0].field}).'
            found.append(Note("heading_ignored", f"{said} If the time counts: write it behind the date."))
    return found
