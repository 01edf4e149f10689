"""Words that label a row or sign a sheet and are no identifier: 'Submitted by', 'Date: 2026-10-05', 'October 2026'."""

from __future__ import annotations

import re

_ACTS = (
    "generated|printed|exported|created|prepared|submitted|approved|reviewed|verified|checked|compiled|"
    "authori[sz]ed|signed|requested|sent|received|issued|processed|completed|downloaded|extracted|"
    "(?:last )?(?:updated|modified)|erstellt|gedruckt"
)
_SHEET = "(?:report|file|list|sheet|data|document|returns?|print|export|submission|batch|approval|run|statement)"
_SIGNED = re.compile(
    rf"(?:{_SHEET}\s+)?(?:(?:{_ACTS})\s+(?:by|on|at|from|for|am|von)|date|datum|fecha|signature|signed|unterschrift)"
    rf"|date\s+(?:of\s+{_SHEET}|{_ACTS})|as\s+(?:of|at)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    rf"(?:{_SHEET}\s+)?(?:{_ACTS})(?:(?:\s+(?:by|on|at|from|for|date)\b|\s*:|\s+\d).*)?"
    rf"|(?:{_SHEET}\s+)?date\s*(?::|\s\d).*|as\s+(?:of|at)\s.*\d.*"
    r"|confidential\b.*|(?:the\s+)?end(?:\s+of\s.*)?|eof|thanks\b.*|thank\s+you\b.*|yours\b.*|sincerely\b.*"
    r"|(?:(?:kind|best|warm|many)\s+)?(?:regards|thanks|wishes)\b.*|disclaimer\b.*|page(?:\s+\d.*)?"
    r"|summary\b.*|overview\b.*|breakdown\b.*|notes?|remarks?|comments?|footer|contact",
    re.IGNORECASE,
)
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?|januar|februar|m\u00e4rz|mai|juni|juli|oktober|dezember"
)
_PERIOD = re.compile(
    rf"(?:month of |period:? )?(?:{_MONTH})\.?(?:[\s,'/-]{{1,3}}(?:\d{{4}}|\d{{2}}))?"
    r"|(?:q[1-4]|quarter\s+[1-4])(?:[\s,/-]{1,3}\d{4})?|(?:calendar\s+)?(?:week|kw)\s+\d{1,2}(?:[\s,/-]{1,3}\d{4})?",
    re.IGNORECASE,
)
_COLON = re.compile(r"[^\W\d][^:\d]{0,40}:(?:\s.*)?", re.DOTALL)
_CLOSING = re.compile(
    r"(?:thanks|thank\s+you|yours|sincerely|cheers|(?:(?:kind|best|warm|many)\s+)?(?:regards|thanks|wishes))\b.*",
    re.IGNORECASE,
)
_FIGURE_LABEL = re.compile(
    r"(?:(?:no|nr|number|count|total|sum)\b\.?\s*(?:of\s+)?)?(?:returns?|returned(?:\s+leads)?|leads|rows|records)"
    r"|(?:return\s+)?rate|(?:balance|amount)(?:\s+due)?|net|gross|due|qty|quantity|tax|vat|discount|credits?|refunds?|paid",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_a-z][^\W\d_]*\.?(?:[ '-][^\W\d_a-z][^\W\d_]*\.?){0,3}")
_OF_A_REASON = re.compile(
    r"\b(?:wrong|dup\w*|disc\w*|bad|invalid|not?|never|number|phone|email|call\w*|contact\w*|interest\w*|spam|fake|"
    r"test\w*|answer\w*|sold|credit\w*|return\w*|fraud\w*|declin\w*|out|in)\b",
    re.IGNORECASE,
)
_MAX_CHARACTERS = 120


def is_signature(text: str) -> bool:
    """True for what stands before a name or a day below a sheet: 'Submitted by', 'Date'."""
    return len(text) <= _MAX_CHARACTERS and _SIGNED.fullmatch(text.rstrip(" :.")) is not None


def is_footer_label(text: str) -> bool:
    """True for words that only stand above or below records: 'Generated: 2026-10-05', 'October 2026', 'Thank you'."""
    if len(text) > _MAX_CHARACTERS:
        return False
    bare = text.rstrip(" :.,!")
    return any(shape.fullmatch(bare) for shape in (_LABEL, _PERIOD, _SIGNED))


def is_colon_label(text: str) -> bool:
    """True for words before a colon, with or without something behind it: 'Buyer:', 'Reviewed by: Ann'."""
    return ":" in text and _COLON.fullmatch(text) is not None


def is_closing(text: str) -> bool:
    """True for the words above a name below a letter: 'Regards,', 'Thank you!'."""
    return len(text) <= _MAX_CHARACTERS and _CLOSING.fullmatch(text) is not None


def is_figure_label(text: str) -> bool:
    """True for what stands before a figure below a table: 'No. of returns', 'Return rate', 'Balance'."""
    return _FIGURE_LABEL.fullmatch(text.rstrip(" :.#")) is not None


def is_name(text: str) -> bool:
    """True for one to four words that may name a person or a company, and are no reason of a return: 'Bob Smith'."""
    return _NAME.fullmatch(text.rstrip(" ,.")) is not None and not _OF_A_REASON.search(text)
