"""`store`: proving, copying and describing the database."""

from pathlib import Path
from typing import Annotated

import typer

from leadreturns.cli.session import OUTCOME, Session, command
from leadreturns.core.wording import counted

app = typer.Typer(name="store", help="The database: check, backup, info.", no_args_is_help=True)


@command(app, "check", examples="leadreturns store check", prints=OUTCOME)
def check(session: Session) -> int | None:
    """Prove every rule of the store on its rows; silent questions, one answer."""
    from leadreturns.store.checks import RULES
    from leadreturns.workflows.keep_store import check as check_store

    store = session.store()
    with session.talk.progress("proving rules", RULES) as advance:
        broken = check_store(store, advance)
    if session.wants_json:
        found = [{"rule": each.rule, "ids": list(each.ids)} for each in broken]
        session.print_json({"status": "broken" if broken else "sound", "rules": RULES, "broken": found})
    elif not broken:
        session.write_line("sound: every rule of the store holds")
    for each in broken:
        session.talk.error(f"broken: {each.rule} ({', '.join(map(str, each.ids))})")
    return 1 if broken else 0


@command(
    app, "backup", examples="leadreturns store backup\n\nleadreturns store backup /backups/returns.db", prints=OUTCOME
)
def backup(
    session: Session,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The copy's name.", show_default=False)] = None,
) -> int | None:
    """Copy the whole store as it is at one instant, also while others write."""
    from leadreturns.core.calendar import iso_utc
    from leadreturns.workflows.keep_store import backup as copy_store
    from leadreturns.workflows.keep_store import pages

    store = session.recorded()
    stamp = iso_utc(session.now)[:19].replace(":", "").replace("-", "")
    target = file or session.workspace.root / f"leadreturns-{stamp}.backup.db"
    with session.talk.progress("copying", pages(store)) as advance:
        path = copy_store(store, target, advance)
    if session.wants_json:
        session.print_json({"status": "recorded", "file": str(path)})
    else:
        session.write_line(f"backed up to {path}")
    return None


@command(app, "info", examples="leadreturns store info --json")
def info(session: Session) -> int | None:
    """Where the store is, what it holds, how it is kept safe, and under which policies it decided."""
    from leadreturns.core.calendar import iso_utc
    from leadreturns.reports.record_reports import facts_table
    from leadreturns.workflows.look_up import store_facts

    found = store_facts(session.store())
    kept = [
        {
            "digest": text.digest,
            "first_used_at": iso_utc(text.first_used_at),
            "batches": text.batches,
            "decisions": text.decisions,
        }
        for text in found.policies
    ]
    lines = [
        (
            f"policies {text.digest[:12]}",
            f"first used {session.told(iso_utc(text.first_used_at))}: {counted(text.decisions, 'decision')}",
        )
        for text in found.policies
    ]
    facts = [(name.replace("_", " "), _told(value)) for name, value in found.facts.items()]
    session.show(facts_table("store", "Store", [*facts, *lines]), {**found.facts, "policies": kept})
    return None


def _told(value: str | int | None) -> str:
    return "none yet" if value is None else str(value)
