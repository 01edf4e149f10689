"""policies.toml → `PolicyBook`; a file with faults is refused with all of them, each with its line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leadreturns.core.policy import PolicyBook
from leadreturns.core.terms import Party
from leadreturns.errors import PolicyRefused, Refused
from leadreturns.readers import policy_contradictions, policy_keys
from leadreturns.readers import policy_sections as sections
from leadreturns.readers.policy_faults import Faults, Section, key_text
from leadreturns.readers.policy_holidays import FROZEN, read_calendar
from leadreturns.readers.policy_sections import SectionReader
from leadreturns.readers.policy_syntax import MAX_BYTES, SyntaxFault, parse_toml
from leadreturns.readers.policy_values import nearest

SECTIONS = ("calendar", "reasons", "terms", "campaigns", "buyers", "contracts", "suppliers", "auto_approve",
            "always_review", "auto_reject", "seller", "tax")  # fmt: skip
"""The sections that may stand in a policy file, beside the keys at its top."""


def read_policies(path: Path) -> PolicyBook:
    """The policies in a file.

    Raises `PolicyRefused` with every fault of the text, or `Refused` (missing_policies) when there is no such file.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        ours = path.name == "policies.toml"
        hint = "leadreturns init makes a commented policies.toml" if ours else "check the name and the folder"
        raise Refused("missing_policies", f"there is no {path}", hint) from None
    except OSError as error:
        raise Refused("missing_policies", f"{path} cannot be read: {error.strerror}") from None
    return parse_policies(_decoded(raw, path.name), path.name)


def parse_policies(text: str, source: str = "policies.toml") -> PolicyBook:
    """The policies in a text; `source` is the name that faults are reported under. Raises `PolicyRefused`."""
    try:
        data, lines = parse_toml(text)
    except SyntaxFault as fault:
        raise _refused(source, [_line_text(source, fault)]) from None
    faults = Faults(source, lines)
    book = _book(text, data, faults)
    if faults:
        raise _refused(source, faults.texts())
    return book


def _decoded(raw: bytes, source: str) -> str:
    fault = None
    if len(raw) > MAX_BYTES:
        fault = SyntaxFault(0, "larger than 1 MiB, which is too large for policies")
    elif raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        fault = SyntaxFault(0, "saved as UTF-16; save it as UTF-8")
    if fault is None:
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            fault = SyntaxFault(line, "a character that is not UTF-8; save the file as UTF-8")
    raise _refused(source, [_line_text(source, fault)])


def _line_text(source: str, fault: SyntaxFault) -> str:
    place = f"{source}:{fault.line}" if fault.line else source
    return f"{place}: {fault.message}"


def _refused(source: str, faults: list[str]) -> PolicyRefused:
    count = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
    return PolicyRefused(f"{source} has {count}", faults, "mend the lines named, then run: leadreturns policy check")


def _book(text: str, data: Mapping[str, Any], faults: Faults) -> PolicyBook:
    reader = SectionReader(faults)
    top = _top(data, reader)
    currency = top.get("currency", PolicyBook().currency)
    calendar, frozen = read_calendar(reader, data)
    house = reader.section(data, "terms")
    campaigns, _ = sections.read_layers(reader, data, "campaigns", policy_keys.TERM_KEYS)
    buyers, buyer_values = sections.read_layers(reader, data, "buyers", policy_keys.BUYER_KEYS)
    suppliers, supplier_values = sections.read_suppliers(reader, data)
    tax = reader.keys_of(reader.section(data, "tax"), policy_keys.TAX_KEYS)
    book = PolicyBook(
        **top,
        calendar=calendar,
        reasons=sections.read_reasons(reader, data),
        house=reader.layer(house, reader.keys_of(house, policy_keys.TERM_KEYS)),
        campaigns=campaigns,
        buyers=buyers,
        contracts=sections.read_contracts(reader, data),
        suppliers=suppliers,
        auto_approve=sections.read_blocks(reader, data, "auto_approve", currency),
        always_review=sections.read_blocks(reader, data, "always_review", currency),
        auto_reject=sections.read_blocks(reader, data, "auto_reject", currency),
        files={name: sections.file_settings(values) for name, values in buyer_values.items()},
        parties=_parties(reader, data, buyer_values, supplier_values),
        tax_rate=tax.get("rate"),
        tax_label=tax.get("label", ""),
        text=text + frozen,
        digest=hashlib.sha256((text + frozen).encode()).hexdigest(),
        lines=faults.lines,
    )
    policy_contradictions.check(book, reader.read, faults)
    return book


def _top(data: Mapping[str, Any], reader: SectionReader) -> dict[str, Any]:
    """The keys above the first section, without the version, which is checked and needed no more."""
    top: dict[str, Any] = {}
    for key, value in data.items():
        if key in (*SECTIONS, FROZEN):
            continue
        if key not in policy_keys.TOP_KEYS and _is_section(value):
            near = nearest(key, SECTIONS)
            guess = f"; did you mean [{near}]?" if near else f" (known: {', '.join(SECTIONS)})"
            reader.faults.add(Section(f"[{key_text(key)}]", (key,), {}), "", f"unknown section{guess}")
        else:
            top[key] = value
    found = reader.keys_of(Section("", (), top), policy_keys.TOP_KEYS)
    return {key: value for key, value in found.items() if key != "version"}


def _is_section(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value))


def _parties(
    reader: SectionReader,
    data: Mapping[str, Any],
    buyers: Mapping[str, Mapping[str, Any]],
    suppliers: Mapping[str, Mapping[str, Any]],
) -> dict[str, Party]:
    parties: dict[str, Party] = {}
    if "seller" in data:
        parties["seller"] = sections.party(reader.keys_of(reader.section(data, "seller"), policy_keys.SELLER_KEYS))
    for kind, found in (("buyers", buyers), ("suppliers", suppliers)):
        for name, values in found.items():
            parties[f"{kind}.{name}"] = sections.party(values)
    return parties
