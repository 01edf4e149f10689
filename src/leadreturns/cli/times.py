"""Times and months as the command line writes them."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from leadreturns.core.calendar import day_of, parse_month
from leadreturns.errors import UsageFault

if TYPE_CHECKING:
    from leadreturns.core.calendar import Zone


YEARS = range(1970, 2201)
"""Those of leads that are sold and returned, as in policies.toml; clocks and calendars end somewhere."""


def received_at(text: str, zone: "Zone", now: int) -> int:
    """The epoch second of --received: a date is the end of that day, a time without a zone is the workspace's."""
    if not text:
        return now
    day = parse_date(text)
    if day is not None:
        return zone.day_end(day)
    moment = written_time(text, "--received")
    if moment.tzinfo is not None:
        return int(moment.timestamp())
    wall = day_of(moment.date()) * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second
    return zone.wall_span(wall).last


def written_time(text: str, name: str) -> datetime:
    """'2026-10-12T15:30' with or without an offset; raises `UsageFault` for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise UsageFault(
            "bad_time", f"{name} {text} is neither a date nor a time", "write 2026-10-12 or 2026-10-12T15:30"
        )
    return moment


def parse_date(text: str) -> int | None:
    """The day number of '2026-10-12', or None."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day_of(day) if day is not None and day.year in YEARS else None


def month_option(text: str, name: str, default: int | None) -> int:
    """The month as 202610, `default` where none is given; raises `UsageFault` for what is no month."""
    if not text and default is not None:
        return default
    month = parse_month(text)
    if month is None or month // 100 not in YEARS:
        raise UsageFault("bad_month", f"{name} {text} is no month", "write it like 2026-10")
    return month


def month_range(first: str, last: str) -> tuple[int, int]:
    """--from and --to as months, all months where they are left out; raises `UsageFault` for an empty range."""
    months = month_option(first, "--from", 0), month_option(last, "--to", 999912)
    if months[0] > months[1]:
        raise UsageFault("bad_range", f"--from {first} is after --to {last}", "name the earlier month with --from")
    return months
