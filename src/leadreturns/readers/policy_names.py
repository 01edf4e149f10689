"""Values of policies.toml that name something of the outside world: a currency, a clock, an address, a heading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from leadreturns.core.money import CURRENCIES
from leadreturns.readers.policy_values import (
    ValueReader,
    WrongParts,
    WrongValue,
    calendar_date,
    choice,
    did_you_mean,
    list_of,
    nearest,
    shown,
    table_of,
    text,
)

RETURN_FIELDS = (
    "lead_id", "sale_ref", "phone", "email", "buyer", "reason", "requested_at", "sold_at", "campaign", "comment",
    "call_attempts", "duplicate_of",
)  # fmt: skip
"""The fields of a return file that a buyer's `columns` may name a heading for."""

_NOTICE_EVENTS = ("approved", "rejected", "review", "unreadable", "reversed")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CITIES_OF_CLOCKS = {
    **dict.fromkeys(("eastern", "est", "edt", "et", "us eastern", "new york"), "America/New_York"),
    **dict.fromkeys(("central", "cst", "cdt", "ct", "us central"), "America/Chicago"),
    **dict.fromkeys(("mountain", "mst", "mdt", "mt"), "America/Denver"),
    **dict.fromkeys(("pacific", "pst", "pdt", "pt"), "America/Los_Angeles"),
    **dict.fromkeys(("bst", "gmt/bst", "uk"), "Europe/London"),
    **dict.fromkeys(("cet", "cest"), "Europe/Berlin"),
    **dict.fromkeys(("utc", "z", "utc+0", "gmt+0"), "UTC"),
}
_FORMAT_LETTERS = "aAbBdmyYHIMSpfzZj%"


def version(value: Any) -> int:
    """The version of the language in which the policies are written; 1 is the only one."""
    if value == 1 and isinstance(value, int) and not isinstance(value, bool):
        return value
    raise WrongValue(f"{shown(value)} is not known to this leadreturns; write version = 1")


def currency(value: Any) -> str:
    """An ISO 4217 currency code."""
    if isinstance(value, str) and value in CURRENCIES:
        return value
    code = value.strip().upper() if isinstance(value, str) else ""
    hint = f'; write "{code}"' if code in CURRENCIES else '; write its ISO code, such as "USD" or "EUR"'
    raise WrongValue(f"{shown(value)} is no currency{hint}")


def timezone(value: Any) -> str:
    """The name of an IANA time zone."""
    name = text(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WrongValue(f"{shown(value)} is no time zone{_right_zone(name)}") from None
    return name


def _right_zone(name: str) -> str:
    from zoneinfo import available_timezones

    zones = sorted(available_timezones())
    cities = {zone.rsplit("/", 1)[-1]: zone for zone in zones if "/" in zone}
    near = _CITIES_OF_CLOCKS.get(name.casefold()) or cities.get(nearest(name, cities, likeness=0.8) or "")
    near = near or nearest(name, zones, likeness=0.85)
    return f'; did you mean "{near}"?' if near else '; write a name such as "America/New_York" or "Europe/London"'


def region(value: Any) -> str:
    """A two-letter country code, as phone numbers are read by."""
    code = text(value)
    if code in ("UK", "uk"):
        raise WrongValue(f'{shown(value)} is no region; write "GB"')
    if re.fullmatch("[A-Z]{2}", code, re.ASCII):
        return code
    hint = code.upper() if re.fullmatch("[A-Za-z]{2}", code, re.ASCII) else "US"
    raise WrongValue(f'{shown(value)} is no region; write two capital letters, as in "{hint}"')


def email(value: Any) -> str:
    """One e-mail address."""
    address = text(value)
    if re.fullmatch(r"[^\s@<>,;\"]+@[^\s@<>,;\".]+(\.[^\s@<>,;\".]+)+", address) is None or len(address) > 254:
        raise WrongValue(f'{shown(value)} is no e-mail address; write one, such as "ops@buyer.example"')
    return address


def weekday(value: Any) -> int:
    """A weekday by its English name or the first three letters of it; Monday is 0."""
    name = text(value).casefold()
    for number, day in enumerate(_DAYS):
        if name in (day, day[:3]):
            return number
    near = nearest(name, (*_DAYS, *(day[:3] for day in _DAYS)))
    hint = f'did you mean "{near[:3]}"?' if near else 'write "mon", "tue", "wed", "thu", "fri", "sat" or "sun"'
    raise WrongValue(f"{shown(value)} is no weekday; {hint}")


def holiday(value: Any) -> Any:
    """A holiday's date, or the code of a country ('US') or a part of one ('US-CA') as a text."""
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,4})?", value.strip(), re.ASCII):
        return value.strip()
    if isinstance(value, str) and not value.strip()[:1].isdigit():
        raise WrongValue(f'{shown(value)} is neither a date nor a code; write 2026-12-25, "US" or "US-CA"')
    return calendar_date(value)


