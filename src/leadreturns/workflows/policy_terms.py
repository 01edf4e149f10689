"""The terms in force, and what is doubtful about them."""

from __future__ import annotations

from leadreturns.core.calendar import date_of
from leadreturns.core.policy import PolicyBook
from leadreturns.core.policy_check import PolicyWarning, SalesSeen, warnings_of
from leadreturns.core.term_text import TERM_NAMES, term_text
from leadreturns.reports.table import Column, Table
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


def effective_terms(store: Store, book: PolicyBook, buyer: str, campaign: str, day: int) -> Table:
    """Every term in force for a sale of that day, with the section and line it comes from."""
    name = known_buyer(buyer, known_buyers(store, book)) if buyer else ""
    terms = book.terms_for(name, campaign, day)
    rows = []
    for key in TERM_NAMES:
        origin = terms.origin(key)
        rows.append((key, term_text(getattr(terms, key)), origin.layer, origin.line or None))
    who = f"for {name}" if name else "of the house"
    product = f", {campaign}" if campaign else ""
    return Table(
        name="terms",
        title=f"Terms {who}{product}, sold on {date_of(day).isoformat()}",
        columns=(
            Column("term", "Term", "id", 0),
            Column("value", "Value", "sentence", 0),
            Column("layer", "From", "text", 0),
            Column("line", "Line", "count", 0),
        ),
        rows=rows,
    )
