"""Sorted columns kept between checks, by the content of their files: a reference is compared with again and again.

An entry is a header and the numbers, written beside and renamed: nobody reads half of one. What is missing, damaged or
of another format is sorted again. A folder keeps so many bytes; what was used longest ago goes first.

The files' SHA-256 name an entry. A file is hashed once, and again when its path, size, inode or time of change are others.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from registry.stats.column import SortedColumn

Floats = NDArray[np.float64]

MAGIC = int.from_bytes(b"sorted 1", "little")
HEADER = np.dtype([(name, "<u8") for name in ("magic", "rows", "nulls", "nans", "numbers", "total")])
MOST_BYTES = 4 << 30


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
        if found.numbers.nbytes + HEADER.itemsize > self.most_bytes:
            return
        header = np.array(_header(found), dtype=HEADER)

        def fill(out: IO[bytes]) -> None:
            out.write(header.tobytes())
            found.numbers.tofile(out)

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


def _header(found: SortedColumn) -> tuple[int, ...]:
    return MAGIC, found.rows, found.nulls, found.nans, found.numbers.size, _total(found.numbers)


def _total(numbers: Floats) -> int:
    """All values' bits as whole numbers, added up modulo 2**64: as quick as memory is, and lost or flipped bits show."""
    return int(np.add.reduce(np.ascontiguousarray(numbers).view(np.uint64), dtype=np.uint64))


def _read(path: Path, room: Floats) -> SortedColumn:
    """Read, not mapped: a map of a file that somebody shortens ends the process. Broken; OSError."""
    with path.open("rb", buffering=0) as stream:
        told = stream.read(HEADER.itemsize)
        if len(told) != HEADER.itemsize:
            raise Broken
        magic, rows, nulls, nans, size, total = np.frombuffer(told, dtype=HEADER)[0].item()
        if magic != MAGIC or size > room.size or size + nulls + nans != rows:
            raise Broken
        numbers = room[:size]
        if _filled(stream, numbers) != numbers.nbytes or stream.read(1) or _total(numbers) != total:
            raise Broken
    with contextlib.suppress(OSError):
        os.utime(path)
    return SortedColumn(numbers, rows, nulls, nans)


def _filled(stream: IO[bytes], numbers: Floats) -> int:
    """Bytes read; the system may hand over fewer than asked for at once."""
    view, done = memoryview(numbers).cast("B") if numbers.size else memoryview(b""), 0
    while done < len(view):
        some = stream.readinto(view[done:])  # type: ignore[attr-defined]
        if not some:
            break
        done += some
    return done
