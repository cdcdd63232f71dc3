"""Begin an assessment, state each capability, publish it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from assessments.health.queries.evidence import to_store
from assessments.health.queries.rubrics import newest_rubric
from assessments.health.rules.priorities import Current, is_chosen_before, priority_after
from assessments.health.signals import assessment_published
from assessments.models import Assessment, AssessmentEvidence, AssessmentItem, Capability, Organization, Rubric
from assessments.organizations.actions import ONLY_LEADS, add_capability
from assessments.organizations.queries import capabilities_of, current_assessment, retirements_of
from assessments.organizations.rules.catalogue import Priority, Status
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused, Unknown, check_record
from platform_site.text.changes import changes
from platform_site.text.wording import label


class Newest(Enum):
    """Says "the newest there is" where None means something else."""

    RUBRIC = "newest rubric"


STATED = ("status", "notes", "priority", "evidence_url")
COUNTS = ("model_count", "team_count")
FIELDS = {field.name: field for field in AssessmentItem._meta.concrete_fields}


def begin_assessment(
    organization: Organization,
    *,
    assessed_on: date,
    model_count: int | None = None,
    team_count: int | None = None,
    items: Sequence[Mapping[str, Any]] = (),
    corrects: Assessment | None = None,
    from_last: bool = True,
    rubric: Rubric | Newest | None = Newest.RUBRIC,
    actor: Actor,
) -> Assessment:
    """Begin a draft: counts and every capability as in the assessment that it corrects, else in the last published one,
    else missing; then ``items``.

    An item whose name no capability has is added as the organization's own where it names its group.

    Without ``from_last`` it begins from the catalogue: everything missing, at its default priority. ``rubric`` is what
    judges it: by default that of the corrected one, else the organization's newest; None for the standard one.
    """
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        known = {capability.name: capability for capability in capabilities_of(organization)}
        known |= _add_own(organization, items, known, actor)
        faults = _item_faults(items, known) + _correction_faults(organization, corrects) + _date_faults(assessed_on)
        if faults:
            raise Invalid(faults)
        before = corrects or (current_assessment(organization) if from_last else None)
        assessment = Assessment(
            organization=organization,
            assessed_on=assessed_on,
            model_count=before.model_count if before and model_count is None else model_count,
            team_count=before.team_count if before and team_count is None else team_count,
            corrects=corrects,
            rubric=_rubric(organization, corrects) if rubric is Newest.RUBRIC else rubric,
            created_by=actor.name,
            created_at=timezone.now(),
        )
        check_record(assessment)
        assessment.save(force_insert=True)
        AssessmentItem.objects.bulk_create(_first_items(assessment, known, before))
        _state(assessment, items, actor)
        payload: dict[str, Any] = {"assessed_on": assessed_on.isoformat(), "items": [dict(item) for item in items]}
        payload |= {"corrects": corrects.pk} if corrects else {}
        record("assessment.begun", subject=_subject(assessment), actor=actor, payload=payload)
    return assessment


def change_assessment(
    assessment: Assessment, *, items: Sequence[Mapping[str, Any]] = (), actor: Actor, **changed: Any
) -> Assessment:
    """Change a draft; Refused for a published one: correct it with a new assessment that names it in `corrects`."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        assessment = lock_draft(assessment)
        known = {item.capability.name: item.capability for item in assessment.items.select_related("capability")}
        faults = _item_faults(items, known) + _date_faults(changed.get("assessed_on"))
        if faults:
            raise Invalid(faults)
        before = {name: getattr(assessment, name) for name in changed}
        for name, value in changed.items():
            setattr(assessment, name, value)
        if changed:
            check_record(assessment)
            assessment.save(update_fields=list(changed))
        moved = changes(before, changed) | _state(assessment, items, actor)
        payload: dict[str, Any] = {name: str(value) for name, value in changed.items()}
        payload |= {"items": [dict(item) for item in items], "changes": moved}
        record("assessment.changed", subject=_subject(assessment), actor=actor, payload=payload)
    return assessment


