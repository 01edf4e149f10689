"""One whole process, measured from outside: wall-clock seconds and the peak memory of it and its children."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

_PAGE = os.sysconf("SC_PAGE_SIZE")
_SAMPLE_SECONDS = 0.01
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took and said."""

    seconds: float
    peak_mib: float
    """The largest sum over the process and its children, sampled every 10 ms, pages that they share counted for each;
    or the process's own peak as the kernel tells it at the end, where that is larger."""
    exit_code: int
    stdout: str
    stderr: str


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Run:
    """Runs `command` to its end; `environment` is added to ours."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, **(environment or {})},
        )
        with _Watch(process.pid) as watch:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
        # The process is reaped already; without this Popen would wait for it again.
        process.returncode = os.waitstatus_to_exitcode(status)
        # Linux starts a child's peak at its parent's, so that a smaller figure is ours and says nothing of the child.
        told = usage.ru_maxrss if usage.ru_maxrss > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss else 0
        peak = max(told * 1024, watch.peak_bytes) / _MIB
        return Run(seconds, peak, process.returncode, _text_of(stdout), _text_of(stderr))


class _Watch:
    """Samples the memory of a process and its children in the background."""

    def __init__(self, pid: int) -> None:
        self.peak_bytes = 0
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(_SAMPLE_SECONDS):
            self.peak_bytes = max(self.peak_bytes, tree_bytes(self._pid))


def tree_bytes(pid: int) -> int:
    """Resident bytes of a process and everything it started; 0 once it is gone, or without /proc."""
    try:
        resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
        children = [
            int(child)
            for task in (path.name for path in Path(f"/proc/{pid}/task").iterdir())
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split()
        ]
    except (OSError, IndexError):
        return 0
    return resident + sum(tree_bytes(child) for child in children)


def drop_from_page_cache(folder: Path) -> None:
    """Makes the next reader of the files in `folder` fetch them from the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                # Only clean pages can be dropped.
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _text_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
