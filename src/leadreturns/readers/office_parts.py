"""The parts of an Office workbook and how they refer to each other, for the XML and the binary kind alike.

Layout: ECMA-376 part 2, Open Packaging Conventions. Runs in the child process only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from leadreturns.readers import markup
from leadreturns.readers.plain_package import plain_package
from leadreturns.readers.zip_parts import ZipParts, damaged

_MAX_SMALL_PART = 64 * 1024 * 1024
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_LONGEST_MARK = 16


class Relation(NamedTuple):
    """One part refers to another: by a key of its own, for a purpose, at a full path."""

    key: str
    purpose: str
    path: str


class OfficeParts:
    """The package. Refused: `damaged_workbook`, `hostile_workbook`."""

    def __init__(self, file: BinaryIO, size: int, name: str) -> None:
        self.file = file
        """The package as every reader can follow it."""
        self.zip = ZipParts(file, size, name)
        self.zip.check_sizes()
        if plain := plain_package(self.zip):
            self.file = plain
            self.zip = ZipParts(plain, plain.seek(0, os.SEEK_END), name)
        self._name = name
        # Part names differ by more than case (OPC, 6.2.2.3), and some programs write a name in two ways.
        self._written = {part.lower(): part for part in self.zip.parts}
        self.workbook = next((each.path for each in self._relations("") if each.purpose == "officeDocument"), "")
        if self.workbook not in self.zip.parts:
            raise damaged(name, "it does not say where its workbook is")
        self.folder = self.workbook.rpartition("/")[0]
        self._of_workbook = self._relations(self.workbook)

    def worksheets(self) -> dict[str, str]:
        """Key of the workbook's relation → path, for every worksheet that is there."""
        found = (each for each in self._of_workbook if each.purpose == "worksheet" and each.path in self.zip.parts)
        return {each.key: each.path for each in found}

    def styles(self) -> str:
        """The path of the part with the number formats, '' if there is none."""
        found = (each.path for each in self._of_workbook if each.purpose == "styles" and each.path in self.zip.parts)
        return next(found, "")

    def small(self, path: str) -> Iterator[bytes]:
        """The bytes of a part that is not a sheet."""
        if path not in self.zip.parts:
            raise damaged(self._name, f"its part {path[:80]!r} is missing")
        if self.zip.parts[path].size > _MAX_SMALL_PART:
            raise damaged(self._name, f"its part {path[:80]!r} is too large")
        return self.zip.stream(path)

    def refuse_doctypes(self, seen_elsewhere: set[str]) -> None:
        """Nothing, unless a part of XML defines a document type: then HostileMarkup."""
        for path in self.zip.parts:
            if path in seen_elsewhere or not path.endswith((".xml", ".rels")):
                continue
            rest = b""
            for chunk in self.zip.stream(path):
                if _DOCTYPE.search(rest + chunk):
                    raise markup.HostileMarkup("it defines a document type or entities of its own")
                rest = chunk[-_LONGEST_MARK:]

    def _relations(self, part: str) -> list[Relation]:
        folder, _, base = part.rpartition("/")
        found = []
        path = f"{folder}/_rels/{base}.rels".lstrip("/")
        for event, tag, attributes in markup.events(self.small(self._written.get(path.lower(), path))):
            if event == markup.START and tag == "Relationship":
                target = attributes.get("Target", "").replace("\\", "/")
                path = target[1:] if target.startswith("/") else _joined(folder, target)
                purpose = attributes.get("Type", "").rpartition("/")[2]
                found.append(Relation(attributes.get("Id", ""), purpose, self._written.get(path.lower(), path)))
        return found


def _joined(folder: str, target: str) -> str:
    steps = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)
