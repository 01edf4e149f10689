"""Which column of a table is which field: by --map, by the buyer's `columns`, or by a heading that is known.

Two columns that could be the same field, and a field that no column names, refuse the file; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leadreturns.errors import FileRefused
from leadreturns.readers.headings import REASON_MARK, RETURNS, STATUS_HEADINGS, Headings, fold_heading, without_remark
from leadreturns.readers.reading import Reading
from leadreturns.readers.refusals import (
    ambiguous_columns,
    clip,
    map_option,
    missing_columns,
    on_sheet,
    two_fields,
    unknown_field,
    unknown_heading,
)
from leadreturns.readers.table import Note


class Column(NamedTuple):
    """A column that is used: its place, counted from 0, its heading as written, and what it holds."""

    place: int
    heading: str
    field: str


@dataclass(slots=True)
class Binding:
    """The columns of a table by field, and what became of the other headings."""

    columns: dict[str, Column] = field(default_factory=dict)
    """Field → column; a column of marks is under 'reason.CODE'."""
    where: list[tuple[Column, tuple[str, ...]]] = field(default_factory=list)
    """Columns that say which rows are returns, with the values that say so."""
    ignored: dict[int, str] = field(default_factory=dict)
    """Place of a heading that is not used → why, in words."""
    notes: list[Note] = field(default_factory=list)

    def has(self, *fields: str) -> bool:
        """True when any of `fields` has a column."""
        return any(name in self.columns for name in fields)

    @property
    def marks(self) -> list[Column]:
        """The columns whose marks mean a reason."""
        return [column for name, column in self.columns.items() if name.startswith(REASON_MARK)]

    def fields_by_place(self) -> dict[int, str]:
        """Place → field of every column that is used."""
        return {column.place: column.field for column in self.columns.values()}


def known_fields(headings: Headings, texts: Sequence[str], reading: Reading) -> set[str]:
    """The fields that a row of headings would name; never refuses."""
    found = {headings.field_of(text) for text in texts} - {""}
    return found | {name for name, heading in wanted(headings, reading).items() if places(texts, heading)}


def serves(known: Collection[str], required: Iterable[Sequence[str]]) -> bool:
    """True when `known` has a field of every group of `required`; marks of reasons stand for the reason."""
    marked = any(name.startswith(REASON_MARK) for name in known)
    return all(any(name in known or (marked and name == "reason") for name in group) for group in required)


def wanted(headings: Headings, reading: Reading) -> dict[str, str]:
    """Field → heading, as --map and then the buyer's `columns` say; only fields that this kind of table has."""
    said = {**reading.settings.columns, **reading.mapping}
    return {name: heading for name, heading in said.items() if _is_field(headings, name)}


def places(texts: Sequence[str], heading: str) -> list[int]:
    """Where a heading stands: under exactly that text, else under one that folds to the same."""
    exact = [at for at, text in enumerate(texts) if text == " ".join(heading.split())]
    folded = fold_heading(heading)
    return exact or [at for at, text in enumerate(texts) if folded and fold_heading(text) == folded]


def check_mapping(headings: Headings, reading: Reading) -> None:
    """Raises UsageFault for a --map of a field that this kind of table has not, or of one heading to two fields."""
    taken: dict[str, str] = {}
    for name, heading in reading.mapping.items():
        if not _is_field(headings, name):
            raise unknown_field(headings, name)
        other = taken.setdefault(fold_heading(heading) or heading, name)
        if other != name:
            raise two_fields(heading, other, name)


def columns_by_heading(headings: Headings, texts: Sequence[str]) -> dict[str, Column]:
    """Field → column, as far as the headings say it by themselves, with no --map and no setting."""
    work = _Binder(headings, texts, Reading(), set())
    work.bind_known()
    return work.binding.columns


def _is_field(headings: Headings, name: str) -> bool:
    if name.startswith(REASON_MARK):
        return "reason" in headings.fields and name != REASON_MARK
    return name in headings.fields


def bind(
    headings: Headings,
    texts: Sequence[str],
    reading: Reading,
    required: Iterable[Sequence[str]],
    sheets: Sequence[str] = (),
) -> Binding:
    """The columns of a table whose headings are `texts`. `required` lists groups of fields, of each one is needed.

    `sheets`: the name of the sheet that the table is on, and then those of the others.

    Refused, all faults of the headings together: `unknown_heading`, `ambiguous_columns`, `missing_columns`.
    """
    check_mapping(headings, reading)
    groups = [tuple(group) for group in required]
    work = _Binder(headings, texts, reading, {name for group in groups for name in group})
    work.bind_wanted()
    work.bind_known()
    work.bind_where()
    missing = [group for group in groups if not (serves(work.binding.columns, [group]) or work.refused(group))]
    if missing:
        status = [text for text in texts if fold_heading(text) in STATUS_HEADINGS]
        work.faults.append(on_sheet(missing_columns(headings, missing, texts, status), sheets))
    if work.faults:
        first = work.faults[0]
        raise FileRefused(first.code, first.message, first.hint, work.faults[1:])
    return work.binding


