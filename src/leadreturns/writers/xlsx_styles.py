"""How cells of a workbook look: the few styles that we use, and the styles part of the package."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from html import escape
from typing import NamedTuple

from leadreturns.core.money import digits_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_LINE = 'style="thin"><color rgb="FF7A869A"/>'
_BORDERS = (
    '<borders count="3"><border><left/><right/><top/><bottom/><diagonal/></border>'
    f"<border><left/><right/><top {_LINE}</top><bottom/><diagonal/></border>"
    f"<border><left/><right/><top/><bottom {_LINE}</bottom><diagonal/></border></borders>"
)
_BORDER_NUMBERS = {"": 0, "top": 1, "bottom": 2}
_FILL_NUMBERS = {"": 0, "head": 2, "answer": 3}
_ALIGNMENTS = {"": "", "left": ' horizontal="left" indent="1"', "right": ' horizontal="right" indent="1"'}
_FILLS = "".join(
    f'<fill><patternFill patternType="solid"><fgColor rgb="{rgb}"/><bgColor indexed="64"/></patternFill></fill>'
    for rgb in ("FFE9EDF3", "FFFFF4D6")
)


class Style(NamedTuple):
    """How cells of one kind look."""

    number_format: str = "General"
    bold: bool = False
    line: str = ""
    """'top' over totals, 'bottom' under headings."""
    fill: str = ""
    """'head', 'answer' or none."""
    align: str = ""
    """'left', set off from a number before it; 'right', with room for a filter button; '' by the kind of the value."""
    wrap: bool = False
    quoted: bool = False
    """Excel keeps the text a text when somebody edits the cell."""


PLAIN = Style()
_UNSTYLED = Style(align="unstyled")
HEADING = Style(bold=True, line="bottom", fill="head", wrap=True)

TEXT_FORMAT = "@"
COUNT_FORMAT = "#,##0"
NUMBER_FORMAT = "0"
RATE_FORMAT = "0.00%;[Red]-0.00%"
DATE_FORMAT = "yyyy-mm-dd"
TIME_FORMAT = "yyyy-mm-dd hh:mm"
SECONDS_FORMAT = "yyyy-mm-dd hh:mm:ss"
CLOCK_FORMAT = "hh:mm:ss"


def money_format(digits: int) -> str:
    """The number format of a currency with so many decimals; negative amounts are red."""
    plain = "#,##0" + ("." + "0" * digits if digits else "")
    return f"{plain};[Red]-{plain}"


class Styles:
    """The styles in use, numbered in the order in which they are first asked for; 0 is that of cells without any."""

    def __init__(self) -> None:
        self.used: dict[Style, int] = {_UNSTYLED: 0}
        self._money: dict[str, int] = {}

    def number(self, style: Style) -> int:
        """The number by which cells name the style."""
        return self.used.setdefault(style, len(self.used))

    def money(self, currency: str) -> int:
        """The number of the style for amounts of `currency`."""
        found = self._money.get(currency)
        if found is None:
            found = self._money[currency] = self.number(Style(money_format(digits_of(currency))))
        return found

    @cached_property
    def quoted(self) -> int:
        """The number of the style for texts that look like formulas."""
        return self.number(Style(quoted=True))


def style_sheet(styles: Sequence[Style]) -> str:
    """The text of xl/styles.xml; a style's place in the list is its number."""
    formats = list(dict.fromkeys(style.number_format for style in styles if style.number_format != "General"))
    numbered = {text: number for number, text in enumerate(formats, 164)} | {"General": 0}
    listed = "".join(f'<numFmt numFmtId="{numbered[text]}" formatCode="{escape(text)}"/>' for text in formats)
    counted = f'<numFmts count="{len(formats)}">{listed}</numFmts>'
    cells = "".join(_cell_format(style, numbered) for style in styles)
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}">'
        f"{counted if formats else ''}"
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
        '<fills count="4"><fill><patternFill patternType="none"/></fill>'
        f'<fill><patternFill patternType="gray125"/></fill>{_FILLS}</fills>{_BORDERS}'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(styles)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _cell_format(style: Style, formats: dict[str, int]) -> str:
    if style == _UNSTYLED:
        return '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    wrap = ' wrapText="1"' if style.wrap else ""
    quoted = ' quotePrefix="1"' if style.quoted else ""
    return (
        f'<xf numFmtId="{formats[style.number_format]}" fontId="{int(style.bold)}" '
        f'fillId="{_FILL_NUMBERS[style.fill]}" borderId="{_BORDER_NUMBERS[style.line]}" xfId="0" '
        'applyNumberFormat="1" applyFont="1" applyFill="1" '
        f'applyBorder="1" applyAlignment="1"{quoted}>'
        f'<alignment vertical="{"bottom" if style.fill else "top"}"{_ALIGNMENTS[style.align]}{wrap}/></xf>'
    )
