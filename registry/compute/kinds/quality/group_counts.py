"""The counts of each group that fairness is about: over a whole side, or over some of its rows."""

from __future__ import annotations

import numpy as np

from registry.compute.kinds.quality.inputs.predictions import PredictedRows, Predictions
from registry.compute.stats.group_gaps import GroupCounts


def count_groups(predictions: Predictions, side: PredictedRows, rows: np.ndarray | None = None) -> GroupCounts:
    """(groups,): rows with a prediction and a group by what was predicted; of the labelled ones also by what was true."""
    assert side.group is not None  # as a group was named
    has_group = side.predicted & (side.group >= 0)
    index = np.flatnonzero(has_group) if rows is None else rows[has_group[rows]]
    selected = predictions.is_favourable(side)[index]
    counted = [index, index[selected]]
    if side.label is not None:
        labelled = side.labelled[index]
        positive = labelled & (side.label[index] == predictions.favourable)
        negative = labelled & ~positive
        counted += [index[positive], index[positive & selected], index[negative], index[negative & selected]]
    groups = len(predictions.groups)
    return GroupCounts(
        *(np.bincount(side.group[rows], side.times_of(rows), groups).astype(np.int64) for rows in counted)
    )
