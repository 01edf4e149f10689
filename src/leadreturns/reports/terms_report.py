"""The terms in force for a sale: contracts, terms, reasons, rules and suppliers, each with the line it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from leadreturns.core.calendar import date_of
from leadreturns.core.identity import fold_name
from leadreturns.core.money import money_text
from leadreturns.core.policy import PolicyBook
from leadreturns.core.step import place
from leadreturns.core.term_text import dates_in_force, rate_text, share_text, term_text, told_terms
from leadreturns.core.terms import AS_CREDIT, DEFAULT_ORIGIN, Contract, Origin, Reason, RuleBlock, SupplierTerms, Terms
from leadreturns.reports.steps import Line, Section, place_text, term_json
from leadreturns.reports.term_meanings import with_meaning


class TermsInForce(NamedTuple):
    """What the policies say about a sale of one day."""

    book: PolicyBook
    buyer: str
    """'' for a buyer whom nothing but [terms] mentions."""
    campaign: str
    day: int
    terms: Terms
    suppliers: Sequence[str]
    """Whose terms matter: those whom the buyer gets leads from, else all that the policies name."""

    @property
    def contracts(self) -> list[Contract]:
        """The contracts in force, the general before the one for the campaign."""
        return self.book.contracts_in_force(self.buyer, self.campaign, self.day)


def names_hint(found: TermsInForce) -> str:
    """Which campaigns of the buyer have contracts of that day, where no campaign is named; '' for none."""
    if found.campaign or not found.buyer:
        return ""
    buyer = fold_name(found.buyer)
    campaigns = {
        contract.campaign
        for contract in found.book.contracts
        if contract.campaign and fold_name(contract.buyer) == buyer and contract.in_force(found.day)
    }
    if not campaigns:
        return ""
    listed = ", ".join(f'--campaign "{name}"' if " " in name else f"--campaign {name}" for name in sorted(campaigns))
    return f"contracts of {found.buyer} for single campaigns are in force and not shown; see them with {listed}"


def terms_title(found: TermsInForce) -> str:
    """'Terms for acme, solar, sold on 2026-09-15'."""
    who = f"for {found.buyer}" if found.buyer else "for buyers without a section of their own"
    product = f", {found.campaign}" if found.campaign else ""
    return f"Terms {who}{product}, sold on {date_of(found.day).isoformat()}"


def terms_sections(found: TermsInForce) -> list[Section]:
    """The sections that people read."""
    told = told_terms(found.terms)
    lines = [(Line(key, with_meaning(key, text), place_text(origin)), origin) for key, text, origin in told]
    written = [line for line, origin in lines if origin != DEFAULT_ORIGIN]
    defaults = [line._replace(place="") for line, origin in lines if origin == DEFAULT_ORIGIN]
    reasons = [
        Line(reason.code, _reason_told(reason, found.terms), place_text(place(found.book, "reasons", reason.code)))
        for reason in found.book.reasons.values()
    ]
    return [
        Section("Contracts in force", [_contract_line(each) for each in found.contracts] or [Line("none", "")]),
        Section("Terms", written),
        Section("Terms left at their defaults", defaults),
        Section("Reasons", reasons or [Line("any", "every text is accepted: the file has no [reasons.X]")]),
        Section("Rules that may apply", [_block_line(kind, each, found.book) for kind, each in _blocks(found)]),
        Section("Suppliers", [_supplier_line(name, found) for name in found.suppliers]),
    ]


def _contract_line(contract: Contract) -> Line:
    product = f"{contract.campaign}, " if contract.campaign else ""
    told = product + dates_in_force(contract)
    return Line(contract.reference or "unnamed", told, place_text(Origin(contract.layer.name, contract.line)))


def _reason_told(reason: Reason, terms: Terms) -> str:
    told = [reason.label] if reason.label else []
    if not reason.valid:
        return "; ".join([*told, "never accepted"])
    if terms.reasons is not None and reason.code not in terms.reasons:
        return "; ".join([*told, "not accepted under these terms"])
    told.append(f"credit {share_text(terms.credit if reason.credit is None else reason.credit)}")
    told += [f"needs {_EVIDENCE[name]}" for name in reason.evidence if name != "call_attempts"]
    if "call_attempts" in reason.evidence:
        calls = max(1, reason.min_call_attempts)
        told.append(f"needs {calls} call{'s' if calls > 1 else ''}")
    return "; ".join(told)


_EVIDENCE = {"comment": "a comment", "duplicate_of": "the id of the other lead"}


def _blocks(found: TermsInForce) -> list[tuple[str, RuleBlock]]:
    """The blocks that this buyer's and campaign's returns can meet, in the order in which they are looked at."""
    book = found.book
    kinds = (("auto_reject", book.auto_reject), ("always_review", book.always_review))
    every = [(kind, block) for kind, blocks in kinds for block in blocks]
    if found.terms.approval != "auto":
        every += [("auto_approve", block) for block in book.auto_approve]
    return [
        (kind, block)
        for kind, block in every
        if _may_be(block.buyers, found.buyer) and _may_be(block.campaigns, found.campaign)
    ]


def _may_be(names: Sequence[str] | None, name: str) -> bool:
    return names is None or not name or fold_name(name) in {fold_name(each) for each in names}


_DOES = {"auto_reject": "rejects", "always_review": "asks a person about", "auto_approve": "approves"}


def _block_line(kind: str, block: RuleBlock, book: PolicyBook) -> Line:
    told = f"{_DOES[kind]} returns {', '.join(_conditions(block, book.currency))}"
    return Line(block.name, told, place_text(Origin(f"[[{kind}]]", block.line)))


def _conditions(block: RuleBlock, currency: str) -> list[str]:
    """The lines of a block in words."""
    told = []
    if block.price_from is not None:
        told.append(f"priced from {money_text(block.price_from, currency)}")
    if block.price_up_to is not None:
        told.append(f"priced up to {money_text(block.price_up_to, currency)}")
    if block.within is not None:
        told.append(f"asked for within {block.within.text}")
    lists = (("for", block.reasons), ("of", block.buyers), ("of", block.campaigns), ("from", block.suppliers))
    told += [f"{word} {' or '.join(names)}" for word, names in lists if names]
    if block.matched_by:
        told.append(f"matched by {' or '.join(name.replace('_', ' ') for name in block.matched_by)}")
    if block.return_rate is not None:
        told.append(f"while his return rate is {rate_text(block.return_rate)}")
    return told


def _supplier_line(name: str, found: TermsInForce) -> Line:
    own, origin = _supplier(name, found)
    share = found.terms.clawback if own.clawback is None else own.clawback
    told = f"gives back {term_text(share)} of the payout"
    if share == AS_CREDIT:
        told = "gives back the same share as the buyer is credited"
    if not share:
        told = "gives nothing back"
    if share and own.window is not None:
        told += f", for {own.window.text} from the sale"
    if share and own.reasons is not None:
        told += f", for {', '.join(own.reasons)} only"
    return Line(name, told, place_text(origin))


def _supplier(name: str, found: TermsInForce) -> tuple[SupplierTerms, Origin]:
    own = found.book.supplier_terms(name)
    section = next((key for key, each in found.book.suppliers.items() if each is own), None)
    return own, found.terms.origin("clawback") if section is None else place(found.book, "suppliers", section)


def terms_json(found: TermsInForce) -> dict[str, Any]:
    """The same for programs; the keys of `terms` are those of [terms]."""
    sections = {section.title: section.lines for section in terms_sections(found)}

    def listed(title: str, key: str) -> list[dict[str, Any]]:
        return [{key: line.label, "told": line.told, "place": line.place or None} for line in sections[title]]

    return {
        "buyer": found.buyer or None,
        "campaign": found.campaign or None,
        "on": date_of(found.day).isoformat(),
        "digest": found.book.digest,
        "contracts": [contract.reference or None for contract in found.contracts],
        "terms": [term_json(*term) for term in told_terms(found.terms)],
        "reasons": listed("Reasons", "reason") if found.book.reasons else [],
        "rules": listed("Rules that may apply", "rule"),
        "suppliers": listed("Suppliers", "supplier"),
    }
