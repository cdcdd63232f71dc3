"""What a drift check compares, gathered before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from registry.compute.engines.columns import Side
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.schema.expectations import Finding


class DriftInputs(NamedTuple):
    """``columns``: those to compare, on both sides; ``findings``: what changed in the schema of those asked for.
    ``labels``: rows with labels that came later, joined to those of both sides by ``label_key``."""

    reference: Side
    current: Side
    columns: Sequence[str]
    findings: Sequence[Finding]
    parameters: DriftParameters
    labels: Side | None = None
    label_key: Sequence[str] = ()

    def of_predictions(self) -> DriftInputs:
        """The same for predictions alone: of the sides the columns that are read for those."""
        about = self.parameters
        names = [about.prediction, about.group, *(self.label_key or ())]
        reference, current = (
            side.reading(*names, about.label if about.label in side.columns else "", side.event_time)
            for side in (self.reference, self.current)
        )
        return self._replace(reference=reference, current=current)
