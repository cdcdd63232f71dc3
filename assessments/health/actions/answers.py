"""Teams assess themselves: their contributors answer about a draft, and the lead decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.health.actions.assessments import change_assessment, lock_draft
from assessments.health.queries.answers import standing_answers
from assessments.models import Assessment, AssessmentItem, Capability, TeamAnswer
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.rules.catalogue import Status
from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, check_record
from platform_site.people.models import Team

OWN_TEAM_ALONE = "Only contributors of a team answer for it."


def answer_for_team(
    assessment: Assessment, *, team: str, answers: Sequence[Mapping[str, Any]], actor: Actor
) -> list[TeamAnswer]:
    """Store what a team says about capabilities of a draft; what it said already is not stored again. Invalid with every
    fault; Refused for a published assessment."""
    access.require(access.can_answer_for(actor, team), OWN_TEAM_ALONE)
    with transaction.atomic():
        assessment = lock_draft(assessment)
        answering, faults = _team(assessment, team)
        known = {item.capability.name: item.capability for item in assessment.items.select_related("capability")}
        faults += _answer_faults(answers, known)
        if answering is None or faults:
            raise Invalid(faults)
        stored = _stored(assessment, answering, [_answer(known, row) for row in answers], actor)
        if stored:
            items = [{"capability": row.capability.name, "status": row.status, "note": row.note} for row in stored]
            payload = {"team": team, "answers": items}
            record("assessment.team_answered", subject=_subject(assessment), actor=actor, payload=payload)
    return stored


def use_answer(answer: TeamAnswer, *, actor: Actor) -> AssessmentItem:
    """Set a capability of a draft to what a team answered; its notes stay where the answer has none."""
    access.require(access.can_assess(actor), ONLY_LEADS)
    with transaction.atomic():
        assessment, name = lock_draft(answer.assessment), answer.capability.name
        stated = {"capability": name, "status": answer.status} | ({"notes": answer.note} if answer.note else {})
        change_assessment(assessment, items=[stated], actor=actor)
        payload = {
            "capability": name, "status": answer.status, "team": answer.team.slug, "answer": answer.pk,
            "answered_by": answer.answered_by,
        }  # fmt: skip
        record("assessment.answer_used", subject=_subject(assessment), actor=actor, payload=payload)
    return assessment.items.select_related("assessment__organization", "capability").get(capability=answer.capability)


def _team(assessment: Assessment, slug: str) -> tuple[Team | None, list[Fault]]:
    team = Team.objects.filter(slug=slug).first()
    if team is None or team.organization_id != assessment.organization_id:
        sentence = f"{slug[:80]!r} is not a team of {assessment.organization.name}."
        return None, [Fault("team", "invalid", sentence)]
    return team, []


def _answer_faults(answers: Sequence[Mapping[str, Any]], known: Mapping[str, Capability]) -> list[Fault]:
    faults, seen = [], set()
    if not answers:
        faults.append(Fault("answers", "required", "Answer at least one capability."))
    for index, row in enumerate(answers):
        name, status, note = row["capability"], row["status"], row.get("note", "")
        place = f"answers.{index}"
        if name not in known:
            sentence = f"{name[:80]!r} is not a capability of this assessment."
            faults.append(Fault(f"{place}.capability", "unknown", sentence))
        elif name in seen:
            faults.append(Fault(f"{place}.capability", "duplicate", f"{name} is in the list twice."))
        if status == Status.NOT_APPLICABLE and not note.strip():
            faults.append(Fault(f"{place}.note", "required", f"Write why {name[:80]} is not applicable."))
        seen.add(name)
    return faults


def _answer(known: Mapping[str, Capability], row: Mapping[str, Any]) -> tuple[Capability, str, str]:
    return known[row["capability"]], str(row["status"]), row.get("note", "").strip()


def _stored(
    assessment: Assessment, team: Team, answers: Sequence[tuple[Capability, str, str]], actor: Actor
) -> list[TeamAnswer]:
    standing = {row.capability_id: (row.status, row.note) for row in standing_answers(assessment).filter(team=team)}
    now, stored = timezone.now(), []
    for capability, status, note in answers:
        if standing.get(capability.pk) == (status, note):
            continue
        row = TeamAnswer(
            assessment=assessment, team=team, capability=capability, status=status, note=note,
            answered_by=actor.name, answered_at=now,
        )  # fmt: skip
        check_record(row)
        row.save(force_insert=True)
        stored.append(row)
    return stored


def _subject(assessment: Assessment) -> str:
    return f"assessment:{assessment.organization.slug}/{assessment.pk}"
