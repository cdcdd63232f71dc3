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
from assessments.models import Assessment, AssessmentEvidence, AssessmentItem, Capability, Organization, Rubric
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import capabilities_of, current_assessment
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused, check_record


class Newest(Enum):
    """Says "the newest there is" where None means something else."""

    RUBRIC = "newest rubric"


STATED = ("status", "notes", "priority", "evidence_url")
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
    """Begin a draft: every capability as in the last published assessment, else missing; then ``items``.

    Without ``from_last`` it begins from the catalogue: everything missing, at its default priority. ``rubric`` is what
    judges it: by default the organization's newest, None for the standard one.
    """
    access.require(access.can_assess(actor), ONLY_LEADS)
    known = {capability.name: capability for capability in capabilities_of(organization)}
    faults = _item_faults(items, known) + _correction_faults(organization, corrects)
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        assessment = Assessment(
            organization=organization,
            assessed_on=assessed_on,
            model_count=model_count,
            team_count=team_count,
            corrects=corrects,
            rubric=newest_rubric(organization) if rubric is Newest.RUBRIC else rubric,
            created_by=actor.name,
            created_at=timezone.now(),
        )
        check_record(assessment)
        assessment.save(force_insert=True)
        AssessmentItem.objects.bulk_create(_first_items(assessment, known, from_last=from_last))
        _state(assessment, items, actor)
        payload = {"assessed_on": assessed_on.isoformat(), "items": [dict(item) for item in items]}
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
        faults = _item_faults(items, known)
        if faults:
            raise Invalid(faults)
        for name, value in changed.items():
            setattr(assessment, name, value)
        if changed:
            check_record(assessment)
            assessment.save(update_fields=list(changed))
        _state(assessment, items, actor)
        payload = {name: str(value) for name, value in changed.items()} | {"items": [dict(item) for item in items]}
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
        name = item.capability.name
        faults = [fault for field, value in stated.items() for fault in _value_faults(name, field, value)]
        if faults:
            raise Invalid(faults)
        _state(assessment, [{"capability": name} | stated], actor)
        payload = {"items": [{"capability": name} | stated]}
        record("assessment.changed", subject=_subject(assessment), actor=actor, payload=payload)
        item.refresh_from_db()
    return item


def publish_assessment(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Store the evidence of this moment with it and freeze both. The database refuses any change from then on."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        assessment, now = lock_draft(assessment), timezone.now()
        AssessmentEvidence.objects.bulk_create(to_store(assessment, now))
        assessment.state, assessment.published_by = Assessment.State.PUBLISHED, actor.name
        assessment.published_at = now
        assessment.save(update_fields=["state", "published_by", "published_at"])
        record("assessment.published", subject=_subject(assessment), actor=actor)
    return assessment


def lock_draft(assessment: Assessment) -> Assessment:
    """The draft, locked until the transaction ends; Refused where it is published."""
    locked = (
        Assessment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organization")
        .get(pk=assessment.pk)
    )
    if locked.is_published:
        sentence = "A published assessment cannot be changed: begin a new one that corrects it."
        raise Refused("assessment_published", sentence)
    return locked


def _restated(item: AssessmentItem) -> str:
    when = f"{timezone.localtime(item.stated_at):%H:%M:%S}" if item.stated_at else "an unknown time"
    return f"{item.stated_by or 'Somebody'} changed this to {item.status}, {item.priority} at {when}."


def _correction_faults(organization: Organization, corrects: Assessment | None) -> list[Fault]:
    if corrects is None or (corrects.organization_id == organization.pk and corrects.is_published):
        return []
    return [Fault("corrects", "invalid", f"corrects must be a published assessment of {organization.slug}.")]


def _first_items(assessment: Assessment, known: Mapping[str, Capability], *, from_last: bool) -> list[AssessmentItem]:
    last = current_assessment(assessment.organization) if from_last else None
    before = {item.capability_id: item for item in last.items.all()} if last else {}
    return [_first_item(assessment, capability, before.get(capability.pk)) for capability in known.values()]


def _first_item(assessment: Assessment, capability: Capability, before: AssessmentItem | None) -> AssessmentItem:
    if before is None:
        return AssessmentItem(assessment=assessment, capability=capability, priority=capability.default_priority)
    stated = {name: getattr(before, name) for name in STATED}
    return AssessmentItem(assessment=assessment, capability=capability, **stated)


def _state(assessment: Assessment, items: Sequence[Mapping[str, Any]], actor: Actor) -> None:
    stamp = {"revision": F("revision") + 1, "stated_by": actor.name, "stated_at": timezone.now()}
    for item in items:
        stated = {name: item[name] for name in STATED if name in item}
        if stated:
            stated |= stamp
            assessment.items.filter(capability__name=item["capability"]).update(**stated)


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
