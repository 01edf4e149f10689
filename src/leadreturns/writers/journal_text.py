"""Transactions → plain-text journals: one text that hledger and ledger both read, and beancount's.

Names come from ledgers of other people, so everything that the syntax could take for its own is replaced. The facts of
an adjustment stand below its posting, one on a line: ledger reads no more than one tag of a comment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from leadreturns.core.credit_note import toml_key
from leadreturns.core.money import digits_of, format_minor
from leadreturns.core.voucher import first_day, iso_day
from leadreturns.errors import Refused
from leadreturns.reports.double_entry import PARTY_ACCOUNT, Posting, Transaction
from leadreturns.reports.export_format import BEANCOUNT, ExportFormat
from leadreturns.writers.clean import clean_text

_TAGS = ("adjustment", "return", "lead_id", "reason", "sold_on")
_NOT_IN_ACCOUNT = re.compile(r"[^\w .,&'\"/-]+")
_NOT_IN_COMPONENT = re.compile(r"[^\w-]+|_")
_NOT_IN_LINK = re.compile(r"[^A-Za-z0-9/.-]+")
_NOT_IN_TAG = re.compile(r"[,;\[\]|]+")
_NOT_IN_PAYEE = re.compile(r"[;|()]+")


def journal_text(
    form: ExportFormat, transactions: Sequence[Transaction], remarks: Sequence[str] = (), *, is_draft: bool = False
) -> str:
    """The journal in the syntax of the format, under the remarks as comments; the transactions of a draft are pending.

    Refused: `account_collision`, where two parties' names come to the same account.
    """
    if form.shape == BEANCOUNT:
        account, lines = _component_account, _beancount_lines
    else:
        account, lines = _blank_account, _ledger_lines
    _refuse_collisions(form, transactions, account)
    comments = [f"; {' '.join(clean_text(remark).split())}" for remark in remarks]
    return "\n".join([*comments, *lines(form, transactions, "!" if is_draft else "")]) + "\n"


def _refuse_collisions(form: ExportFormat, transactions: Sequence[Transaction], account: Callable[[str], str]) -> None:
    taken: dict[str, tuple[str, str]] = {}
    for each in transactions:
        voucher = each.voucher
        key = PARTY_ACCOUNT[voucher.side]
        if "{" not in form.kinds.get(voucher.kind, {}).get(key, form.values.get(key, "")):
            # The user books all parties on one account, and says so.
            continue
        written = (voucher.side, voucher.name if not voucher.party.account else voucher.party.account)
        name = account(each.party.account)
        other = taken.setdefault(name, written)
        if other != written:
            raise Refused(
                "account_collision",
                f'"{other[1]}" and "{written[1]}" would both be booked on {name}',
                f'write account = "…" below [{voucher.side}s.{toml_key(voucher.name)}] in policies.toml',
            )


def _accounts(transactions: Sequence[Transaction]) -> dict[str, set[str]]:
    """Account as the format's values name it → the currencies booked on it."""
    found: dict[str, set[str]] = {}
    for each in transactions:
        for posting in (each.party, *each.postings):
            found.setdefault(posting.account, set()).add(each.voucher.currency)
    return found


def _ledger_lines(form: ExportFormat, transactions: Sequence[Transaction], flag: str) -> Iterator[str]:
    if form.values.get("declare") != "no":
        for currency in sorted({each.voucher.currency for each in transactions}):
            yield f"commodity {currency}"
            # hledger takes no format without a decimal sign, and ledger none with an idle one.
            if digits_of(currency):
                yield f"    format {format_minor(1000 * 10 ** digits_of(currency), currency)} {currency}"
        yield from (f"account {name}" for name in sorted(map(_blank_account, _accounts(transactions))))
        yield from (f"tag {name}" for name in _TAGS)
    for each in transactions:
        number = _NOT_IN_LINK.sub("-", each.voucher.number)
        payee = _NOT_IN_PAYEE.sub(" ", clean_text(each.party.values["name"])).strip()
        yield ""
        yield f"{iso_day(each.voucher.day)} {flag and f'{flag} '}({number}) {payee} | {each.title}"
        for posting in (each.party, *each.postings):
            amount = f"{format_minor(posting.minor, each.voucher.currency)} {each.voucher.currency}"
            yield f"    {_blank_account(posting.account):<40}  {amount:>16}"
            yield from (f"    ; {name}: {text}" for name, text in _tags(posting))


def _beancount_lines(form: ExportFormat, transactions: Sequence[Transaction], flag: str) -> Iterator[str]:
    if form.values.get("declare") != "no":
        accounts: dict[str, set[str]] = {}
        for name, currencies in _accounts(transactions).items():
            accounts.setdefault(_component_account(name), set()).update(currencies)
        opened = iso_day(first_day(transactions[0].voucher.period))
        for name in sorted(accounts):
            yield f"{opened} open {name} {','.join(sorted(accounts[name]))}"
    for each in transactions:
        number = _NOT_IN_LINK.sub("-", each.voucher.number)
        yield ""
        payee = _quoted(each.party.values["name"])
        yield f"{iso_day(each.voucher.day)} {flag or '*'} {payee} {_quoted(each.title)} ^{number}"
        for posting in (each.party, *each.postings):
            amount = f"{format_minor(posting.minor, each.voucher.currency)} {each.voucher.currency}"
            yield f"  {_component_account(posting.account):<40}  {amount:>16}"
            yield from (f"    {name}: {_quoted(text)}" for name, text in _tags(posting))


def _tags(posting: Posting) -> list[tuple[str, str]]:
    found = [(name, posting.values[name]) for name in _TAGS] if posting.line is not None else []
    cleaned = [(name, " ".join(_NOT_IN_TAG.sub(" ", clean_text(text)).split())) for name, text in found]
    return [(name, text) for name, text in cleaned if text]


def _blank_account(name: str) -> str:
    """A name that hledger and ledger take whole: its parts between colons cleaned, single blanks only."""
    parts = (" ".join(_NOT_IN_ACCOUNT.sub("-", part).split()).strip(" -") for part in name.split(":"))
    return ":".join(part or "unnamed" for part in parts)


def _component_account(name: str) -> str:
    """A name in beancount's syntax: parts of letters, digits and dashes that begin with a capital or a digit."""
    parts = []
    for part in name.split(":"):
        words = [word for word in _NOT_IN_COMPONENT.sub(" ", part).replace(" -", " ").split() if word.strip("-")]
        text = "".join(word[0].upper() + word[1:] for word in (each.strip("-") for each in words))
        parts.append(text or "Unnamed")
    return ":".join(parts)


def _quoted(text: str) -> str:
    plain = clean_text(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
