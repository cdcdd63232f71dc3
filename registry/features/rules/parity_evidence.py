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
