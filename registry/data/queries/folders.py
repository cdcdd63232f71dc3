"""What lies in the data roots, folder by folder, for whoever looks for the file of a data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from platform_site.errors import Unknown
from registry.data.queries.locations import FORBIDDEN
from registry.models import Dataset

MOST_ENTRIES = 200
KIND_OF = {".parquet": Dataset.Kind.PARQUET, ".csv": Dataset.Kind.CSV}


class Entry(NamedTuple):
    """A folder, or a file that can be a data set: its name, its location in the data root, its kind ("" for a folder)."""

    name: str
    location: str
    kind: str
    size_bytes: int


class Listing(NamedTuple):
    """The entries of one folder of the data roots: folders first, at most 200; the folder above it, None at the top."""

    folder: str
    above: str | None
    entries: list[Entry]
    is_cut: bool


def listing(folder: str, roots: Sequence[Path]) -> Listing:
    """What is in a folder of the data roots ("" for the roots themselves); Unknown where there is no such folder.

    Hidden names, files of other kinds and links to outside of the roots are left out.
    """
    plain = folder.strip("/")
    if plain and FORBIDDEN.search(plain):
        raise Unknown(f"There is no folder {folder[:120]!r} inside the data roots.")
    places = [(root, place) for root in map(_real, roots) if (place := (root / plain).resolve()).is_dir()]
    inside = [(root, place) for root, place in places if place.is_relative_to(root)]
    if not inside and plain:
        raise Unknown(f"There is no folder {folder[:120]!r} inside the data roots.")
    by_location = {entry.location: entry for root, place in inside for entry in _entries(root, place, plain)}
    entries = sorted(by_location.values(), key=lambda entry: (bool(entry.kind), entry.name))
    above = plain.rpartition("/")[0] if plain else None
    return Listing(plain, above, entries[:MOST_ENTRIES], len(entries) > MOST_ENTRIES)


def _real(root: Path) -> Path:
    return Path(root).resolve()


def _entries(root: Path, place: Path, folder: str) -> Iterator[Entry]:
    for path in place.iterdir():
        if path.name.startswith((".", "_")) or not path.resolve().is_relative_to(root):
            continue
        location = f"{folder}/{path.name}" if folder else path.name
        if path.is_dir():
            yield Entry(path.name, location, "", 0)
        elif path.is_file() and (kind := KIND_OF.get(path.suffix.lower())):
            yield Entry(path.name, location, kind, path.stat().st_size)
