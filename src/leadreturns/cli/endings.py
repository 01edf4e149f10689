"""How a run ends that did not do what was asked: what is said, and the exit code."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from leadreturns import errors
from leadreturns.cli import streams

if TYPE_CHECKING:
    from leadreturns.cli.session import Session


def refuse_tables(session: "Session") -> None:
    """Raises `UsageFault` where a command without a table is asked for one."""
    suffix = session.output.suffix.lower().removeprefix(".") if session.output is not None else ""
    shape = session.format or suffix
    if shape in ("csv", "xlsx", "html"):
        raise errors.UsageFault(
            "no_table", f"this command prints lines or JSON, no {shape}", "leave the format out, or use --json"
        )


TABLE_FILES = ("csv", "json", "xlsx", "html", "txt")
"""What reports and lists are written as, by the ending of the file's name."""


def refuse_suffix(session: "Session") -> None:
    """Raises `UsageFault` where a table is to go into a file whose name ends like one of another kind."""
    suffix = session.output.suffix.lower().removeprefix(".") if session.output is not None else ""
    if suffix and not session.format and suffix not in TABLE_FILES:
        known = f"known are {', '.join(TABLE_FILES[:-1])} and {TABLE_FILES[-1]}; or say which with --format"
        raise errors.UsageFault("unknown_suffix", f"-o {session.output}: no table is written as .{suffix}", known)


def guarded(session: "Session", work: Callable[[], int | None]) -> int:
    """The exit code of a command, whatever it raises."""
    try:
        code = work() or errors.EXIT_DONE
        sys.stdout.flush()
        return code
    except errors.ResultLost:
        # Not even the refusal in JSON could be printed: the program itself ends with it.
        raise
    except errors.LeadReturnsError as fault:
        return refused(session, fault)
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("\n")
        session.talk.warn("interrupted; what was not finished is not kept")
        return errors.EXIT_INTERRUPTED
    except BrokenPipeError:
        streams.drop(sys.stdout)
        return errors.EXIT_DONE
    except typer.Exit as ended:
        return int(ended.exit_code)
    except Exception as fault:
        told = _of_the_store(session, fault)
        return bug(session, fault) if told is None else refused(session, told)


def _of_the_store(session: "Session", fault: Exception) -> errors.LeadReturnsError | None:
    """The refusal for a store that is full, out of reach or damaged; None for what is a bug."""
    if type(fault).__module__ != "sqlite3":
        return None
    from leadreturns.store.connection import refusal_of

    return refusal_of(fault, session.workspace.store_path)


def refused(session: "Session", fault: errors.LeadReturnsError) -> int:
    """The exit code of a refusal, after every fault was told with its next step, in JSON too where a script reads."""
    faults = [fault, *getattr(fault, "others", ())]
    lines = list(getattr(fault, "faults", ()))
    if session.format == "json":
        problems = [{"code": each.code, "message": each.message, "hint": each.hint} for each in faults]
        problems[1:1] = [{"code": fault.code, "message": line, "hint": ""} for line in lines]
        from leadreturns.writers.json_writer import to_json

        # Never into the file of -o: that very file may be what is refused.
        sys.stdout.write(to_json({"status": "refused", "problems": problems}))
    for each in faults:
        first, *more = (each.hint if not lines else "").split("\n")
        session.talk.error(each.message, first)
        for line in more:
            session.talk.item(line)
    for line in lines:
        session.talk.item(line)
    if lines and fault.hint:
        session.talk.info(f"hint: {fault.hint}")
    return fault.exit_code


def _kept(session: "Session") -> str:
    if any(store.changed for store in session.stores):
        return "what the command recorded before stays recorded"
    return "the store is unchanged"


def bug(session: "Session", fault: Exception) -> int:
    """Where it happened and of what type, never what it held: a customer's data may stand in the message."""
    from leadreturns import __version__

    frame, last = fault.__traceback__, "?"
    while frame is not None:
        code = frame.tb_frame.f_code
        if "leadreturns" in code.co_filename:
            last = f"{Path(code.co_filename).name}:{frame.tb_lineno} in {code.co_name}"
        frame = frame.tb_next
    if os.environ.get("LEADRETURNS_TRACEBACK"):
        raise fault
    session.talk.error(
        f"this is a bug in leadreturns {__version__}: {type(fault).__name__} at {last}; {_kept(session)}",
        "please report this line and the command; no data stands in it",
    )
    return errors.EXIT_BUG
