"""The rows that a check reads: those of a data set between two moments of its event time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from platform_site.errors import NotReady
from registry.compute.engines.columns import Side
from registry.data.queries import locations
from registry.models import Dataset


def side(name: str, *, since: str = "", until: str = "", now: datetime, timed: bool = False) -> Side:
    """One side of a check; ``timed``: it needs an event time. NotReady when the data set does not exist or has none."""
    dataset = Dataset.objects.filter(name=name).first()
    if dataset is None:
        raise NotReady("no_dataset", f"There is no data set {name}. Add it first.")
    if (timed or since or until) and not dataset.event_time:
        raise NotReady(
            "no_event_time", f"Data set {name} has no event time. Add a data set with one for the same files."
        )
    return Side(locations.of(dataset), dataset.event_time, moment(since, now), moment(until, now))


def types(source: Side) -> dict[str, str]:
    """The columns of a side with Arrow's names of their types, in order."""
    return {column.name: column.type for column in source.files.describe()}


def moment(text: str, now: datetime) -> datetime | None:
    """A moment, UTC without a zone: ISO 8601, or a number of whole days before now (``-7d``); None for an empty text."""
    if not text:
        return None
    if text.startswith("-"):
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return midnight - timedelta(days=int(text[1:-1]))
    parsed = datetime.fromisoformat(text)
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed
