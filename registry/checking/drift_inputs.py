"""What a drift check compares, gathered before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from registry.checking.schema import Finding
from registry.domain.drift_check import DriftParameters
from registry.engines.columns import Side


class DriftInputs(NamedTuple):
    """``columns``: those to compare, on both sides; ``findings``: what changed in the schema of those asked for."""

    reference: Side
    current: Side
    columns: Sequence[str]
    findings: Sequence[Finding]
    parameters: DriftParameters
