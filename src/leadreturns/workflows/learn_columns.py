"""The confirmed mapping of a buyer's file goes into his section of policies.toml."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from leadreturns.readers.inspection import Inspection
from leadreturns.readers.learned import learned_text
from leadreturns.readers.policy_file import parse_policies
from leadreturns.writers.output_file import replace_policies


def learn_columns(policies: Path, buyer: str, found: Inspection, *, keep: bool = True) -> dict[str, str]:
    """Field → heading as it was written for the buyer, every comment of the file kept.

    The new text is parsed before it takes the old one's place, which without `keep` it does not take.
    """
    columns = {each.field: each.heading for each in found.headings if each.field}
    orders = {proof.order for proof in found.date_orders.values()}
    order = orders.pop() if len(orders) == 1 else ""
    text = learned_text(policies.read_text(encoding="utf-8"), buyer, columns, order)
    parse_policies(text, policies.name)

    def produce(stream: BinaryIO) -> None:
        stream.write(text.encode())

    if keep:
        replace_policies(policies, produce)
    return columns
