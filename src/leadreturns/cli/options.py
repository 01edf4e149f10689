"""The options that several commands share, each defined once so that names and help are the same everywhere."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How results are printed."""

    table = "table"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"
    html = "html"


class FailOn(StrEnum):
    """What makes an import end with exit code 1."""

    none = "none"
    unreadable = "unreadable"
    review = "review"
    rejected = "rejected"


class DateOrder(StrEnum):
    """How day, month and year follow each other."""

    dmy = "dmy"
    mdy = "mdy"
    ymd = "ymd"


def _reason_given(context: typer.Context, text: str) -> str:
    """The text without blanks around it; one that was given and says nothing is refused."""
    source = context.get_parameter_source("because")
    if not text.strip() and source is not None and source.name == "COMMANDLINE":
        raise typer.BadParameter("say why in a few words")
    return text.strip()


def _name_given(context: typer.Context, text: str) -> str:
    """The name; an empty one, as of a variable that was never set, would silently mean all buyers."""
    source = context.get_parameter_source("buyer")
    if not text.strip() and source is not None and source.name == "COMMANDLINE":
        raise typer.BadParameter("name a buyer, or leave the option out")
    return text


WorkspaceDir = Annotated[
    Path | None, typer.Option("--workspace", "-C", metavar="DIR", help="The workspace folder.", show_default=False)
]
WaitSeconds = Annotated[
    float, typer.Option("--wait", metavar="SECONDS", help="How long to wait for another run.", min=0)
]
OutFormat = Annotated[
    Format | None, typer.Option("--format", help="How to print.", show_default=False, case_sensitive=False)
]
LineFormat = Annotated[
    Format | None,
    typer.Option("--format", metavar="<table|json>", help="How to print.", show_default=False, case_sensitive=False),
]
"""Of commands that print lines and no table: any other format is refused with a better word than the parser's."""
AsJson = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
OutFile = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead.", show_default=False)
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only what was asked for, warnings and errors.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours.")]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Do the whole work, keep nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Answer yes to every question.")]
Because = Annotated[
    str,
    typer.Option("--because", metavar="TEXT", help="Why; kept on record.", show_default=False, callback=_reason_given),
]
Buyer = Annotated[
    str, typer.Option("--buyer", metavar="NAME", help="The buyer.", show_default=False, callback=_name_given)
]
LARGEST_ID = 2**63 - 1
"""The store numbers no further."""


def storable(number: int | None) -> int | None:
    """The id of an option; as a limit of the option the number would crowd its help."""
    if number is not None and number > LARGEST_ID:
        raise typer.BadParameter(f"{number} is no id")
    return number


Ids = Annotated[list[int], typer.Argument(metavar="ID...", help="Ids of returns.", max=LARGEST_ID, show_default=False)]
Period = Annotated[
    str, typer.Option("--period", metavar="YYYY-MM", help="The month; today's if left out.", show_default=False)
]

Sheet = Annotated[str, typer.Option("--sheet", metavar="NAME", help="The worksheet.", show_default=False)]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar='FIELD="HEADING"', help="Which heading holds a field; repeatable.", show_default=False
    ),
]
Order = Annotated[
    DateOrder | None, typer.Option("--date-order", help="How dates are written in the file.", show_default=False)
]
Encoding = Annotated[str, typer.Option("--encoding", metavar="NAME", help="Of a text file.", show_default=False)]
Delimiter = Annotated[str, typer.Option("--delimiter", metavar="C", help="Of a text file.", show_default=False)]
HeaderRow = Annotated[
    int | None, typer.Option("--header-row", metavar="N", min=1, help="The row of the headings.", show_default=False)
]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", metavar="FILE", help="Holds a workbook's password.", show_default=False),
]
