"""THE daily act: a return file, decided and recorded."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadreturns.core.decision import Decision, Receipt, decide_all
from leadreturns.core.finding import APPROVED, IN_REVIEW, REJECTED
from leadreturns.core.history import History
from leadreturns.core.lead_return import Problem
from leadreturns.core.policy import PolicyBook
from leadreturns.core.wording import counted
from leadreturns.errors import FileRefused, Refused
from leadreturns.readers.file_copy import FileCopy
from leadreturns.readers.return_file import ReturnFile
from leadreturns.readers.spool import Spool
from leadreturns.reports.import_result import ImportResult, result_json
from leadreturns.store import batches
from leadreturns.store.connection import Store
from leadreturns.store.gathering import gather
from leadreturns.store.names import Names, load_names
from leadreturns.store.recorder import Recorder
from leadreturns.workflows.act import Act, recorder_for


@dataclass(frozen=True, slots=True)
class Delivery:
    """A return file with what the command line says about it."""

    copy: FileCopy
    buyer: str
    """'' when the file names its buyers."""
    reading: Mapping[str, Any]
    """The options that decide how the file is read, to tell the same import from another one."""
    received: int
    """Epoch second of receipt."""
    all_or_nothing: bool = False


@dataclass(slots=True)
class Tally:
    """What the rows came to so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    credits: Counter[str] = field(default_factory=Counter)
    clawbacks: Counter[str] = field(default_factory=Counter)
    approved_in: Counter[str] = field(default_factory=Counter)
    late: Counter[int] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def add(self, decisions: Sequence[Decision]) -> None:
        """Count a chunk of decisions; a row counts once, under its leading finding."""
        for decision in decisions:
            self.outcomes[decision.outcome] += 1
            if decision.findings:
                self.findings[decision.leading] += 1
            if decision.outcome == APPROVED and decision.sale is not None:
                currency = decision.sale.currency
                self.approved_in[currency] += 1
                self.credits[currency] += decision.credit_minor
                self.clawbacks[currency] += decision.clawback_minor


def seen_before(store: Store, delivery: Delivery) -> str | None:
    """The first result of a file that is a batch already, as JSON; None for a new one.

    Raises `Refused` when the file was imported under other options.
    """
    batch = batches.standing_batch_of(store.connection, delivery.copy.sha256)
    if batch is None:
        return None
    if json.loads(batch.reading) == delivery.reading:
        return batch.result
    raise Refused(
        "already_imported_otherwise",
        f"{delivery.copy.name} is batch {batch.id} already, read in another way ({_told(json.loads(batch.reading))})",
        f"to read it anew: leadreturns batch void {batch.id} --because TEXT",
    )


def _told(reading: Mapping[str, Any]) -> str:
    """The options as they were typed; `reading` is that of `FileFlags.signature`."""
    told = []
    for name, value in reading.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, Mapping):
            told += [f'{option} {field}="{heading}"' for field, heading in value.items()]
        else:
            told.append(option if value is True else f"{option} {value}")
    return " ".join(told) or "without options"


def read_through(source: ReturnFile, delivery: Delivery, act: Act) -> Spool:
    """Every row of the file, read to its end before a store is opened, let alone locked; close it when done."""
    spool = Spool(source.chunks())
    act.watch("read", 0)
    if delivery.all_or_nothing and spool.unreadable:
        with contextlib.closing(spool):
            raise _refused_whole(spool)
    return spool


def import_returns(
    store: Store, book: PolicyBook, delivery: Delivery, read: tuple[ReturnFile, Spool], act: Act
) -> ImportResult:
    """What the file came to; `act.keep` False rolls everything back.

    1. Begin: one immediate transaction; refuse bytes that became a batch meanwhile.
    2. Chunk by chunk: gather what the store knows, decide in the pure core, record.
    3. Keep the problems, the bytes, the totals and the figures as first printed.
    """
    source, spool = read
    with store.transaction(keep=act.keep):
        first = seen_before(store, delivery)
        if first is not None:
            return already_imported(first)
        return _recorded(store, book, delivery, source, (spool, act))


