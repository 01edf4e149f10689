"""The sections of policies.toml, one builder each: keys and typed values become the records of `core.terms`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from leadreturns.core.calendar import day_of
from leadreturns.core.identity import fold_words
from leadreturns.core.terms import (
    DUPLICATE_WORDS,
    Contract,
    FileSettings,
    Layer,
    Party,
    Reason,
    RuleBlock,
    SupplierTerms,
)
from leadreturns.readers import policy_keys as keys
from leadreturns.readers.policy_faults import Faults, Section, read_keys, sub_sections
from leadreturns.readers.policy_values import ValueReader, shown


class SectionReader:
    """Reads sections of one file; every fault goes into `faults`, and `read` lists the sections with their values."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.read: list[tuple[Section, Mapping[str, Any]]] = []
        self._homes = keys.homes()

    def keys_of(self, section: Section, readers: Mapping[str, ValueReader]) -> dict[str, Any]:
        """The right values of the section."""
        found = read_keys(section, readers, self._homes, self.faults)
        self.read.append((section, dict(found)))
        return found

    def section(self, data: Mapping[str, Any], name: str) -> Section:
        """The section [name], empty when the file has none."""
        value = data.get(name, {})
        section = Section(f"[{name}]", (name,), value if isinstance(value, dict) else {})
        if isinstance(value, list):
            self.faults.add(section, "", f"stands once, in single brackets: [{name}]")
        elif not isinstance(value, dict):
            self.faults.add(section, "", f"{shown(value)} is no section; write [{name}] on a line of its own")
        return section

    def named(self, data: Mapping[str, Any], name: str) -> list[tuple[str, Section]]:
        """The sections [name.X], by X."""
        value = data.get(name, {})
        if isinstance(value, list):
            self.faults.add(Section(f"[[{name}]]", (name,), {}), "", f"is written [{name}.NAME], in single brackets")
            return []
        return sub_sections(self.section(data, name), self.faults)

    def listed(self, data: Mapping[str, Any], name: str, title_key: str) -> list[Section]:
        """The sections [[name]] in file order, each labelled with its title, or its number where it has none."""
        value = data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.faults.add(Section(f"[{name}]", (name,), {}), "", f"is written in double brackets: [[{name}]]")
            return []
        labels: dict[str, None] = {}
        for number, table in enumerate(value, start=1):
            title = table.get(title_key)
            label = f"[[{name}]] {title.strip() if isinstance(title, str) and title.strip() else f'#{number}'}"
            while label in labels:
                # A title may itself end in a number.
                label += f" #{number}"
            labels[label] = None
        return [Section(label, (name, index), value[index]) for index, label in enumerate(labels)]

    def layer(self, section: Section, found: Mapping[str, Any]) -> Layer:
        """The terms among the section's values."""
        values = {key: found[key] for key in found if key in keys.TERM_KEYS}
        return Layer(section.label, values, {key: self.faults.line(section.at(key)) for key in values})


def read_reasons(reader: SectionReader, data: Mapping[str, Any]) -> dict[str, Reason]:
    """[reasons.X] by code."""
    found: dict[str, Reason] = {}
    by_reading: dict[str, str] = {}
    for code, section in reader.named(data, "reasons"):
        values = reader.keys_of(section, keys.REASON_KEYS)
        folded = fold_words(code)
        twin = by_reading.setdefault(folded, code)
        if not folded:
            reader.faults.add(
                section, "", "the code has neither letter nor digit; name it by a word, as in [reasons.other]"
            )
        elif twin != code:
            reader.faults.add(section, "", f"reads the same as [reasons.{twin}]; keep one of them")
        words = set(fold_words(f"{code} {values.get('label', '')}").split())
        evidence = values.get("evidence", ())
        found[code] = Reason(
            code=code,
            is_duplicate=bool(words & DUPLICATE_WORDS) or "duplicate_of" in evidence,
            line=reader.faults.line(section.path),
            **{**values, "reply": " ".join(values.get("reply", "").split())},
        )
    return found


