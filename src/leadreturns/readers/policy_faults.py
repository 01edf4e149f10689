"""The faults of a policy file, each with its line, and the reading of one section's keys.

Nothing here stops at the first fault: what can be read is read, and the rest is listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadreturns.readers.policy_lines import Path
from leadreturns.readers.policy_values import ValueReader, WrongValue, cut, nearest, shown

MOST_FAULTS = 100
"""Beyond so many, faults are no longer listed: the file is none of ours."""

_FEW_KEYS = 12
"""More keys than that are not recited to someone who wrote an unknown one."""
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def key_text(name: str) -> str:
    """The name as it is written between the brackets of a section: quoted where TOML wants it."""
    if _BARE_KEY.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the file: its name as people see it ('' at the top), the way to it, its values."""

    label: str
    path: Path
    table: Mapping[str, Any]

    def at(self, key: str) -> Path:
        """The way to one of the section's keys."""
        return (*self.path, key)


@dataclass(slots=True)
class Faults:
    """Collects faults; `texts` gives one line for each, in file order."""

    source: str
    lines: Mapping[Path, int]
    _found: list[tuple[int, int, str]] = field(default_factory=list)
    _paths: set[Path] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def full(self) -> bool:
        """True when so many faults were found that looking further is of no use."""
        return len(self._found) >= MOST_FAULTS

    def add(self, section: Section, key: str, message: str, part: Path = ()) -> None:
        """Record a fault of a section, of its `key`, or of the `part` of the key's value that is wrong."""
        path = section.at(key) if key else section.path
        place = " ".join(cut(name) for name in (section.label, key_text(key) if key else "") if name)
        self.add_at(self.line((*path, *part)), f"{place}: {message}" if place else message)
        self._paths.add(path)

    def add_at(self, line: int, message: str) -> None:
        """Record a fault of a line; 0 when it is a fault of the whole file."""
        if not self.full:
            self._found.append((line, len(self._found), message))

    def touches(self, path: Path) -> bool:
        """True when the value at `path` was found faulty."""
        return path in self._paths

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that has one; 0 for none."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def texts(self) -> list[str]:
        """One line for each fault: 'policies.toml:42: [buyers.acme] windw: unknown key; …'."""
        found = [
            f"{self.source}:{line}: {message}" if line else f"{self.source}: {message}"
            for line, _, message in sorted(self._found)
        ]
        if self.full:
            found.append(f"{self.source}: more than {MOST_FAULTS} faults; the rest is not listed")
        return found


def read_keys(
    section: Section, readers: Mapping[str, ValueReader], homes: Mapping[str, str], faults: Faults
) -> dict[str, Any]:
    """The typed values of the section's keys that are right; unknown keys and wrong values become faults.

    `homes` says for a key that is known elsewhere in which section it belongs.
    """
    found: dict[str, Any] = {}
    for key, value in section.table.items():
        if faults.full:
            break
        if key not in readers:
            faults.add(section, key, _unknown(key, readers, homes))
            continue
        try:
            found[key] = readers[key](value)
        except WrongValue as wrong:
            for one in (wrong, *wrong.others):
                faults.add(section, key, one.message, one.at)
    return found


def _unknown(key: str, readers: Mapping[str, ValueReader], homes: Mapping[str, str]) -> str:
    if key in homes:
        return f"does not belong here; it is a key of {homes[key]}"
    near = nearest(key, readers)
    if near is not None:
        return f'unknown key; did you mean "{near}"?'
    elsewhere = nearest(key, homes, likeness=0.85)
    if elsewhere is not None:
        return f'unknown key; did you mean "{elsewhere}" of {homes[elsewhere]}?'
    return "unknown key; take it away" + (f" (known here: {', '.join(readers)})" if len(readers) <= _FEW_KEYS else "")


def sub_sections(section: Section, faults: Faults) -> list[tuple[str, Section]]:
    """The named sections inside one, for example every [buyers.X]; anything else in it is a fault."""
    found: list[tuple[str, Section]] = []
    for name, value in section.table.items():
        inside = section.label.strip("[]")
        label = f"[{inside}.{key_text(name)}]"
        if not isinstance(value, dict):
            example = f"[{inside}.NAME]"
            faults.add(section, name, f"{shown(value)} stands here alone; keys belong into {example}")
        elif not name.strip() or name != name.strip() or not name.isprintable():
            faults.add(
                section,
                name,
                "the name is blank, or has blanks at its ends or invisible characters; write it as the ledger has it",
            )
        else:
            found.append((name, Section(label, section.at(name), value)))
    return found
