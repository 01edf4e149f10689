"""A Typer program as small as they come, with plain help like ours: the floor of any `--help`."""

import typer

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def greet(name: str = "you") -> None:
    """Greets."""
    typer.echo(f"Hello {name}")


@app.command()
def part(name: str = "you") -> None:
    """Says goodbye."""
    typer.echo(f"Goodbye {name}")


if __name__ == "__main__":
    app()
