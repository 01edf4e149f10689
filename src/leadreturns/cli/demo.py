"""`demo`: a month of returns in a workspace of samples, every step as a person would type it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from leadreturns.cli.session import Session
from leadreturns.errors import EXIT_DONE, EXIT_NEEDS_PERSON, Refused

_SAMPLES = ("ledger.csv", "brightpath_returns.xlsx", "acme_2026-09.csv", "homefirst_scrubs.csv")


class Step(NamedTuple):
    """A sentence that says why, and the command."""

    why: str
    words: tuple[str, ...]


_OPENING = (
    Step(
        "You sell leads. First the tool learns what was sold, to whom, at what price:",
        ("ledger", "import", "ledger.csv"),
    ),
    Step(
        "Brightpath sends back a workbook with a title, merged cells and a total row. Each row is checked against the "
        "ledger and the terms in policies.toml:",
        ("import", "brightpath_returns.xlsx", "--buyer", "brightpath", "--received", "2026-08-31"),
    ),
    Step(
        "Acme is trusted: what breaks no rule is approved and credited at once.",
        ("import", "acme_2026-09.csv", "--buyer", "acme", "--received", "2026-09-30"),
    ),
    Step(
        "Homefirst sends phone numbers instead of lead ids, semicolons and an old encoding:",
        ("import", "homefirst_scrubs.csv", "--buyer", "homefirst", "--received", "2026-10-07"),
    ),
    Step(
        "Somebody imports the same file again. Nothing is credited twice:",
        ("import", "acme_2026-09.csv", "--buyer", "acme", "--received", "2026-09-30"),
    ),
    Step("What no rule could decide waits for a person:", ("review", "list", "--buyer", "acme")),
)
_CLOSING = (
    Step(
        "What the returns did to each supplier. Look at webreach: the best before returns, and what is left of it:",
        ("report", "roi", "--by", "supplier"),
    ),
    Step("What to put on this month's invoices and supplier statements:", ("report", "adjustments")),
    Step("And the proof that the books are whole:", ("store", "check")),
)


def run_demo(session: Session, folder: Path) -> int:
    """Exit code 0 when every step ended as it should; raises `Refused` for a folder that is in use."""
    _prepare(folder)
    _say(f"This walks through a month of returned leads in {folder}/. Nothing outside that folder is touched.")
    for step in _OPENING:
        _run(folder, step)
    for step in _personal_steps(session, folder):
        _run(folder, step)
    for step in _CLOSING:
        _run(folder, step)
    _say(
        f"That is all of it. The workspace stays in {folder}/: change a term in policies.toml and decide the waiting "
        "returns anew, or start your own with: leadreturns init DIR"
    )
    return EXIT_DONE


def _prepare(folder: Path) -> None:
    """The workspace with the sample files beside it."""
    from leadreturns.workflows.new_workspace import make_workspace, packaged

    if folder.is_dir() and any(folder.iterdir()):
        raise Refused("folder_in_use", f"{folder} is not empty", "name another folder: leadreturns demo DIR")
    make_workspace(folder)
    for name in _SAMPLES:
        (folder / name).write_bytes((packaged("samples") / name).read_bytes())


def _personal_steps(session: Session, folder: Path) -> Iterator[Step]:
    """What a person does with the first returns that wait: look, approve one, reject one."""
    from leadreturns.workflows.look_up import find_returns
    from leadreturns.workspace import Workspace

    store = Workspace(folder).open(write=False)
    waiting = find_returns(store, buyer="acme", outcome="review")
    late = find_returns(store, buyer="acme", finding="too_late")
    store.close()
    if late:
        yield Step("Every decision explains itself, with its sums:", ("returns", "show", str(late[0].id)))
    if len(waiting) > 1:
        first, second = (str(each.id) for each in waiting[:2])
        yield Step("A person decides two of them:", ("review", "approve", first, "--because", "recording heard"))
        yield Step("", ("review", "reject", second, "--because", "the number works"))


def _say(text: str) -> None:
    from leadreturns.writers.fitting import wrapped

    sys.stdout.write("\n" + "\n".join(wrapped(text, 80)) + "\n")
    sys.stdout.flush()


def _run(folder: Path, step: Step) -> None:
    """Show the command, run it as the shell would, and let it print for itself."""
    if step.why:
        _say(step.why)
    sys.stdout.write(f"\n$ leadreturns {shlex.join(step.words)}\n")
    sys.stdout.flush()
    # A walk does not stop in a pager.
    environ = {**os.environ, "PAGER": "cat"}
    done = subprocess.run([sys.executable, "-m", "leadreturns", *step.words], cwd=folder, env=environ, check=False)
    if done.returncode not in (EXIT_DONE, EXIT_NEEDS_PERSON):
        raise Refused("demo_failed", f"the step ended with exit code {done.returncode}", "see what it printed above")
