"""The pages do not rot: generated ones equal a fresh run, and every command is documented with an example."""

from pathlib import Path

import pytest
import typer

from docs.generate import HERE, pages
from leadreturns.cli.app import program


@pytest.mark.parametrize("name", sorted(pages()))
def test_generated_page_is_up_to_date(name: str) -> None:
    stored = (HERE / name).read_text(encoding="utf-8")
    assert stored == pages()[name], f"docs/{name} is out of date: make docs"


def _commands() -> list[tuple[str, object]]:
    root = typer.main.get_command(program())
    found = []
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found.extend(
            [(f"{name} {sub}", single) for sub, single in inner.items()] if inner is not None else [(name, command)]
        )
    return found


@pytest.mark.parametrize(("name", "command"), _commands())
def test_every_command_says_what_it_does_with_an_example(name: str, command: typer.core.TyperCommand) -> None:
    assert command.help, name
    assert command.epilog, f"{name} has no example"
    assert f"leadreturns {name}" in command.epilog, f"the example of {name} does not use it"


def test_every_option_has_a_help_text() -> None:
    silent = [
        f"{name} {parameter.name}"
        for name, command in _commands()
        for parameter in command.params  # type: ignore[attr-defined]
        if not getattr(parameter, "help", None)
    ]
    assert silent == []


def test_pages_link_to_files_that_exist() -> None:
    import re

    root = Path(__file__).parent.parent
    for page in (root / "README.md", *sorted((root / "docs").glob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
