"""The refusals of tables whose headings do not fit: each names what is missing, what was found and what to type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from leadreturns.core.wording import column_letters
from leadreturns.errors import FileRefused, UsageFault
from leadreturns.readers.currency_signs import can_mean, code_of, heading_signs
from leadreturns.readers.headings import IDENTIFIERS, REASON_MARK, Headings

_MAX_SHOWN = 30
_MAX_COMPARED = 300
_MAX_CHARACTERS = 60
_PARTING = re.compile(r"[\^~:!#\x14\xa6\xa7,;|\s]")
"""What may part the cells of a line that was read as one."""
_ENDS_IN_ID = re.compile(r"(?<![a-z])ids?\W*$", re.IGNORECASE)
_MUCH_ALIKE = 0.85
Spot = tuple[int, str]
"""The place of a column, counted from 0, and its heading."""


def ambiguous_columns(name: str, spots: Sequence[Spot]) -> FileRefused:
    """Several columns could be `name`."""
    at = [spot for spot, _ in spots]
    texts = list(dict.fromkeys(text for _, text in spots))
    which = f"{places_text(at)} could each be {name}"
    if len(texts) == 1:
        message = f'duplicate header "{clip(texts[0])}": {which}.'
        hint = f'Ask which of them is meant, give the others another heading, then --map {name}="{clip(texts[0])}".'
    else:
        shown = " and ".join(f'"{clip(text)}"' for text in texts)
        message = f"{shown}: {which}."
        hint = f"Say which one it is, for example {map_option(name, texts[0])}"
    return FileRefused("ambiguous_columns", message, hint)


def unknown_heading(name: str, heading: str, found: Sequence[str], by_option: bool) -> FileRefused:
    """A heading that somebody named is not in the file."""
    said = "--map names" if by_option else "the buyer's section of the policies names"
    near = _near(heading, found)
    suggestion = f' Did you mean "{clip(near)}"?' if near else ""
    message = (
        f'{said} the heading "{clip(heading)}" for {name}, and the file has none like it; found: {listing(found)}.'
    )
    return FileRefused("unknown_heading", message, f"Name a heading of the file.{suggestion}")


def unknown_field(headings: Headings, name: str) -> UsageFault:
    """--map names a field that there is not."""
    near = _near(name, headings.fields)
    suggestion = f" Did you mean {near}?" if near else ""
    known = ", ".join(headings.fields)
    return UsageFault(
        "unknown_field", f"--map: a {headings.table} has no field {name!r}.", f"Fields: {known}.{suggestion}"
    )


def two_fields(heading: str, first: str, second: str) -> UsageFault:
    """--map gives one heading to two fields."""
    message = f'--map names the heading "{heading}" for {first} and for {second}.'
    return UsageFault("two_fields", message, f"Leave out the one that it is not, or name {second} by another heading.")


def missing_columns(
    headings: Headings, missing: Sequence[Sequence[str]], found: Sequence[str], status: Sequence[str]
) -> FileRefused:
    """Needed columns that no heading names; `status` are headings that may say which rows are returns."""
    wanted = ", ".join(_group_text(group) for group in missing)
    heads = f"found: {listing(found)}" if any(found) else "found no headings"
    if unparted := _unparted_hint(headings, [text for text in found if text]):
        return FileRefused("missing_columns", f"no column for {wanted}; {heads}.", unparted)
    lines = [_map_hint(headings, group, found) for group in missing]
    if headings.table == "return file":
        lines.append(_setting_hint(headings, missing, found))
    if not any(map(headings.field_of, found)):
        example = (
            "Lead ID, Reason, Return Date" if headings.table == "return file" else "Lead ID, Buyer, Sold at, Price"
        )
        lines.insert(0, f"Ask for a table with a heading above each column, such as {example}, if this is none; else")
    names = {name for group in missing for name in group}
    if "reason" in names:
        lines.append("or --reason CODE if all rows have one reason; a column of marks for each reason is named as")
        lines.append(f'columns = {{ "{REASON_MARK}CODE" = "Heading" }} in the buyer\'s section of policies.toml')
    if "buyer" in names and headings.table == "return file":
        lines.append("or --buyer NAME if the file is of one buyer, --any-buyer if it names none")
    if status and headings.table == "return file":
        lines.append(status_hint(status[0]))
    lines.append("if the headings stand in another row: --header-row N")
    return FileRefused("missing_columns", f"no column for {wanted}; {heads}.", "\n".join(lines))


def refuse_other_currency(headings: Iterable[str], currency: str, *, by_option: bool = False) -> None:
    """Nothing, unless the heading of an amount names another currency than that of all its rows.

    `by_option`: --currency says that of a statement, policies.toml that of a ledger. Raises FileRefused
    `other_currency`.
    """
    for heading in headings:
        sign = next((each for each in heading_signs(heading) if not can_mean(each, currency)), "")
        if sign:
            code = code_of(sign)
            message = f'"{clip(heading)}" says {sign}, and no column names a currency, so that all is {currency}.'
            usual = f"--currency {code}" if by_option else f'currency = "{code}" in policies.toml'
            other = f"; if all of it is in {code}: {usual}" if code else ""
            hint = (
                f'Add a column "Currency" with the code of each row{other}; if it is {currency}: name the heading so.'
            )
            raise FileRefused("other_currency", message, hint)


def on_sheet(fault: FileRefused, sheets: Sequence[str]) -> FileRefused:
    """The fault with the name of the sheet that was read, and those of the others, of which one may be meant."""
    if not sheets:
        return fault
    message = f"sheet '{clip(sheets[0])}': {fault.message}"
    if len(sheets) == 1:
        return FileRefused(fault.code, message, fault.hint)
    others = ", ".join(f"'{clip(name)}'" for name in sheets[1 : 1 + _MAX_SHOWN])
    hint = f'{fault.hint}\nif another sheet is meant ({others}): --sheet "{clip(sheets[1])}"'
    return FileRefused(fault.code, message, hint)


def _unparted_hint(headings: Headings, named: Sequence[str]) -> str:
    """What to do about a table whose only heading is several known ones in a row: '' where it is not."""
    for sign in _PARTING.finditer(named[0]) if len(named) == 1 else ():
        if headings.field_of(named[0][: sign.start()]) and headings.field_of(named[0][sign.end() :].split(sign[0])[0]):
            if sign[0] in ",;|":
                return "Some lines stand in quotes as one cell: ask for the file without them, or as an Excel workbook."
            if sign[0].isspace():
                return "Its cells are parted by blanks: ask for the rows as CSV or as an Excel workbook."
            return f"If its cells are parted by {sign[0]!r}: --delimiter {sign[0]!r}; else ask for the rows as CSV."
    return ""


def status_hint(heading: str) -> str:
    """The setting that says which rows of a sheet are returns."""
    return f'if only some rows are returns: rows_where = {{ "{clip(heading)}" = ["yes"] }} in the buyer\'s section'


def map_option(name: str, heading: str) -> str:
    """The option to paste: --map lead_id="Ref #"."""
    return f'--map {name}="{clip(heading)}"'


def clip(text: str) -> str:
    """`text` short enough for a message, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_CHARACTERS else flat[: _MAX_CHARACTERS - 1] + "…"


