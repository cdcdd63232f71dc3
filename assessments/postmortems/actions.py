"""Write a postmortem, change it while it is a draft, publish it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from assessments.models import Capability, Organization, OtherPrevention, Postmortem, PostmortemLink
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import capabilities_of
from assessments.postmortems.queries import link_problem
from assessments.postmortems.rules import (
    LESSONS,
    LONGEST_LESSON,
    MOST_LINKS,
    MOST_PREVENTIONS,
    Link,
    Prevention,
    lesson_faults,
    prevention_fault,
)  # fmt: skip
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, Refused, check_record
from platform_site.text.changes import changes

WHO = "Only contributors and leads may write postmortems."
LESSON_FIELDS = tuple(f"lesson_{number}" for number in range(1, LESSONS + 1))


def write_postmortem(
    organization: Organization,
    *,
    lessons: Sequence[str],
    capability: str = "",
    prevention: str = "",
    moment: str | None = None,
    preventions: Sequence[Prevention] | None = None,
    links: Sequence[Link] = (),
    corrects: Postmortem | None = None,
    sample: bool = False,
    actor: Actor,
    **fields: Any,
) -> Postmortem:
    """Write a draft; Invalid with every fault: lessons, links that lead nowhere, times in the wrong order.

    What would have prevented it is a list (``preventions``), or one capability with its mechanism.
    """
    access.require(access.can_write_postmortem(actor), WHO)
    named = preventions if preventions is not None else [Prevention(capability, prevention, moment)]
    first, others, faults = _read_preventions(organization, named, as_list=preventions is not None)
    draft = Postmortem(
        organization=organization, corrects=corrects, sample=sample, written_by=actor.name,
        written_at=timezone.now(), **first, **_columns(lessons), **fields,
    )  # fmt: skip
    if capability and preventions is not None:
        faults.append(Fault("capability", "invalid", "Give preventions, or capability and prevention, not both."))
    faults += _correction_faults(organization, corrects)
    _check(draft, faults + _lesson_faults(lessons) + _link_faults(links))
    with transaction.atomic():
        draft.save(force_insert=True)
        _link(draft, links)
        _prevent(draft, others)
        record("postmortem.written", subject=_subject(draft), actor=actor, payload=_payload(draft, links))
    return draft


def change_postmortem(
    postmortem: Postmortem,
    *,
    capability: str | None = None,
    prevention: str | None = None,
    moment: str | None = None,
    preventions: Sequence[Prevention] | None = None,
    lessons: Sequence[str] | None = None,
    links: Sequence[Link] | None = None,
    actor: Actor,
    **fields: Any,
) -> Postmortem:
    """Change a draft; ``links`` and ``preventions`` replace the existing ones; ``capability``, ``prevention`` and ``moment`` change
    the first prevention alone. Refused for a published one."""
    access.require(access.can_write_postmortem(actor), WHO)
    with transaction.atomic():
        draft, others = _locked_draft(postmortem), None
        before = _content(draft)
        changed, faults = dict(fields), list[Fault]()
        if preventions is not None:
            first, others, faults = _read_preventions(draft.organization, preventions, as_list=True)
            changed |= first
        elif fields_of_first := {
            name: value
            for name, value in (("capability", capability), ("mechanism", prevention), ("moment", moment))
            if value is not None
        }:
            named = draft.preventions[0]._replace(**fields_of_first)
            first, _, faults = _read_preventions(draft.organization, [named], as_list=False)
            changed |= first
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
        if others is not None:
            draft.other_preventions.all().delete()
            _prevent(draft, others)
        if moved := changes(before, _content(draft)):
            record("postmortem.changed", subject=_subject(draft), actor=actor, payload=moved)
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


def _content(draft: Postmortem) -> dict[str, Any]:
    """Everything that people write in a draft, as its event says it."""
    fields = model_to_dict(draft, exclude=["id", "organization", "capability", "prevention", "moment", *LESSON_FIELDS])
    lists = {"preventions": draft.preventions, "links": [link.as_link for link in draft.links.order_by("pk")]}
    return fields | lists | {"lessons": [getattr(draft, name) for name in LESSON_FIELDS if getattr(draft, name)]}


def _columns(lessons: Sequence[str]) -> dict[str, str]:
    padded = [*(lesson.strip() for lesson in lessons), *[""] * LESSONS][:LESSONS]
    return {f"lesson_{number}": lesson for number, lesson in enumerate(padded, start=1)}


def _link(draft: Postmortem, links: Sequence[Link]) -> None:
    rows = [PostmortemLink(postmortem=draft, **link._asdict()) for link in dict.fromkeys(links)]
    PostmortemLink.objects.bulk_create(rows)


def _prevent(draft: Postmortem, others: Sequence[OtherPrevention]) -> None:
    for other in others:
        other.postmortem = draft
    OtherPrevention.objects.bulk_create(others)


def _read_preventions(
    organization: Organization, preventions: Sequence[Prevention], *, as_list: bool
) -> tuple[dict[str, Any], list[OtherPrevention], list[Fault]]:
    """The columns of the first, records of the others, and every fault; of a list each has its number in the field's name."""
    if not preventions or len(preventions) > MOST_PREVENTIONS:
        sentence = (
            f"Name 1 to {MOST_PREVENTIONS} capabilities that would have prevented it; there are {len(preventions)}."
        )
        return {}, [], [Fault("preventions", "invalid", sentence)]
    faults: list[Fault] = []
    capabilities = {
        capability.name: capability for capability in capabilities_of(organization).order_by("-organization_id")
    }
    for place, prevention in enumerate(preventions):
        faults += _prevention_faults(prevention, capabilities, f"preventions.{place}" if as_list else "")
    names = [prevention.capability for prevention in preventions]
    if len(set(names)) < len(names):
        faults.append(Fault("preventions", "repeated", "Each capability may be named once."))
    first, *rest = preventions
    columns = {
        "capability": capabilities.get(first.capability),
        "prevention": first.mechanism.strip(),
        "moment": first.moment or None,
    }
    others = [
        OtherPrevention(
            capability=capabilities[row.capability], mechanism=row.mechanism.strip(), moment=row.moment or ""
        )
        for row in rest
        if row.capability in capabilities
    ]
    return columns, others, faults


def _prevention_faults(prevention: Prevention, capabilities: Mapping[str, Capability], where: str) -> list[Fault]:
    faults = []
    if prevention.capability not in capabilities:
        sentence = f"{prevention.capability[:80]!r} is not a capability of this organization."
        faults.append(Fault(where or "capability", "unknown", sentence))
    if where and (problem := prevention_fault(prevention)):
        faults.append(Fault(where, "invalid", problem))
    return faults


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
    preventions = [prevention._asdict() for prevention in draft.preventions]
    prevention = {
        "would_have_been_seen_at": str(draft.would_have_been_seen_at),
        "capability": draft.capability.name,
        "preventions": preventions,
    }
    return (
        payload
        | prevention
        | {"lessons": draft.lessons, "links": [str(link) for link in links], "sample": draft.sample}
    )


def _subject(postmortem: Postmortem) -> str:
    return f"postmortem:{postmortem.pk}"
