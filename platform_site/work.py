"""Background work: claim a row, renew its lease, record its end, sweep what was abandoned, send tasks to workers.

The row is the truth, the message to a worker only a hint. A claim is one update that sets a token (the fence), a lease
and one more attempt. Whoever lost the claim writes nothing. Whatever a job raises, its row ends with a message.

What differs between two kinds of work is in its `Kind`; no kind has a claim or a sweep of its own.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from celery import current_app as app  # the application that platform_site/celery.py makes the default of the process
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from platform_site.places import heartbeats
from platform_site.text import correlation

DATABASE_IS_AWAY = (OperationalError, InterfaceError)
PASS_ON_AFTER_S = 0.5
Row = TypeVar("Row")
log = logging.getLogger(__name__)


class Work(models.Model):
    """A row that one worker at a time works on. The three constants are for models that use other names."""

    WAITING, WORKING, ATTEMPTS = "queued", "running", "attempts"

    state = models.CharField(max_length=16)  # each model overrides it with its own choices
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class LongWork(Work):
    """Work that takes long enough for people to watch it."""

    started_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    progress_what = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Kind:
    """One kind of work.

    ``end_with`` ends a claimed row with a message for people; it is called outside of any transaction and returns
    False when the claim was lost. ``crashed`` and ``used_up`` are such messages, with {attempts} and {pk} filled in.
    ``unwanted`` matches rows whose result nobody wants any more, ``due`` tells which waiting rows may be taken by now:
    both must ask about columns of the row alone, as ``webhook__in=Webhook.objects.filter(…)`` does and
    ``webhook__active`` does not. For a join Django chooses the row in a subquery, whose conditions PostgreSQL does not
    ask again after it waited for another worker's claim.
    """

    model: type[Work]
    task: str
    lease: timedelta
    most_attempts: int
    send_again_after: timedelta
    end_with: Callable[[Claim, str], bool]
    crashed: str
    too_long: str
    used_up: str
    unwanted: Q | None = None
    due: Callable[[datetime], Q] = lambda now: Q()
    order: tuple[str, ...] = ("created_at", "pk")
    most_sent_at_once: int = 1_000
    waiting_first: bool = False


class Claim(NamedTuple):
    """One worker's hold on one row."""

    kind: Kind
    pk: int
    token: uuid.UUID


def name_of(claim: Claim) -> str:
    """What log lines call the row of a claim: `check_run:17`."""
    return job_name(claim.kind, claim.pk)


def job_name(kind: Kind, pk: int) -> str:
    """The same for any row of a kind."""
    return f"{kind.model._meta.verbose_name}:{pk}".replace(" ", "_")


class WrongPlace(Exception):
    """This place cannot do the job: what it needs is not here, or the disk is full. The message says what. Another may."""


class ClaimLost(Exception):
    """Another worker has the claim by now, or nobody wants the result: write nothing."""


def after_commit(task: str, *arguments: Any, soon: bool = False) -> None:
    """Send the named task after the surrounding transaction commits. While the broker is away, the sweep sends it later."""
    transaction.on_commit(lambda: send(task, *arguments, soon=soon), robust=True)


def after_commit_each(task: str, rows: Iterable[int]) -> None:
    """Send the named task for each row after the commit, until the broker is away: each further try would wait for it."""
    keys = list(rows)
    transaction.on_commit(lambda: all(send(task, pk) for pk in keys), robust=True)


def send(task: str, *arguments: Any, soon: bool = False) -> bool:
    """Send the task now, ahead of the queue if `soon`; return whether the broker took it."""
    priority = settings.SOON if soon else settings.IN_TURN
    try:
        app.send_task(task, args=arguments, priority=priority, retry=False)
    except Exception as error:  # kombu and redis raise a dozen unrelated types when the broker is away
        log.warning("the broker did not take %s%r (%s); the sweep will send it again", task, arguments, error)
        return False
    return True


def claim(kind: Kind, pk: int) -> Claim | None:
    """Take a row to work on; None when it is not due, finished, unwanted, or claimed by another worker. One update."""
    now, token = timezone.now(), uuid.uuid4()
    started = {"started_at": now} if issubclass(kind.model, LongWork) else {}
    counted = {kind.model.ATTEMPTS: F(kind.model.ATTEMPTS) + 1}
    taken = _claimable(kind, now).filter(pk=pk)
    lease = {"token": token, "lease_until": now + kind.lease}
    return Claim(kind, pk, token) if taken.update(state=kind.model.WORKING, **lease, **counted, **started) else None


def renew(claim: Claim, lease: timedelta | None = None, **columns: Any) -> bool:
    """Keep a claim for another lease, and write columns such as progress; False when the work should stop: the claim was
    lost, or nobody wants the result any more."""
    rows = _wanted(claim.kind, _claimed_row(claim))
    return bool(rows.update(lease_until=timezone.now() + (lease or claim.kind.lease), **columns))


