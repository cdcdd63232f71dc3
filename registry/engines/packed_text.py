"""Text columns of many short values, counted as whole numbers: a sort of those is far quicker than a table of texts.

A value of at most seven bytes beyond what all values begin with is packed into 64 bits: its bytes, the first the highest,
then their number. Packed values are in the order of the texts, and equal where those are. Columns with longer values, and
those of few, which their files keep as a dictionary, are left to who asked.

>>> import pyarrow as pa
>>> found = counted(packed(pa.array(["id-7", "id-12", None, "id-7"]), b"id-"))
>>> unpacked(found.keys, b"id-").to_pylist(), found.rows.tolist()
(['id-12', 'id-7'], [1, 2])
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from registry.engines.nulls import null_rows
from registry.engines.sides import Store

Keys = NDArray[np.uint64]

MOST_BYTES = 7  # of a value beyond the common beginning; the eighth holds their number
BYTES_OF_A_ROW = 32  # that a side takes while it is sorted: its text on the way, and what is packed of it
BYTES_OF_A_CODE = 2.5  # a file with less for each row keeps few values, and their codes
SAMPLED = 256
AT_ONCE = 1 << 14  # rows: what is computed for them stays in the processor's own cache


class TooLong(Exception):
    """The column's values do not fit."""


class Rows(NamedTuple):
    """Packed values, ascending, and the rows of each."""

    keys: Keys
    rows: NDArray[np.int64]


class Lined(NamedTuple):
    """``names`` of either side's values, ascending, with the rows of each on both sides, and the nulls of either."""

    names: pa.Array
    reference: NDArray[np.int64]
    current: NDArray[np.int64]
    nulls: tuple[int, int]


def count_short_text(stores: Sequence[Store], column: str, memory_bytes: int) -> Lined | None:
    """Both sides of a column; None where this is no way to count it. OSError and ArrowException as files raise them."""
    if not all(_is_for_it(store, column) for store in stores):
        return None
    if sum(store.rows for store in stores) * BYTES_OF_A_ROW > memory_bytes:
        return None
    try:
        begin = _beginning(stores[0], column)
        (reference, reference_nulls), (current, current_nulls) = (_side(store, column, begin) for store in stores)
    except TooLong:
        return None
    keys = counted(np.concatenate([reference.keys, current.keys])).keys
    both = (_spread(side, keys) for side in (reference, current))
    return Lined(unpacked(keys, begin), *both, (reference_nulls, current_nulls))


def packed(texts: pa.StringArray, begin: bytes) -> Keys:
    """Every value that is not null, in the order of rows. TooLong when one begins otherwise or does not fit."""
    keys, filled = np.empty(len(texts) - texts.null_count, dtype=np.uint64), 0
    words = _words(texts.buffers()[2])
    for first in range(0, len(texts), AT_ONCE):
        at, sizes = _places(texts.slice(first, AT_ONCE))
        some = keys[filled : filled + at.size]
        _pack(some, words, at, sizes - len(begin), begin)
        filled += at.size
    return keys


