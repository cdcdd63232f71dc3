"""Teams assess themselves, and the lead decides."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.health.actions.answers import answer_for_team, use_answer
from assessments.health.actions.assessments import begin_assessment, discard_assessment, publish_assessment
from assessments.health.queries.answers import answers_by_capability, answers_of_team, list_answers, standing_answers
from assessments.models import TeamAnswer
from assessments.organizations.actions import add_organization
from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people.actions.teams import create_team

pytestmark = pytest.mark.django_db
CORA = Actor("cora", frozenset({Role.CONTRIBUTOR}), frozenset({"planning", "elsewhere"}))
PARTIAL = {"capability": "lineage", "status": "partial", "note": "The commit is recorded by hand."}


@pytest.fixture
def planning(organization):
    return create_team(slug="planning", name="Planning", organization=organization, actor=SYSTEM)


def events(action: str) -> list:
    return [event.content for event in AuditEvent.objects.filter(action=action).order_by("sequence")]


def test_a_team_answers_and_its_earlier_answers_stay(planning, draft):
    [first] = answer_for_team(draft, team="planning", answers=[PARTIAL], actor=CORA)
    assert (first.status, first.note, first.answered_by) == ("partial", PARTIAL["note"], "cora")
    assert answer_for_team(draft, team="planning", answers=[PARTIAL], actor=CORA) == []  # said already
    [second] = answer_for_team(draft, team="planning", answers=[PARTIAL | {"status": "implemented"}], actor=CORA)
    assert list(list_answers(draft)) == [second, first]
    assert list(standing_answers(draft)) == [second]
    assert answers_by_capability(draft) == {second.capability_id: [second]}
    assert events("assessment.team_answered") == [
        {"team": "planning", "answers": [PARTIAL]},
        {"team": "planning", "answers": [PARTIAL | {"status": "implemented"}]},
    ]


def test_an_answer_changes_nothing_until_the_lead_uses_it(planning, draft, lea):
    item = draft.items.get(capability__name="lineage")
    before = (item.status, item.notes, item.revision)
    [answer] = answer_for_team(draft, team="planning", answers=[PARTIAL | {"status": "not_applicable"}], actor=CORA)
    item.refresh_from_db()
    assert (item.status, item.notes, item.revision) == before
    used = use_answer(answer, actor=lea)
    assert (used.status, used.notes, used.stated_by) == ("not_applicable", PARTIAL["note"], "lea")
    [content] = events("assessment.answer_used")
    assert (content["team"], content["answer"], content["answered_by"]) == ("planning", answer.pk, "cora")


def test_an_answer_without_a_note_leaves_the_notes(planning, draft, lea):
    item = draft.items.get(capability__name="feature_parity")
    assert item.notes
    [answer] = answer_for_team(
        draft, team="planning", answers=[{"capability": "feature_parity", "status": "partial"}], actor=CORA
    )
    assert (use_answer(answer, actor=lea).notes, answer.note) == (item.notes, "")


@pytest.mark.parametrize(
    "actor",
    [
        Actor("con", frozenset({Role.CONTRIBUTOR}), frozenset({"other"})),
        Actor("vi", frozenset({Role.VIEWER}), frozenset({"planning"})),
        Actor("adm", frozenset({Role.ADMINISTRATOR}), frozenset()),
        Actor("lea", frozenset({Role.LEAD}), frozenset()),
        SYSTEM,
    ],
    ids=lambda actor: actor.name,
)
def test_nobody_answers_for_another_team(planning, draft, actor):
    with pytest.raises(NotAllowed, match="Only contributors of a team answer for it"):
        answer_for_team(draft, team="planning", answers=[PARTIAL], actor=actor)
    assert not TeamAnswer.objects.exists()


def test_only_a_lead_uses_an_answer(planning, draft):
    [answer] = answer_for_team(draft, team="planning", answers=[PARTIAL], actor=CORA)
    with pytest.raises(NotAllowed):
        use_answer(answer, actor=CORA)


def test_a_team_of_another_organization_does_not_answer(planning, draft, lea):
    other = add_organization(slug="northwind", name="Northwind Retail", actor=lea)
    create_team(slug="elsewhere", name="Elsewhere", organization=other, actor=SYSTEM)
    with pytest.raises(Invalid, match="'elsewhere' is not a team of ExampleCo"):
        answer_for_team(draft, team="elsewhere", answers=[PARTIAL], actor=CORA)
    theirs = begin_assessment(other, assessed_on=date(2026, 11, 2), actor=lea)
    with pytest.raises(Invalid, match="'planning' is not a team of Northwind Retail"):
        answer_for_team(theirs, team="planning", answers=[PARTIAL], actor=CORA)
    answer_for_team(theirs, team="elsewhere", answers=[PARTIAL], actor=CORA)
    assert not list_answers(draft).exists()


def test_every_fault_is_named_at_once(planning, draft):
    wrong = [
        PARTIAL, PARTIAL, {"capability": "luck", "status": "partial"},
        {"capability": "audit_log", "status": "not_applicable", "note": " "},
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        answer_for_team(draft, team="planning", answers=wrong, actor=CORA)
    assert [fault.field for fault in refused.value.faults] == [
        "answers.1.capability", "answers.2.capability", "answers.3.note",
    ]  # fmt: skip
    with pytest.raises(Invalid, match="Answer at least one capability"):
        answer_for_team(draft, team="planning", answers=[], actor=CORA)
    with pytest.raises(Invalid):
        answer_for_team(draft, team="planning", answers=[PARTIAL | {"note": "x" * 4001}], actor=CORA)
    assert not TeamAnswer.objects.exists()


def test_a_published_assessment_takes_no_answers(planning, draft, lea):
    [answer] = answer_for_team(draft, team="planning", answers=[PARTIAL], actor=CORA)
    publish_assessment(draft, actor=lea)
    with pytest.raises(Refused, match="A published assessment cannot be changed"):
        answer_for_team(draft, team="planning", answers=[PARTIAL | {"status": "missing"}], actor=CORA)
    with pytest.raises(Refused, match="A published assessment cannot be changed"):
        use_answer(answer, actor=lea)


def test_the_log_keeps_the_answers_of_a_discarded_draft(planning, draft, lea):
    answer_for_team(draft, team="planning", answers=[PARTIAL], actor=CORA)
    discard_assessment(draft, actor=lea)
    assert not TeamAnswer.objects.exists()
    [content] = events("assessment.discarded")
    assert content["answers"] == [PARTIAL | {"team": "planning", "answered_by": "cora"}]


def test_the_answers_of_a_team_are_those_that_stand_about_the_newest_assessment(planning, draft, organization, lea):
    create_team(slug="elsewhere", name="Elsewhere", organization=organization, actor=SYSTEM)
    answer_for_team(draft, team="planning", answers=[PARTIAL, PARTIAL | {"capability": "audit_log"}], actor=CORA)
    publish_assessment(draft, actor=lea)
    newer = begin_assessment(organization, assessed_on=date(2026, 11, 30), actor=lea)
    answer_for_team(newer, team="elsewhere", answers=[PARTIAL], actor=CORA)
    answer_for_team(newer, team="planning", answers=[PARTIAL | {"status": "missing"}], actor=CORA)
    [last] = answer_for_team(newer, team="planning", answers=[PARTIAL | {"status": "implemented"}], actor=CORA)
    assert answers_of_team(planning) == [last]
