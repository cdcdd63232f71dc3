"""Who changes what was reported: its recorder, its team, leads; through every action that changes it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assessments.adoption.actions.importing import import_file
from assessments.adoption.actions.records import add_entry, change_entry, record_training_runs, remove_entry
from assessments.adoption.rules.files import KINDS
from assessments.models import ModelProject, Ticket, TrainingRun
from assessments.organizations.actions import add_organization
from assessments.organizations.reported import may_change, who_may_change
from assessments.tickets.actions.imports import offer_import
from assessments.tickets.actions.labels import label_tickets
from assessments.tickets.actions.tickets import record_ticket, record_tickets
from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from platform_site.people.models import Team

pytestmark = pytest.mark.django_db
OPENED = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = date(2026, 11, 2)
SENTENCE = "was recorded by rita for team Demand planning. Only rita, contributors of team Demand planning and leads change it."


def contributor(name: str, *teams: str) -> Actor:
    return Actor(name, frozenset({Role.CONTRIBUTOR}), frozenset(teams))


RITA, MEMBER, OUTSIDER = contributor("rita"), contributor("mo", "demand"), contributor("oz", "other")
VIEWER = Actor("vi", frozenset({Role.VIEWER}), frozenset({"demand"}))


@pytest.fixture
def demand(organization):
    Team.objects.create(slug="other", name="Other", organization=organization)
    return Team.objects.create(slug="demand", name="Demand planning", organization=organization)


@pytest.fixture
def ticket(demand):
    fields = {"title": "How do I get a quota?", "opened_at": OPENED, "team": "Demand planning", "effort_hours": 2.0}
    return record_ticket(source="jira", external_id="ML-1", actor=RITA, **fields)[0]


@pytest.fixture
def project(demand):
    return add_entry(ModelProject, name="returns", team="Demand planning", started_on=DAY, actor=RITA)


@pytest.mark.parametrize(
    ("actor", "expected"),
    [(RITA, True), (MEMBER, True), (OUTSIDER, False), (VIEWER, False), (SYSTEM, True)],
    ids=["who recorded it", "its team", "another team", "a viewer of its team", "an administrator"],
)
def test_a_record_is_its_recorders_and_its_teams(ticket, project, lea, actor, expected):
    may = may_change(actor)
    assert [may(ticket), may(project)] == [expected] * 2
    assert may_change(lea)(ticket)
    assert who_may_change(ticket) == f"“jira ML-1” {SENTENCE}"


@pytest.mark.parametrize(
    ("recorder", "team", "sentence"),
    [
        ("rita", "ads", "was recorded by rita for team ads. Only rita, contributors of team ads and leads change it."),
        ("rita", "", "was recorded by rita. Only rita and leads change it."),
        ("system", "ads", "came from a tracker for team ads. Only contributors of team ads and leads change it."),
        ("system", "", "came from a tracker. Only leads change it."),
    ],
)
def test_the_sentence_names_whom_there_is(recorder, team, sentence):
    row = Ticket(source="jira", external_id="ML-1", recorded_by=recorder, team=team)
    assert who_may_change(row) == f"“jira ML-1” {sentence}"


def test_a_team_of_the_same_name_in_another_organization_is_another_team(ticket, lea):
    Team.objects.filter(slug="demand").update(name="Elsewhere")
    northwind = add_organization(slug="northwind", name="Northwind Retail", actor=lea)
    Team.objects.create(slug="twin", name="Demand planning", organization=northwind)
    assert not may_change(contributor("tim", "twin"))(ticket)


def test_what_nobody_is_known_to_have_recorded_is_every_contributors(ticket):
    Ticket.objects.update(recorded_by="")
    ticket.refresh_from_db()
    assert (may_change(OUTSIDER)(ticket), may_change(VIEWER)(ticket)) == (True, False)


def send(actor, **fields):
    return record_ticket(source="jira", external_id="ML-1", actor=actor, **fields)


CHANGES = {
    "a ticket": (lambda actor, project: send(actor, effort_hours=9999), NotAllowed),
    "its team": (lambda actor, project: send(actor, team="other"), NotAllowed),
    "tickets in a list": (
        lambda actor, project: record_tickets(
            [{"source": "jira", "external_id": "ML-1", "title": "Quota", "opened_at": OPENED}], actor=actor
        ),
        Invalid,
    ),
    "a file of tickets": (
        lambda actor, project: offer_import(
            source="jira", file_format="csv", filename="a.csv", content=b"id,title\n", actor=actor
        ),
        NotAllowed,
    ),
    "a project": (lambda actor, project: change_entry(project, on_platform=True, actor=actor), NotAllowed),
    "a project out": (lambda actor, project: remove_entry(project, reason="Twice.", actor=actor), NotAllowed),
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_team_changes_nothing(ticket, project, change):
    make, refusal = CHANGES[change]
    before = AuditEvent.objects.count()
    with pytest.raises(refusal, match="others recorded" if change == "a file of tickets" else "was recorded by rita"):
        make(OUTSIDER, project)
    assert AuditEvent.objects.count() == before
    ticket.refresh_from_db()
    assert (ticket.effort_hours, ticket.team, ModelProject.objects.filter(on_platform=False).count()) == (
        2.0,
        "Demand planning",
        1,
    )


def test_its_own_team_changes_it(ticket, project):
    send(MEMBER, effort_hours=3)
    ticket.refresh_from_db()
    assert (ticket.effort_hours, ticket.recorded_by) == (3, "rita")
    assert change_entry(project, on_platform=True, actor=MEMBER).on_platform
    remove_entry(project, reason="Twice.", actor=MEMBER)


def test_everybody_who_records_tickets_sorts_them(ticket):
    assert label_tickets([ticket.pk], type="bug", actor=OUTSIDER) == 1
    assert send(OUTSIDER, type="access")[0].type == "access"
    assert send(OUTSIDER, title=ticket.title, effort_hours=2.0, type="bug")[0].type == "bug"


def test_a_reported_run_is_corrected_by_those_whose_it_is(demand):
    run = {
        "team": "demand", "model": "returns", "started_at": OPENED, "succeeded": True, "orchestrator": "airflow",
        "external_id": "7",
    }  # fmt: skip
    record_training_runs([run], actor=RITA)
    assert record_training_runs([run], actor=OUTSIDER).corrected == 0
    with pytest.raises(Invalid, match="was recorded by rita"):
        record_training_runs([run | {"succeeded": False}], actor=OUTSIDER)
    assert TrainingRun.objects.get().succeeded
    assert record_training_runs([run | {"succeeded": False}], actor=MEMBER).corrected == 1


def test_a_file_of_records_changes_those_of_ones_own_alone(project, organization):
    content = b"name,team,started_on,on_platform\nreturns,Demand planning,2026-11-02,true\n"
    with pytest.raises(Invalid, match="was recorded by rita"):
        import_file(content, KINDS["projects"], organization=organization, actor=OUTSIDER)
    assert not ModelProject.objects.get().on_platform
    assert import_file(content, KINDS["projects"], organization=organization, actor=MEMBER).changed == 1
