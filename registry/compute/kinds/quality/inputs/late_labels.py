"""Labels that came later, in a data set of their own, joined to the rows of a side by key.

A row without a label yet is late, not wrong: its label is null. Rows of the labels with a null in their key or label
are left out; a key with two different labels has no label that could be used.

>>> labels = LateLabels.of(pa.table({"id": [1, 3, 3], "paid": [True, False, False]}), "paid")
>>> labels.joined(pa.table({"id": [3, 1, 2]})).to_pylist()
[False, True, None]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from platform_site.text.wording import counted
from registry.compute.engines.columns import Reader
from registry.compute.kinds.quality.inputs.answerable import NotAnswerable

PLACE, LABEL = "place among the rows", "the label"


class LateLabels(NamedTuple):
    """``once``: each key with its label, once. ``key``: the columns by which they are joined."""

    once: pa.Table
    key: list[str]

    @classmethod
    def of(cls, labels: pa.Table, name: str) -> LateLabels:
        """All columns but the label ``name`` are the key. NotAnswerable when one key has two labels."""
        key = [column for column in labels.column_names if column != name]
        renamed = labels.select([*key, name]).rename_columns([*key, LABEL])
        once = renamed.drop_null().group_by([*key, LABEL]).aggregate([])
        keys = once.group_by(key).aggregate([([], "count_all")])
        repeated = pc.sum(pc.greater(keys["count_all"], 1)).as_py() or 0
        if repeated:
            raise NotAnswerable(
                f"The labels give {counted(repeated, 'key')} two values or more, so it is not known which holds."
            )
        return cls(once, key)

    def joined(self, rows: pa.Table) -> pa.ChunkedArray:
        """The label of each row, by its key; null where there is none."""
        try:
            labels = self.once.cast(pa.schema([*rows.select(self.key).schema, self.once.schema.field(LABEL)]))
        except pa.ArrowException as error:
            columns = ", ".join(f"{column} {self.once.schema.field(column).type}" for column in self.key)
            raise NotAnswerable(f"The key of the labels ({columns}) is not of the types that the rows have.") from error
        places = rows.append_column(PLACE, pa.array(np.arange(rows.num_rows)))
        return places.join(labels, self.key, join_type="left outer").sort_by(PLACE)[LABEL]


def read_late(labels: Reader, key: Sequence[str], name: str) -> LateLabels:
    """The labels of a data set, by its key."""
    return LateLabels.of(pa.table({column: labels.column(column) for column in [*key, name]}), name)


def read_labels(reader: Reader, late: LateLabels | None, name: str) -> pa.ChunkedArray:
    """The label of each row of a side: its own column, and where that is missing or null the joined one."""
    own = reader.column(name) if late is None or name in reader.names() else None
    if late is None:
        assert own is not None  # as there is nowhere else to look
        return own
    joined = late.joined(pa.table({column: reader.column(column) for column in late.key}))
    return joined if own is None else _first_of(own, joined)


def _first_of(own: pa.ChunkedArray, late: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return pc.coalesce(own, late.cast(own.type))
    except pa.ArrowException as error:
        sentence = (
            f"The rows' own labels are {own.type}, the later ones {late.type}: they cannot be read as one column."
        )
        raise NotAnswerable(sentence) from error
