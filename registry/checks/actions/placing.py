"""Which runs this host leaves to others: it does not reach their data, or its disk or memory does not suffice.

What is missing here is never an outcome of the check: the run stays queued, without an attempt, until a host can do it. Only
where every living host has left it does it end, with what is missing at each.
"""

from __future__ import annotations

import errno

from django.conf import settings

from platform_site import work
from platform_site.errors import Refusal
from platform_site.places import heartbeats
from platform_site.places.heartbeats import OK
from platform_site.work import Claim
from registry.checks.actions.runs import RUNS
from registry.checks.queries.data_read import data_read
from registry.compute.engines.duck import EngineOutOfMemory
from registry.compute.engines.row_source import Unreadable
from registry.compute.sandbox.outcomes import SandboxMemory
from registry.data.queries import locations
from registry.models import Check, CheckRun

NOT_HERE = ("gone", "away", "not_installed")  # reasons of Unreadable
OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.EROFS, errno.ENOMEM}
DISK = "This worker's host could not read or write its disk ({reason})."
MEMORY = "This worker's host has too little memory for the data."


def is_left_to_others(run_id: int) -> bool:
    """Whether another host is to do this run, because this one does not reach its data; then it is on its way there."""
    job = work.job_name(RUNS, run_id)
    if not heartbeats.other_places(job):
        return False
    run = (
        CheckRun.objects.select_related("check_definition__feature")
        .filter(pk=run_id, state=CheckRun.State.QUEUED)
        .first()
    )
    why = run and what_is_missing(run.check_definition)
    if not why:
        return False
    heartbeats.leave(job, why)
    others = heartbeats.other_places(job)
    if others:
        work.pass_on(RUNS, run_id, why, is_wanted=any(others.values()))
    return bool(others)


def what_is_missing(check: Check) -> str:
    """What a check reads and this host does not reach; empty where everything is here."""
    for read in data_read(check):
        if read["connection"]:
            if why := _of_connection(read["connection"]):
                return why
        elif locations.is_missing(read["location"], read["kind"]):
            return f"Data set {read['dataset']}: there is nothing at {read['location']!r} inside the data roots."
    return ""


def fault_of_the_place(failure: Exception) -> str:
    """What is wrong with this host, where the failure is its own; empty where it is the data's or the check's."""
    if isinstance(failure, MemoryError):
        return MEMORY
    if isinstance(failure, OSError):
        return DISK.format(reason=failure.strerror) if failure.errno in OF_THE_DISK else ""
    is_of_place = (
        isinstance(failure, SandboxMemory | EngineOutOfMemory)
        or (isinstance(failure, Unreadable) and failure.reason in NOT_HERE)
        or (isinstance(failure, Refusal) and failure.code == "dataset_gone")
    )
    return (failure.message if isinstance(failure, Refusal) else str(failure)) if is_of_place else ""


def with_other_places(why: str, claim: Claim) -> str:
    """The sentence that a run ends with, and what was missing at other hosts."""
    others = {
        place: sentence for place, sentence in heartbeats.why_left(work.name_of(claim)).items() if sentence != why
    }
    return " ".join([why, *(f"On {place}: {sentence}" for place, sentence in others.items())])


def _of_connection(name: str) -> str:
    if name not in settings.CONNECTIONS:
        return f"Connection {name} is not defined."
    state = heartbeats.connections_here().get(name, OK)
    return "" if state == OK else f"Connection {name} {state}."