def already_imported(first: str) -> ImportResult:
    """The result of the first import, marked as such."""
    return ImportResult(status="already_imported", stored=json.loads(first))


def _recorded(
    store: Store, book: PolicyBook, delivery: Delivery, source: ReturnFile, work: tuple[Spool, Act]
) -> ImportResult:
    spool, act = work
    connection = store.connection
    names = load_names(connection)
    recorder = recorder_for(store, names, book, act)
    batch = batches.begin_batch(connection, _new_batch(delivery, names, recorder, act))
    tally = Tally()
    _decide_and_record(recorder, spool, book, (Receipt(batch, delivery.received), tally, act))
    batches.record_problems(connection, batch, tally.problems)
    with delivery.copy.open() as stream:
        batches.keep_file(connection, batch, stream)
    recorder.finish()
    tally.late = recorder.late
    act.watch("totals", 0)
    result = _result(delivery, source, batch, tally, act)
    figures = batches.Figures(result.rows, result.approved, result.rejected, result.review, result.unreadable)
    batches.finish_batch(connection, batch, figures, json.dumps(result_json(result), ensure_ascii=False))
    return result


def _new_batch(delivery: Delivery, names: Names, recorder: Recorder, act: Act) -> batches.NewBatch:
    return batches.NewBatch(
        file=delivery.copy.name,
        sha256=delivery.copy.sha256,
        buyer_id=names.buyers.id_of(delivery.buyer) if delivery.buyer else None,
        reading=json.dumps(delivery.reading, ensure_ascii=False),
        policy_id=recorder.ruling.policy_id,
        received_at=delivery.received,
        imported_at=act.now,
        imported_by=act.actor,
    )


def _decide_and_record(recorder: Recorder, spool: Spool, book: PolicyBook, work: tuple[Receipt, Tally, Act]) -> None:
    receipt, tally, act = work
    history = History()
    for chunk in spool:
        gathered = gather(recorder.connection, chunk.rows, book, recorder.names, history)
        act.watch("match", 0)
        decisions = decide_all(chunk.rows, gathered, book, receipt)
        history = gathered.history
        act.watch("decide", 0)
        recorder.record_rows(receipt.batch, chunk.rows, decisions)
        tally.add(decisions)
        tally.problems.extend(chunk.problems)
        act.watch("record", len(chunk.rows) + len(chunk.problems))


def _result(delivery: Delivery, source: ReturnFile, batch: int, tally: Tally, act: Act) -> ImportResult:
    return ImportResult(
        status="recorded" if act.keep else "dry_run",
        batch=batch,
        file=delivery.copy.name,
        sha256=delivery.copy.sha256,
        buyer=delivery.buyer or None,
        approved=tally.outcomes[APPROVED],
        rejected=tally.outcomes[REJECTED],
        review=tally.outcomes[IN_REVIEW],
        unreadable=len(tally.problems),
        skipped=dict(source.skipped),
        findings=dict(tally.findings),
        credits=_amounts(tally.credits, tally.approved_in),
        clawbacks=_amounts(tally.clawbacks, tally.approved_in),
        problems=tuple(tally.problems),
        late=tuple(sorted(tally.late.items())),
    )


def _amounts(amounts: Counter[str], counts: Counter[str]) -> tuple[tuple[str, int, int], ...]:
    return tuple((currency, amounts[currency], counts[currency]) for currency in sorted(counts))


def _refused_whole(spool: Spool) -> FileRefused:
    problems = [problem for chunk in spool for problem in chunk.problems]
    first = "; ".join(problem.message.rstrip(".") for problem in problems[:5])
    return FileRefused(
        "unreadable_rows",
        f"{counted(len(problems), 'row')} cannot be read, and --all-or-nothing was asked for: {first}",
        "mend the rows, or leave --all-or-nothing out to import the others",
    )
