"""The terms that the benchmark is decided by, as policies.toml says them and as a short script would."""

from __future__ import annotations

RECEIVED = "2025-06-30"
"""When the return files come in; after every date in them."""
WINDOW_DAYS = 30

POLICIES = """\
version  = 1
currency = "USD"
timezone = "UTC"

[reasons.disconnected]
aliases = ["disc", "number not in service", "bad phone"]
[reasons.wrong_number]
aliases = ["wrong person"]
credit  = "50%"
[reasons.out_of_area]
aliases = ["out of area", "other state"]
[reasons.invalid_email]
aliases = ["email bounced"]
[reasons.no_answer]
aliases = ["no answer", "not interested", "voicemail"]
valid   = false

[terms]
window         = "30 days"
unknown_lead   = "reject"
unknown_reason = "review"
approval       = "auto"
"""

CREDIT_PERCENT = {
    "disconnected": 100,
    "disc": 100,
    "number not in service": 100,
    "bad phone": 100,
    "wrong_number": 50,
    "wrong person": 50,
    "out_of_area": 100,
    "out of area": 100,
    "other state": 100,
    "invalid_email": 100,
    "email bounced": 100,
}
"""Lower-case text of a valid reason → share of the price that it gives back."""
NEVER_A_REASON = ("no_answer", "no answer", "not interested", "voicemail")


def credit_minor(price_minor: int, percent: int) -> int:
    """The share of a price in cents, half up."""
    return (price_minor * percent + 50) // 100
