"""Holidays given by a country's code: the days they stand for, frozen into the policy text.

The days come from the `holidays` package once and are written below the text, so that the text decides the same again
without the package, under a later version of it, and on another machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from leadreturns.core.business_days import Calendar
from leadreturns.core.calendar import day_of
from leadreturns.readers import policy_keys as keys
from leadreturns.readers.policy_faults import Faults, Section
from leadreturns.readers.policy_sections import SectionReader
from leadreturns.readers.policy_values import WrongValue, calendar_date, did_you_mean, list_of, nearest

FROZEN = "frozen_holidays"
"""The section that holds, for each code, the days it stands for."""
FIRST_YEAR, LAST_YEAR = 2015, 2035


def read_calendar(reader: SectionReader, data: Mapping[str, Any]) -> tuple[Calendar, str]:
    """Which days are business days, and the text to append to the policies so that they stay so; mostly ''."""
    section = reader.section(data, "calendar")
    values = reader.keys_of(section, keys.CALENDAR_KEYS)
    named = values.get("holidays", ())
    days = {day_of(day) for day in named if isinstance(day, date)}
    codes = [code for code in named if isinstance(code, str)]
    frozen = _frozen_days(reader, data, codes)
    fresh: dict[str, Sequence[date]] = {}
    for code in codes:
        if FROZEN not in data:
            fresh[code] = _days_of(code, section, named.index(code), reader.faults)
        elif code not in frozen:
            stale = f'"{code}" is not in [{FROZEN}]; take that section away, and it is made anew'
            reader.faults.add(section, "holidays", stale, (named.index(code),))
    for dates in (*frozen.values(), *fresh.values()):
        days.update(map(day_of, dates))
    weekend = frozenset(values.get("weekend", (5, 6)))
    if len(weekend) == 7:
        reader.faults.add(section, "weekend", "covers all seven days, so that no business day is left; take one away")
    return Calendar(weekend, frozenset(days)), _frozen_text(fresh)


def _frozen_days(reader: SectionReader, data: Mapping[str, Any], codes: Sequence[str]) -> dict[str, Sequence[date]]:
    if FROZEN not in data:
        return {}
    section = reader.section(data, FROZEN)
    for code in section.table:
        if code not in codes:
            reader.faults.add(section, code, "is no code of `holidays` in [calendar]; take the line away")
    readers = dict.fromkeys(section.table, list_of(calendar_date, may_be_empty=True))
    return {code: days for code, days in reader.keys_of(section, readers).items() if code in codes}


def _days_of(code: str, section: Section, index: int, faults: Faults) -> Sequence[date]:
    try:
        return expand(code)
    except WrongValue as wrong:
        faults.add(section, "holidays", wrong.message, (index,))
        return ()


def expand(code: str) -> list[date]:
    """The public holidays of a country ('US') or a part of one ('US-CA'), from `FIRST_YEAR` to `LAST_YEAR`.

    Raises `WrongValue` for an unknown code, or when the `holidays` package is not installed.
    """
    try:
        from holidays import country_holidays, list_supported_countries
    except ImportError:
        how = "pip install 'leadreturns[holidays]'"
        raise WrongValue(f'the code "{code}" needs the holidays package: {how}; or list the dates themselves') from None
    country, _, part = code.partition("-")
    try:
        return sorted(country_holidays(country, subdiv=part or None, years=range(FIRST_YEAR, LAST_YEAR + 1)))
    except NotImplementedError:
        raise WrongValue(_unknown_code(country, part, list_supported_countries())) from None


def _unknown_code(country: str, part: str, known: Mapping[str, Iterable[str]]) -> str:
    if country not in known:
        hint = did_you_mean(country, known) or "; list the dates themselves"
        return f'no holidays are known for "{country}"{hint}'
    parts = sorted(known[country])
    near = nearest(part, parts) if parts else None
    hint = f'; did you mean "{country}-{near}"?' if near else f'; "{country}" alone is known'
    return f'no holidays are known for the part "{part}" of "{country}"{hint}'


def _frozen_text(fresh: Mapping[str, Sequence[date]]) -> str:
    """The section to append; '' when no code was expanded."""
    if not fresh:
        return ""
    lines = ["", "# Written by leadreturns: the days that the holiday codes above stand for.", f"[{FROZEN}]"]
    for code, days in fresh.items():
        lines.append(f"{code} = [")
        for year in sorted({day.year for day in days}):
            lines.append("    " + " ".join(f"{day.isoformat()}," for day in days if day.year == year))
        lines.append("]")
    return "\n".join(lines) + "\n"
