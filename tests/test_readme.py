"""The README is run: its tour in a fresh folder, its excerpt of the demo against a real demo.

UPDATE_README=1 writes what the commands print into the page; read it before you commit it.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_BLOCK = re.compile(r"```console\n(.*?)```", re.S)
_DEMO = re.compile(r"<!-- demo -->\n```\n(.*?)```", re.S)


def _shell_lines(block: str) -> list[tuple[str, str]]:
    """(command, what it prints) for each `$ ` line of a block."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:].rstrip("\n"), ""))
        else:
            command, printed = found.pop()
            found.append((command, printed + line))
    return found


def _environment(tmp_path: Path) -> dict[str, str]:
    """Commands find `leadreturns` as this interpreter's own, and nothing of the user's."""
    script = tmp_path / "bin" / "leadreturns"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m leadreturns "$@"\n')
    script.chmod(0o755)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("LEADRETURNS")},
        "PATH": f"{script.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
    }


def _session(commands: list[str], folder: Path, environment: dict[str, str]) -> list[str]:
    """What each command prints, stdout and stderr together, all in one shell."""
    mark = "@@end of a command@@"
    script = "".join(f"{command}\necho '{mark}'\n" for command in commands)
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False, timeout=100,
    )  # fmt: skip
    return done.stdout.split(mark + "\n")[: len(commands)]


def test_the_tour_prints_what_the_page_says(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    told = [pair for block in _BLOCK.findall(text) for pair in _shell_lines(block)]
    assert len(told) >= 10
    printed = _session([command for command, _ in told], tmp_path, _environment(tmp_path))
    if os.environ.get("UPDATE_README"):
        fresh = iter(printed)

        def rewritten(block: re.Match[str]) -> str:
            commands = [command for command, _ in _shell_lines(block[1])]
            return "```console\n" + "".join(f"$ {command}\n{next(fresh)}" for command in commands) + "```"

        README.write_text(_BLOCK.sub(rewritten, text), encoding="utf-8")
        return
    for (command, expected), found in zip(told, printed, strict=True):
        assert _undated(found) == _undated(expected), command


def _undated(text: str) -> str:
    """Without the moment of the run and what follows from it."""
    return re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d", "(now)", text, flags=re.M)


def test_the_demo_prints_what_the_page_shows(tmp_path: Path) -> None:
    excerpt = _DEMO.findall(README.read_text(encoding="utf-8"))[0]
    done = subprocess.run(
        [sys.executable, "-m", "leadreturns", "demo", str(tmp_path / "demo")],
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert excerpt in done.stdout
    assert "sound: every rule" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_page_shows_every_picture_that_is_kept() -> None:
    shown = set(re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", README.read_text(encoding="utf-8")))
    assert shown == {str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "pictures").iterdir()}
