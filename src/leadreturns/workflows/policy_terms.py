"""The terms in force, and what is doubtful about them."""

from __future__ import annotations

from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_check import PolicyWarning, SalesSeen, warnings_of
from leadreturns.reports.terms_report import TermsInForce
from leadreturns.store.connection import Store
from leadreturns.store.names import load_names, pairs_sold
from leadreturns.workflows.known_names import known_buyer, known_buyers


def warnings(store: Store, book: PolicyBook) -> list[PolicyWarning]:
    """What contradicts itself, can never apply, or names what no sale knows."""
    with store.snapshot() as connection:
        names = load_names(connection)
        seen = SalesSeen(
            buyers=frozenset(names.buyers.ids),
            suppliers=frozenset(names.suppliers.ids) - {""},
            campaigns=frozenset(names.campaigns.ids) - {""},
            pairs=frozenset(pairs_sold(connection)),
        )
    return list(warnings_of(book, seen))


def effective_terms(store: Store, book: PolicyBook, buyer: str, campaign: str, day: int) -> TermsInForce:
    """The terms in force for a sale of that day, with the reasons, rules and suppliers that go with them."""
    name = known_buyer(buyer, known_buyers(store, book)) if buyer else ""
    with store.snapshot() as connection:
        supplying = {supplier for to, supplier in pairs_sold(connection) if to == name and supplier}
    suppliers = sorted(supplying or book.suppliers)
    return TermsInForce(book, name, campaign, day, book.terms_for(name, campaign, day), suppliers)
