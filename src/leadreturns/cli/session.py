"""What every command has at hand: the workspace, the clock, the actor, and where results and talk go.

`command` gives a function the options that all commands share, and turns what it raises into an exit code.
"""

import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from leadreturns import errors
from leadreturns.cli import clock, endings, options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadreturns.core.calendar import Zone
    from leadreturns.core.lead_return import Problem
    from leadreturns.readers.table import Note
    from leadreturns.reports.report_file import ReportFile
    from leadreturns.reports.table import Table
    from leadreturns.store.connection import Store
    from leadreturns.workflows.act import Act, Watch
    from leadreturns.workspace import Workspace
    from leadreturns.writers.talk import Talk


TABLE, LINES, OUTCOME, FILE = "table", "lines", "outcome", "file"
"""What the result of a command is: a table, which takes every format; lines that were asked for; lines that say
what an act came to, which --quiet leaves out; or a file of the command's own kinds."""


@dataclass
class Session:
    """One run of one command."""

    workspace_dir: Path | None = None
    wait: float = 30.0
    format: str = ""
    output: Path | None = None
    quiet: bool = False
    no_color: bool = False
    prints: str = "table"
    lines: list[str] = field(default_factory=list)
    """Lines of the result that go into the file of -o at the end."""
    stores: "list[Store]" = field(default_factory=list)
    """The store, as often as the run opened it."""

    @cached_property
    def talk(self) -> "Talk":
        """Speaks on stderr."""
        from leadreturns.writers.talk import Talk

        return Talk(sys.stderr, quiet=self.quiet, color=False if self.no_color else None)

    @cached_property
    def workspace(self) -> "Workspace":
        """The workspace of this run."""
        from leadreturns.workspace import find_workspace

        return find_workspace(self.workspace_dir, os.environ, Path.cwd(), self.wait)

    @cached_property
    def zone(self) -> "Zone":
        """The clock that times are shown on: the workspace's, or UTC while policies.toml cannot be read."""
        from leadreturns.core.calendar import UTC_ZONE

        try:
            return self.workspace.policies.zone
        except errors.PolicyRefused:
            self.talk.warn("policies.toml has faults: times are shown in UTC (leadreturns policy check tells them)")
            return UTC_ZONE

    def told(self, time: str) -> str:
        """An ISO time for a line that a person reads: '2026-10-12 11:04', on that clock; a date stays."""
        from leadreturns.reports.table import short_time, time_on_clock

        return short_time(time_on_clock(time, self.zone)) if "T" in time else time

    @cached_property
    def now(self) -> int:
        """One instant for the whole run."""
        return clock.now()

    @cached_property
    def actor(self) -> str:
        """The operating system's user: neither a flag nor an environment variable."""
        import pwd

        try:
            return pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            return str(os.geteuid())

    def store(self, *, write: bool = False, dry_run: bool = False) -> "Store":
        """The store of the workspace; a dry run writes in it what it then rolls back, and creates none."""
        self.stores.append(self.workspace.open(write=write, create=not dry_run))
        return self.stores[-1]

    def recorded(self, *, dry_run: bool = False) -> "Store":
        """The store, to change what is on record; refused where nothing is, so that no refusal makes a store."""
        if not self.workspace.has_store:
            raise errors.Refused(
                "no_store",
                f"{self.workspace.root} has no store yet: nothing was imported",
                "begin with your sales: leadreturns ledger import FILE",
            )
        return self.store(write=True, dry_run=dry_run)

    def input_file(self, path: Path) -> Path:
        """The path, unless it is the store under any name: closing a handle on it would drop SQLite's locks."""
        store = self.workspace.store_path
        own = [store, *(store.with_name(store.name + end) for end in ("-wal", "-shm", "-journal"))]
        if any(_is_same_file(path, other) for other in own):
            raise errors.Refused("is_the_store", f"{path} is the store itself", "name a file that a buyer sent")
        return path

    def act(self, *, dry_run: bool = False, watch: "Watch | None" = None) -> "Act":
        """Who acts, when, and whether it is kept."""
        from leadreturns.workflows.act import Act, unwatched

        return Act(self.now, self.actor, not dry_run, watch or unwatched)

    @property
    def wants_json(self) -> bool:
        """True when the result ends up as JSON, on stdout or in a file."""
        return self.format == "json" or (not self.format and _suffix(self.output) == ".json")

    def watch(self, advance: Callable[[int], None]) -> "Watch":
        """Feeds the progress bar, and says on stderr what each stage cost when LEADRETURNS_TIMINGS is set."""
        if not os.environ.get("LEADRETURNS_TIMINGS"):
            return lambda stage, rows: advance(rows)
        from leadreturns.cli.timings import Timings

        return Timings(advance).watch

    def tell_problems(self, problems: "Sequence[Problem]") -> None:
        """The rows that could not be read, the first ten in full."""
        from leadreturns.core.wording import counted

        for problem in problems[:10]:
            self.talk.warn(f"{problem.message} [{problem.code}]")
        if len(problems) > 10:
            self.talk.warn(f"{counted(len(problems) - 10, 'more row')} could not be read; --json lists them all")

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask on a terminal; without one, or with --yes, go on."""
        if yes or not sys.stdin.isatty():
            return
        if not typer.confirm(question, err=True):
            raise typer.Abort

    def show(
        self,
        table: "Table",
        json_object: "Mapping[str, Any] | None" = None,
        more: "Sequence[Table]" = (),
        file: "ReportFile | None" = None,
    ) -> None:
        """Print a table and for a person `more` below it, or the object that a script gets in its place.

        A workbook or a page holds what `file` gathers.
        """
        from leadreturns.cli.showing import show

        show(self, table, json_object, more, file)

    def print_json(self, value: dict[str, Any]) -> None:
        """Print one JSON object on stdout."""
        from leadreturns.cli.showing import print_json

        print_json(self, value)

    def write_line(self, text: str, indent: int = 2) -> None:
        """Print one line of a result on stdout, or keep it for the file of -o.

        On a terminal a long one goes on under `indent`.
        """
        from leadreturns.cli.showing import write_line

        if self.output is None or str(self.output) == "-":
            if not (self.quiet and self.prints == OUTCOME):
                write_line(text, indent)
        else:
            self.lines.append(text)

    def tell_notes(self, notes: "Sequence[Note]") -> None:
        """What was noticed about a file: what was left out as it should be is said, the rest is a warning."""
        for note in notes:
            if note.code.startswith("skipped_") or note.code in _EXPECTED:
                self.talk.info(note.message)
            else:
                self.talk.warn(note.message)


_EXPECTED = frozenset({"heading_ignored", "sheets_not_read", "unpacked"})

_COMMON = {
    "workspace": (options.WorkspaceDir, None),
    "wait": (options.WaitSeconds, 30.0),
    "format": (options.OutFormat, None),
    "json": (options.AsJson, False),
    "output": (options.OutFile, None),
    "quiet": (options.Quiet, False),
    "no_color": (options.NoColor, False),
}


def command(
    app: typer.Typer, name: str, *, examples: str = "", without: frozenset[str] = frozenset(), prints: str = TABLE
) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Register a function whose first parameter is the session; it returns the exit code, None for 0.

    `without` names common options that make no sense for the command; `prints` says what its result is.
    """
    formats = {} if prints in (TABLE, FILE) else {"format": (options.LineFormat, None)}
    # \b keeps the lines of the paragraph as they are.
    epilog = "\b\nExamples:\n  " + examples.replace("\n\n", "\n  ") if examples else None

    def register(function: Callable[..., int | None]) -> Callable[..., None]:
        own = list(inspect.signature(function).parameters.values())[1:]
        common = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for key, (annotation, default) in (_COMMON | formats).items()
            if key not in without and key not in {parameter.name for parameter in own}
        ]

        @wraps(function)
        def run(**values: Any) -> None:
            session = _session(values, {parameter.name for parameter in common})
            raise typer.Exit(endings.guarded(session, lambda: _checked(session, function, values, prints)))

        keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
        run.__signature__ = inspect.Signature([*keyword, *common])  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*keyword, *common)}
        app.command(name, epilog=epilog)(run)
        return run

    return register


