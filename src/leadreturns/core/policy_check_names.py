"""Warnings about names: wordings that two reasons claim, sections that look alike, names that no sale has."""

from __future__ import annotations

from collections.abc import Iterator

from leadreturns.core.identity import fold_name, fold_words
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_warning import PolicyWarning, SalesSeen
from leadreturns.core.terms import DUPLICATE_WORDS, Reason

_KINDS = ("buyers", "campaigns", "suppliers")
_BLOCKS = ("auto_approve", "always_review", "auto_reject")


def aliases_claimed_twice(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A wording (code, label or alias) that reads the same as one of another reason."""
    holders: dict[str, str] = {}
    for reason in book.reasons.values():
        for key, text in _wordings(reason):
            folded = fold_words(text)
            holder = holders.setdefault(folded, reason.code)
            if holder == reason.code or not folded:
                continue
            winner = book.reason_code(text)
            yield PolicyWarning(
                "alias_claimed_twice",
                book.lines.get(("reasons", reason.code, key), reason.line),
                f"[reasons.{reason.code}] {key}",
                f'"{text}" names [reasons.{holder}] too; returns with it are read as {winner}',
                "keep it under one reason",
            )


def _wordings(reason: Reason) -> Iterator[tuple[str, str]]:
    yield "", reason.code
    if reason.label:
        yield "label", reason.label
    for alias in reason.aliases:
        yield "aliases", alias


def duplicates_unproved(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """A wording that claims a duplicate and names a reason which does not, so that the look-back passes it over."""
    layers = (book.house, *book.campaigns.values(), *book.buyers.values(), *(each.layer for each in book.contracts))
    if not any(layer.values.get("duplicate_lookback") for layer in layers):
        return
    for reason in book.reasons.values():
        claims = [alias for alias in reason.aliases if DUPLICATE_WORDS & set(fold_words(alias).split())]
        if claims and reason.valid and not reason.is_duplicate:
            line = book.lines.get(("reasons", reason.code, "aliases"), reason.line)
            said = f'"{claims[0]}" claims a duplicate, and duplicate_lookback asks for no proof of this reason'
            suggestion = 'write "duplicate" into its label, or move the wording to the reason that is proved'
            yield PolicyWarning("duplicate_unproved", line, f"[reasons.{reason.code}] aliases", said, suggestion)


def sections_alike(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """[buyers.Acme] beside [buyers.acme]."""
    for kind in _KINDS:
        first: dict[str, str] = {}
        for name in getattr(book, kind):
            other = first.setdefault(fold_name(name), name)
            if other != name:
                yield PolicyWarning(
                    "sections_alike",
                    book.lines.get((kind, name), 0),
                    f"[{kind}.{name}]",
                    f"differs from [{kind}.{other}] only by case or blanks",
                    "put them together, or make sure that the ledger spells both",
                )


def files_claimed_twice(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """The same pattern in the `files` of two buyers."""
    owners: dict[str, str] = {}
    for buyer, settings in book.files.items():
        for pattern in settings.files:
            owner = owners.setdefault(pattern.casefold(), buyer)
            if owner != buyer:
                yield PolicyWarning(
                    "files_claimed_twice",
                    book.lines.get(("buyers", buyer, "files"), 0),
                    f"[buyers.{buyer}] files",
                    f'"{pattern}" is a pattern of [buyers.{owner}] too',
                    "a file must tell one buyer by its name",
                )


def unused_names(book: PolicyBook, seen: SalesSeen) -> Iterator[PolicyWarning]:
    """The first place of each buyer, campaign and supplier that the policies name and no sale has."""
    known = {kind: {fold_name(name) for name in getattr(seen, kind)} for kind in _KINDS}
    said: set[tuple[str, str]] = set()
    for kind, name, line, key in _named(book):
        folded = fold_name(name)
        if not known[kind] or folded in known[kind] or (kind, folded) in said:
            continue
        said.add((kind, folded))
        near = _nearest(name, getattr(seen, kind))
        suggestion = f'did you mean "{near}"?' if near else "fine when sales to come have it"
        yield PolicyWarning("unused_name", line, key, f'no sale has the {kind[:-1]} "{name}"', suggestion)


def _named(book: PolicyBook) -> Iterator[tuple[str, str, int, str]]:
    for kind in _KINDS:
        for name in getattr(book, kind):
            yield kind, name, book.lines.get((kind, name), 0), f"[{kind}.{name}]"
    for index, contract in enumerate(book.contracts):
        for kind, name in (("buyers", contract.buyer), ("campaigns", contract.campaign)):
            if name:
                key = kind[:-1]
                yield (
                    kind,
                    name,
                    book.lines.get(("contracts", index, key), contract.line),
                    f"{contract.layer.name} {key}",
                )
    for block_kind in _BLOCKS:
        for index, block in enumerate(getattr(book, block_kind)):
            for kind in _KINDS:
                line = book.lines.get((block_kind, index, kind), block.line)
                for name in getattr(block, kind) or ():
                    yield kind, name, line, f"[[{block_kind}]] {block.name} {kind}"


def _nearest(name: str, names: frozenset[str]) -> str | None:
    from difflib import get_close_matches

    found = get_close_matches(name, sorted(names), n=1)
    return found[0] if found else None
