"""On which clock the heading of a column of times says that they are: "(UTC)", "(EST)", "(America/New_York)", "(ET)".

A zone with one offset, or of the time zone database, is read. Others ("ET", "local time") are told, not guessed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple
from zoneinfo import ZoneInfoNotFoundError

from leadreturns.core.calendar import Zone
from leadreturns.readers.written_dates import zone_offset

_IN_BRACKETS = re.compile(r"[\s_:,-]*[(\[]\s*([^()\[\]]{1,60}?)\s*[)\]]?\s*$")
_INNER = re.compile(r"[(\[]\s*([^()\[\]]{1,60}?)\s*(?:[)\]]|$)")
_BEHIND = re.compile(
    r"[\s_:,-]+((?i:utc|gmt)|[A-Z]{2,4}|(?:UTC|GMT)\s?[+-][0-9:]{1,5}|[A-Z][A-Za-z]{2,12}/[A-Z][A-Za-z_/]{2,28})$"
)
_DATE_LETTERS = re.compile(r"(?<![a-z])[dmy]{1,4}\W[dmy]{1,4}\W[dmy]{1,4}(?:[\sT]+h{1,2}\W?m{2}(?:\W?s{2})?)?", re.I)
_PARTS = re.compile(r"\s*[,;]\s*|\s+(?=24|12|[A-Z]{2,4}$)")
_FACE = re.compile(r"(?:24|12)[\s-]?h(?:ou)?r?s?(?:\s(?:clock|format|time))?|am\s?/\s?pm", re.IGNORECASE)
"""How the hours are counted, which each text shows by itself."""
_ZONE_MARK = re.compile(r"^(?:in\s+)?(?:time\s?zone|tz|zone)\s*[:=]?\s*|^in\s+|\s+(?:time\s?zone|tz)$", re.IGNORECASE)
_OFFSET = re.compile(r"(?:UTC|GMT)(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?|[+-][0-9]{2}:[0-9]{2}", re.IGNORECASE)
_UNSURE = re.compile(
    r"(?:(?:us|u\.s\.)[\s/-]?)?(?:eastern|central|mountain|pacific|atlantic|alaskan?|hawaii(?:an)?)"
    r"(?:\s+(?:standard|daylight))?(?:\s+time)?"
    r"|(?:local|our|your|buyer|server|system|london|uk|berlin|paris|german)(?:['\u2019]?s)?(?:\s+(?:local\s+)?time)?"
    r"|(?-i:[A-Z]{1,3}T/[A-Z]{1,3}T)"
    r"|(?-i:ET|CT|MT|PT|AT|AKT|HT|BST|IST|SGT|JST|KST|HKT|MSK|AEST|AEDT|ACST|ACDT|AWST|NZST|NZDT|SAST|AST|ADT|NST|NDT)",
    re.IGNORECASE,
)


class HeadingClock(NamedTuple):
    """What a heading says of the clock of its column; nothing of it is set where it says nothing."""

    name: str = ""
    """As written: 'EST'; '' for none."""
    offset: int | None = None
    """Seconds east of UTC."""
    zone: Zone | None = None

    @property
    def is_of_a_season(self) -> bool:
        """True for EST, CET and the like: one offset the whole year, though clocks there change."""
        return self.offset is not None and self.name.isalpha() and self.name.upper() not in ("UTC", "GMT", "UT", "HST")

    @property
    def is_sure(self) -> bool:
        """True when the times of the column can be read on it."""
        return self.offset is not None or self.zone is not None


def heading_clock(heading: str) -> HeadingClock:
    """The clock that a heading names, in brackets or at its end, whatever other remark stands there."""
    rest = heading
    for inner in _INNER.finditer(heading):
        clock = _clock(inner[1])
        if clock is not None and clock.name:
            return clock
        rest = rest.replace(inner[0], " ")
    found = _BEHIND.search(_DATE_LETTERS.sub(" ", rest).strip())
    return (_named(found[1]) if found else None) or HeadingClock()


def without_clock(heading: str) -> str:
    """The heading without the clock at its end: 'Return Date' for "Return Date (EST)" and "Return Date (24h)"."""
    found = _remark(heading)
    return heading[: found[0]] if found else heading


def _remark(heading: str) -> tuple[int, HeadingClock] | None:
    """Where what a heading says of a clock begins, and that; None where its end says something else."""
    found = _IN_BRACKETS.search(heading)
    clock = _clock(found[1]) if found else None
    if found is None or clock is None:
        found = _BEHIND.search(heading)
        clock = _named(found[1]) if found else None
    return (found.start(), clock) if found and clock else None


def _clock(text: str) -> HeadingClock | None:
    parts = [part for part in _PARTS.split(_DATE_LETTERS.sub(",", text).strip()) if part.strip()]
    named = HeadingClock()
    for part in parts:
        if _FACE.fullmatch(part):
            continue
        clock = _named(_ZONE_MARK.sub("", part))
        if clock is None or named.name:
            return None
        named = clock
    return named if parts else None


def _named(text: str) -> HeadingClock | None:
    plain = text.replace(" ", "")
    if _OFFSET.fullmatch(plain) or (plain.isupper() and plain.isalpha() and len(plain) > 1):
        offset = zone_offset(plain)
        if offset is not None:
            return HeadingClock(text, offset)
    if "/" in plain:
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return HeadingClock(text, None, Zone(plain))
    return HeadingClock(text) if _UNSURE.fullmatch(text) else None
