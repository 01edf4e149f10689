"""A folder becomes a workspace."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from leadreturns.errors import Refused
from leadreturns.store.connection import open_store

POLICIES = "policies.toml"
STORE = "leadreturns.db"


def packaged(name: str) -> Traversable:
    """A file or folder that travels with the program: inside the wheel, or at the top of a checkout."""
    inside = resources.files("leadreturns").joinpath("packaged", name)
    if inside.is_file() or inside.is_dir():
        return inside
    return Path(__file__).resolve().parents[3] / name


def make_workspace(folder: Path) -> Path:
    """The path of the new policies.toml; raises `Refused` where one stands already or the folder cannot be made."""
    target = folder / POLICIES
    if target.exists():
        raise Refused("workspace_exists", f"{target} exists already; nothing was changed", "choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_bytes(packaged(POLICIES).read_bytes())
    except OSError as fault:
        raise Refused("cannot_write", f"{folder}: {fault.strerror}", "choose a folder that you may write to") from None
    open_store(folder / STORE, write=True).close()
    return target
