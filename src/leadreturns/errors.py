"""What stops a command. Bad data inside a file is a value (`Problem`), never one of these.

    LeadReturnsError            exit
    ├── UsageFault                 2   the command line contradicts itself
    ├── Refused                    3   a missing or unacceptable file, period, id, buyer or store
    │   ├── FileRefused            3   … the file cannot be read as a table of the wanted kind
    │   ├── PolicyRefused          3   … policies.toml has faults, all of them listed
    │   ├── Unmet                  3   … several things stand in the way, all of them listed
    │   └── StoreRefused           3   … the store is not ours, too new, or lacks its guards
    ├── ResultLost                 3   standard output takes no more: what was done is done, and cannot be told
    └── StoreBusy                 75   another run holds the store

Every one carries a `code` for scripts, a message that names what and where, and a `hint`: the next step.
"""

from __future__ import annotations

from collections.abc import Sequence

EXIT_DONE = 0
EXIT_NEEDS_PERSON = 1
EXIT_USAGE = 2
EXIT_REFUSED = 3
EXIT_BUG = 4
EXIT_BUSY = 75
EXIT_INTERRUPTED = 130


class LeadReturnsError(Exception):
    """A command that cannot go on; `exit_code` is what the process returns."""

    exit_code = EXIT_REFUSED

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class UsageFault(LeadReturnsError):
    """The command line is wrong, as far as the command line alone can tell."""

    exit_code = EXIT_USAGE


class Refused(LeadReturnsError):
    """The command was understood and is refused; the store is unchanged."""


class FileRefused(Refused):
    """A file that cannot be read; `others` are further faults found in the same pass."""

    def __init__(self, code: str, message: str, hint: str = "", others: Sequence[FileRefused] = ()) -> None:
        super().__init__(code, message, hint)
        self.others = tuple(others)


class PolicyRefused(Refused):
    """policies.toml cannot be used; `faults` holds one line for each fault, in file order."""

    def __init__(self, message: str, faults: Sequence[str], hint: str = "") -> None:
        super().__init__("bad_policies", message, hint)
        self.faults = tuple(faults)


class Unmet(Refused):
    """Several things stand in the way; `faults` holds one line for each."""

    def __init__(self, code: str, message: str, faults: Sequence[str], hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.faults = tuple(faults)


class StoreRefused(Refused):
    """The file that should be the store cannot be used as one."""


class ResultLost(LeadReturnsError):
    """The result cannot be printed: no room where standard output goes."""


class StoreBusy(LeadReturnsError):
    """Another run holds the store; it was waited for in vain."""

    exit_code = EXIT_BUSY
