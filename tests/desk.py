"""An operator's desk: a workspace folder, and the program run in it as from a shell, but inside the test's process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

TERMS = """\
version  = 1
currency = "USD"
timezone = "UTC"

[terms]
window   = "30 days"
approval = "auto"
clawback = "50%"
"""
NOON = 1_793_620_800
"""2026-11-02 12:00 UTC."""
DAY = 86_400


@dataclass
class Ran:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out, self.err
        return json.loads(self.out)

    def ok(self) -> Ran:
        assert self.code == 0, f"exit {self.code}\n{self.out}\n{self.err}"
        return self


@dataclass
class Desk:
    """A workspace and the clock on its wall."""

    root: Path
    now: int = NOON
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Path:
        return self.root / "leadreturns.db"

    def policies(self, text: str) -> Desk:
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "policies.toml").write_text(text, encoding="utf-8")
        return self

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run(self, *words: object, cwd: Path | None = None) -> Ran:
        """The command as typed in the workspace folder."""
        from leadreturns.cli.app import program

        out, err = io.StringIO(), io.StringIO()
        environ = {name: value for name, value in os.environ.items() if not name.startswith("LEADRETURNS_")}
        with (
            contextlib.chdir(cwd or self.root),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            mock.patch.dict(os.environ, {**environ, "COLUMNS": "200", **self.environ}, clear=True),
            mock.patch("leadreturns.cli.clock.now", lambda: self.now),
            mock.patch("sys.stdin", io.StringIO()),
        ):
            try:
                program(*map(str, words[:1]))([str(word) for word in words], prog_name="leadreturns")
                code = 0
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
        return Ran(code, out.getvalue(), err.getvalue())

    def read_json(self, *words: object) -> Any:
        return self.run(*words, "--json").json

    def ledger(self, text: str, *flags: str, name: str = "ledger.csv") -> Any:
        """Import sales; the JSON that the command printed."""
        return self.read_json("ledger", "import", self.file(name, text), *flags)

    def returns(self, text: str, *flags: object, name: str = "returns.csv") -> Any:
        """Import returns of a file whose rows name their buyer, or of --buyer; the JSON that the command printed."""
        return self.read_json("import", self.file(name, text), *flags)

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What any other program would read; it may write, to roll a killed run back first."""
        with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=rw", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        if not self.store.exists():
            return {}
        with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=rw", uri=True)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
            return {
                name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for (name,) in tables
            }

    def check(self) -> None:
        """The store proves itself."""
        ran = self.run("store", "check")
        assert ran.code == 0, ran.err


def new_desk(root: Path, policies: str = TERMS) -> Desk:
    return Desk(root).policies(policies)


def shell(
    root: Path, *words: object, stdin: str | None = None, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        command_line(*words),
        cwd=root,
        env=process_environment(environ),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def command_line(*words: object) -> list[str]:
    return [sys.executable, "-m", "leadreturns", *map(str, words)]


def process_environment(more: dict[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEADRETURNS_")}
    source = str(Path(__file__).resolve().parents[1] / "src")
    return {**kept, "PYTHONPATH": source, **(more or {})}


@contextlib.contextmanager
def opened_plainly(store: Path) -> Iterator[sqlite3.Connection]:
    """The store as any sqlite3 shell opens it: none of our guards, every statement committed."""
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # for speed alone
        yield connection
