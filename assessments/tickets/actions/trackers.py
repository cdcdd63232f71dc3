"""Read the issues of configured trackers on a schedule: page by page, each stored with the position after it. Afterwards,
where an administrator set `write_labels`, the types that people chose are written to the issues as labels.

A worker that dies loses at most one page, which the next one reads again: issues are stored by source and id, so none is
there twice. How a reading is claimed and swept is in `platform_site.work`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assessments.models import Ticket, TrackerSync
from assessments.organizations.queries import get_organization
from assessments.tickets.actions.tickets import record_tickets
from assessments.tickets.queries.trackers import read_page, to_be_written, trackers, write_label
from assessments.tickets.rules.columns import GITHUB_MAPPING
from assessments.tickets.rules.rows import BadRow, GoodRow, tickets_of
from assessments.tickets.rules.trackers import NotATracker, Page, Position
from platform_site import work
from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.errors import Refusal
from platform_site.outbound.client import NotSent
from platform_site.text.tracker_list import Tracker
from platform_site.work import Claim, ClaimLost, Kind

State = TrackerSync.State
TASK = "assessments.sync_tracker"
MOST_PAGES = 2_000  # of one reading; the next one goes on
MOST_WRITTEN = 200  # labels of one reading: GitHub counts what is written, by the minute and the hour
CRASHED = (
    "The reading stopped at an error that Plumbline did not expect. The worker's log has the details under sync {pk}."
)
TOO_LONG = "The reading took longer than its time limit. It goes on at the next time."
USED_UP = "The reading was started {attempts} times and its worker died each time. It begins anew at the next time."
GONE = "It is no longer listed in TRACKERS."


def queue_due() -> int:
    """Queue the readings that are due, and send again those whose worker is gone; how many."""
    now = timezone.now()
    for tracker in trackers().values():
        TrackerSync.objects.get_or_create(
            name=tracker.name,
            defaults={"kind": tracker.kind, "state": State.QUEUED, "due_at": now, "created_at": now},
        )
    TrackerSync.objects.filter(name__in=trackers(), state__in=[State.DONE, State.FAILED], due_at__lte=now).update(
        state=State.QUEUED, attempts=0, sent_at=None, finished_at=None
    )
    return work.sweep(SYNCS)


def sync(sync_id: int) -> bool:
    """Read a tracker from where it was left; whether it was free."""
    return work.perform(SYNCS, sync_id, _sync)


def _sync(claim: Claim) -> None:
    row = TrackerSync.objects.get(pk=claim.pk)
    tracker = trackers().get(row.name)
    if tracker is None:
        _end(claim, State.FAILED, GONE)
        return
    at, begun, written = Position(**row.position), {"seen": 0, "new": 0, "bad": 0}, 0
    try:
        for _ in range(MOST_PAGES):
            page = read_page(tracker, at)
            begun = _store(claim, tracker, page, begun)
            if page.following is None:
                break
            at = page.following
        written = _write_labels(claim, tracker) if tracker.write_labels else 0
    except (NotSent, NotATracker) as problem:
        _end(claim, State.FAILED, str(problem))
        return
    except Refusal as refusal:
        _end(claim, State.FAILED, refusal.message[:2_000])
        return
    _end(claim, State.DONE, "", written=written)


def _write_labels(claim: Claim, tracker: Tracker) -> int:
    """Write what people chose to at most 200 issues, the others at the next time; how many. A worker that dies in between
    leaves one to be written again, which changes nothing there."""
    tickets: list[Any] = list(to_be_written(tracker)[:MOST_WRITTEN])
    for ticket in tickets:
        write_label(tracker, ticket.external_id, ticket.wanted)
        if not work.renew(claim):
            raise ClaimLost
        Ticket.objects.filter(pk=ticket.pk).update(written_type=ticket.wanted)
    return len(tickets)


def _store(claim: Claim, tracker: Tracker, page: Page, counts: dict[str, int]) -> dict[str, int]:
    """Store a page and the position after it, in one transaction; whoever lost the claim stores nothing."""
    rows = list(tickets_of(page.rows, GITHUB_MAPPING, now=timezone.now()))
    good = [row for row in rows if isinstance(row, GoodRow)]
    organization = get_organization(tracker.organization) if tracker.organization else None
    position = page.following or page.reached
    with transaction.atomic():
        new = 0
        if good:
            fields: list[dict[str, Any]] = [row.fields | {"source": tracker.name} for row in good]
            new = sum(created for _, created in record_tickets(fields, organization=organization, actor=SYSTEM))
        bad = [row for row in rows if isinstance(row, BadRow)]
        counts = {"seen": counts["seen"] + len(rows), "new": counts["new"] + new, "bad": counts["bad"] + len(bad)}
        columns: dict[str, Any] = {
            "position": position._asdict(),
            "organization": organization,
            "progress_done": counts["seen"],
        }
        columns |= {f"{name}_count": count for name, count in counts.items()}
        if bad:
            columns["bad_rows"] = [[row.external_id, row.reasons[:5]] for row in bad[:50]]
        if not work.renew(claim, **columns):
            raise ClaimLost
    return counts


def _end(claim: Claim, state: str, error: str, *, written: int = 0) -> bool:
    due = timezone.now() + timedelta(minutes=settings.TRACKER_MINUTES)
    with transaction.atomic():
        row = TrackerSync.objects.get(pk=claim.pk)
        if not work.finish(claim, state=state, error=error, due_at=due):
            return False
        if state == State.FAILED or row.new_count or row.bad_count or row.error or written:
            payload = {
                "state": str(state),
                "seen": row.seen_count,
                "new": row.new_count,
                "bad": row.bad_count,
                "reason": error,
            } | ({"labels_written": written} if written else {})
            record("tracker.read", subject=f"tracker:{row.name}", actor=SYSTEM, payload=payload)
    return True


def _end_with(claim: Claim, message: str) -> bool:
    return _end(claim, State.FAILED, message)


def _due(now: datetime) -> Q:
    return Q(due_at__lte=now)


SYNCS = Kind(
    model=TrackerSync,
    task=TASK,
    lease=timedelta(minutes=3),
    most_attempts=3,
    send_again_after=timedelta(minutes=5),
    end_with=_end_with,
    crashed=CRASHED,
    too_long=TOO_LONG,
    used_up=USED_UP,
    due=_due,
    order=("due_at", "pk"),
    most_sent_at_once=20,
)