class _Binder:
    """Binds the columns of one table step by step and collects every fault on the way."""

    def __init__(self, headings: Headings, texts: Sequence[str], reading: Reading, needed: set[str]) -> None:
        self.headings, self.texts, self.reading, self.needed = headings, texts, reading, needed
        self.binding = Binding()
        self.faults: list[FileRefused] = []
        self._bare = list(map(without_remark, texts))
        self._claimed: set[int] = set()
        self._refused: set[str] = set()

    def bind_wanted(self) -> None:
        """What --map and then the buyer's `columns` name."""
        mapping = self.reading.mapping
        said = wanted(self.headings, self.reading)
        for name in sorted(said, key=lambda name: name not in mapping):
            found = places(self.texts, said[name])
            if len(found) > 1:
                self._refuse(name, ambiguous_columns(name, self._spots(found)))
            elif found and found[0] not in self._claimed:
                self._take(name, found[0])
            elif not found and (name in mapping or name in self.needed):
                by_option = name in mapping
                self._refuse(name, unknown_heading(name, said[name], self.texts, by_option))
            elif not found:
                text = f'the buyer\'s columns name "{said[name]}" for {name}, and the file has no such heading.'
                self.binding.notes.append(Note("heading_not_found", text))

    def bind_known(self) -> None:
        """What the headings say by themselves, of fields that nothing else has named."""
        for name in self.headings.fields:
            if name == "sale_ref" and "lead_id" in self.binding.columns and name not in self.binding.columns:
                self._leave_weak(name)
            known = self.headings.accepted, self.headings.further
            found = (self._naming(words, name, bare=bare) for words in known for bare in (False, True))
            candidates = next(filter(None, found), [])
            if name in self.binding.columns or (name == "reason" and self.binding.marks):
                self._lose(name, "another column is named for it")
            elif len(candidates) > 1 and name not in self._refused:
                self._refuse(name, ambiguous_columns(name, self._spots(candidates)))
            elif candidates and name not in self._refused:
                self._take(name, candidates[0])
                self._lose(name, f'"{self.texts[candidates[0]]}" names it more plainly')
        for at, text in enumerate(self.texts):
            if text and at not in self._claimed:
                self.binding.ignored.setdefault(at, "names no known field")

    def bind_where(self) -> None:
        """The columns that say which rows are returns."""
        if self.headings.table != RETURNS.table:
            return
        for heading, values in self.reading.settings.rows_where.items():
            found = places(self.texts, heading)
            if len(found) == 1:
                column = Column(found[0], self.texts[found[0]], "rows_where")
                self.binding.where.append((column, tuple(values)))
                self.binding.ignored[found[0]] = "says which rows are returns"
            elif found:
                self._refuse("rows_where", ambiguous_columns("rows_where", self._spots(found)))
            else:
                self._refuse("rows_where", unknown_heading("rows_where", heading, self.texts, False))

    def refused(self, group: Sequence[str]) -> bool:
        """True when a fault already says why no column of `group` is bound."""
        return not self._refused.isdisjoint(group)

    def _naming(self, known: Mapping[str, str], name: str, *, bare: bool) -> list[int]:
        """The free columns whose headings name a field; `bare`: without what a heading says beside its name."""
        free = (at for at in range(len(self.texts)) if at not in self._claimed)
        texts = self._bare if bare else self.texts
        return [at for at in free if known.get(fold_heading(texts[at])) == name]

    def _leave_weak(self, name: str) -> None:
        """Beside a lead's own id such a number is as often the buyer's, by which no sale would be found."""
        weak = dict.fromkeys(self.headings.weak, name)
        lead = self.binding.columns["lead_id"].heading
        for at in self._naming(weak, name, bare=True):
            self._claimed.add(at)
            text = self.texts[at]
            self.binding.ignored[at] = f'could be {name}, but "{lead}" names the lead'
            why = f'"{clip(lead)}" names the lead, and this may be the buyer\'s own number'
            said = f'"{clip(text)}" is ignored: {why}. If it is that of the sale: {map_option(name, text)}'
            self.binding.notes.append(Note("heading_ignored", said))

    def _take(self, name: str, at: int) -> None:
        self._claimed.add(at)
        self.binding.columns[name] = Column(at, self.texts[at], name)

    def _lose(self, name: str, why: str) -> None:
        for at in self._naming({**self.headings.further, **self.headings.accepted}, name, bare=True):
            self.binding.ignored[at] = f"could be {name}, but {why}"
            self.binding.notes.append(Note("heading_ignored", f'"{self.texts[at]}" is ignored: {why} ({name}).'))

    def _spots(self, found: Sequence[int]) -> list[tuple[int, str]]:
        return [(at, self.texts[at]) for at in found]

    def _refuse(self, name: str, fault: FileRefused) -> None:
        self._refused.add(name)
        self.faults.append(fault)
