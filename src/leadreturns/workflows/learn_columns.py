"""The confirmed mapping of a buyer's file goes into his section of policies.toml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

from leadreturns.readers.inspection import Inspection
from leadreturns.readers.learned import learned_text
from leadreturns.readers.policy_file import parse_policies
from leadreturns.writers.output_file import replace_policies


class Learned(NamedTuple):
    """What was written for a buyer."""

    columns: Mapping[str, str]
    """Field → heading, of the headings that are not known by themselves."""
    date_order: str


def learn_columns(policies: Path, buyer: str, found: Inspection, *, keep: bool = True) -> Learned:
    """What was written for the buyer, every comment of the file kept; nothing where all is known by itself.

    The new text is parsed before it takes the old one's place, which without `keep` it does not take.
    """
    columns = found.learnable
    orders = {proof.order for proof in found.date_orders.values()}
    order = orders.pop() if len(orders) == 1 else ""
    if not columns and not order:
        return Learned({}, "")
    text = learned_text(policies.read_text(encoding="utf-8"), buyer, columns, order)
    parse_policies(text, policies.name)

    def produce(stream: BinaryIO) -> None:
        stream.write(text.encode())

    if keep:
        replace_policies(policies, produce)
    return Learned(columns, order)