def state_capability(item: AssessmentItem, *, revision: int, actor: Actor, **stated: Any) -> AssessmentItem:
    """State one capability of a draft. Refused with the current values when somebody changed it after ``revision``."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        assessment = lock_draft(item.assessment)
        item = assessment.items.select_related("capability").get(pk=item.pk)
        if item.revision != revision:
            raise Refused("capability_restated", _restated(item), detail={"revision": item.revision})
        name, stated = item.capability.name, _without_repeated(item, stated)
        faults = [fault for field, value in stated.items() for fault in _value_faults(name, field, value)]
        if faults:
            raise Invalid(faults)
        moved = _state(assessment, [{"capability": name} | stated], actor)
        payload = {"items": [{"capability": name} | stated], "changes": moved}
        record("assessment.changed", subject=_subject(assessment), actor=actor, payload=payload)
        item.refresh_from_db()
    return item


def publish_assessment(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Store the evidence of this moment with it and freeze both. The database refuses any change from then on.

    Invalid while something is not applicable without a written reason, or the day is in the future.
    """
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        assessment, now = lock_draft(assessment), timezone.now()
        faults = _date_faults(assessment.assessed_on) + _reason_faults(assessment)
        if faults:
            raise Invalid(faults)
        AssessmentEvidence.objects.bulk_create(to_store(assessment, now))
        assessment.state, assessment.published_by = Assessment.State.PUBLISHED, actor.name
        assessment.published_at = now
        assessment.save(update_fields=["state", "published_by", "published_at"])
        record("assessment.published", subject=_subject(assessment), actor=actor)
        assessment_published.send(Assessment, assessment=assessment, actor=actor)
    return assessment