def _checked(session: Session, function: Callable[..., int | None], values: dict[str, Any], prints: str) -> int | None:
    """What the command answers; a result that cannot be written as asked is refused before anything is done."""
    session.prints = prints
    if prints not in (TABLE, FILE):
        endings.refuse_tables(session)
    if session.output is not None and str(session.output) != "-":
        from leadreturns.writers.output_file import check_output

        check_output(session.output, keep=[session.workspace.store_path])
    if prints == TABLE:
        endings.refuse_suffix(session)
    code = function(session, **values)
    if session.lines and session.output is not None:
        from leadreturns.cli.showing import write_bytes

        write_bytes(session, session.output, ("\n".join(session.lines) + "\n").encode())
    return code


def _suffix(path: Path | None) -> str:
    return path.suffix.lower() if path is not None else ""


def _session(values: dict[str, Any], common: set[str]) -> Session:
    """The session that the common options describe; they are taken out of `values`."""
    taken = {key: values.pop(key) for key in common}
    chosen = taken.get("format")
    if taken.get("json"):
        chosen = options.Format.json
    return Session(
        workspace_dir=taken.get("workspace"),
        wait=taken.get("wait", 30.0),
        format=str(chosen.value) if chosen else "",
        output=taken.get("output"),
        quiet=taken.get("quiet", False),
        no_color=taken.get("no_color", False),
    )


def _is_same_file(path: Path, other: Path) -> bool:
    """Whether both names are of one file; a name that no system takes is left for the opening to refuse."""
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False
