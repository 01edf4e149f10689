"""The program: only the commands that a command line names are imported, the others stand in by their summary."""

import gc
import os
import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer

from leadreturns import __version__
from leadreturns.cli import streams

HELP = (
    "Bulk lead returns: read a buyer's file, decide each row by the terms, book credits and clawbacks, "
    "and print true ROI and billing adjustments."
)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("workspace_commands", "Make a workspace: a folder with a commented policies.toml and an empty store."),
    "demo": (
        "workspace_commands",
        "Make a workspace with sample files and walk through a month of returns, showing every command and its output.",
    ),
    "status": (
        "workspace_commands",
        "What was imported last, what waits for a person and the money at risk, and the open period.",
    ),
    "import": ("import_command", "Import a return file: every row is checked, decided, and its money booked."),
    "export": (
        "export_command",
        "Write a month's credits, debits and clawbacks for an accounting system; -o x.zip packs several files.",
    ),
}
"""Command → the module that registers it, and its help."""
GROUPS: Mapping[str, tuple[str, str]] = {
    "ledger": ("ledger_commands", "The lead ledger: all sales."),
    "batch": ("batch_commands", "Imported return files."),
    "returns": ("returns_commands", "Single returns: list, explain, decide anew."),
    "review": ("review_commands", "The queue of returns that wait for a person; alone it walks them."),
    "report": ("report_commands", "True ROI, billing adjustments, returns, exposure."),
    "period": ("period_commands", "Months: list, close, reopen."),
    "credit-note": ("credit_note_commands", "Credit notes for buyers, clawback statements for suppliers."),
    "policy": ("policy_commands", "The terms in policies.toml: check, show, try, simulate."),
    "store": ("store_commands", "The database: check, backup, info."),
}
"""Group of commands → the module that holds it as `app`, and its help."""
MORE_REPORTS = ("accrual_command", "reconcile_command")


@cache
def program(wanted: str | None = None) -> typer.Typer:
    """The command line with everything that `wanted`, its first word, can need; None for all of it.

    Fifty commands take longer to set up than most of them take to run. A word that names none of them asks for the
    list of all, for which the summaries do.
    """
    app = typer.Typer(
        name="leadreturns",
        help=HELP,
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(help=HELP)(_root)
    needed = {module for name, (module, _) in COMMANDS.items() if wanted in (None, name)}
    for module in dict.fromkeys(module for module, _ in COMMANDS.values() if module in needed):
        _module(module).register(app)
    for name, (module, told) in COMMANDS.items():
        if module not in needed:
            app.command(name, help=told)(_summary_only)
    for name, (module, told) in GROUPS.items():
        app.add_typer(_group(name, module) if wanted in (None, name) else typer.Typer(name=name, help=told))
    return app


def _group(name: str, module: str) -> typer.Typer:
    group: typer.Typer = _module(module).app
    if name == "report":
        for more in MORE_REPORTS:
            _module(more).register(group)
    return group


def _module(name: str) -> Any:
    return import_module(f"leadreturns.cli.{name}")


def _summary_only() -> None:
    """Stands for a command in the list of all commands."""


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"leadreturns {__version__}\n")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """Run the command line and end the process."""
    # A command lives for seconds and makes rows, not cycles: looking for garbage would take a fifth of an import.
    gc.disable()
    streams.open_streams()
    completing = "_LEADRETURNS_COMPLETE" in os.environ
    # None of the options before the command takes a value, so the first other word is the command.
    first = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    streams.run(lambda: program(None if completing else first)())
