"""Which buyers and reasons are known, and what was probably meant by one that is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

from leadreturns.core.identity import fold_name
from leadreturns.core.policy import PolicyBook
from leadreturns.errors import Refused
from leadreturns.store.connection import Store
from leadreturns.store.names import load_names


def known_buyers(store: Store, book: PolicyBook) -> list[str]:
    """Every buyer that a sale or a section of the policies names, each once.

    What the policies spell otherwise than the ledger, or a contract otherwise than a section, is the same buyer: two
    spellings of one name would leave a third one without an answer.
    """
    with store.snapshot() as connection:
        sold_to = load_names(connection).buyers.ids
    known = list(sold_to)
    for names in ({*book.buyers, *book.files}, {contract.buyer for contract in book.contracts}):
        spellings = Counter(map(fold_name, known))
        known += [name for name in names if name not in known and spellings[fold_name(name)] != 1]
    return sorted(known)


def known_buyer(text: str, names: Sequence[str]) -> str:
    """The buyer as known: the exact name, else the only one that differs by case or blanks; `Refused` otherwise."""
    if text in names:
        return text
    alike = [name for name in names if fold_name(name) == fold_name(text)]
    if len(alike) == 1:
        return alike[0]
    near = alike or get_close_matches(text, names, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else "import a ledger with his sales first, or add [buyers.NAME]"
    raise Refused("unknown_buyer", f'no sale and no section of the policies names the buyer "{text}"', hint)


def known_supplier(store: Store, text: str) -> str:
    """The supplier as the ledger has him: the exact name, else the only one that differs by case or blanks."""
    with store.snapshot() as connection:
        names = [name for name in load_names(connection).suppliers.ids if name]
    if text in names:
        return text
    alike = [name for name in names if fold_name(name) == fold_name(text)]
    if len(alike) == 1:
        return alike[0]
    near = alike or get_close_matches(text, names, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else "the supplier of a sale is what the ledger says"
    raise Refused("unknown_supplier", f'no sale names the supplier "{text}"', hint)


def names_nobody_has(store: Store, book: PolicyBook, campaign: str, supplier: str = "") -> list[str]:
    """A sentence for each of the two that neither a sale nor the policies name: a slip would show other terms."""
    with store.snapshot() as connection:
        names = load_names(connection)
    signed = {contract.campaign for contract in book.contracts}
    known = (
        ("campaign", campaign, {*names.campaigns.ids, *book.campaigns, *signed} - {""}),
        ("supplier", supplier, {*names.suppliers.ids, *book.suppliers} - {""}),
    )
    said = []
    for kind, text, others in known:
        if text and fold_name(text) not in map(fold_name, others):
            near = get_close_matches(text, sorted(others), n=1, cutoff=0.5)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            said.append(f'no sale and no section of the policies names the {kind} "{text}"{hint}')
    return said


def known_reason(text: str, book: PolicyBook) -> str:
    """The code of the reason; `Refused` for a text that names none."""
    code = book.reason_code(text)
    if code is not None:
        return code
    near = get_close_matches(text, list(book.reasons), n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(book.reasons)}"
    raise Refused("unknown_reason", f'the policies know no reason "{text}"', hint)