def listing(found: Sequence[str]) -> str:
    """The headings of a file, quoted; no more than fit a message."""
    named = [f'"{clip(text)}"' for text in found if text]
    more = len(named) - _MAX_SHOWN
    return ", ".join(named[:_MAX_SHOWN]) + (f" and {more} more" if more > 0 else "")


def places_text(at: Sequence[int]) -> str:
    """'columns 1, 3 and 5 (A, C, E)'."""
    numbers = [str(place + 1) for place in at]
    shown = ", ".join(numbers[:-1]) + " and " + numbers[-1] if len(numbers) > 1 else numbers[0]
    letters = ", ".join(column_letters(place) for place in at)
    return f"column{'s' if len(at) > 1 else ''} {shown} ({letters})"


def _group_text(group: Sequence[str]) -> str:
    if tuple(group) == IDENTIFIERS:
        return "the lead (lead_id, sale_ref, phone or email)"
    return " or ".join(group)


def _meant(headings: Headings, group: Sequence[str], found: Sequence[str]) -> tuple[str, str]:
    """The field of a group that a heading most likely is, and that heading; '' where none comes near.

    What ends in ID is the lead's, however much its other words are like those of a phone number ("Contact ID").
    """
    named = [text for text in found if text]
    for name in group:
        if near := headings.nearest(name, named):
            is_own = not _ENDS_IN_ID.search(near) or headings.nearest(name, [near], _MUCH_ALIKE)
            return name if is_own or "lead_id" not in group else "lead_id", near
    return group[0], ""


def _map_hint(headings: Headings, group: Sequence[str], found: Sequence[str]) -> str:
    name, near = _meant(headings, group, found)
    if near:
        return f'did you mean "{clip(near)}"? Then: {map_option(name, near)}'
    return f"name its heading: {map_option(name, 'Heading')}"


def _setting_hint(headings: Headings, missing: Sequence[Sequence[str]], found: Sequence[str]) -> str:
    """The line of the policies that says for every file of the buyer what --map says for one."""
    near = dict(_meant(headings, group, found) for group in missing)
    columns = ", ".join(f'{name} = "{clip(heading) or "Heading"}"' for name, heading in near.items())
    return f"or, for every file of the buyer, in his section of policies.toml: columns = {{ {columns} }}"


def _near(text: str, choices: Sequence[str]) -> str:
    import difflib

    folded = {choice.casefold(): choice for choice in choices[:_MAX_COMPARED] if choice}
    close = difflib.get_close_matches(text.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""
