"""The program: every command group, registered; nothing heavy is imported before a command runs."""

import gc
import sys
from typing import Annotated

import typer

from leadreturns import __version__
from leadreturns.cli import (
    accrual_command,
    batch_commands,
    credit_note_commands,
    export_command,
    import_command,
    ledger_commands,
    period_commands,
    policy_commands,
    reconcile_command,
    report_commands,
    returns_commands,
    review_commands,
    store_commands,
    workspace_commands,
)

HELP = (
    "Bulk lead returns: read a buyer's file, decide each row by the terms, book credits and clawbacks, "
    "and print true ROI and billing adjustments."
)

app = typer.Typer(
    name="leadreturns",
    help=HELP,
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
workspace_commands.register(app)
import_command.register(app)
export_command.register(app)
accrual_command.register(report_commands.app)
reconcile_command.register(report_commands.app)
for group in (
    ledger_commands,
    batch_commands,
    returns_commands,
    review_commands,
    report_commands,
    period_commands,
    credit_note_commands,
    policy_commands,
    store_commands,
):
    app.add_typer(group.app)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"leadreturns {__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options before the command."""


root.__doc__ = HELP


def main() -> None:
    """Run the command line; the entry point of the console script."""
    # A command lives for seconds and makes rows, not cycles: looking for garbage would take a fifth of an import.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        # A name in a file may hold letters that the terminal's encoding lacks: shown escaped, never a crash.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    app()
