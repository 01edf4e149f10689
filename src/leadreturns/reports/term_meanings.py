"""What the value of a term means, for readers who did not write the policies."""

from __future__ import annotations

from collections.abc import Mapping

_OTHERWISE = ""
"""The key of what any other value means."""

_MEANINGS: Mapping[str, Mapping[str, str]] = {
    "timezone": {_OTHERWISE: "the clock on which days and deadlines are read"},
    "window": {"none": "nothing may be returned"},
    "counted_from": {
        "sold": "the clock starts with the sale",
        "delivered": "the clock starts with the delivery, where the ledger has it",
    },
    "counted_to": {
        "requested": "the day on which the buyer asked must lie in the window",
        "received": "the day on which his file came must lie in the window",
    },
    "max_lag": {"no check": "requests may be dated back", _OTHERWISE: "what is dated back further waits for a person"},
    "deadline": {"end of day": "the last day lasts until midnight", "exact": "days end at the hour of the sale"},
    "first_day_counts": {"false": "the day after the sale is day one", "true": "the day of the sale is day one"},
    "not_before": {"0 hours": "returns may come at once", _OTHERWISE: "what comes earlier is rejected"},
    "late": {"reject": "late returns are rejected", "review": "a person decides about late returns"},
    "unknown_reason": {
        "review": "a person reads a reason that nobody knows",
        "reject": "a reason that nobody knows is rejected",
        "accept": "a reason that nobody knows is no obstacle",
    },
    "unknown_lead": {
        "reject": "a lead that no sale fits is rejected",
        "review": "a person looks at a lead that no sale fits",
    },
    "duplicate_lookback": {
        "no check": "a claimed duplicate is believed",
        _OTHERWISE: "the ledger must show the earlier sale of a claimed duplicate",
    },
    "roll_forward": {
        "false": "a deadline on a day off stays there",
        "true": "a deadline on a day off moves to the next business day",
    },
    "cap_counts": {"approved": "approved returns use a cap up", "requested": "every request uses a cap up"},
    "cap_scope": {
        "buyer": "a cap is for all leads of the buyer",
        "buyer and campaign": "a cap is for each campaign by itself",
    },
    "cap_rounding": {"down": "a cap of 5.9 returns allows 5", "up": "a cap of 5.1 returns allows 6"},
    "over_cap": {"review": "a person decides beyond the cap", "reject": "what goes beyond the cap is rejected"},
    "approval": {
        "review": "a person or an [[auto_approve]] rule must approve",
        "auto": "what passes every rule is approved",
    },
    "credit": {_OTHERWISE: "the share of the price that goes back to the buyer"},
    "clawback": {
        "as credit": "suppliers give back the share that the buyer is credited",
        _OTHERWISE: "the share of the payout that a supplier without terms of his own gives back",
    },
    "post_to": {
        "decided": "money is booked to the month of the decision",
        "requested": "money is booked to the month of the request",
        "sold": "money is booked to the month of the sale",
    },
}


def with_meaning(key: str, told: str) -> str:
    """'reject' of `late` → 'reject: late returns are rejected'; alone where the value speaks for itself."""
    meanings = _MEANINGS.get(key, {})
    meaning = meanings.get(told) or meanings.get(_OTHERWISE)
    return f"{told}: {meaning}" if meaning else told
