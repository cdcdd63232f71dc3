"""Sorted columns kept between checks, by the content of their files: a reference is compared with again and again.

An entry is a header, the numbers, and their distinct values where those are few, written beside and renamed: nobody reads half of one. What is
missing, damaged or of another format is sorted again. A folder keeps so many bytes; what was used longest ago goes first.

The files' SHA-256 name an entry. A file is hashed once, and again when its path, size, inode or time of change are others.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.stats.column import SortedColumn
from registry.stats.shape import Shape
from registry.stats.tied import Tied

Floats = NDArray[np.float64]

MAGIC = int.from_bytes(b"sorted 2", "little")
COUNTS = ("magic", "rows", "nulls", "nans", "numbers", "distinct", "runs", "total")
HEADER = np.dtype([*((name, "<u8") for name in COUNTS), ("mean", "<f8"), ("deviation", "<f8")])
MOST_BYTES = 4 << 30
AT_ONCE = 1 << 16  # words


class Broken(Exception):
    """There is no such entry, or it cannot be used."""


class Kept(NamedTuple):
    """``folder`` is there, and nobody's but ours: it holds the values themselves. ``most_bytes`` bounds it."""

    folder: Path
    most_bytes: int = MOST_BYTES

    def sorted_column(
        self, files: Sequence[str], column: str, room: Floats, sort: Callable[[], SortedColumn]
    ) -> SortedColumn:
        """The kept column, read into ``room``, which holds all rows; or what ``sort`` gives, kept for the next time.

        Raises what ``sort`` raises. A folder that cannot be written keeps nothing.
        """
        try:
            path = self.folder / f"{self._name(files, column)}.sorted"
        except OSError:
            return sort()
        try:
            return _read(path, room)
        except (OSError, Broken):
            found = sort()
        with contextlib.suppress(OSError):
            self._write(path, found)
        return found

    def _name(self, files: Sequence[str], column: str) -> str:
        told = [*(self._digest(Path(name)) for name in files), column]
        return hashlib.sha256("\0".join(told).encode(errors="surrogatepass")).hexdigest()

    def _digest(self, path: Path) -> str:
        """The file's SHA-256, noted in the folder under what tells one state of a file from another."""
        seen = path.stat()
        state = f"{path.resolve()} {seen.st_ino} {seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns}"
        note = self.folder / f"{hashlib.sha256(os.fsencode(state)).hexdigest()}.digest"
        with contextlib.suppress(OSError, ValueError):
            noted = note.read_text(encoding="ascii")
            if len(noted) == 64:
                return noted
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        with contextlib.suppress(OSError):
            self._renamed(note, lambda out: out.write(digest.encode()))
        return digest

    def _write(self, path: Path, found: SortedColumn) -> None:
        arrays = _arrays(found)
        if sum(one.nbytes for one in arrays) + HEADER.itemsize > self.most_bytes:
            return
        header = _header(found)
        header["total"] = _total([header, *arrays])

        def fill(out: IO[bytes]) -> None:
            out.write(header.tobytes())
            for one in arrays:
                one.tofile(out)

        self._renamed(path, fill)
        self._make_room(path)

    def _renamed(self, path: Path, fill: Callable[[IO[bytes]], object]) -> None:
        """Fill a file and give it its name once it is whole and on the disk."""
        handle, partial = tempfile.mkstemp(dir=self.folder, suffix=".partial")
        try:
            with os.fdopen(handle, "wb") as out:
                fill(out)
                out.flush()
                os.fsync(out.fileno())
            Path(partial).replace(path)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise

    def _make_room(self, newest: Path) -> None:
        """Drop what was used longest ago until the rest fits, the newest last. Notes and what a crash left count too."""
        found = []
        for path in self.folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                seen = path.stat()
                found.append((path == newest, seen.st_mtime_ns, seen.st_size, path))
        excess = sum(size for _, _, size, _ in found) - self.most_bytes
        for _, _, size, path in sorted(found):
            if excess <= 0:
                return
            path.unlink(missing_ok=True)
            excess -= size


def _header(found: SortedColumn) -> NDArray[Any]:
    """Without its total, which is that of itself and of all that follows."""
    mean, deviation, distinct, tied = found.shape
    counts = (
        0 if isinstance(found.numbers, Tied) else found.numbers.size,
        distinct,
        tied.values.size if tied else 0,
        0,
    )
    spread = (math.nan if value is None else value for value in (mean, deviation))
    return np.array([(MAGIC, found.rows, found.nulls, found.nans, *counts, *spread)], dtype=HEADER)


def _arrays(found: SortedColumn) -> list[NDArray[Any]]:
    """The numbers, unless they are tied and nothing else, and the tied ones."""
    tied = found.shape.tied
    numbers = [] if isinstance(found.numbers, Tied) else [found.numbers]
    return [*numbers, *([tied.values, tied.ends] if tied else [])]


def _total(arrays: Sequence[NDArray[Any]]) -> int:
    """All values' bits as whole numbers, added up modulo 2**64: as quick as memory is, and lost or flipped bits show."""
    sums = (int(np.add.reduce(np.ascontiguousarray(one).view(np.uint64), dtype=np.uint64)) for one in arrays)
    return sum(sums) % 2**64


def _read(path: Path, room: Floats) -> SortedColumn:
    """Read, not mapped: a map of a file that somebody shortens ends the process. Broken; OSError."""
    with path.open("rb", buffering=0) as stream:
        told = stream.read(HEADER.itemsize)
        if len(told) != HEADER.itemsize:
            raise Broken
        header = np.frombuffer(told, dtype=HEADER).copy()
        magic, rows, nulls, nans, size, distinct, runs, total, mean, deviation = header[0].item()
        header["total"] = 0
        if magic != MAGIC or size > room.size or runs > room.size:
            raise Broken
        arrays = [room[:size], *([np.empty(runs), np.empty(runs, dtype=np.intp)] if runs else [])]
        found = _total([header]) + sum(_filled(stream, one) for one in arrays)
        if stream.read(1) or found % 2**64 != total:
            raise Broken
    with contextlib.suppress(OSError):
        os.utime(path)
    tied = Tied(arrays[1], arrays[2].astype(np.intp)) if runs else None
    numbers = tied if tied and not size else arrays[0]
    if numbers.size + nulls + nans != rows:
        raise Broken
    spread = (None, None) if math.isnan(deviation) else (mean, deviation)
    return SortedColumn(numbers, rows, nulls, nans, Shape(*spread, distinct, tied))


def _filled(stream: IO[bytes], array: NDArray[Any]) -> int:
    """Read all of it; its total, added up while what was read is in the processor's own cache. Broken."""
    words, total = array.view(np.uint64), 0
    for at in range(0, words.size, AT_ONCE):
        some = words[at : at + AT_ONCE]
        view, done = memoryview(some).cast("B"), 0
        while done < len(view):
            read = stream.readinto(view[done:])  # type: ignore[attr-defined]
            if not read:
                raise Broken
            done += read  # the system may hand over fewer than asked for at once
        total += _total([some])
    return total
