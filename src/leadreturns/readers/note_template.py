"""templates/credit_note.toml → the words on notes, over those that are packaged."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from leadreturns.core.note_wording import BY_RATE, LABELS, SECTIONS, Wording, faults_of, texts_of
from leadreturns.errors import Unmet
from leadreturns.readers.policy_values import did_you_mean

TEMPLATE = Path("templates") / "credit_note.toml"
"""Where a workspace keeps its own words."""
_MAX_BYTES = 100_000
_LONGEST = 2_000


def packaged_template() -> str:
    """The text of the template that is used where the workspace has none."""
    return resources.files("leadreturns.readers").joinpath("credit_note.toml").read_text(encoding="utf-8")


def read_wording(root: Path) -> Wording:
    """The words of the workspace's own template where it says any, else the packaged ones.

    Raises `Unmet` with every fault of the file.
    """
    known = tomllib.loads(packaged_template())
    path = root / TEMPLATE
    if path.exists():
        own = _parsed(path)
        faults = _faults(own)
        if faults:
            raise Unmet(
                "bad_template",
                f"{TEMPLATE} cannot be used",
                faults,
                "leadreturns credit-note template prints a sound one",
            )
        known = {
            section: {**_packaged(known[section], own.get(section, {})), **own.get(section, {})} for section in known
        }
    return Wording({section: known[section] for section in SECTIONS}, known["labels"])


def _packaged(texts: dict[str, str], own: dict[str, str]) -> dict[str, str]:
    """The packaged texts; no `by_rate` beside an intro of the user's own, which may be in another language."""
    return {key: text for key, text in texts.items() if key != BY_RATE or "intro" not in own}


def _parsed(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        if len(content) > _MAX_BYTES:
            raise ValueError("it is larger than 100 kB")
        return tomllib.loads(content.decode("utf-8-sig"))
    except (OSError, ValueError) as fault:
        raise Unmet("bad_template", f"{TEMPLATE} cannot be read", [str(fault)], "mend it, or move it away") from None


def _faults(own: dict[str, Any]) -> list[str]:
    """Everything in the file that is not a known section with known keys and texts."""
    found: list[str] = []
    for section, values in own.items():
        keys = LABELS if section == "labels" else texts_of(section)
        if section not in (*SECTIONS, "labels"):
            found.append(f"[{section}] is unknown{did_you_mean(section, (*SECTIONS, 'labels'))}")
        elif not isinstance(values, dict):
            found.append(f"{section} is no section; write [{section}] on a line of its own")
        else:
            found.extend(_fault_of(section, key, text, keys) for key, text in values.items())
    return [fault for fault in found if fault]


def _fault_of(section: str, key: str, text: object, keys: tuple[str, ...]) -> str:
    if key not in keys:
        return f"[{section}] {key} is unknown{did_you_mean(key, keys)}"
    if not isinstance(text, str):
        return f"[{section}] {key} is no text; write it in quotes"
    if len(text) > _LONGEST:
        return f"[{section}] {key} is longer than {_LONGEST:,} characters"
    fault = "" if section == "labels" else faults_of(text)
    return f"[{section}] {key} {fault}" if fault else ""
