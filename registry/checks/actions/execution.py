"""Execute a run: claim it, compute outside of any transaction, record its end once."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings

from platform_site import work
from platform_site.errors import Refusal
from platform_site.places import heartbeats
from platform_site.work import Claim
from registry.checks.actions import placing, runs
from registry.checks.actions.runs import RUNS, Ending, errored
from registry.checks.queries.data_read import data_read
from registry.compute.engines.cancellation import Stopped
from registry.compute.engines.duck import EngineFailed
from registry.compute.engines.feature_sql import NotComputable
from registry.compute.engines.row_source import Unreadable
from registry.compute.sandbox.outcomes import SandboxCancelled, SandboxFailure
from registry.models import CheckRun

RENEWALS_IN_A_LEASE = 15
PROGRESS_EVERY_S = 0.25  # five hundred small columns would be five hundred writes


class Heartbeat:
    """Renews the lease of a claim and stores progress; ``stopped`` once the claim is lost or the run is cancelled."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.stopped = False
        self._renewed_at = time.monotonic()
        self._progress_at = -PROGRESS_EVERY_S

    def report(self, done: int, total: int, what: str) -> None:
        """Store the progress, at most a few times a second. Raises SandboxCancelled when the work should stop."""
        if time.monotonic() - self._progress_at > PROGRESS_EVERY_S:
            self._progress_at = time.monotonic()
            self._renew(progress_done=done, progress_total=total, progress_what=what)
        if self.stopped:
            raise SandboxCancelled

    def beat(self) -> bool:
        """Renew the lease every few seconds; whether the work should stop."""
        if time.monotonic() - self._renewed_at > settings.RUN_LEASE_S / RENEWALS_IN_A_LEASE:
            self._renew()
        return self.stopped

    def _renew(self, **progress: Any) -> None:
        self._renewed_at = time.monotonic()
        self.stopped = not work.renew(self.claim, **progress)


def execute(run_id: int) -> None:
    """Work on a run unless another worker does. Whatever goes wrong ends it as errored with what to do, never as passed;
    what goes wrong with this place alone leaves it to another host."""
    if not placing.is_left_to_others(run_id):
        work.perform(RUNS, run_id, _run)


def _run(claim: Claim) -> None:
    run = CheckRun.objects.select_related("check_definition__feature").get(pk=claim.pk)
    work.renew(claim, data=data_read(run.check_definition))
    ending = _ending(run, Heartbeat(claim))
    if ending is None:
        runs.stop_cancelled(claim)
    else:
        runs.finish(claim, ending)


def _ending(run: CheckRun, heartbeat: Heartbeat) -> Ending | None:
    """How the run ended; None when somebody cancelled it or the claim was lost."""
    from registry.checks.actions import kinds  # heavy: imported when there is work

    try:
        return kinds.work(run, heartbeat)
    except (SandboxCancelled, Stopped):
        return None
    except (SandboxFailure, NotComputable, Unreadable, EngineFailed, Refusal, OSError, MemoryError) as failure:
        if why := placing.fault_of_the_place(failure):
            if heartbeats.other_places(work.name_of(heartbeat.claim)):
                raise work.WrongPlace(why) from failure
            return errored(placing.with_other_places(why, heartbeat.claim))
        if isinstance(failure, OSError | MemoryError):
            raise
        return errored(failure.message if isinstance(failure, Refusal) else str(failure))
