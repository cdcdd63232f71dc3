"""Which rows of an Arrow array are null, as numpy takes it, without a copy of the values.

>>> import pyarrow as pa
>>> null_rows(pa.array([1, None, 3, None])[1:]), null_rows(pa.array([1, None])[:1])
(array([ True, False,  True]), None)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def null_rows(array: pa.Array) -> NDArray[np.bool_] | None:
    """(rows,) bool; None where none is. For arrays with a validity bitmap: not for those of type null."""
    if not array.null_count:
        return None
    first, bit = divmod(array.offset, 8)
    bits = np.frombuffer(array.buffers()[0], np.uint8)[first:]
    return np.unpackbits(bits, count=bit + len(array), bitorder="little")[bit:] == 0
