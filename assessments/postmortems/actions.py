"""Write a postmortem, change it while it is a draft, publish it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.models import Capability, Organization, Postmortem, PostmortemLink
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import capabilities_of
from assessments.postmortems.queries import link_problem
from assessments.postmortems.rules import LESSONS, LONGEST_LESSON, MOST_LINKS, Link, lesson_faults
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused, check_record

WHO = "Only contributors and leads may write postmortems."


def write_postmortem(
    organization: Organization,
    *,
    capability: str,
    lessons: Sequence[str],
    links: Sequence[Link] = (),
    corrects: Postmortem | None = None,
    sample: bool = False,
    actor: Actor,
    **fields: Any,
) -> Postmortem:
    """Write a draft; Invalid with every fault: lessons, links that lead nowhere, times in the wrong order."""
    access.require(access.can_write_postmortem(actor), WHO)
    preventing = _capability(organization, capability)
    draft = Postmortem(
        organization=organization, capability=preventing, corrects=corrects, sample=sample, written_by=actor.name,
        written_at=timezone.now(), **_columns(lessons), **fields,
    )  # fmt: skip
    faults = _correction_faults(organization, corrects) + _capability_faults(preventing, capability)
    _check(draft, faults + _lesson_faults(lessons) + _link_faults(links))
    with transaction.atomic():
        draft.save(force_insert=True)
        _link(draft, links)
        record("postmortem.written", subject=_subject(draft), actor=actor, payload=_payload(draft, links))
    return draft


def change_postmortem(
    postmortem: Postmortem,
    *,
    capability: str | None = None,
    lessons: Sequence[str] | None = None,
    links: Sequence[Link] | None = None,
    actor: Actor,
    **fields: Any,
) -> Postmortem:
    """Change a draft; ``links`` replace the existing ones. Refused for a published one."""
    access.require(access.can_write_postmortem(actor), WHO)
    with transaction.atomic():
        draft, faults = _locked_draft(postmortem), []
        changed = dict(fields)
        if capability is not None and capability != draft.capability.name:
            changed["capability"] = _capability(draft.organization, capability)
            faults += _capability_faults(changed["capability"], capability)
        if lessons is not None:
            changed |= _columns(lessons)
            faults += _lesson_faults(lessons)
        faults += _link_faults(links or ())
        changed = {name: value for name, value in changed.items() if getattr(draft, name) != value}
        for name, value in changed.items():
            setattr(draft, name, value)
        _check(draft, faults)
        if changed:
            draft.save(update_fields=list(changed))
        if links is not None:
            draft.links.all().delete()
            _link(draft, links)
        linked = links if links is not None else [link.as_link for link in draft.links.all()]
        record("postmortem.changed", subject=_subject(draft), actor=actor, payload=_payload(draft, linked))
    return draft


def publish_postmortem(postmortem: Postmortem, *, actor: Actor) -> Postmortem:
    """Freeze it. The database refuses any change from then on; correct it with a new one that names it."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        draft = _locked_draft(postmortem)
        draft.state, draft.published_by, draft.published_at = (
            Postmortem.State.PUBLISHED, actor.name, timezone.now(),
        )  # fmt: skip
        draft.save(update_fields=["state", "published_by", "published_at"])
        record("postmortem.published", subject=_subject(draft), actor=actor)
    return draft


def _locked_draft(postmortem: Postmortem) -> Postmortem:
    rows = Postmortem.objects.select_for_update(of=("self",), no_key=True).select_related("organization", "capability")
    locked = rows.get(pk=postmortem.pk)
    if locked.is_published:
        sentence = "A published postmortem cannot be changed: write a new one that corrects it."
        raise Refused("postmortem_published", sentence)
    return locked


def _check(draft: Postmortem, faults: list[Fault]) -> None:
    """Raise every fault at once: the ones so far, and those of the record's own fields and constraints."""
    if draft.seen_at and draft.seen_at > timezone.now():
        faults = [
            *faults,
            Fault(
                "seen_at",
                "in_the_future",
                f"seen_at is {draft.seen_at:%Y-%m-%d %H:%M}, in the future. Write a postmortem once the incident was noticed.",
            ),
        ]
    try:
        check_record(draft)
    except Invalid as invalid:
        reported = {fault.field for fault in faults}
        own = [
            fault for fault in invalid.faults if not fault.field.startswith("lesson_") and fault.field not in reported
        ]
        faults = [*faults, *own]
    if faults:
        raise Invalid(faults)


def _columns(lessons: Sequence[str]) -> dict[str, str]:
    padded = [*(lesson.strip() for lesson in lessons), *[""] * LESSONS][:LESSONS]
    return {f"lesson_{number}": lesson for number, lesson in enumerate(padded, start=1)}


def _link(draft: Postmortem, links: Sequence[Link]) -> None:
    rows = [PostmortemLink(postmortem=draft, **link._asdict()) for link in dict.fromkeys(links)]
    PostmortemLink.objects.bulk_create(rows)


def _capability(organization: Organization, name: str) -> Capability | None:
    return capabilities_of(organization).filter(name=name).order_by("organization_id").first()


def _capability_faults(capability: Capability | None, name: str) -> list[Fault]:
    return (
        []
        if capability
        else [Fault("capability", "unknown", f"{name[:80]!r} is not a capability of this organization.")]
    )


def _lesson_faults(lessons: Sequence[str]) -> list[Fault]:
    long = [
        Fault(
            "lessons",
            "too_long",
            f"Lesson {number} has {len(lesson):,} characters; at most {LONGEST_LESSON:,} are allowed.",
        )
        for number, lesson in enumerate(lessons, start=1)
        if len(lesson.strip()) > LONGEST_LESSON
    ]
    return [Fault("lessons", "invalid", sentence) for sentence in lesson_faults(lessons)] + long


def _link_faults(links: Sequence[Link]) -> list[Fault]:
    if len(links) > MOST_LINKS:
        return [Fault("links", "too_many", f"There are {len(links)} links; at most {MOST_LINKS} are allowed.")]
    problems = ((index, link_problem(link)) for index, link in enumerate(links))
    return [Fault(f"links.{index}", "unknown", sentence) for index, sentence in problems if sentence]


def _correction_faults(organization: Organization, corrects: Postmortem | None) -> list[Fault]:
    if corrects is None or (corrects.organization_id == organization.pk and corrects.is_published):
        return []
    return [Fault("corrects", "invalid", f"corrects must be a published postmortem of {organization.slug}.")]


def _payload(draft: Postmortem, links: Sequence[Link]) -> dict[str, Any]:
    payload = {name: str(getattr(draft, name)) for name in ("title", "classification", "happened_at", "seen_at")}
    prevention = {"would_have_been_seen_at": str(draft.would_have_been_seen_at), "capability": draft.capability.name}
    return (
        payload
        | prevention
        | {"lessons": draft.lessons, "links": [str(link) for link in links], "sample": draft.sample}
    )


def _subject(postmortem: Postmortem) -> str:
    return f"postmortem:{postmortem.pk}"
