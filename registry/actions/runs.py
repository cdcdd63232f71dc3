"""The life of a run: claimed by one worker, renewed while it works, finished once.

The row is the truth, the message only a hint. ``token`` is the fence: whoever lost the claim writes nothing. A run
that nobody works on any more is sent again by the sweep, and failed with its reason once its attempts are used up.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from math import isfinite
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.queue import send
from registry.actions.alerts import settle_alerts
from registry.actions.features import accept_after_parity
from registry.checking.report import ColumnReport, Differing
from registry.models import CheckResult, CheckRun, ColumnFinding, DifferingRows

PENDING_TOO_LONG = timedelta(seconds=2 * settings.SWEEP_EVERY_S)
USED_UP = (
    "The run was begun {attempts} times and its worker died or fell silent each time, most likely for want of "
    "memory. Give the check less data or the worker more memory, then run it again."
)


class Ending(NamedTuple):
    """How a run ended: its outcome, one sentence, and what it found; ``columns`` in the order of their rank."""

    outcome: str
    summary: str
    rows: int | None = None
    content: dict[str, Any] | None = None
    error: str = ""
    columns: Sequence[ColumnReport] = ()
    differing: Differing | None = None


def claim(run_id: int) -> uuid.UUID | None:
    """Take a run to work on: the fence token, or None when somebody else has it or it is over. One update."""
    now, token = timezone.now(), uuid.uuid4()
    free = Q(state=CheckRun.State.QUEUED) | Q(state=CheckRun.State.RUNNING, lease_until__lt=now)
    claimed = CheckRun.objects.filter(free, pk=run_id, attempts__lt=settings.RUN_ATTEMPTS).update(
        state=CheckRun.State.RUNNING,
        token=token,
        lease_until=now + timedelta(seconds=settings.RUN_LEASE_S),
        attempts=F("attempts") + 1,
        started_at=now,
    )
    return token if claimed else None


def renew(run_id: int, token: uuid.UUID, *, done: int = 0, total: int = 0, what: str = "") -> bool:
    """Tell how far the work is and keep the claim; False when it was lost or a cancel was asked for: stop then."""
    lease = timezone.now() + timedelta(seconds=settings.RUN_LEASE_S)
    mine = CheckRun.objects.filter(
        pk=run_id, token=token, state=CheckRun.State.RUNNING, cancel_requested_at__isnull=True
    )
    progress = {"progress_done": done, "progress_total": total, "progress_what": what} if what else {}
    return bool(mine.update(lease_until=lease, **progress))


def finish(run_id: int, token: uuid.UUID, ending: Ending) -> bool:
    """Record a run's end, once: False when the claim was lost, and then nothing was written."""
    with transaction.atomic():
        mine = CheckRun.objects.filter(pk=run_id, token=token, state=CheckRun.State.RUNNING)
        if not mine.update(state=CheckRun.State.FINISHED, **_columns(ending)):
            return False
        run = CheckRun.objects.select_related("check_definition__feature").get(pk=run_id)
        if ending.content is not None:
            CheckResult.objects.create(run=run, content=ending.content)
        _keep_columns(run, ending.columns)
        if ending.differing:
            DifferingRows.objects.create(run=run, **ending.differing._asdict())
        accept_after_parity(run)
        settle_alerts(run)
        payload = {"check": run.check_definition.name, "outcome": ending.outcome, "summary": ending.summary}
        record("check_run.finished", subject=f"check_run:{run_id}", actor=SYSTEM, payload=payload)
    return True


def stop_cancelled(run_id: int, token: uuid.UUID) -> bool:
    """Record that a run ended because somebody cancelled it."""
    with transaction.atomic():
        mine = CheckRun.objects.filter(
            pk=run_id, token=token, state=CheckRun.State.RUNNING, cancel_requested_at__isnull=False
        )
        if not mine.update(state=CheckRun.State.CANCELLED, finished_at=timezone.now(), lease_until=None):
            return False
        record("check_run.cancelled", subject=f"check_run:{run_id}", actor=SYSTEM)
    return True


def sweep() -> int:
    """Send again the runs that nobody works on, fail those whose attempts are used up; how many were touched."""
    now = timezone.now()
    silent = CheckRun.objects.filter(state=CheckRun.State.RUNNING, lease_until__lt=now)
    cancelled = silent.filter(cancel_requested_at__isnull=False)
    touched = sum(stop_cancelled(run.pk, run.token) for run in cancelled)
    poisoned = silent.filter(attempts__gte=settings.RUN_ATTEMPTS, cancel_requested_at__isnull=True)
    touched += sum(_fail_used_up(run) for run in poisoned)
    waiting = CheckRun.objects.filter(
        Q(state=CheckRun.State.QUEUED, sent_at__lt=now - PENDING_TOO_LONG)
        | Q(state=CheckRun.State.RUNNING, lease_until__lt=now, attempts__lt=settings.RUN_ATTEMPTS)
    )
    for run_id, state in waiting.values_list("pk", "state")[:1_000]:
        CheckRun.objects.filter(pk=run_id).update(sent_at=now)
        if not send("registry.run_check", run_id, soon=state == CheckRun.State.RUNNING):
            break  # the broker is away: each further try would wait for it
        touched += 1
    return touched


def _keep_columns(run: CheckRun, columns: Sequence[ColumnReport]) -> None:
    rows = (
        ColumnFinding(
            run=run,
            rank=rank,
            **one._replace(
                column=one.column[:256],
                sentence=one.sentence[:500],
                effect=one.effect if one.effect is not None and isfinite(one.effect) else None,
            )._asdict(),
        )
        for rank, one in enumerate(columns, start=1)
    )
    ColumnFinding.objects.bulk_create(rows, batch_size=200)


def _fail_used_up(run: CheckRun) -> bool:
    error = USED_UP.format(attempts=run.attempts)
    return finish(run.pk, run.token, Ending(CheckRun.Outcome.ERRORED, "The run could not be completed.", error=error))


def _columns(ending: Ending) -> dict[str, Any]:
    return {
        "outcome": ending.outcome,
        "summary": ending.summary,
        "error": ending.error,
        "rows": ending.rows,
        "finished_at": timezone.now(),
        "lease_until": None,
        "progress_what": "",
    } | ({"progress_done": F("progress_total")} if ending.content is not None else {})
