"""Labels that came later, in a data set of their own, joined to the rows of a side by key.

A row without a label yet is late, not wrong: its label is null. Rows of the labels with a null in their key or label
are left out; a key with two different labels has no label that could be used.

>>> rows, labels = pa.table({"id": [3, 1, 2]}), pa.table({"id": [1, 3, 3], "paid": [True, False, False]})
>>> joined(rows, labels, "paid").to_pylist()
[False, True, None]
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from registry.compute.engines.columns import Reader
from registry.compute.kinds.quality.answerable import NotAnswerable

PLACE, LABEL = "place among the rows", "the label"


def read_labels(reader: Reader, labels: Reader | None, key: Sequence[str], name: str) -> pa.ChunkedArray:
    """The label of each row of a side: its own column, and where that is missing or null the joined one."""
    own = reader.column(name) if labels is None or name in reader.names() else None
    if labels is None:
        assert own is not None  # as there is nowhere else to look
        return own
    rows = pa.table({column: reader.column(column) for column in key})
    late = joined(rows, pa.table({column: labels.column(column) for column in [*key, name]}), name)
    return late if own is None else _first_of(own, late)


def joined(rows: pa.Table, labels: pa.Table, name: str) -> pa.ChunkedArray:
    """The label of each row, by all columns of ``rows``; null where there is none. NotAnswerable when one key has two."""
    key = rows.column_names
    try:
        typed = labels.set_column(labels.column_names.index(name), LABEL, labels[name]).select([*key, LABEL])
        typed = typed.cast(pa.schema([*rows.schema, pa.field(LABEL, labels[name].type)]))
    except pa.ArrowException as error:
        columns = ", ".join(f"{column} {labels.schema.field(column).type}" for column in key)
        raise NotAnswerable(f"The key of the labels ({columns}) is not of the types that the rows have.") from error
    once = typed.drop_null().group_by([*key, LABEL]).aggregate([])
    keys = once.group_by(key).aggregate([([], "count_all")])
    repeated = pc.sum(pc.greater(keys["count_all"], 1)).as_py() or 0
    if repeated:
        raise NotAnswerable(f"The labels give {repeated:,} keys two values or more, so it is not known which holds.")
    places = rows.append_column(PLACE, pa.array(range(rows.num_rows), pa.int64()))
    return places.join(once, key, join_type="left outer").sort_by(PLACE)[LABEL]


def _first_of(own: pa.ChunkedArray, late: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return pc.coalesce(own, late.cast(own.type))
    except pa.ArrowException as error:
        sentence = (
            f"The rows' own labels are {own.type}, the later ones {late.type}: they cannot be read as one column."
        )
        raise NotAnswerable(sentence) from error
