"""A buyer's statement against our books: which credits he deducted, which he left out, and which we never granted.

A buyer deducts what his note says, and a note charges tax on the sum of its lines. So a lead agrees when what was
deducted is what was granted, or that and the tax which the note adds to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leadreturns.core.identity import fold_id

DIFFERING, MISSING, UNKNOWN, MATCHED = "differing", "missing", "unknown", "matched"
CLASSES = (DIFFERING, MISSING, UNKNOWN, MATCHED)
"""In the order in which they matter."""


class StatementRow(NamedTuple):
    """One deduction as the buyer's statement has it."""

    row: int
    lead_id: str
    sale_ref: str
    currency: str
    minor: int
    """With the sign that stands in the file."""


class Granted(NamedTuple):
    """What one sale was credited in the period, debits taken off; minor units, perhaps negative or 0."""

    sale_id: int
    lead_id: str
    sale_ref: str
    currency: str
    minor: int
    tax_minor: int = 0
    """What the notes on which it stands add to it, as they were issued; with the sign of the credit."""


class Compared(NamedTuple):
    """One lead, or one sale where the statement names it, on both sides."""

    kind: str
    """One of `CLASSES`."""
    lead_id: str
    sale_ref: str
    currency: str
    granted_minor: int
    deducted_minor: int
    rows: tuple[int, ...]
    """Where it stands in the statement."""
    tax_minor: int = 0
    """What the notes add to what was granted."""

    @property
    def with_tax(self) -> bool:
        """True when both sides agree on the amount with the notes' tax, and not without it."""
        return self.kind == MATCHED and self.deducted_minor != self.granted_minor

    @property
    def agreed_tax_minor(self) -> int:
        """The tax that was rightly deducted along with the amount; 0 where it was deducted without, or differs."""
        return self.tax_minor if self.with_tax else 0

    @property
    def difference_minor(self) -> int:
        """What was deducted beyond what was granted and the tax that was rightly deducted along with it."""
        return self.deducted_minor - self.granted_minor - self.agreed_tax_minor


def sign_of_deductions(rows: Iterable[StatementRow]) -> int:
    """1 when deductions are written as positive amounts, -1 when as negative ones, 0 when the file has both."""
    signs = {1 if row.minor > 0 else -1 for row in rows if row.minor}
    return signs.pop() if len(signs) == 1 else 0 if signs else 1


def compare(granted: Sequence[Granted], rows: Sequence[StatementRow], sign: int) -> list[Compared]:
    """Every lead of either side, the differences first.

    A row that names a sale of ours by its reference stands for that sale, any other for all sales of its lead that no
    row names so. Several rows of one lead add up. Exact spelling beats the folded one; what was credited and debited
    alike counts as not granted.
    """
    books = _Books(granted, rows)
    sums: dict[_Unit, _Sides] = {}
    for entry in granted:
        sides = sums.setdefault(books.unit_of(entry), _Sides())
        sides.granted += entry.minor
        sides.tax += entry.tax_minor
    for row in rows:
        sides = sums.setdefault(books.unit_of_row(row), _Sides())
        sides.deducted += sign * row.minor
        sides.rows.append(row.row)
    found = [_compared(unit, sides) for unit, sides in sums.items() if sides.rows or sides.granted]
    return sorted(found, key=lambda each: (CLASSES.index(each.kind), each.currency, each.lead_id, each.sale_ref))


class _Unit(NamedTuple):
    lead_id: str
    sale_ref: str
    currency: str
    sale_id: int = 0


@dataclass(slots=True)
class _Sides:
    granted: int = 0
    tax: int = 0
    deducted: int = 0
    rows: list[int] = field(default_factory=list)


class _Books:
    """Finds what a row of the statement stands for."""

    def __init__(self, granted: Sequence[Granted], rows: Sequence[StatementRow]) -> None:
        self._by_ref = _index((entry.sale_ref, entry) for entry in granted if entry.sale_ref)
        self._by_lead = _index((entry.lead_id, entry) for entry in granted)
        named = (self._sale_of(row) for row in rows)
        self._named = {sale.sale_id for sale in named if sale is not None}

    def unit_of(self, entry: Granted) -> _Unit:
        if entry.sale_id in self._named:
            return _Unit(entry.lead_id, entry.sale_ref, entry.currency, entry.sale_id)
        return _Unit(entry.lead_id, "", entry.currency)

    def unit_of_row(self, row: StatementRow) -> _Unit:
        sale = self._sale_of(row)
        if sale is not None:
            return _Unit(sale.lead_id, sale.sale_ref, row.currency, sale.sale_id)
        leads = {entry.lead_id for entry in _look_up(self._by_lead, row.lead_id)}
        if len(leads) == 1:
            return _Unit(leads.pop(), "", row.currency)
        return _Unit(row.lead_id, row.sale_ref, row.currency)

    def _sale_of(self, row: StatementRow) -> Granted | None:
        found = _look_up(self._by_ref, row.sale_ref)
        return found[0] if len(found) == 1 else None


_Index = tuple[Mapping[str, Sequence[Granted]], Mapping[str, Sequence[Granted]]]


def _index(entries: Iterable[tuple[str, Granted]]) -> _Index:
    """By the text as written, and by the folded one."""
    exact: dict[str, list[Granted]] = {}
    folded: dict[str, list[Granted]] = {}
    for text, entry in entries:
        exact.setdefault(text, []).append(entry)
        folded.setdefault(fold_id(text), []).append(entry)
    return exact, folded


def _look_up(index: _Index, text: str) -> Sequence[Granted]:
    exact, folded = index
    return (exact.get(text) or folded.get(fold_id(text), ())) if text else ()


def _compared(unit: _Unit, sides: _Sides) -> Compared:
    if not sides.rows:
        kind = MISSING
    elif not sides.granted and sides.deducted:
        kind = UNKNOWN
    else:
        kind = MATCHED if sides.deducted in (sides.granted, sides.granted + sides.tax) else DIFFERING
    amounts = (sides.granted, sides.deducted)
    return Compared(kind, unit.lead_id, unit.sale_ref, unit.currency, *amounts, tuple(sides.rows), sides.tax)


class ClassSum(NamedTuple):
    """One class in one currency."""

    kind: str
    currency: str
    leads: int
    granted_minor: int
    deducted_minor: int
    tax_minor: int = 0
    """The tax that was rightly deducted along with the amounts."""


def class_sums(compared: Iterable[Compared]) -> list[ClassSum]:
    """The sums by class and currency; together they are the sums of both sides."""
    counts: Counter[tuple[str, str]] = Counter()
    granted: Counter[tuple[str, str]] = Counter()
    deducted: Counter[tuple[str, str]] = Counter()
    tax: Counter[tuple[str, str]] = Counter()
    for each in compared:
        key = (each.kind, each.currency)
        counts[key] += 1
        granted[key] += each.granted_minor
        deducted[key] += each.deducted_minor
        tax[key] += each.agreed_tax_minor
    return [ClassSum(*key, counts[key], granted[key], deducted[key], tax[key]) for key in counts]
