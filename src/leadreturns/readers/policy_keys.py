"""Which keys each section of policies.toml takes, and how the value of each is read."""

from __future__ import annotations

from collections.abc import Mapping

from leadreturns.readers import policy_names as names
from leadreturns.readers import policy_wordings as wordings
from leadreturns.readers.policy_values import (
    ValueReader,
    calendar_date,
    choice,
    flag,
    list_of,
    long_text,
    text,
    whole,
)

TOP_KEYS: Mapping[str, ValueReader] = {
    "version": names.version,
    "currency": names.currency,
    "timezone": names.timezone,
    "region": names.region,
}
_REASONS = list_of(text, empty_hint='for no returns at all write window = "none"; leave it out to allow every reason')

TERM_KEYS: Mapping[str, ValueReader] = {
    "timezone": names.timezone,
    "window": wordings.window,
    "counted_from": choice("sold", "delivered"),
    "counted_to": choice("requested", "received"),
    "max_lag": wordings.length_or_none,
    "deadline": choice("end of day", "exact"),
    "first_day_counts": flag,
    "not_before": wordings.length,
    "late": choice("reject", "review"),
    "reasons": _REASONS,
    "unknown_reason": choice("reject", "review", "accept"),
    "unknown_lead": choice("reject", "review"),
    "duplicate_lookback": wordings.length_or_none,
    "roll_forward": flag,
    "cap": wordings.caps,
    "cap_counts": choice("approved", "requested"),
    "cap_scope": choice("buyer", "buyer and campaign"),
    "cap_rounding": choice("down", "up"),
    "over_cap": choice("review", "reject"),
    "approval": choice("review", "auto"),
    "credit": wordings.share,
    "clawback": wordings.clawback,
    "post_to": choice("decided", "requested", "sold"),
}
REASON_KEYS: Mapping[str, ValueReader] = {
    "label": text,
    "aliases": list_of(text, may_be_empty=True),
    "credit": wordings.share,
    "evidence": list_of(choice("call_attempts", "comment", "duplicate_of"), may_be_empty=True),
    "min_call_attempts": whole(1, 100),
    "valid": flag,
    "reply": long_text,
}
FILE_KEYS: Mapping[str, ValueReader] = {
    "date_order": choice("dmy", "mdy", "ymd"),
    "region": names.region,
    "encoding": names.encoding,
    "columns": names.columns,
    "rows_where": names.rows_where,
    "date_formats": list_of(names.date_format),
    "files": list_of(names.file_pattern),
}
SELLER_KEYS: Mapping[str, ValueReader] = {
    "name": text, "address": names.address, "country": text, "tax_id": text, "email": names.email, "account": text,
}  # fmt: skip
PARTY_KEYS: Mapping[str, ValueReader] = {**SELLER_KEYS, "notify": names.notify}
BUYER_KEYS: Mapping[str, ValueReader] = {**TERM_KEYS, **FILE_KEYS, **PARTY_KEYS}
CONTRACT_OWN_KEYS: Mapping[str, ValueReader] = {
    "buyer": text, "campaign": text, "reference": text, "from": calendar_date, "until": calendar_date,
}  # fmt: skip
CONTRACT_KEYS: Mapping[str, ValueReader] = {**CONTRACT_OWN_KEYS, **TERM_KEYS}
SUPPLIER_KEYS: Mapping[str, ValueReader] = {
    "clawback": wordings.clawback,
    "window": wordings.supplier_window,
    "reasons": list_of(text, empty_hint='to let nothing through write clawback = "0%"'),
    **PARTY_KEYS,
}
CALENDAR_KEYS: Mapping[str, ValueReader] = {
    "weekend": list_of(names.weekday, may_be_empty=True),
    "holidays": list_of(names.holiday, may_be_empty=True),
}
TAX_KEYS: Mapping[str, ValueReader] = {"rate": wordings.share, "label": text}


def block_keys(currency_code: str) -> Mapping[str, ValueReader]:
    """The keys of [[auto_approve]], [[always_review]] and [[auto_reject]]; prices are in the given currency."""
    listed = list_of(text, empty_hint="a block that names nobody never fits; name somebody or leave the line out")
    return {
        "name": text,
        "price": wordings.price_range(currency_code),
        "within": wordings.block_window,
        "reasons": listed,
        "buyers": listed,
        "campaigns": listed,
        "suppliers": listed,
        "matched_by": list_of(choice("sale_ref", "lead_id", "phone", "email")),
        "return_rate": wordings.rate_test,
    }


def homes() -> dict[str, str]:
    """For every key, the sections in which it may stand, as said to someone who wrote it elsewhere."""
    found: dict[str, str] = {}
    places = (
        (TERM_KEYS, "[terms], [campaigns.X], [buyers.X] or [[contracts]]"),
        (FILE_KEYS, "[buyers.X]"),
        (SELLER_KEYS, "[seller], [buyers.X] or [suppliers.X]"),
        (PARTY_KEYS, "[buyers.X] or [suppliers.X]"),
        (CONTRACT_OWN_KEYS, "[[contracts]]"),
        (REASON_KEYS, "[reasons.X]"),
        (CALENDAR_KEYS, "[calendar]"),
        (TOP_KEYS, "the top of the file, above the first section"),
        (block_keys("USD"), "[[auto_approve]], [[always_review]] or [[auto_reject]]"),
    )
    for keys, place in places:
        for key in keys:
            found.setdefault(key, place)
    return found
