"""How one file is to be read: what the command line, the buyer's section of the policies and the ledger say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leadreturns.core.terms import FileSettings
from leadreturns.readers.table import OpenOptions


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything outside a file that decides how it is read. Blank means: not said."""

    options: OpenOptions = field(default_factory=OpenOptions)
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field → heading, from --map. Beats the buyer's `columns`, which beat the known headings."""
    date_order: str = ""
    """'dmy', 'mdy' or 'ymd', from --date-order."""
    header_row: int | None = None
    """The number, as a person sees it, of the row that holds the headings."""
    settings: FileSettings = field(default_factory=FileSettings)
    buyer: str = ""
    """The buyer that --buyer names, as the ledger or the policies write him."""
    any_buyer: bool = False
    """A row that names no buyer is read with the buyer ''."""
    default_reason: str = ""
    """The reason of rows that give none, from --reason."""
    reason_required: bool = False
    """The policies know reasons, so a file that gives none is refused."""
    known_buyers: Sequence[str] = ()
    region: str = ""
    """The region in whose way phone numbers are read, such as 'US'; that of `settings` beats it."""
    regions: Mapping[str, str] = field(default_factory=dict)
    """Buyer → region, for files that name several buyers."""
    settings_by_buyer: Mapping[str, FileSettings] = field(default_factory=dict)
    """Buyer → his settings, for a file that names its only buyer in a column."""
    currency: str = "USD"
    """Of ledger rows that name none."""
