"""The folder with policies.toml and leadreturns.db: finding it, opening its store, loading its policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from leadreturns.core.policy import PolicyBook
from leadreturns.errors import Refused
from leadreturns.store.connection import Store, open_store

POLICIES = "policies.toml"
STORE = "leadreturns.db"
VARIABLE = "LEADRETURNS_WORKSPACE"


@dataclass(frozen=True)
class Workspace:
    """One workspace. Nothing is opened before it is asked for."""

    root: Path
    wait: float = 30.0
    """Seconds to wait for another run."""

    @property
    def store_path(self) -> Path:
        """Where the store is, or will be."""
        return self.root / STORE

    @property
    def has_store(self) -> bool:
        """False where no command has written anything yet."""
        return self.store_path.exists() and self.store_path.stat().st_size > 0

    @cached_property
    def policies(self) -> PolicyBook:
        """The policies as they stand in the file; raises `PolicyRefused` with all faults."""
        from leadreturns.readers.policy_file import read_policies

        return read_policies(self.root / POLICIES)

    def open(self, *, write: bool, create: bool = True) -> Store:
        """The store; a writing command creates it, a reading one and a dry run get an empty one when there is none."""
        return open_store(self.store_path, write=write, create=create, wait=self.wait)


def find_workspace(given: Path | None, environ: Mapping[str, str], start: Path, wait: float = 30.0) -> Workspace:
    """The workspace named by --workspace, else by the variable, else the nearest parent folder with a policies.toml."""
    named = given or (Path(environ[VARIABLE]) if environ.get(VARIABLE) else None)
    if named is not None:
        if not (named / POLICIES).is_file():
            raise Refused("no_workspace", f"{named} is no workspace: it has no {POLICIES}", f"leadreturns init {named}")
        return Workspace(named, wait)
    for folder in (start, *start.parents):
        if (folder / POLICIES).is_file():
            return Workspace(folder, wait)
    raise Refused(
        "no_workspace",
        f"no workspace here: neither this folder nor one above it has a {POLICIES}",
        f"change into one, name one with --workspace DIR or {VARIABLE}=DIR, or make one with: leadreturns init DIR",
    )
