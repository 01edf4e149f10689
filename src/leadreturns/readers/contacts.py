"""Phone numbers and e-mail addresses as keys: one form for every way in which people write the same one.

A phone number becomes E.164 if it is a possible number of its region (Google's libphonenumber decides; whether the
number is in use does not matter). Numbers that need nothing but their digits counted take a short cut whose answers
are those of libphonenumber.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from leadreturns.readers.columns import Column
from leadreturns.readers.row_faults import Flaw, RowFaults
from leadreturns.readers.table import Cell, CellFault
from leadreturns.readers.texts import INVISIBLE, as_texts, text_of
from leadreturns.readers.values import MAX_ID_CHARACTERS, Memo

MAX_PHONE_CHARACTERS = 250
"""libphonenumber's own limit."""
MIN_LOCAL_DIGITS = 7
MAX_EMAIL_CHARACTERS = 320

_PUNCTUATION = str.maketrans("", "", " ()-./\t\u00a0\u202f\u2010\u2011\u2012\u2013\u2014" + INVISIBLE)
_FLOAT = re.compile(r"[0-9]{7,15}\.0", re.ASCII)
_BAD_IN_ADDRESS = re.compile(r"[\s,;:<>()\[\]\\\x00-\x1f]")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", re.ASCII)
_ADDRESS = re.compile(r"<([^<>]*)>")


class _Plan(NamedTuple):
    """What of a region's numbering plan decides about a number that is written plainly."""

    code: str
    """The calling code: '1'."""
    trunk: str
    """The prefix of national writing: '1', '0', or '' where there is none."""
    lengths: frozenset[int]
    """How many digits a national number with its area code can have."""
    whole: Callable[[str], object]
    """Matches the digits of a national number without its prefix."""
    prefixed: Callable[[str], object] | None
    """Matches the start of digits that still have a prefix to be taken off."""
    abroad: Callable[[str], object]
    """Matches the start of digits that begin with the prefix for calls abroad."""


class PhoneReader:
    """Phone numbers of one region → E.164, '' for what is no possible number.

    Without a region, numbers with + or 00 become E.164; of others the bare digits are the key, so that the same
    national writing still meets itself.
    """

    def __init__(self, region: str = "") -> None:
        import phonenumbers

        self.region = region.upper() if region.upper() in phonenumbers.SUPPORTED_REGIONS else ""
        self._plan = _plan_of(self.region) if self.region else None
        self._plans = Memo(_plan_of_code, 1_000)

    def read(self, text: str) -> str:
        """The key of one number."""
        if _FLOAT.fullmatch(text):
            text = text[:-2]
        digits = text.translate(_PUNCTUATION)
        if digits.isascii() and "(0)" not in text:
            if digits.isdigit():
                return self._national(digits, text)
            if digits[:1] == "+" and digits[1:].isdigit():
                return self._international(digits[1:], text)
        return self._any(text) if digits else ""

    def _national(self, digits: str, text: str) -> str:
        plan = self._plan
        if digits.startswith("00"):
            return (self.region and self._any(text)) or _parsed("+" + digits[2:], "")
        if plan is None:
            return digits if MIN_LOCAL_DIGITS <= len(digits) <= 15 else ""
        if plan.abroad(digits):
            return self._any(text)
        own = digits[len(plan.trunk) :] if plan.trunk and digits.startswith(plan.trunk) else digits
        return _plain(plan, own) or self._any(text)

    def _international(self, digits: str, text: str) -> str:
        for length in (1, 2, 3):
            plan = self._plans[digits[:length]]
            if plan is not None:
                return _plain(plan, digits[length:]) or self._any(text)
        return self._any(text)

    def _any(self, text: str) -> str:
        key = _parsed(text[:MAX_PHONE_CHARACTERS], self.region)
        if key or self.region or "+" in text:
            return key
        digits = "".join(filter(str.isdigit, unicodedata.normalize("NFKC", text[:MAX_PHONE_CHARACTERS])))
        letters = any(map(str.isalpha, text))
        return digits if not letters and digits.isascii() and MIN_LOCAL_DIGITS <= len(digits) <= 15 else ""


def _plain(plan: _Plan, own: str) -> str:
    if len(own) in plan.lengths and plan.whole(own) and not (plan.prefixed and plan.prefixed(own)):
        return f"+{plan.code}{own}"
    return ""


def _parsed(text: str, region: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return ""
    # A number without its area code is possible too, and meets every such number of other areas.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    number.extension = None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plan_of(region: str) -> _Plan | None:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    metadata: Any = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or not metadata.general_desc.national_number_pattern:
        return None
    # What is possible is decided by the main region of a calling code, so for Canada by the United States.
    main: Any = PhoneMetadata.metadata_for_region(COUNTRY_CODE_TO_REGION_CODE[metadata.country_code][0], metadata)
    prefixes, trunk = metadata.national_prefix_for_parsing, metadata.national_prefix or ""
    return _Plan(
        str(metadata.country_code),
        trunk if not metadata.national_prefix_transform_rule and trunk.isdigit() else "",
        frozenset(main.general_desc.possible_length),
        re.compile(metadata.general_desc.national_number_pattern).fullmatch,
        re.compile(prefixes).match if prefixes else None,
        re.compile(metadata.international_prefix or "(?!)").match,
    )


def _plan_of_code(code: str) -> _Plan | None:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code)) if code.isdigit() and code[:1] != "0" else None
    return _plan_of(regions[0]) if regions else None


def email_key(text: str) -> str:
    """The address in one form: trimmed, NFC, lower case; '' for what is none.

    Of 'Jane <jane@x.example>' and 'mailto:jane@x.example' the address is taken.
    """
    if _PLAIN_ADDRESS.fullmatch(text):
        return text.lower() if len(text) <= MAX_EMAIL_CHARACTERS else ""
    if text.isascii():
        address = text.strip().lower()
    else:
        visible = text.translate(dict.fromkeys(map(ord, INVISIBLE)))
        address = unicodedata.normalize("NFC", visible).strip().lower()
    if address.endswith(">"):
        found = _ADDRESS.search(address[-MAX_EMAIL_CHARACTERS:])
        address = found[1].strip() if found else ""
    address = address.removeprefix("mailto:").rstrip(";, ")
    name, at, domain = address.partition("@")
    if not (name and at and domain) or "@" in domain or len(address) > MAX_EMAIL_CHARACTERS:
        return ""
    return "" if _BAD_IN_ADDRESS.search(address) else address


class ContactReader:
    """Reads a column of phone numbers or e-mail addresses."""

    def __init__(self, column: Column) -> None:
        self.column = column

    def texts(self, cells: Sequence[Cell], faults: RowFaults) -> Sequence[str]:
        """The cells as texts; a fault for an error cell, a damaged number and a cell too long to be a contact."""
        texts = as_texts(cells)
        if texts is cells and max(map(len, texts), default=0) <= MAX_ID_CHARACTERS:
            return texts
        found = []
        for at, cell in enumerate(cells):
            if isinstance(cell, CellFault):
                faults.add_cell_fault(at, self.column, cell)
                cell = ""
            text = cell if isinstance(cell, str) else text_of(cell)
            if len(text) > MAX_ID_CHARACTERS:
                said = f"has {len(text):,} characters, which no phone number and no address has"
                faults.add(at, self.column, Flaw("long_cell", text, said))
                text = ""
            found.append(text)
        return found