def _places(texts: pa.StringArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each value that is not null begins in the bytes, and how many it has."""
    ends = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    at, sizes = ends[:-1], np.diff(ends)
    null = null_rows(texts)
    return (at, sizes) if null is None else (at[~null], sizes[~null])


def _pack(keys: Keys, words: Keys, at: NDArray[np.int64], sizes: NDArray[np.int64], begin: bytes) -> None:
    """Values at these places into ``keys``; ``sizes`` are those beyond what they begin with."""
    if not at.size:
        return
    if sizes.min() < 0 or sizes.max() > MOST_BYTES:
        raise TooLong
    for done in range(0, len(begin), 8):
        _begins(_eight_bytes(words, at + done), begin[done : done + 8])
    cut = ((8 - sizes) << 3).view(np.uint64)
    np.right_shift(_eight_bytes(words, at + len(begin)), cut, out=keys)
    keys <<= cut
    keys |= sizes.view(np.uint64)


def counted(keys: Keys) -> Rows:
    """The rows of each value; ``keys`` are sorted where they are."""
    keys.sort()
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if keys.size else np.empty(0, np.intp)
    return Rows(keys[starts], np.diff(starts, append=keys.size))


def unpacked(keys: Keys, begin: bytes) -> pa.StringArray:
    """The texts again."""
    sizes = (keys & np.uint64(0xFF)).astype(np.int64)
    if not keys.size:
        return pa.array([], pa.string())
    wide = np.empty((keys.size, len(begin) + 8), dtype=np.uint8)
    wide[:, : len(begin)] = np.frombuffer(begin, np.uint8)
    wide[:, len(begin) :] = keys.astype(">u8").view(np.uint8).reshape(-1, 8)
    sizes += len(begin)
    alike = sizes.min() == sizes.max()
    data = wide[:, : sizes[0]].copy() if alike else wide[np.arange(wide.shape[1]) < sizes[:, None]]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    return pa.StringArray.from_buffers(keys.size, pa.py_buffer(offsets), pa.py_buffer(data))


def _is_for_it(store: Store, column: str) -> bool:
    """Whether every file has the column as plain text, and too many values of it to keep as a dictionary."""
    for name in store.files:
        told = parquet.read_metadata(name)
        schema = told.schema.to_arrow_schema()
        if schema.names.count(column) != 1 or schema.field(column).type != pa.string():
            return False
        paths = [told.row_group(0).column(at).path_in_schema for at in range(told.num_columns)] if told.num_rows else []
        if column not in paths:
            return False
        groups = (told.row_group(group).column(paths.index(column)) for group in range(told.num_row_groups))
        if sum(one.total_uncompressed_size for one in groups) < told.num_rows * BYTES_OF_A_CODE:
            return False
    return True


def _beginning(store: Store, column: str) -> bytes:
    """What all values are taken to begin with, by some rows. TooLong when even those do not fit.

    Where they are all of one size no more of it than makes them fit: others may differ sooner.
    """
    texts = sorted(_some(store, column))
    if not texts:
        return b""
    alike = next((at for at, pair in enumerate(zip(texts[0], texts[-1], strict=False)) if pair[0] != pair[1]), None)
    common = texts[0][:alike]
    sizes = {len(one) for one in texts}
    least = max(max(sizes) - MOST_BYTES, 0)
    if len(common) < least:
        raise TooLong
    return common[:least] if len(sizes) == 1 else common


def _some(store: Store, column: str) -> Iterator[bytes]:
    """Values of the first rows, and of the first rows of the last row group."""
    with parquet.ParquetFile(store.files[0], pre_buffer=False) as opened:
        for group in sorted({0, opened.num_row_groups - 1} & set(range(opened.num_row_groups))):
            batches = opened.iter_batches(SAMPLED, row_groups=[group], columns=[column], use_threads=False)
            for batch in itertools.islice(batches, 1):
                yield from (one.encode() for one in batch.column(0).drop_null().to_pylist())


def _side(store: Store, column: str, begin: bytes) -> tuple[Rows, int]:
    """Its rows counted, and its nulls."""
    room, rows, nulls = np.empty(store.rows, dtype=np.uint64), 0, 0
    for chunk in store.decoded(column):
        keys = packed(chunk, begin)
        room[rows : rows + keys.size] = keys
        rows, nulls = rows + keys.size, nulls + chunk.null_count
    return counted(room[:rows]), nulls


def _spread(side: Rows, keys: Keys) -> NDArray[np.int64]:
    found = np.zeros(keys.size, dtype=np.int64)
    found[np.searchsorted(keys, side.keys)] = side.rows
    return found


def _words(data: pa.Buffer) -> Keys:
    """The bytes by eights, and two more words, so that eight bytes can be read from everywhere."""
    size = data.size if data is not None else 0
    words = np.zeros(size // 8 + 3, dtype="<u8")
    if size:
        words.view(np.uint8)[:size] = np.frombuffer(data, np.uint8)
    return words


def _eight_bytes(words: Keys, at: NDArray[np.int64]) -> Keys:
    """Those from each place on, the first the highest."""
    word, bits = at >> 3, ((at & 7) << 3).view(np.uint64)
    found = words[word] >> bits
    # A shift by all 64 bits would be none on some processors.
    found |= (words[word + 1] << (np.uint64(63) - bits)) << np.uint64(1)
    return found.byteswap(inplace=True)


def _begins(found: Keys, expected: bytes) -> None:
    """TooLong unless all begin so."""
    rest = np.uint64(8 * (8 - len(expected)))
    if ((found >> rest) != np.uint64(int.from_bytes(expected, "big"))).any():
        raise TooLong
