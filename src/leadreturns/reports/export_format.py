"""How an accounting file is laid out: data, read from a small TOML file for each format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from leadreturns.core.voucher import VOUCHER_KINDS

TABLE, IIF, HLEDGER, BEANCOUNT, UBL = "table", "iif", "hledger", "beancount", "ubl"
SHAPES = (TABLE, IIF, HLEDGER, BEANCOUNT, UBL)
UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class ExportTable:
    """One file of a tabular format: the documents that it takes and its columns, in order."""

    name: str
    """'' for the main file, else what is added to its name."""
    documents: tuple[str, ...]
    columns: Mapping[str, str]
    """Heading → template with {fields}."""


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One format. Field for field the keys of its TOML file."""

    name: str
    title: str
    shape: str
    """One of `SHAPES`: what writes it."""
    verified: str
    """Who checked it against which version; begins with 'unverified' when nobody did."""
    suffix: str
    documents: tuple[str, ...] = VOUCHER_KINDS
    """The documents that the format has a place for; of a tabular one, those of its tables."""
    one_currency: bool = False
    """The format has no place for the currency, so each currency gets a file of its own."""
    longest_account: int = 0
    """How many characters a party's account may have; 0 for any number."""
    own_accounts: bool = False
    """No two buyers, and no two suppliers, may have the same account, in capitals or not."""
    needs: tuple[str, ...] = ()
    """What each party's section of policies.toml must say: keys of `Party`."""
    needs_of_seller: tuple[str, ...] = ()
    needs_issued: bool = False
    """Only documents that were issued may go out; drafts excepted."""
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\n"
    header: bool = True
    dates: str = "%Y-%m-%d"
    values: Mapping[str, str] = field(default_factory=dict)
    """Names of accounts, tax codes and whatever else belongs to the user's books."""
    kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Values that differ by the kind of the adjustment or of the document."""
    tax_names: Mapping[str, str] = field(default_factory=dict)
    """Tax rate, as '20%', → what the program calls it; used where the values have no `taxed_code` for every rate."""
    exchange_rates: Mapping[str, str] = field(default_factory=dict)
    """Currency → what `{exchange_rate}` says of it. That of policies.toml has 1 where it is not named."""
    negatives: str = ""
    """What is said of documents with lines below zero, where the program may refuse them; '' where it takes them."""
    tables: tuple[ExportTable, ...] = ()

    @property
    def is_unverified(self) -> bool:
        """True when nobody has tried the format in the program it is for."""
        return self.verified.casefold().startswith(UNVERIFIED)

    @property
    def placed(self) -> frozenset[str]:
        """The kinds of documents that the format has a place for."""
        if self.shape == TABLE:
            return frozenset(kind for table in self.tables for kind in table.documents)
        return frozenset(self.documents)