def discard_assessment(assessment: Assessment, *, actor: Actor) -> None:
    """Delete a draft; the audit event keeps what it stated. Refused for a published one."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        assessment = lock_draft(assessment)
        if plans := assessment.triage_plans.count():
            sentence = (
                f"{plans} ticket plan{'s refer' if plans > 1 else ' refers'} to this draft, so it stays. Publish it."
            )
            raise Refused("draft_has_plans", sentence)
        items = [
            {"capability": item.capability.name} | {name: getattr(item, name) for name in STATED}
            for item in assessment.items.select_related("capability")
        ]
        payload = {"assessed_on": assessment.assessed_on.isoformat(), "items": items}
        payload |= {name: getattr(assessment, name) for name in COUNTS}
        payload |= {"answers": answers} if (answers := _answers(assessment)) else {}
        subject = _subject(assessment)
        assessment.team_answers.all().delete()
        assessment.items.all().delete()
        assessment.delete()
        record("assessment.discarded", subject=subject, actor=actor, payload=payload)


def _answers(assessment: Assessment) -> list[dict[str, str]]:
    """What teams answered about a draft, the oldest first, as the audit log keeps it."""
    rows = assessment.team_answers.select_related("capability", "team").order_by("pk")
    return [
        {
            "team": row.team.slug,
            "capability": row.capability.name,
            "status": row.status,
            "note": row.note,
            "answered_by": row.answered_by,
        }
        for row in rows
    ]


def lock_draft(assessment: Assessment) -> Assessment:
    """The draft, locked until the transaction ends; Refused where it is published, Unknown where it was discarded."""
    rows = Assessment.objects.select_for_update(of=("self",), no_key=True).select_related("organization")
    locked = rows.filter(pk=assessment.pk).first()
    if locked is None:
        raise Unknown(f"There is no assessment {assessment.pk}.")
    if locked.is_published:
        sentence = "A published assessment cannot be changed: begin a new one that corrects it."
        raise Refused("assessment_published", sentence)
    return locked


def _add_own(
    organization: Organization, items: Sequence[Mapping[str, Any]], known: Mapping[str, Capability], actor: Actor
) -> dict[str, Capability]:
    """The capabilities that the items name with a group and that the organization does not have yet, added as its own."""
    own = {str(item.get("capability")): item for item in items if item.get("group")}
    return {
        name: add_capability(
            name=name,
            group=item["group"],
            description=item.get("description") or label(name),
            default_priority=item.get("priority") or Priority.MEDIUM,
            organization=organization,
            actor=actor,
        )
        for name, item in own.items()
        if name not in known
    }


def _restated(item: AssessmentItem) -> str:
    when = f"{timezone.localtime(item.stated_at):%H:%M:%S}" if item.stated_at else "an unknown time"
    return f"{item.stated_by or 'Somebody'} changed this to {item.status}, {item.priority} at {when}."


def _correction_faults(organization: Organization, corrects: Assessment | None) -> list[Fault]:
    if corrects is None:
        return []
    if corrects.organization_id != organization.pk or not corrects.is_published:
        return [Fault("corrects", "invalid", f"corrects must be a published assessment of {organization.slug}.")]
    later = corrects.corrected_by.filter(state=Assessment.State.PUBLISHED).first()
    if later is None:
        return []
    sentence = f"Assessment {corrects.pk} is corrected already, by {later.pk}. Correct that one."
    return [Fault("corrects", "invalid", sentence)]


def _date_faults(assessed_on: date | None) -> list[Fault]:
    today = timezone.localdate()
    if assessed_on is None or assessed_on <= today:
        return []
    sentence = f"{assessed_on.isoformat()} is in the future. Choose today, {today.isoformat()}, or an earlier day."
    return [Fault("assessed_on", "invalid", sentence)]


def _reason_faults(assessment: Assessment) -> list[Fault]:
    """One fault for each capability that is not applicable without a written reason."""
    return [
        Fault(
            f"items.{item.capability.name}.notes",
            "missing",
            f"{item.capability.name} is not applicable without a reason. Write one in its notes, or choose another status.",
        )
        for item in assessment.items.select_related("capability")
        if item.as_item.lacks_reason
    ]


def _rubric(organization: Organization, corrects: Assessment | None) -> Rubric | None:
    return corrects.rubric if corrects else newest_rubric(organization)


def _first_items(
    assessment: Assessment, known: Mapping[str, Capability], before: Assessment | None
) -> list[AssessmentItem]:
    """Every capability as it was before, and what is retired for the organization as not applicable; a correction has those
    of what it corrects, retired or not, as they were."""
    stated = {item.capability: item for item in before.items.select_related("capability")} if before else {}
    capabilities = dict.fromkeys([*known.values(), *(stated if assessment.corrects else ())])
    retired = {} if assessment.corrects else _retired(assessment.organization)
    return [
        _first_item(assessment, capability, stated.get(capability), retired.get(capability.pk, ""))
        for capability in capabilities
    ]


def _retired(organization: Organization) -> dict[int, str]:
    """Why a standard capability does not apply, by its key."""
    return {row.capability_id: row.reason for row in retirements_of(organization)}


def _first_item(
    assessment: Assessment, capability: Capability, before: AssessmentItem | None, retired_because: str
) -> AssessmentItem:
    if retired_because:
        stands = {"status": Status.NOT_APPLICABLE, "notes": retired_because, "priority": capability.default_priority}
        return AssessmentItem(assessment=assessment, capability=capability, **stands)
    if before is None:
        return AssessmentItem(assessment=assessment, capability=capability, priority=capability.default_priority)
    stated = {name: getattr(before, name) for name in STATED}
    chosen = is_chosen_before(_current(before), default=capability.default_priority)
    return AssessmentItem(assessment=assessment, capability=capability, priority_chosen=chosen, **stated)


def _current(item: AssessmentItem) -> Current:
    return Current(item.status, item.priority, item.priority_chosen)


def _without_repeated(item: AssessmentItem, stated: Mapping[str, Any]) -> dict[str, Any]:
    """What a form states without repeating what stands there: it sends both status and priority whichever was changed."""
    chosen = {name: value for name, value in stated.items() if name != "priority" or value != item.priority}
    if "priority" in chosen and chosen.get("status") == item.status:
        del chosen["status"]
    return chosen


def _state(assessment: Assessment, items: Sequence[Mapping[str, Any]], actor: Actor) -> dict[str, Any]:
    """Store what the items state; what changed of each capability, old and new."""
    moved = {}
    stamp = {"revision": F("revision") + 1, "stated_by": actor.name, "stated_at": timezone.now()}
    existing = {item.capability.name: item for item in assessment.items.select_related("capability")} if items else {}
    for item in items:
        stated = {name: item[name] for name in STATED if name in item}
        if stated:
            before = existing[item["capability"]]
            priority, chosen = priority_after(_current(before), stated, default=before.capability.default_priority)
            stated |= {"priority": priority, "priority_chosen": chosen} | stamp
            AssessmentItem.objects.filter(pk=before.pk).update(**stated)
            after = {name: stated[name] for name in STATED if name in stated}
            moved[item["capability"]] = changes({name: getattr(before, name) for name in after}, after)
    return {name: fields for name, fields in moved.items() if fields}


def _item_faults(items: Sequence[Mapping[str, Any]], known: Mapping[str, Capability]) -> list[Fault]:
    faults, seen = [], set()
    for index, item in enumerate(items):
        name, place = item.get("capability"), f"items.{index}"
        if name not in known:
            faults.append(Fault(f"{place}.capability", "unknown", f"{name!r} is not a capability of this assessment."))
        elif name in seen:
            faults.append(Fault(f"{place}.capability", "duplicate", f"{name} is in the list twice."))
        seen.add(name)
        faults += [fault for field in STATED if field in item for fault in _value_faults(place, field, item[field])]
    return faults


def _value_faults(place: str, field: str, value: Any) -> list[Fault]:
    try:
        FIELDS[field].clean(value, None)
    except ValidationError as error:
        return [Fault(f"{place}.{field}", "invalid", message) for message in error.messages]
    return []


def _subject(assessment: Assessment) -> str:
    return f"assessment:{assessment.organization.slug}/{assessment.pk}"
