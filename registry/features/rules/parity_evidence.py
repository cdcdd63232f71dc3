"""Parity evidence: a check of all rows that passed shows that two versions of a feature compute the same (F3).

>>> from registry.compute.kinds.parity.definition_parameters import ParityParameters
>>> is_over_all_rows({"trained": "a", "current": "b", **ParityParameters().as_dict()})
True
>>> is_over_all_rows({"trained": "a", "current": "b", **ParityParameters(limit=0.01).as_dict()})
False
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from registry.compute.kinds.parity.definition_parameters import ParityParameters


class Pair(NamedTuple):
    """A feature, the names of two of its versions (trained on, would serve), and the table that they are computed from."""

    feature: str
    trained: str
    served: str
    source_table: str


class ParityRun(NamedTuple):
    """The newest parity run of a pair that came to a conclusion. ``is_evidence``: it passed over all rows, and neither
    the source table nor its data changed since."""

    run: int
    passed: bool
    rows: int | None
    rows_differ: int | None
    is_evidence: bool


class ReadData(NamedTuple):
    """What a run read (``[{role, dataset, kind, location, connection, reading, snapshot, source_version}]``), and how many rows."""

    data: Sequence[Mapping[str, str]]
    rows: int | None


def why_no_answer(earlier: ReadData, later: ReadData) -> str:
    """Why a later run of the same parity check does not answer what an earlier one found; empty where it does.

    Fewer rows, or others, may leave out those that differed. Runs of which nobody recorded what they read are taken to
    have read the same.

    >>> why_no_answer(ReadData([], 20_000), ReadData([], 300))
    'it compared 300 rows, and the run before it 20,000'
    """
    if earlier.data and later.data:
        if _place(earlier) != _place(later):
            return f"it read {_in_words(later)}, and the run before it {_in_words(earlier)}"
        if other := _read_otherwise(earlier, later):
            return f"the files of {other} are read otherwise than in the run before it"
    if earlier.rows is not None and later.rows is not None and later.rows < earlier.rows:
        return f"it compared {later.rows:,} rows, and the run before it {earlier.rows:,}"
    return ""


def _place(read: ReadData) -> list[dict[str, str]]:
    return [
        {name: value for name, value in entry.items() if name not in ("snapshot", "reading")} for entry in read.data
    ]


def _read_otherwise(earlier: ReadData, later: ReadData) -> str:
    """The data sets, read by both from the same places, whose files one run read otherwise; unknown is not otherwise."""
    pairs = zip(earlier.data, later.data, strict=True)
    return " and ".join(
        after["dataset"]
        for before, after in pairs
        if "reading" in before and "reading" in after and before["reading"] != after["reading"]
    )


def _in_words(read: ReadData) -> str:
    return " and ".join(
        f"{entry['dataset']} ({entry['location']})"
        + (f" by source version {entry['source_version']}" if entry["source_version"] else "")
        for entry in read.data
    )


def read_otherwise(data: Sequence[Mapping[str, str]], readings: Mapping[str, str]) -> bool:
    """Whether the files that a run read are read otherwise now; ``readings`` by the name of the data set.

    >>> read_otherwise([{"dataset": "orders", "reading": "a"}], {"orders": "b"}), read_otherwise([{"dataset": "orders"}], {})
    (True, False)
    """
    return any("reading" in entry and readings.get(entry["dataset"]) != entry["reading"] for entry in data)


class Taken(NamedTuple):
    """A snapshot of the data behind a source table: when it was taken, and its digest."""

    at: datetime
    digest: str


def data_changed(snapshots: Sequence[Taken], *, since: datetime) -> bool:
    """Whether the data are known to be others than at that moment; ``snapshots``, the oldest first.

    A later snapshot shows it by another digest than the last one before. Without one before, nobody can tell.
    """
    before = [taken.digest for taken in snapshots if taken.at <= since]
    later = {taken.digest for taken in snapshots if taken.at > since}
    return bool(later - {before[-1]} if before else later)


def is_over_all_rows(parameters: Mapping[str, Any]) -> bool:
    """Whether a check compares two registered versions on every row of their source table, and tolerates what the check
    that registration starts tolerates. Values that somebody materialized are rows of their own choice."""
    if "proposed" in parameters or parameters.get("dataset") or parameters.get("trained_dataset"):
        return False
    return ParityParameters().as_dict().items() <= parameters.items()
