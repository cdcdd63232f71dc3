"""The rows that a check reads: a data set's files, cut by event time, with moments made absolute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from platform_site.errors import NotReady
from registry.compute.engines.columns import Side
from registry.data.queries import locations
from registry.models import Dataset


def side(name: str, *, since: str = "", until: str = "", now: datetime, timed: bool = False) -> Side:
    """One side of a check. ``timed``: an event time is needed. NotReady when the data set cannot give that."""
    dataset = Dataset.objects.filter(name=name).first()
    if dataset is None:
        raise NotReady("no_dataset", f"There is no data set {name}: add it.")
    if (timed or since or until) and not dataset.event_time:
        raise NotReady("no_event_time", f"Data set {name} names no event time: describe it anew.")
    return Side(locations.of(dataset), dataset.event_time, moment(since, now), moment(until, now))


def types(one: Side) -> dict[str, str]:
    """The columns of a side with Arrow's names of their types, in order."""
    return {column.name: column.type for column in one.files.describe()}


def moment(told: str, now: datetime) -> datetime | None:
    """A moment, UTC without a zone: ISO 8601, or so many whole days before now; None for nothing."""
    if not told:
        return None
    if told.startswith("-"):
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return midnight - timedelta(days=int(told[1:-1]))
    given = datetime.fromisoformat(told)
    return given.astimezone(UTC).replace(tzinfo=None) if given.tzinfo else given
