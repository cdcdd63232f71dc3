"""A value that is computed again only when something happened that may have changed it.

Every change of state is an event, and events are appended one at a time, in the order of their commits: the head of the log
is locked from its event to the commit. So a value that was computed after the head was read is right until an event
after that head, whichever transaction commits first. The events that cannot change the value are named by the beginnings
of their actions; whatever is not named counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from threading import Lock
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from platform_site.audit.models import AuditEvent

Value = TypeVar("Value")
MOST = 1_000  # values of one kind, for example of people
MOST_EVENTS = 200  # that a value is brought up to date with; after more it is computed


class Forgets(Protocol):
    """What this process remembers of the database."""

    def forget(self) -> None: ...


EVERY: list[Forgets] = []


class _Computed(NamedTuple):
    """A value with the newest event that it was computed after, and the moment from which it is not right any more."""

    value: Any
    sequence: int
    hash: str
    until: datetime | None


class Happened(NamedTuple):
    """What an event did, to which subject."""

    action: str
    subject: str


Computed = tuple[Value, datetime | None]


class UntilChanged(Generic[Value]):
    """Values of one kind, by their arguments, in the memory of this process.

    ``compute`` answers a value and the moment at which time alone changes it, None where it never does. ``quiet`` are the
    beginnings of the actions that cannot change it. ``update`` brings a value up to date with the events since it was computed,
    at less cost; None where it cannot tell from them what they change.
    """

    def __init__(
        self,
        compute: Callable[..., Computed[Value]],
        *,
        quiet: Collection[str],
        update: Callable[[Value, Sequence[Happened]], Computed[Value] | None] | None = None,
    ) -> None:
        self._compute, self._computed, self._lock = compute, dict[tuple[Any, ...], _Computed](), Lock()
        self._update = update
        EVERY.append(self)
        self._quiet = Q(*(("action__startswith", beginning) for beginning in quiet), _connector=Q.OR)

    def forget(self) -> None:
        """Compute every value again when it is next asked for; for tests, whose changes are not all events."""
        self._computed.clear()

    def __call__(self, *arguments: Any) -> Value:
        """The value: one query where nothing happened, three where only quiet events did."""
        with self._lock:  # the others wait for the first who computes it
            newest = _newest()
            computed = self._computed.get(arguments)
            if computed is None or not self._is_right(computed, newest):
                value, until = self._updated(computed) or self._compute(*arguments)
                computed = _Computed(value, *newest, until)
            if len(self._computed) >= MOST:
                self._computed.clear()
            self._computed[arguments] = computed._replace(sequence=newest[0], hash=newest[1])
            result: Value = computed.value
            return result

    def _is_right(self, computed: _Computed, newest: tuple[int, str]) -> bool:
        if computed.until and computed.until <= timezone.now():
            return False
        if (computed.sequence, computed.hash) == newest:
            return True
        return not self._later(computed).exists() and _is_of_this_log(computed)

    def _later(self, computed: _Computed) -> QuerySet[AuditEvent]:
        """The events since then that may change the value."""
        return AuditEvent.objects.filter(sequence__gt=computed.sequence).exclude(self._quiet)

    def _updated(self, computed: _Computed | None) -> Computed[Value] | None:
        """The value with what happened since; None where it has to be computed."""
        is_over = computed is None or (computed.until and computed.until <= timezone.now())
        if self._update is None or computed is None or is_over or not _is_of_this_log(computed):
            return None
        rows = self._later(computed).order_by("sequence").values_list("action", "subject")
        events = [Happened(*row) for row in rows[: MOST_EVENTS + 1]]
        return self._update(computed.value, events) if len(events) <= MOST_EVENTS else None


def _is_of_this_log(computed: _Computed) -> bool:
    """Whether the event that a value was computed after is in the log, which may be another one after a restore."""
    return AuditEvent.objects.filter(sequence=computed.sequence, hash=computed.hash).exists()


def _newest() -> tuple[int, str]:
    newest = AuditEvent.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return newest or (0, "")
