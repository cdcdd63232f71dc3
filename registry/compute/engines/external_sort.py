"""External sort: a column that is longer than the memory, sorted on disk, exactly, in a buffer of a given size.

Runs as long as the buffer are sorted and written to disk. Then they are merged in intervals of the number line, each of
which fits into the buffer. The result is a memory map: pages are read on access, and the system frees them when memory
is needed.

>>> import tempfile
>>> chunks = [np.array([3.0, np.nan, 1.0]), np.array([2.0, 1.0])]
>>> with tempfile.TemporaryDirectory() as folder:
...     numbers, beside = sorted_on_disk(chunks, np.empty(2), Path(folder))
...     numbers.tolist(), beside
([1.0, 1.0, 2.0, 3.0], 1)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
NOTHING: Floats = np.empty(0)


def sorted_on_disk(chunks: Iterable[Floats], buffer: Floats, folder: Path) -> tuple[Floats, int]:
    """The numbers of all chunks, ascending, as a memory map of a file below ``folder``, and the count of NaN among them.

    ``buffer`` (k,): the working memory. A merge takes as much again.
    """
    runs, nans = _runs(chunks, buffer, folder)
    if len(runs) < 2:
        return (runs[0] if runs else NOTHING), nans
    target = folder / "sorted"
    with target.open("wb") as out:
        for stretch in _stretches(runs, buffer):
            stretch.tofile(out)
    for number in range(len(runs)):
        (folder / f"run{number}").unlink()
    return np.memmap(target, dtype=np.float64, mode="r"), nans


def _runs(chunks: Iterable[Floats], buffer: Floats, folder: Path) -> tuple[list[Floats], int]:
    runs: list[Floats] = []
    nans = filled = 0

    def write() -> int:
        values = buffer[:filled]
        values.sort()
        numbers = values[: np.searchsorted(values, np.nan)]
        if numbers.size:
            path = folder / f"run{len(runs)}"
            numbers.tofile(path)
            runs.append(np.memmap(path, dtype=np.float64, mode="r"))
        return filled - numbers.size

    for chunk in chunks:
        while chunk.size:
            part, chunk = chunk[: buffer.size - filled], chunk[buffer.size - filled :]
            buffer[filled : filled + part.size] = part
            filled += part.size
            if filled == buffer.size:
                nans, filled = nans + write(), 0
    return runs, nans + (write() if filled else 0)


def _stretches(runs: Sequence[Floats], buffer: Floats) -> Iterator[Floats]:
    """The values of all runs, ascending: those between two neighbouring marks, then those that equal the upper mark."""
    places = [0] * len(runs)
    for mark in _marks(runs, buffer.size):
        ends = [int(np.searchsorted(run, mark, side="left")) for run in runs]
        yield _merged(runs, places, ends, buffer)
        places = [int(np.searchsorted(run, mark, side="right")) for run in runs]
        yield from _repeated(mark, sum(places) - sum(ends), buffer)
    yield _merged(runs, places, [run.size for run in runs], buffer)


def _marks(runs: Sequence[Floats], room: int) -> Floats:
    """Values that cut the number line so finely that all values between two neighbours fit into ``room``."""
    stride = max(room // len(runs), 1)
    return np.unique(np.concatenate([run[::stride] for run in runs]))


def _merged(runs: Sequence[Floats], begins: Sequence[int], ends: Sequence[int], buffer: Floats) -> Floats:
    filled = 0
    for run, begin, end in zip(runs, begins, ends, strict=True):
        buffer[filled : filled + end - begin] = run[begin:end]
        filled += end - begin
    buffer[:filled].sort()
    return buffer[:filled]


def _repeated(value: float, times: int, buffer: Floats) -> Iterator[Floats]:
    while times > 0:
        part = buffer[:times]
        part.fill(value)
        yield part
        times -= part.size
