"""What a kind of thing says to the search: its rows, the fields that are looked in, and how a row is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from assessments.models import Organization


class Hit(NamedTuple):
    """Something that matches: its name, a line about it, and its page."""

    label: str
    about: str
    url: str


class Folded(NamedTuple):
    """A narrow table of case-folded text that is searched instead of the rows: its field, and the row that it leads to."""

    rows: Callable[[], QuerySet[Any]]
    field: str
    leads_to: str


class Kind(NamedTuple):
    """A kind of thing that is searched.

    ``text`` and ``names`` are looked in for every word, or ``folded`` is; names are lower-case by their rule, which makes
    them ten times cheaper for PostgreSQL. ``exact`` hold the whole query, ``hashes`` begin with it, ``numbers`` are it.
    ``searched`` are the rows whose text is looked through, where those are not all of them.
    """

    name: str
    label: str
    rows: Callable[[Organization | None], QuerySet[Any]]
    show: Callable[[Any], Hit]
    text: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    folded: Folded | None = None
    searched: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None


def shortened(text: str, length: int = 120) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
