"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("typer", "pydantic", "python-calamine", "pandas", "numpy", "pyarrow", "openpyxl", "xlsxwriter", "duckdb")


def describe() -> Iterator[str]:
    """One line each about the machine, the interpreter, SQLite and the packages that matter."""
    yield f"{_cpu()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB; {platform.system()} {platform.release()}"
    built = "with" if "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "") else "without"
    yield f"CPython {platform.python_version()}, built {built} PGO; ten million steps of a loop take {_loop():.2f} s"
    yield f"SQLite {sqlite3.sqlite_version} in Python; sqlite3 shell {_shell()}"
    yield ", ".join(f"{package} {_version(package)}" for package in _PACKAGES)


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    return found.group(1) if found else platform.processor() or platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)


def _loop() -> float:
    started = time.perf_counter()
    total = 0
    for step in range(10_000_000):
        total += step
    return time.perf_counter() - started


def _shell() -> str:
    if shutil.which("sqlite3") is None:
        return "absent: the floor of the ledger import is Python's executemany"
    said = subprocess.run(("sqlite3", "--version"), capture_output=True, text=True, check=True).stdout
    return said.split()[0]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
