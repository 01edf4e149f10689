"""The confirmed mapping of a buyer's file, written into his section of policies.toml with every comment kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from leadreturns.core.identity import fold_name

if TYPE_CHECKING:
    from tomlkit.items import Table


def learned_text(policies_text: str, buyer: str, columns: Mapping[str, str], date_order: str = "") -> str:
    """`policies_text` with `columns` (field → heading) and `date_order` in the section [buyers.BUYER].

    Fields that the section maps already keep their headings unless `columns` names them; a section that does not
    exist is added at the end. Raises `tomlkit.exceptions.ParseError` for a text that is no TOML.
    """
    import tomlkit
    from tomlkit.items import InlineTable

    document = tomlkit.parse(policies_text)
    buyers = cast("Table", document.get("buyers", {}))
    name = _section_name(buyers, buyer)
    if name not in buyers and isinstance(buyers, InlineTable):
        buyers[name] = tomlkit.inline_table()
    if name not in buyers:
        return _with_new_section(policies_text, buyer, _settings({}, columns, date_order))
    section = cast("Table", buyers[name])
    # The comments at the end of a section belong to what follows it.
    body = section.value.body if hasattr(section.value, "body") else []
    kept = len(body) - next((at for at, (key, _) in enumerate(reversed(body)) if key is not None), 0)
    tail = body[kept:]
    del body[kept:]
    for key, value in _settings(section.get("columns", {}), columns, date_order).items():
        section[key] = value
    body.extend(tail)
    return tomlkit.dumps(document)


def _with_new_section(policies_text: str, buyer: str, settings: Mapping[str, object]) -> str:
    import tomlkit

    added = tomlkit.document()
    added["buyers"] = tomlkit.table(is_super_table=True).append(buyer, dict(settings))
    gap = "\n\n" if policies_text.strip() else ""
    return policies_text.rstrip() + gap + tomlkit.dumps(added)


def _section_name(buyers: Mapping[str, object], buyer: str) -> str:
    """The section that is the buyer's already: by the exact name, else the only one that folds alike."""
    alike = [name for name in buyers if fold_name(name) == fold_name(buyer)]
    return alike[0] if buyer not in buyers and len(alike) == 1 else buyer


def _settings(known: Mapping[str, object], columns: Mapping[str, str], date_order: str) -> dict[str, object]:
    """The keys to write: `columns` on one line, and `date_order` where there is one."""
    import tomlkit

    found: dict[str, object] = {}
    if columns:
        table = tomlkit.inline_table()
        table.update({**{field: str(heading) for field, heading in known.items()}, **columns})
        found["columns"] = table
    if date_order:
        found["date_order"] = date_order
    return found
