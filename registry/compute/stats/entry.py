"""What a statistic's documentation holds."""

from __future__ import annotations

from typing import NamedTuple

from registry.compute.stats.result import Direction, Kind

PLUMBLINE = "defined here: see the parity and drift rules in the documentation"


class Entry(NamedTuple):
    """A statistic's documentation. ``default_limit`` is None where it never raises an alarm by itself."""

    name: str
    title: str
    formula: str
    kind: Kind
    reference: str
    default_limit: float | None = None
    direction: Direction = Direction.HIGHER_IS_WORSE
