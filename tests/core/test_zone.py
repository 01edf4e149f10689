"""A zone that remembers whole days says at every hour what the zone itself says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leadreturns.core.calendar import Zone

YEAR = datetime(2011, 1, 1, tzinfo=UTC)
HOURS = range(365 * 24)
CHANGING = (
    "America/New_York",
    "America/Havana",  # at midnight
    "America/Sao_Paulo",  # at midnight, so that a day begins at one o'clock
    "Africa/Casablanca",  # four changes in a year
    "Asia/Gaza",
    "Australia/Lord_Howe",  # by half an hour
    "Europe/London",
    "Pacific/Apia",  # without a 30th of December
)


@pytest.mark.parametrize("name", CHANGING)
def test_every_hour_of_a_year_has_the_offset_of_the_zone_itself(name: str) -> None:
    zone, itself = Zone(name), ZoneInfo(name)
    # Twice: once looked up, once remembered.
    for hour in (*HOURS, *HOURS):
        instant = int(YEAR.timestamp()) + hour * 3600 + 1799
        expected = datetime.fromtimestamp(instant, itself).utcoffset()
        assert expected == timedelta(seconds=zone.offset(instant)), instant


@pytest.mark.parametrize("name", CHANGING)
def test_every_clock_reading_of_a_year_means_what_it_means_in_the_zone_itself(name: str) -> None:
    zone, itself = Zone(name), ZoneInfo(name)
    midnight = datetime(2011, 1, 1)
    for hour in (*HOURS, *HOURS):
        reading = midnight + timedelta(hours=hour, minutes=29)
        local = reading.replace(tzinfo=itself)
        instants = {int(local.timestamp()), int(local.replace(fold=1).timestamp())}
        assert tuple(zone.wall_span(int(reading.replace(tzinfo=UTC).timestamp()))) == (min(instants), max(instants))
