"""Which rows of a sheet are returns, where a buyer sends more than his returns, and reasons given by marks.

Settings of the buyer: `rows_where = { "Returned?" = ["yes"] }` names the values that mark a return ("*" is any that is
not blank; several headings must all fit). `columns = { "reason.disconnected" = "Disconnected" }` names a column of
marks: a row with an x there is a return for the reason `disconnected`; without `rows_where`, a row without any mark
is not a return.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter

from leadreturns.core.identity import fold_words
from leadreturns.errors import FileRefused
from leadreturns.readers.columns import Binding, Column
from leadreturns.readers.headings import REASON_MARK
from leadreturns.readers.outcome_words import grants_and_refuses, is_handed_back, offers_both
from leadreturns.readers.refusals import clip
from leadreturns.readers.row_faults import Flaw, RowFaults
from leadreturns.readers.table import Cell, CellFault
from leadreturns.readers.texts import text_of, trim
from leadreturns.readers.values import Memo

ANY = "*"
_YES = frozenset("yes y true 1 x returned return rejected reject refunded scrubbed ja oui si".split()) | {"to return"}
_NO = frozenset("no n false 0 none nein non not kept keep sold valid accepted".split()) | {"not returned", ""}
_RETURNED = frozenset(
    "return returned reject rejected refund refunded scrub scrubbed credit credited retour zuruckgegeben".split()
) | {
    "to return", "not accepted", "to credit", "to be credited",
}  # fmt: skip
_KEPT = frozenset("keep kept accept accepted sold billable behalten".split()) | {
    "not returned", "no return", "do not return", "not rejected", "no credit", "not credited", "do not credit",
    "no refund", "not refunded",
}  # fmt: skip
"""What became of a lead, in words that no column says of a phone number or an address: those are valid and invalid."""
_INVALID = frozenset("invalid bad nonbillable unbillable".split()) | {"not valid", "not billable", "non billable"}
_VALID = frozenset(("valid", "good"))
"""What such words say where the heading speaks of the lead itself."""
_DELIVERED = frozenset(("sold", "valid", "good", "paid", "billed", "ok"))
"""What a list of leads may say of every one of them, the returned ones included."""
_CURRENCY = re.compile(r"[A-Z]{3}\s?(?=[0-9])")
_PLAIN_YES = frozenset("yes y true 1 ja oui si \u2713 \u2714 \u2611".split())
_PLAIN_NO = frozenset("no n false 0 nein non".split())
_MAX_VALUES = 60
_FEWEST_ROWS = 4
_MAX_OUTCOMES = 12
"""More different values than this are no outcome of a lead."""

Test = Callable[[Sequence[Cell]], bool]


def returned_test(binding: Binding) -> Test | None:
    """Whether a row is marked as a return; None where nothing was said, so that every row is one.

    A cell without a value passes: whether its row is a return is not known, which `add_faults` makes a problem.
    """
    if binding.where:
        tests = [(itemgetter(column.place), _accepts(values)) for column, values in binding.where]
        if len(tests) == 1:
            cell_of, accepted = tests[0]
            return lambda row: accepted[_cell_text(cell_of(row))]
        return lambda row: all(accepted[_cell_text(cell_of(row))] for cell_of, accepted in tests)
    if binding.marks:
        places = [column.place for column in binding.marks]
        return lambda row: any(_is_marked(row[place]) for place in places)
    return None


def _cell_text(cell: Cell) -> str | CellFault:
    return cell if isinstance(cell, str | CellFault) else text_of(cell)


def _accepts(values: Iterable[str]) -> Memo[str | CellFault, bool]:
    wanted = frozenset(map(_folded, values))

    def accepted(text: str | CellFault) -> bool:
        if isinstance(text, CellFault):
            return True
        return _folded(text) in wanted or (ANY in wanted and bool(trim(text)))

    return Memo(accepted, 10_000)


def _folded(text: str) -> str:
    """Words without case and punctuation; a text that is only signs, such as a tick, as it is."""
    return fold_words(text) or trim(text)


def _is_marked(cell: Cell) -> bool:
    return isinstance(cell, CellFault) or _folded(text_of(cell)) not in _NO | {"-", "\u2610"}


def add_faults(columns: Iterable[Column], rows: Sequence[Sequence[Cell]], faults: RowFaults) -> None:
    """Notes cells without a value in columns that say which rows are returns."""
    for column in columns:
        for at, row in enumerate(rows):
            cell = row[column.place]
            if isinstance(cell, CellFault):
                faults.add_cell_fault(at, column, cell)


def marked_reasons(marks: Sequence[Column], rows: Sequence[Sequence[Cell]], faults: RowFaults) -> list[str]:
    """The reason code of each row's mark; '' for none. Fault `several_reasons` where two columns are marked."""
    found = []
    for at, row in enumerate(rows):
        marked = [column for column in marks if _is_marked(row[column.place])]
        if len(marked) > 1:
            names = ", ".join(f'"{clip(column.heading)}"' for column in marked)
            faults.add(at, None, Flaw("several_reasons", names, f"is marked for several reasons: {names}"))
        found.append(marked[0].field.removeprefix(REASON_MARK) if marked else "")
    return found