def read_layers(
    reader: SectionReader, data: Mapping[str, Any], name: str, readers: Mapping[str, ValueReader]
) -> tuple[dict[str, Layer], dict[str, dict[str, Any]]]:
    """The terms of the sections [name.X] by X, and beside them all typed values of each."""
    layers: dict[str, Layer] = {}
    values: dict[str, dict[str, Any]] = {}
    for key, section in reader.named(data, name):
        values[key] = reader.keys_of(section, readers)
        layers[key] = reader.layer(section, values[key])
    return layers, values


def read_suppliers(
    reader: SectionReader, data: Mapping[str, Any]
) -> tuple[dict[str, SupplierTerms], dict[str, dict[str, Any]]]:
    """[suppliers.X] by X, and beside them all typed values of each."""
    terms: dict[str, SupplierTerms] = {}
    values: dict[str, dict[str, Any]] = {}
    for name, section in reader.named(data, "suppliers"):
        found = values[name] = reader.keys_of(section, keys.SUPPLIER_KEYS)
        own = {key: found[key] for key in ("clawback", "window", "reasons") if key in found}
        terms[name] = SupplierTerms(line=reader.faults.line(section.path), **own)
    return terms, values


def file_settings(values: Mapping[str, Any]) -> FileSettings:
    """How files are read, from the typed values of a buyer's section."""
    return FileSettings(**{key: values[key] for key in keys.FILE_KEYS if key in values})


def party(values: Mapping[str, Any]) -> Party:
    """What documents say, from the typed values of a section."""
    return Party(**{key: values[key] for key in keys.PARTY_KEYS if key in values})


def read_contracts(reader: SectionReader, data: Mapping[str, Any]) -> tuple[Contract, ...]:
    """[[contracts]] in file order."""
    found: list[Contract] = []
    for section in reader.listed(data, "contracts", "reference"):
        values = reader.keys_of(section, keys.CONTRACT_KEYS)
        if "buyer" not in section.table:
            reader.faults.add(section, "", 'names no buyer; write buyer = "…"')
        first, last = values.get("from"), values.get("until")
        if first and last and last < first:
            reader.faults.add(
                section, "until", f"{last.isoformat()} is before from = {first.isoformat()}; swap the two"
            )
        found.append(
            Contract(
                buyer=values.get("buyer", ""),
                campaign=values.get("campaign", ""),
                reference=values.get("reference", ""),
                first_day=day_of(first) if first else None,
                last_day=day_of(last) if last else None,
                layer=reader.layer(section, values),
                line=reader.faults.line(section.path),
            )
        )
    return tuple(found)


def read_blocks(reader: SectionReader, data: Mapping[str, Any], name: str, currency: str) -> tuple[RuleBlock, ...]:
    """The blocks [[name]] in file order."""
    readers = keys.block_keys(currency)
    found: list[RuleBlock] = []
    titles: set[str] = set()
    for section in reader.listed(data, name, "name"):
        values = reader.keys_of(section, readers)
        _check_block(reader.faults, section, titles)
        low, high = values.pop("price", (None, None))
        title = values.pop("name", "")
        titles.add(title)
        line = reader.faults.line(section.path)
        found.append(RuleBlock(name=title, price_from=low, price_up_to=high, line=line, **values))
    return tuple(found)


def _check_block(faults: Faults, section: Section, titles: Collection[str]) -> None:
    if "name" not in section.table:
        faults.add(section, "", 'has no name, by which decisions cite it; write name = "…"')
    elif str(section.table["name"]).strip() in titles:
        faults.add(
            section, "name", "another block of this kind has the same name; decisions cite it, so give each its own"
        )
    if not set(section.table) - {"name"}:
        instead = {
            "auto_approve": 'to approve what passes every rule write approval = "auto" in [terms]',
            "always_review": 'to queue everything leave approval = "review" in [terms]',
            "auto_reject": 'to allow no returns write window = "none" in [terms]',
        }[str(section.path[0])]
        faults.add(section, "", f"has no condition, so it would fit every return; {instead}")
