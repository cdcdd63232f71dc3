"""Work on a run: claim it, compute outside of any transaction, record its end once."""

from __future__ import annotations

import logging
import time
import uuid

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import Error as DatabaseError

from platform_site.errors import Refusal
from registry.actions import runs
from registry.actions.runs import Ending
from registry.engines.data import Unreadable
from registry.engines.duck import EngineFailed
from registry.engines.feature_sql import Unfit
from registry.engines.watching import Stopped
from registry.models import CheckRun
from registry.sandbox.outcomes import SandboxCancelled, SandboxFailure

log = logging.getLogger(__name__)
CRASHED = "The check crashed ({kind}). Nothing was concluded. The worker's log has the details under run {run}."
TOO_LONG = "The check took longer than its time limit. Give it less data, or raise CHECK_TIME_LIMIT_S."
RENEWALS_IN_A_LEASE = 15
TOLD_EVERY_S = 0.25  # five hundred small columns would be five hundred writes


class Pulse:
    """Keeps a claim alive and tells how far the work is; ``stopped`` once the claim is lost or a cancel was asked."""

    def __init__(self, run_id: int, token: uuid.UUID) -> None:
        self.run_id, self.token = run_id, token
        self.stopped = False
        self._renewed = time.monotonic()
        self._told = -TOLD_EVERY_S

    def tell(self, done: int, total: int, what: str) -> None:
        """Say what is being done, as often as a person can follow; raises SandboxCancelled when nobody wants it any
        more."""
        if time.monotonic() - self._told > TOLD_EVERY_S:
            self._told = time.monotonic()
            self._renew(done=done, total=total, what=what)
        if self.stopped:
            raise SandboxCancelled

    def beat(self) -> bool:
        """Renew the lease every few seconds; whether the work should stop."""
        if time.monotonic() - self._renewed > settings.RUN_LEASE_S / RENEWALS_IN_A_LEASE:
            self._renew()
        return self.stopped

    def _renew(self, **progress: object) -> None:
        self._renewed = time.monotonic()
        self.stopped = not runs.renew(self.run_id, self.token, **progress)


def execute(run_id: int) -> None:
    """Work on a run if it is free. What goes wrong ends it as errored with what to do, never as passed.

    A database that is away ends nothing: the lease runs out and the sweep sends the run again.
    """
    token = runs.claim(run_id)
    if token is None:
        return
    ending = _ending(CheckRun.objects.select_related("check_definition__feature").get(pk=run_id), Pulse(run_id, token))
    if ending is None:
        runs.stop_cancelled(run_id, token)
    else:
        runs.finish(run_id, token, ending)


def _ending(run: CheckRun, pulse: Pulse) -> Ending | None:
    from registry.actions import kinds  # heavy: imported when there is work

    try:
        return kinds.work(run, pulse)
    except (SandboxCancelled, Stopped):
        return None
    except DatabaseError:
        raise
    except (SandboxFailure, Unfit, Unreadable, EngineFailed) as failure:
        return _errored(str(failure))
    except Refusal as refusal:
        return _errored(refusal.message)
    except SoftTimeLimitExceeded:
        return _errored(TOO_LONG)
    except Exception as error:
        log.exception("run %s crashed", run.pk)
        return _errored(CRASHED.format(kind=type(error).__name__, run=run.pk))


def _errored(error: str) -> Ending:
    return Ending(CheckRun.Outcome.ERRORED, "The check could not be completed; nothing was found out.", error=error)
