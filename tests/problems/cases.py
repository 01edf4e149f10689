"""The reproducers in this folder: one for each code, a file as a sender would send it, with what the program says.

A folder `<group>/<code>` holds `case.toml`, the files of the case, and `expected.txt`: the exit code and all that was
printed to stderr. A folder `<group>/<code>-<variant>` is a further case of the same code. `case.toml` says the command
and, where needed, what was typed before and what a file shows that is no text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from leadreturns.readers.problem_codes import MISUSES, NOTES, PROBLEMS, REFUSALS

HERE = Path(__file__).parent
WORKSPACE = HERE / "workspace"
"""The policies and the ledger that every case starts from."""
GROUPS: Mapping[str, Mapping[str, str]] = {
    "rows": PROBLEMS,
    "refused": REFUSALS,
    "noticed": NOTES,
    "misused": MISUSES,
}
WITHOUT_FILE: Mapping[str, str] = {
    "changing_file": "another program must write into the file while it is copied",
    "too_large": "the file must have more than 4 GiB, or be a workbook of more than 100 MiB",
}
"""Codes that no small file gives → what it takes."""
_OWN = ("case.toml", "expected.txt")


@dataclass(frozen=True)
class Case:
    """One reproducer."""

    folder: Path
    group: str
    code: str
    command: str
    before: tuple[str, ...]
    shows: str

    @property
    def name(self) -> str:
        return f"{self.group}/{self.folder.name}"

    @property
    def files(self) -> list[Path]:
        return [path for path in sorted(self.folder.iterdir()) if path.name not in _OWN]

    @property
    def expected_path(self) -> Path:
        return self.folder / "expected.txt"

    @property
    def expected(self) -> str:
        return self.expected_path.read_text(encoding="utf-8") if self.expected_path.exists() else ""


def cases() -> Iterator[Case]:
    """Every case, in the order of the groups and of the codes in them."""
    for group, codes in GROUPS.items():
        places = {code: at for at, code in enumerate(codes)}
        folders = [folder for folder in (HERE / group).iterdir() if folder.is_dir()]
        for folder in sorted(folders, key=lambda each: (places.get(each.name.partition("-")[0], -1), each.name)):
            said = tomllib.loads(folder.joinpath("case.toml").read_text(encoding="utf-8"))
            code = folder.name.partition("-")[0]
            yield Case(folder, group, code, said["command"], tuple(said.get("before", ())), said.get("shows", ""))
