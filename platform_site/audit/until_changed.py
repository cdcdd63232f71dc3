"""A value that is computed again only when something happened that may have changed it.

Every change of state is an event, and events are appended one at a time, in the order of their commits: the head of the log
is locked from its event to the commit. So a value that was computed after the head was read is right until an event
after that head, whichever transaction commits first. The events that cannot change the value are named by the beginnings
of their actions; whatever is not named counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from threading import Lock
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from django.db.models import Q
from django.utils import timezone

from platform_site.audit.models import AuditEvent

Value = TypeVar("Value")
MOST = 1_000  # values of one kind, for example of people


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


class UntilChanged(Generic[Value]):
    """Values of one kind, by their arguments, in the memory of this process.

    ``compute`` answers a value and the moment at which time alone changes it, None where it never does. ``quiet`` are the
    beginnings of the actions that cannot change it.
    """

    def __init__(self, compute: Callable[..., tuple[Value, datetime | None]], *, quiet: Collection[str]) -> None:
        self._compute, self._computed, self._lock = compute, dict[tuple[Any, ...], _Computed](), Lock()
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
                value, until = self._compute(*arguments)
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
        later = AuditEvent.objects.filter(sequence__gt=computed.sequence).exclude(self._quiet)
        same_log = AuditEvent.objects.filter(sequence=computed.sequence, hash=computed.hash)
        return not later.exists() and same_log.exists()


def _newest() -> tuple[int, str]:
    newest = AuditEvent.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return newest or (0, "")
