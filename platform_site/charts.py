"""A chart with everything that a page shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class Chart(NamedTuple):
    """A figure, the sentence that says what it shows, and its numbers as a table; `id` is unique on its page."""

    id: str
    title: str
    figure: dict[str, Any]
    sentence: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
