"""What becomes of initiatives by itself: they follow what is published, and say when they are due."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from assessments.initiatives.actions.initiatives import lock, subject_of
from assessments.initiatives.queries import counted_with, list_initiatives, reach_in
from assessments.initiatives.rules import OPEN, Counted, State, is_due_soon, is_overdue
from assessments.models import Assessment, Initiative, Organization
from assessments.organizations.queries import current_assessment
from platform_site.access import SYSTEM, Actor
from platform_site.audit.record import Entry, record_all


def settle(organization: Organization, *, actor: Actor = SYSTEM) -> None:
    """Close what the current assessment reaches and re-open what it lost again; nothing before the first assessment."""
    with transaction.atomic():
        current = current_assessment(organization)
        if current is None:
            return
        rows = list_initiatives().filter(organization=organization).exclude(state=State.DROPPED)
        counted = counted_with(current)
        entries = [entry for initiative in lock(rows) if (entry := _settled(initiative, current, counted, actor))]
        record_all(entries, actor=actor)


def remind() -> int:
    """Record which open initiatives are due within a week and which are late, each once for a due date; how many."""
    with transaction.atomic():
        rows = lock(list_initiatives().filter(state__in=OPEN, due_on__isnull=False, organization__archived_at=None))
        entries = [entry for initiative in rows if (entry := _reminder(initiative))]
        record_all(entries, actor=SYSTEM)
    return len(entries)


def _reminder(initiative: Initiative) -> Entry | None:
    today = timezone.now().date()
    if is_overdue(initiative.state, initiative.due_on, today) and initiative.reminded_late_of != initiative.due_on:
        initiative.reminded_late_of, action = initiative.due_on, "initiative.overdue"
    elif is_due_soon(initiative.state, initiative.due_on, today) and initiative.reminded_soon_of != initiative.due_on:
        initiative.reminded_soon_of, action = initiative.due_on, "initiative.due_soon"
    else:
        return None
    initiative.save(update_fields=["reminded_late_of", "reminded_soon_of"])
    content = {"title": initiative.title, "organization": initiative.organization.slug, "owner": initiative.owner}
    return Entry(action, subject_of(initiative), content | {"due_on": str(initiative.due_on)})


def _settled(initiative: Initiative, current: Assessment, counted: Counted, actor: Actor) -> Entry | None:
    """What became of one initiative; None when nothing did."""
    result = reach_in(initiative, current, counted)
    if result.reached and initiative.reached_in_id is None:
        action = "initiative.closed" if initiative.state in OPEN else "initiative.confirmed"
        initiative.state, initiative.reached_in = State.DONE, current
        initiative.done_at = initiative.done_at or timezone.now()
    elif not result.reached and initiative.reached_in_id is not None:
        action = "initiative.reopened"
        initiative.state, initiative.reached_in, initiative.done_at = State.IN_PROGRESS, None, None
    else:
        return None
    initiative.changed_by, initiative.changed_at = actor.name, timezone.now()
    initiative.save()
    payload = {"title": initiative.title, "assessment": current.pk, "why": result.sentence}
    return Entry(action, subject_of(initiative), payload | {"organization": initiative.organization.slug})
