"""The end of a run: recorded once, with its findings. How it is claimed and swept is in `platform_site.work`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import isfinite
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from platform_site import work
from platform_site.access import SYSTEM
from platform_site.audit.record import Entry, record, record_all
from platform_site.work import Claim, Kind
from registry.checks.actions.run_alerts import open_or_resolve_alerts
from registry.compute.kinds.report import ColumnReport, Differing
from registry.features.actions.acceptance import accept_after_parity
from registry.features.queries.parity_evidence import unanswered_by
from registry.models import CheckResult, CheckRun, ColumnFinding, DifferingRows

USED_UP = (
    "The run was started {attempts} times, and each time its worker died or stopped responding, most likely because it "
    "ran out of memory. Give the check less data or the worker more memory, then run it again."
)
CRASHED = (
    "The check stopped at an unexpected error. Nothing was concluded. The worker's log has the details under run {pk}."
)
TOO_LONG = "The check took longer than its time limit. Give it less data, or raise CHECK_TIME_LIMIT_S."


class Ending(NamedTuple):
    """How a run ended: its outcome, one sentence and its findings; ``columns`` in the order of their rank."""

    outcome: str
    summary: str
    rows: int | None = None
    content: dict[str, Any] | None = None
    error: str = ""
    columns: Sequence[ColumnReport] = ()
    differing: Differing | None = None


def finish(claim: Claim, ending: Ending) -> bool:
    """Record a run's end, once: False when the claim was lost, and then nothing was written."""
    with transaction.atomic():
        if not work.finish(claim, state=CheckRun.State.FINISHED, **_columns(ending)):
            return False
        run = CheckRun.objects.select_related("check_definition__feature").get(pk=claim.pk)
        if ending.content is not None:
            CheckResult.objects.create(run=run, content=ending.content)
        _store_columns(run, ending.columns)
        if ending.differing:
            DifferingRows.objects.create(run=run, **ending.differing._asdict())
        entries = accept_after_parity(run)
        open_or_resolve_alerts(run)  # it locks alerts: before the head of the log
        payload = {"check": run.check_definition.name, "outcome": ending.outcome, "summary": ending.summary}
        if ending.content and ending.content.get("sentence"):
            payload["sentence"] = ending.content["sentence"]
        if ending.outcome == CheckRun.Outcome.PASSED and (because := unanswered_by(run)):
            payload["resolves_nothing"] = because
        record_all([*entries, Entry("check_run.finished", f"check_run:{run.pk}", payload)], actor=SYSTEM)
    return True


def stop_cancelled(claim: Claim) -> bool:
    """Record that a run ended because somebody cancelled it; False when nobody did, or the claim was lost."""
    with transaction.atomic():
        if not CheckRun.objects.filter(pk=claim.pk, cancel_requested_at__isnull=False).exists():
            return False
        if not work.finish(claim, state=CheckRun.State.CANCELLED):
            return False
        record("check_run.cancelled", subject=f"check_run:{claim.pk}", actor=SYSTEM)
    return True


def errored(error: str) -> Ending:
    """The end of a run that could not do its work; ``error`` says why, and what to do."""
    return Ending(CheckRun.Outcome.ERRORED, "The check could not be completed; nothing was concluded.", error=error)


def sweep() -> int:
    """Send again the runs that nobody works on, end those that nobody can complete; how many were touched."""
    return work.sweep(RUNS)


def _end_with(claim: Claim, sentence: str) -> bool:
    return stop_cancelled(claim) or finish(claim, errored(sentence))


def _store_columns(run: CheckRun, columns: Sequence[ColumnReport]) -> None:
    findings = (
        ColumnFinding(
            run=run,
            rank=rank,
            **column._replace(
                column=column.column[:256],
                sentence=column.sentence[:500],
                effect=column.effect if column.effect is not None and isfinite(column.effect) else None,
            )._asdict(),
        )
        for rank, column in enumerate(columns, start=1)
    )
    ColumnFinding.objects.bulk_create(findings, batch_size=200)


def _columns(ending: Ending) -> dict[str, Any]:
    return {
        "outcome": ending.outcome,
        "summary": ending.summary,
        "error": ending.error,
        "rows": ending.rows,
        "progress_what": "",
    } | ({"progress_done": F("progress_total")} if ending.content is not None else {})


RUNS = Kind(
    model=CheckRun,
    task="registry.run_check",
    lease=timedelta(seconds=settings.RUN_LEASE_S),
    most_attempts=settings.RUN_ATTEMPTS,
    send_again_after=timedelta(seconds=2 * settings.SWEEP_EVERY_S),
    end_with=_end_with,
    crashed=CRASHED,
    too_long=TOO_LONG,
    used_up=USED_UP,
    unwanted=Q(cancel_requested_at__isnull=False),
)
