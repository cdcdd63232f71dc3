"""A feature in Python and the data sets that hold its values."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils import timezone

from registry.compute.definition import PYTHON
from registry.data.actions import datasets
from registry.models import FeatureVersion

SIDES = {
    "trained_dataset": "before", "trained_column": "score", "current_dataset": "after", "current_column": "score",
}  # fmt: skip


def materialized(actor, data_root, *, after=(1, 2, 4)) -> None:
    """Add the data sets `before` and `after`, which differ in one of three rows."""
    for name, scores in (("before", [1, 2, 3]), ("after", [*after])):
        pq.write_table(pa.table({"order_id": [1, 2, 3], "score": scores}), data_root / f"{name}.parquet")
        datasets.add_dataset(name=name, kind="parquet", location=f"{name}.parquet", key=["order_id"], actor=actor)


def in_python(feature, number: int) -> FeatureVersion:
    """A version whose logic is Python."""
    digest = f"{number:x}" * 64
    return FeatureVersion.objects.create(
        feature=feature, number=number, name=digest[:12], digest=digest, equivalence=digest, dialect=PYTHON,
        computation_logic=f"def score(orders): return orders.amount * {number}", null_handling="none", data_type="int64",
        source_table="orders", changes=[], registered_by="cora", registered_at=timezone.now(),
    )  # fmt: skip
