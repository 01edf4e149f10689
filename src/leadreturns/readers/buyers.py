"""The buyer that a row names: the known name, or why it is none."""

from __future__ import annotations

from collections.abc import Sequence

from leadreturns.core.identity import fold_name
from leadreturns.readers.columns import Column
from leadreturns.readers.reading import Reading
from leadreturns.readers.refusals import clip
from leadreturns.readers.row_faults import Flaw, RowFaults
from leadreturns.readers.texts import clean_text
from leadreturns.readers.values import Memo

_MAX_SUGGESTIONS = 20
"""Looking for a name that reads alike costs time; the first few unknown names show what is wrong."""


class BuyerReader:
    """Reads the buyer of each row: the known name that is written exactly so, else the only one that folds alike."""

    def __init__(self, column: Column, reading: Reading) -> None:
        self._column, self._reading = column, reading
        self._known = set(reading.known_buyers) | ({reading.buyer} if reading.buyer else set())
        self._alike: dict[str, list[str]] = {}
        for name in self._known:
            self._alike.setdefault(fold_name(name), []).append(name)
        self._memo = Memo(self._resolve, 10_000)
        self._suggested = 0

    def read(self, texts: Sequence[str], faults: RowFaults) -> list[str]:
        """The names. Faults: `missing_buyer`, `unknown_buyer`, `buyer_conflict` with --buyer."""
        found = []
        for at, text in enumerate(texts):
            name = self._memo[text]
            if isinstance(name, Flaw):
                faults.add(at, self._column, name)
                name = ""
            found.append(name)
        return found

    def _resolve(self, text: str) -> str | Flaw:
        written, own = clean_text(text), self._reading.buyer
        if not written:
            if own or self._reading.any_buyer:
                return own
            return Flaw("missing_buyer", "", "is blank, so that the row names no buyer")
        name = self._known_name(written)
        if not name:
            said = f'no sale and no policy names the buyer "{clip(written)}"{self._near(written)}'
            return Flaw("unknown_buyer", written, said)
        if own and name != own:
            return Flaw("buyer_conflict", written, f'names the buyer "{name}", and the file was said to be of "{own}"')
        return name

    def _known_name(self, written: str) -> str:
        if written in self._known:
            return written
        alike = self._alike.get(fold_name(written), [])
        return alike[0] if len(alike) == 1 else ""

    def _near(self, written: str) -> str:
        self._suggested += 1
        if self._suggested > _MAX_SUGGESTIONS:
            return ""
        import difflib

        folded = {name.casefold(): name for name in self._known}
        close = difflib.get_close_matches(written.casefold(), folded, n=1)
        return f'; did you mean "{folded[close[0]]}"?' if close else ""