def address(value: Any) -> tuple[str, ...]:
    """Lines of text; a single text stands for a list of one."""
    return (text(value),) if isinstance(value, str) else tuple(list_of(text)(value))


def _cell_values(value: Any) -> tuple[str, ...]:
    return address(value) if isinstance(value, str) else tuple(list_of(_cell_value)(value))


def _cell_value(value: Any) -> str:
    """The text of a cell, that of a blank one included: returns may be the rows in which nothing is ticked."""
    return "" if value == "" else text(value)


def rows_where(value: Any) -> dict[str, tuple[str, ...]]:
    """Heading → the texts that mark a row as a return; a single text stands for a list of one."""
    found: dict[str, tuple[str, ...]] = table_of(_cell_values)(value)
    if not found:
        raise WrongValue('is an empty table; write { "Returned?" = ["yes"] } or leave the line out')
    return found


def date_format(value: Any) -> str:
    """A format of Python's strptime that names a year, a month and a day."""
    layout = text(value)
    letters = re.findall(r"%(.?)", layout, re.DOTALL)
    unknown = [letter for letter in letters if not letter or letter not in _FORMAT_LETTERS]
    if unknown:
        raise WrongValue(f'{shown(value)}: "%{unknown[0]}" means nothing here; days are %d, months %m or %b, years %Y')
    if not (set("yY") & set(letters) and (set("j") & set(letters) or ("d" in letters and set("mbB") & set(letters)))):
        raise WrongValue(f'{shown(value)} names no whole date; write day, month and year, as in "%d %b %Y"')
    if len(letters) != len(set(letters) - {"%"}) + letters.count("%"):
        raise WrongValue(f'{shown(value)} names a part of the date twice; name each once, as in "%d %b %Y"')
    return layout


def encoding(value: Any) -> str:
    """The name of a text encoding that Python knows."""
    name = text(value)
    try:
        b"text".decode(name, "replace")
    except (LookupError, ValueError):
        near = did_you_mean(name, ("utf-8", "utf-16", "windows-1252", "latin-1", "shift_jis", "gb18030", "cp850"))
        hint = near or '; write one such as "windows-1252"'
        raise WrongValue(f"{shown(value)} is no encoding{hint}") from None
    return name


def file_pattern(value: Any) -> str:
    """A file name with * and ?, without folders."""
    pattern = text(value)
    if "/" in pattern or "\\" in pattern:
        raise WrongValue(f'{shown(value)} names a folder; write the file\'s name alone, as in "acme_*.xlsx"')
    return pattern


def columns(value: Any) -> dict[str, str]:
    """Field → heading, no heading twice; 'reason.CODE' → the heading of a column whose marks mean the reason CODE."""
    from leadreturns.readers.headings import REASON_MARK

    keys = value if isinstance(value, dict) else ()
    marks = [key for key in keys if key.startswith(REASON_MARK) and key != REASON_MARK]
    found: dict[str, str] = table_of(text, (*RETURN_FIELDS, *marks))(value)
    for field, heading in found.items():
        other = next(name for name, used in found.items() if used == heading)
        if other != field:
            raise WrongValue(f'"{heading}" is named for {other} and for {field}', (field,))
    return found


def notify(value: Any) -> dict[str, Any]:
    """Where notices go: { email or webhook, secret_env, on = [outcomes] }."""
    if not isinstance(value, dict):
        raise WrongValue(f'{shown(value)} is no table; write {{ email = "ops@buyer.example", on = ["rejected"] }}')
    found: dict[str, Any] = {}
    wrong = WrongParts()
    for key, one in value.items():
        reader = _NOTIFY.get(key)
        if reader is None:
            known = did_you_mean(key, _NOTIFY) or f" (known: {', '.join(_NOTIFY)})"
            wrong.add(f'unknown key "{key}"{known}', (key,))
        else:
            found[key] = wrong.read(reader, one, key)
    wrong.raise_any()
    if not {"email", "webhook"} & set(found):
        raise WrongValue('names neither an email nor a webhook; write { email = "ops@buyer.example" }')
    if "secret_env" in found and "webhook" not in found:
        raise WrongValue("secret_env signs a webhook, and there is none", ("secret_env",))
    return found


def _webhook(value: Any) -> str:
    address = text(value)
    if re.fullmatch(r"https?://[^\s/@?#]+([/?#]\S*)?", address) is None:
        raise WrongValue(f'{shown(value)} is no web address; write "https://…", without a user name in it')
    return address


def _variable_name(value: Any) -> str:
    name = text(value)
    if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name, re.ASCII) is None:
        raise WrongValue(
            f"{shown(value)} is no name of an environment variable; the secret itself stays out of the file"
        )
    return name


_NOTIFY: Mapping[str, ValueReader] = {
    "email": email, "webhook": _webhook, "secret_env": _variable_name, "on": list_of(choice(*_NOTICE_EVENTS)),
}  # fmt: skip
