"""A column sorted on disk, where it is longer than the memory that there is: exact, in a buffer of a given size.

Runs as long as the buffer are sorted and written; then merged, a stretch of the number line after the other, each no
longer than the buffer. The result is mapped, not read: who looks at it brings in what they look at, and the pages go
when the memory is wanted.

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
    """The numbers of all chunks ascending, as a map of a file below ``folder``, and how many NaN were among them.

    ``buffer`` (k,): what is worked in. A merge takes as much again.
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
    found, nans, filled = [], 0, 0

    def write() -> int:
        values = buffer[:filled]
        values.sort()
        numbers = values[: np.searchsorted(values, np.nan)]
        if numbers.size:
            path = folder / f"run{len(found)}"
            numbers.tofile(path)
            found.append(np.memmap(path, dtype=np.float64, mode="r"))
        return filled - numbers.size

    for chunk in chunks:
        while chunk.size:
            some, chunk = chunk[: buffer.size - filled], chunk[buffer.size - filled :]
            buffer[filled : filled + some.size] = some
            filled += some.size
            if filled == buffer.size:
                nans, filled = nans + write(), 0
    return found, nans + (write() if filled else 0)


def _stretches(runs: Sequence[Floats], buffer: Floats) -> Iterator[Floats]:
    """The values of all runs, ascending: those between two neighbouring marks, then those that equal the mark."""
    places = [0] * len(runs)
    for mark in _marks(runs, buffer.size):
        ends = [int(np.searchsorted(run, mark, side="left")) for run in runs]
        yield _merged(runs, places, ends, buffer)
        places = [int(np.searchsorted(run, mark, side="right")) for run in runs]
        yield from _repeated(mark, sum(places) - sum(ends), buffer)
    yield _merged(runs, places, [run.size for run in runs], buffer)


def _marks(runs: Sequence[Floats], room: int) -> Floats:
    """Values so near each other that between two neighbours each run has at most its part of the room."""
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
        some = buffer[:times]
        some.fill(value)
        yield some
        times -= some.size