def finish(claim: Claim, *, state: str, **columns: Any) -> bool:
    """Write how a claimed row ended, once; False when the claim was lost, and then the caller writes nothing either.

    RuntimeError outside of a transaction: what else belongs to the end, its audit event above all, is in the same one.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{claim.kind.task}: record the end in the same transaction as its audit event.")
    is_over = state != claim.kind.model.WAITING
    over = {"finished_at": timezone.now() if is_over else None, "lease_until": None}
    written = bool(_claimed_row(claim).update(state=state, **(over | columns)))
    if written and is_over:
        transaction.on_commit(
            lambda: log.info("%s ended: %s", name_of(claim), columns.get("outcome") or state), robust=True
        )
    return written


def perform(kind: Kind, pk: int, job: Callable[[Claim], object]) -> bool:
    """Claim a row and do its job, which records the end; whether the row was free.

    Whatever the job raises ends the row with a message, and the log has the traceback. A database that is away ends
    nothing (OperationalError, InterfaceError): the lease runs out, and the sweep sends the row again.
    """
    taken = claim(kind, pk)
    if taken is None:
        return False
    named = correlation.job.set(name_of(taken))
    try:
        job(taken)
    except ClaimLost:
        log.info("%s %s: the claim was lost, nothing was written", kind.task, pk)
    except DATABASE_IS_AWAY:
        raise
    except WrongPlace as fault:
        leave_to_others(kind, pk, str(fault), taken)
    except SoftTimeLimitExceeded:
        kind.end_with(taken, kind.too_long)
    except Exception:
        log.exception("%s %s failed unexpectedly", kind.task, pk)
        kind.end_with(taken, kind.crashed.format(pk=pk))
    finally:
        correlation.job.reset(named)
    return True


def leave_to_others(kind: Kind, pk: int, why: str, taken: Claim) -> None:
    """Give a claimed row back, as if it had not been tried, and send it to whoever is next; without another place to do it,
    end it with what is missing at each."""
    job = name_of(taken)
    heartbeats.leave(job, why)
    others = heartbeats.other_places(job)
    if not others:
        kind.end_with(taken, why)
    elif release(taken):
        pass_on(kind, pk, why, is_wanted=any(others.values()))


def release(claim: Claim) -> bool:
    """Give a row back that cannot be worked on here: it waits again, and the attempt does not count. False when it was lost."""
    back = {claim.kind.model.ATTEMPTS: F(claim.kind.model.ATTEMPTS) - 1, "token": None, "lease_until": None}
    return bool(_claimed_row(claim).update(state=claim.kind.model.WAITING, **back))


def pass_on(kind: Kind, pk: int, why: str, *, is_wanted: bool) -> None:
    """Send a waiting row to whoever is next, after a pause: a host that can do little must not take everything from the queue
    only to put it back. While nobody else lives, the sweep sends it."""
    log.info("%s is left to another host: %s", job_name(kind, pk), why)
    time.sleep(PASS_ON_AFTER_S)
    kind.model._default_manager.filter(pk=pk, state=kind.model.WAITING).update(sent_at=timezone.now())
    if is_wanted:
        send(kind.task, pk)


def sweep(kind: Kind) -> int:
    """End what nobody can complete, send again what nobody works on; return how many rows were touched."""
    return _end_abandoned(kind) + _send_again(kind)


def for_each(
    rows: Iterable[Row], act: Callable[[Row], object], *, on_failure: Callable[[Row, Exception], object] | None = None
) -> int:
    """Call ``act`` with every row; return for how many it returned something true.

    A row that raises is logged, handed to ``on_failure``, and stops none of the others. Only a database that is away
    (OperationalError, InterfaceError) stops them all.
    """
    count = 0
    for row in rows:
        try:
            count += bool(act(row))
        except DATABASE_IS_AWAY:
            raise
        except Exception as error:
            log.exception("%s failed unexpectedly for %s", getattr(act, "__qualname__", act), row)
            if on_failure:
                on_failure(row, error)
    return count


def _claimed_row(claim: Claim) -> QuerySet[Work]:
    model = claim.kind.model
    return model._default_manager.filter(pk=claim.pk, token=claim.token, state=model.WORKING)


def _wanted(kind: Kind, rows: QuerySet[Work]) -> QuerySet[Work]:
    return rows if kind.unwanted is None else rows.exclude(kind.unwanted)


def _abandoned(kind: Kind, now: datetime) -> Q:
    return Q(state=kind.model.WORKING, lease_until__lt=now)


def _claimable(kind: Kind, now: datetime) -> QuerySet[Work]:
    """The rows that a worker may take: wanted, with an attempt left, and either due or abandoned."""
    free = Q(state=kind.model.WAITING) & kind.due(now) | _abandoned(kind, now)
    attempts_left = {f"{kind.model.ATTEMPTS}__lt": kind.most_attempts}
    return _wanted(kind, kind.model._default_manager.filter(free, **attempts_left))


def _end_abandoned(kind: Kind) -> int:
    exhausted = Q(**{f"{kind.model.ATTEMPTS}__gte": kind.most_attempts})
    exhausted |= kind.unwanted or Q()
    rows = kind.model._default_manager.filter(_abandoned(kind, timezone.now()) & exhausted)
    abandoned = rows.values_list("pk", "token", kind.model.ATTEMPTS)

    def end(row: tuple[int, uuid.UUID, int]) -> bool:
        pk, token, attempts = row
        return kind.end_with(Claim(kind, pk, token), kind.used_up.format(pk=pk, attempts=attempts))

    return for_each(abandoned, end)


def _send_again(kind: Kind) -> int:
    now, count = timezone.now(), 0
    unsent = Q(sent_at__isnull=True) | Q(sent_at__lt=now - kind.send_again_after)
    rows = _claimable(kind, now).filter(unsent).order_by(*kind.order).values_list("pk", "state")
    for pk, state in rows[: kind.most_sent_at_once]:
        kind.model._default_manager.filter(pk=pk).update(sent_at=now)
        if not send(kind.task, pk, soon=kind.waiting_first or state == kind.model.WORKING):
            break  # the broker is away: each further try would wait for it
        count += 1
    return count
