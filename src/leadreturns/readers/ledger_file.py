"""A lead ledger file → `SaleRow` and `Problem`, in file order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from leadreturns.core.money import CURRENCIES
from leadreturns.core.sale import SaleRow
from leadreturns.readers.amounts import AmountReader, DecimalSign
from leadreturns.readers.converter import Converter, Part
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.headings import LEDGER
from leadreturns.readers.layout import Layout
from leadreturns.readers.reading import Reading
from leadreturns.readers.refusals import clip, refuse_other_currency
from leadreturns.readers.remarks import Remarks
from leadreturns.readers.row_faults import Flaw
from leadreturns.readers.row_file import RowFile, open_layout
from leadreturns.readers.values import Memo

_REQUIRED = ("lead_id", "buyer", "sold_at", "price")


def read_sales(copy: FileCopy, reading: Reading) -> SalesFile:
    """The file, ready to give its rows.

    Refused: what opening and `bind` refuse (`missing_columns`, `ambiguous_columns`, `unknown_heading`, …), `no_rows`,
    `other_currency`, and `ambiguous_dates` and `ambiguous_amounts` as far as the first rows show it. Raises UsageFault
    for a --map of a field that a ledger has not.
    """
    layout = open_layout(copy, reading, LEDGER, [(name,) for name in _REQUIRED])
    file = SalesFile(replace(layout, identifiers=("lead_id",), needed=_REQUIRED), reading)
    if not layout.binding.has("currency"):
        refuse_other_currency((column.heading for column in file.amounts), reading.currency)
    file.peek()
    return file


class SalesFile(RowFile[SaleRow]):
    """The rows of a ledger file: `chunks` gives `SaleRow` and `Problem`."""

    def __init__(self, layout: Layout, reading: Reading) -> None:
        super().__init__(layout, reading)
        self.amounts = [layout.binding.columns[name] for name in ("price", "payout") if layout.binding.has(name)]
        self.decimal_sign = DecimalSign(partial(self.cells, self.amounts))

    def _converter(self, remarks: Remarks) -> Converter[SaleRow]:
        return _Sales(self, remarks)


class _Sales(Converter[SaleRow]):
    def __init__(self, file: SalesFile, remarks: Remarks) -> None:
        super().__init__(file.layout, file.reading, remarks, file.dates)
        sign = file.decimal_sign
        self._prices = AmountReader(self.columns["price"], sign, None)
        self._payouts = AmountReader(self.columns["payout"], sign, 0) if "payout" in self.columns else None
        self._currencies: Memo[str, str] = Memo(self._currency, 1_000)

    def rows(self, part: Part) -> Iterable[SaleRow]:
        """One `SaleRow` for each row."""
        buyers, currencies = self.texts("buyer", part), self._currency_codes(part)
        lead_ids = self.ids("lead_id", part)
        sold_at, sold_kinds = self.times("sold_at", part)
        prices = self._prices.read(self.cells("price", part), currencies, part.faults)
        self._require(lead_ids, buyers, sold_at, part)
        contacts = self.contacts(part, buyers)
        columns = (
            part.faults.numbers,
            lead_ids,
            buyers,
            self.ids("sale_ref", part),
            sold_at,
            sold_kinds,
            prices,
            self._payout_amounts(part, currencies),
            self.texts("supplier", part),
            self.texts("campaign", part),
            currencies,
            contacts.phones,
            contacts.emails,
            self.texts("sub_id", part),
            *self.times("delivered_at", part),
        )
        # What SaleRow(*values) does, at a third of its time: the columns above are its fields in their order.
        return [tuple.__new__(SaleRow, values) for values in zip(*columns, strict=True)]

    def _payout_amounts(self, part: Part, currencies: Sequence[str]) -> Sequence[int]:
        if self._payouts is None:
            return [0] * len(part.rows)
        return self._payouts.read(self.cells("payout", part), currencies, part.faults)

    def _currency(self, text: str) -> str:
        return text.upper() or self.reading.currency

    def _currency_codes(self, part: Part) -> Sequence[str]:
        """ISO codes; a fault `bad_currency` for another text, whose row is read in the usual currency meanwhile."""
        if "currency" not in self.columns:
            return [self.reading.currency] * len(part.rows)
        texts = self.texts("currency", part)
        found = [self._currencies[text] for text in texts]
        if not CURRENCIES.issuperset(found):
            for at, (code, text) in enumerate(zip(found, texts, strict=True)):
                if code not in CURRENCIES:
                    said = f'"{clip(text)}" is no currency; use an ISO code such as USD'
                    part.faults.add(at, self.columns["currency"], Flaw("bad_currency", text, said))
                    found[at] = self.reading.currency
        return found

    def _require(
        self, lead_ids: Sequence[str], buyers: Sequence[str], sold_at: Sequence[int | None], part: Part
    ) -> None:
        """A sale without a lead, a buyer or a date is none."""
        if all(lead_ids) and all(buyers) and None not in sold_at:
            return
        for at, (lead_id, buyer, sold) in enumerate(zip(lead_ids, buyers, sold_at, strict=True)):
            if not lead_id:
                part.faults.add(at, self.columns["lead_id"], Flaw("no_identifier", "", "names no lead"))
            elif not buyer:
                part.faults.add(at, self.columns["buyer"], Flaw("missing_buyer", "", "is blank"))
            elif sold is None:
                part.faults.add(at, self.columns["sold_at"], Flaw("bad_date", "", "is blank"))