def refuse_mixed_status(heading: str, cells: Iterable[Cell], asks: str) -> list[str]:
    """The different values of a column that nothing was said about.

    `asks`: what yes means under the heading itself: 'returned', 'valid', or '' where it asks neither.
    Raises FileRefused `some_rows_returned` when the values may tell returns from other rows: under a heading that asks,
    any two values do, unless all are amounts or dates.
    """
    seen: dict[str, str] = {}
    for cell in cells:
        text = trim(text_of(cell))
        if len(seen) < _MAX_VALUES:
            seen.setdefault(_folded(text), text)
    if not any(seen):
        return []
    meant = {folded: _is_returned(folded, asks) for folded in seen}
    if asks == "valid" and {said for folded, said in meant.items() if folded} == {False}:
        meant |= {"": True} if "" in meant else {}
    if asks:
        answers = len(seen) > 1 and not all(_is_amount_or_date(text) for text in seen.values())
        some = answers or False in meant.values()
    else:
        meant = {folded: _outcome(seen[folded], said) for folded, said in meant.items()}
        some = len(seen) > 1 and any(_is_returned(folded, "") or folded in _YES for folded in seen)
        some = some or _parts_outcomes(seen, meant)
    if not some:
        return list(seen.values())
    raise _some_rows_returned(heading, list(seen.values()), _certain(seen, meant))


def _outcome(text: str, said: bool | None) -> bool | None:
    """What a value says under a heading that asks nothing: `said`, or what its words say."""
    return None if offers_both(text) else is_handed_back(text) if said is None else said


def _parts_outcomes(seen: dict[str, str], meant: dict[str, bool | None]) -> bool:
    """True when the values say of some leads that they are handed back and of others that they are not, or of all."""
    if any(map(offers_both, seen.values())) or grants_and_refuses(seen):
        return True
    said = {value for folded, value in meant.items() if folded}
    kept = said == {False} and not _DELIVERED.issuperset(filter(None, seen))
    return kept or {True, False} <= {*meant.values()}


def _is_returned(folded: str, asks: str) -> bool | None:
    """What a value says of its row, under any heading or as the answer to what it `asks`; None where it is not sure."""
    if folded in _RETURNED | _INVALID:
        return True
    if folded in _KEPT | _VALID:
        return False
    if folded in _PLAIN_YES | _PLAIN_NO and asks:
        return (folded in _PLAIN_YES) == (asks == "returned")
    if not folded and asks != "valid":
        return False
    return True if folded == "x" and asks == "returned" else None


def _certain(seen: dict[str, str], meant: dict[str, bool | None]) -> list[str]:
    """The values that mean returned; none where a value is not sure, or where none or all of them mean it."""
    if None in meant.values():
        return []
    return [seen[folded] for folded, is_returned in meant.items() if is_returned]


def _is_amount_or_date(text: str) -> bool:
    text = _CURRENCY.sub("", text)
    return len(text) > 1 and text[:1] in "0123456789$\u20ac\u00a3-" and sum(map(str.isdigit, text)) * 2 >= len(text)


def refuse_returns_beside_others(heading: str, cells: Iterable[Cell]) -> None:
    """Nothing, for a column whose values do not speak of what became of a lead.

    Raises FileRefused `some_rows_returned` when some rows are plainly called returned and others plainly kept.
    """
    seen: dict[str, str] = {}
    for cell in cells:
        text = trim(text_of(cell))
        seen.setdefault(_folded(text), text)
        if len(seen) > _MAX_OUTCOMES:
            return
    returned = [text for folded, text in seen.items() if folded in _RETURNED]
    if returned and not _KEPT.isdisjoint(seen):
        raise _some_rows_returned(heading, list(seen.values()), returned)


def refuse_blanks_of_both(headings: tuple[str, str], cells: Sequence[tuple[Cell, Cell]]) -> None:
    """Nothing, unless reason and date of the return stand in the same rows, and in the others neither.

    Raises FileRefused `some_rows_returned`: such a sheet lists leads, of which some were returned.
    """
    found = [(bool(trim(text_of(reason))), bool(trim(text_of(when)))) for reason, when in cells]
    neither, both = found.count((False, False)), found.count((True, True))
    if len(found) < _FEWEST_ROWS or neither < 2 or not both or neither + both < len(found):
        return
    reason, when = map(clip, headings)
    raise FileRefused(
        "some_rows_returned",
        f'"{reason}" and "{when}" are both blank in {neither:,} rows and both filled in {both:,}, '
        "as if only the latter were returns.",
        f'If so, say it in the buyer\'s section of policies.toml: rows_where = {{ "{reason}" = ["{ANY}"] }}; '
        "if all rows are returns, give those without a reason one: --reason CODE",
    )


def says_yes_or_no(cells: Iterable[Cell]) -> bool:
    """True for a column that holds nothing but yes, no and blanks."""
    found = {_folded(trim(text_of(cell))) for cell in cells} - {""}
    return bool(found) and found <= _YES | _NO


def _some_rows_returned(heading: str, values: Sequence[str], returned: Sequence[str]) -> FileRefused:
    name = clip(heading)
    shown = ", ".join(f'"{clip(text)}"' if text else "blank" for text in values[:6])
    accepted = ", ".join(f'"{clip(text)}"' for text in returned or values[:_MAX_OUTCOMES])
    keep = "" if returned else ", keeping only the values that mean returned"
    return FileRefused(
        "some_rows_returned",
        f'"{name}" ({shown}) seems to say that only some of the rows are returns.',
        f'Say which in the buyer\'s section of policies.toml{keep}: rows_where = {{ "{name}" = [{accepted}] }}; '
        f'if all rows are returns: rows_where = {{ "{name}" = ["{ANY}", ""] }}',
    )
