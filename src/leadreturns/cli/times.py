"""Times and months as the command line writes them."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from leadreturns.core.calendar import day_of, parse_month
from leadreturns.errors import UsageFault

if TYPE_CHECKING:
    from leadreturns.core.calendar import Zone


def received_at(text: str, zone: "Zone", now: int) -> int:
    """The epoch second of --received: a date is the end of that day, a time without a zone is the workspace's."""
    if not text:
        return now
    day = parse_date(text)
    if day is not None:
        return zone.day_end(day)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageFault(
            "bad_time", f"--received {text} is neither a date nor a time", "write 2026-10-12 or 2026-10-12T15:30"
        ) from None
    if moment.tzinfo is not None:
        return int(moment.timestamp())
    wall = day_of(moment.date()) * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second
    return zone.wall_span(wall).last


def parse_date(text: str) -> int | None:
    """The day number of '2026-10-12', or None."""
    try:
        return day_of(date.fromisoformat(text)) if len(text) == 10 else None
    except ValueError:
        return None


def month_option(text: str, name: str, default: int) -> int:
    """The month as 202610; raises `UsageFault` for what is no month."""
    if not text:
        return default
    month = parse_month(text)
    if month is None:
        raise UsageFault("bad_month", f"{name} {text} is no month", "write it like 2026-10")
    return month


def month_range(first: str, last: str) -> tuple[int, int]:
    """--from and --to as months, all months where they are left out; raises `UsageFault` for an empty range."""
    months = month_option(first, "--from", 0), month_option(last, "--to", 999912)
    if months[0] > months[1]:
        raise UsageFault("bad_range", f"--from {first} is after --to {last}", "name the earlier month with --from")
    return months
