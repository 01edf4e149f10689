"""The documents of a period → the bytes of an accounting format, as one file or several."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadreturns.core.calendar import format_month
from leadreturns.core.policy import PolicyBook
from leadreturns.core.voucher import Voucher
from leadreturns.reports.double_entry import transactions_of
from leadreturns.reports.export_fields import Fields
from leadreturns.reports.export_format import IIF, TABLE, UBL, ExportFormat
from leadreturns.reports.export_table import export_rows
from leadreturns.reports.iif import iif_records
from leadreturns.reports.ubl_document import ubl_terms
from leadreturns.writers.export_text import encoded, tabbed_text, table_text
from leadreturns.writers.journal_text import journal_text
from leadreturns.writers.ubl_file import ubl_bytes

_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an export."""

    name: str
    """What its name has beside that of the export; '' for the main file."""
    content: bytes


def parts_of(
    form: ExportFormat, vouchers: Sequence[Voucher], book: PolicyBook, remarks: Sequence[str] = (), *,
    is_draft: bool = False,
) -> tuple[list[Part], str]:  # fmt: skip
    """The files, and the characters that the format's encoding lacks; no file without documents.

    `remarks` about the period stand in the files of formats that have comments; a draft says so in every format.

    Raises `Refused`: `missing_extra` and `invalid_document` for UBL, `account_collision` for journals.
    """
    if not vouchers:
        return [], ""
    fields = Fields(form, book, is_draft=is_draft)
    if is_draft:
        remarks = [f"DRAFT: {format_month(vouchers[0].period)} is open, its figures may still move", *remarks]
    if form.shape == UBL:
        return [_ubl_part(voucher, form, book, fields) for voucher in vouchers], ""
    parts, lost = [], ""
    for name, text in _texts(form, vouchers, fields, remarks):
        content, missing = encoded(text, form.encoding)
        parts.append(Part(name, content))
        lost += missing
    return parts, "".join(sorted(set(lost)))


def _texts(
    form: ExportFormat, vouchers: Sequence[Voucher], fields: Fields, remarks: Sequence[str]
) -> list[tuple[str, str]]:
    """(name, text) of each file."""
    groups = _by_currency(vouchers) if form.one_currency else {"": list(vouchers)}
    found: list[tuple[str, str]] = []
    for currency, group in groups.items():
        if form.shape == TABLE:
            tables = export_rows(form, group, fields)
            found += [(_joined(each.name, currency), table_text(form, each)) for each in tables]
        elif form.shape == IIF:
            found.append((currency, tabbed_text(form, iif_records(transactions_of(group, fields)))))
        else:
            made = transactions_of(group, fields)
            found.append((currency, journal_text(form, made, remarks, is_draft=bool(fields.draft))))
    return found


def _by_currency(vouchers: Sequence[Voucher]) -> dict[str, list[Voucher]]:
    """A group for each currency; under the name '' where there is only one."""
    groups: dict[str, list[Voucher]] = {}
    for voucher in sorted(vouchers, key=lambda each: each.currency):
        groups.setdefault(voucher.currency, []).append(voucher)
    return groups if len(groups) > 1 else {"": list(vouchers)}


def _joined(*names: str) -> str:
    return "-".join(name for name in names if name)


def _ubl_part(voucher: Voucher, form: ExportFormat, book: PolicyBook, fields: Fields) -> Part:
    content = ubl_bytes(ubl_terms(voucher, form, book, fields), form.values["customization"])
    return Part(_NOT_IN_NAME.sub("-", voucher.number), content)


def named_files(stem: str, suffix: str, parts: Sequence[Part]) -> dict[str, bytes]:
    """Name → content. A single file has the plain name."""
    if len(parts) == 1:
        return {f"{stem}{suffix}": parts[0].content}
    return {f"{_joined(stem, part.name)}{suffix}": part.content for part in parts}


def digests_of(files: Mapping[str, bytes]) -> tuple[str, dict[str, str]]:
    """SHA-256 of the whole, and of each file; that of several files is taken over their list as sha256sum prints it."""
    each = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    if len(each) == 1:
        return next(iter(each.values())), each
    listed = "".join(f"{digest}  {name}\n" for name, digest in each.items())
    return hashlib.sha256(listed.encode()).hexdigest(), each
