"""Standard output and standard error as a command uses them: what happens when nothing more can be written there.

A result that is lost must be told, once and plainly; talk that is lost must not stop a command whose work is kept.
"""

import contextlib
import io
import os
import sys
from collections.abc import Callable
from typing import NoReturn, TextIO

from leadreturns import errors


class _ResultFile(io.FileIO):
    """Descriptor 1. A full disk raises `ResultLost`; a reader who has left raises BrokenPipeError, as ever."""

    def write(self, data: "bytes | bytearray | memoryview") -> int | None:  # type: ignore[override]
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as fault:
            reason = fault.strerror or str(fault)
            raise errors.ResultLost(
                "result_lost",
                f"the result cannot be written to standard output: {reason}",
                "what the command recorded, it recorded; write to another place, or make room",
            ) from None


class _TalkFile(io.FileIO):
    """Descriptor 2. What cannot be said is not said: there is nowhere left to say so.

    Where both streams end in one file or pipe, the result stands before what is said about it.
    """

    def write(self, data: "bytes | bytearray | memoryview") -> int | None:  # type: ignore[override]
        # A result that cannot be written stays in its buffer, and is found lost at the end.
        with contextlib.suppress(OSError, ValueError, errors.ResultLost):
            sys.stdout.flush()
        try:
            return super().write(data)
        except OSError:
            return len(data)


def open_streams() -> None:
    """Give the process its two streams; one that the shell has closed goes nowhere.

    A name in a file may hold letters that a terminal's encoding lacks: shown escaped, never a crash. A script reads
    UTF-8 whatever the locale, since an escape would not be JSON.
    """
    _fill_closed()
    sys.stdout = _text(_ResultFile(1, "w", closefd=False), sys.stdout)
    sys.stderr = _text(_TalkFile(2, "w", closefd=False), sys.stderr)


def run(command: Callable[[], object]) -> NoReturn:
    """Run it and end the process with its exit code, after all that it printed has left."""
    code: str | int | None = errors.EXIT_DONE
    try:
        try:
            command()
        except SystemExit as ended:
            code = ended.code
        sys.stdout.flush()
    except BrokenPipeError:
        drop(sys.stdout)
        code = errors.EXIT_DONE
    except KeyboardInterrupt:
        code = errors.EXIT_INTERRUPTED
    except errors.ResultLost as fault:
        from leadreturns.writers.talk import Talk

        Talk(sys.stderr).error(fault.message, fault.hint)
        drop(sys.stdout)
        code = fault.exit_code
    sys.exit(code)


def _text(raw: io.FileIO, stream: TextIO | None) -> TextIO:
    is_terminal = raw.isatty()
    encoding = stream.encoding if is_terminal and stream is not None else "utf-8"
    buffered = io.BufferedWriter(raw)
    watched = is_terminal or raw.fileno() == 2
    return io.TextIOWrapper(buffered, encoding=encoding, errors="backslashreplace", line_buffering=watched)


def _fill_closed() -> None:
    """Else the first file that is opened would get the number, and with it what is meant for the stream."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)


def drop(stream: TextIO) -> None:
    """Let the last flush of a stream go nowhere: its reader has left, or it takes no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
