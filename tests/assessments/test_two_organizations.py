"""Two organizations in one installation: what one of them did is in no figure, page or answer of the other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.adoption.actions import add_entry, record_training_runs
from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.health.actions.exemptions import grant_exemption
from assessments.health.actions.targets import set_target
from assessments.health.queries.exemptions import exempt_of
from assessments.health.queries.targets import target_shown
from assessments.initiatives.actions.initiatives import propose_initiative
from assessments.initiatives.queries import needing
from assessments.models import ModelProject, Release, ShowstopperAnswer, Ticket, TrainingRun, UseCase
from assessments.organizations.actions import add_organization, archive_organization, assign_unassigned
from assessments.organizations.scope import unassigned
from assessments.strategy.queries.strategy import strategy_of
from assessments.strategy.queries.triggers import measured_facts
from assessments.tickets.actions.imports import offer_import
from assessments.tickets.actions.tickets import record_ticket, record_tickets
from assessments.tickets.queries.triage import triage_of
from platform_site.access import SYSTEM
from platform_site.errors import Invalid
from platform_site.people.actions.teams import change_team, create_team
from platform_site.people.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.same_on_both]
WORD = "zebrafish"  # in everything that the first organization has, and in nothing of the second
PAGES = ("/", "/assessments/", "/tickets/", "/tickets/list/", "/tickets/simulator/", "/tickets/queue/", "/adoption/",
         "/postmortems/", "/organizations/northwind/", "/organizations/northwind/strategy/",
         "/organizations/northwind/triggers/", "/organizations/northwind/review/", "/organizations/northwind/target/",
         "/organizations/northwind/exemptions/", "/initiatives/")  # fmt: skip
ANSWERS = ("tickets/", "tickets/triage/", "ticket-imports/", "tickets/plans/", "adoption/", "training-runs/", "projects/",
           "use-cases/", "showstoppers/", "releases/", "exemptions/", "initiatives/")  # fmt: skip


@pytest.fixture
def northwind(organization, in_production, lea):
    """A second organization that has nothing, beside one that has a model, tickets and everything of adoption."""
    team, now = Team.objects.get(slug="forecasting"), timezone.now()
    change_team(team, name=f"{WORD} team", actor=SYSTEM)
    ours = {"organization": organization, "actor": SYSTEM}
    for place in range(3):
        record_ticket(
            source="jira", external_id=f"{WORD}-{place}", title=f"How do I {WORD}?", team=WORD, type="bug",
            opened_at=now - timedelta(days=2), resolved_at=now, effort_hours=3, **ours,
        )  # fmt: skip
    offer_import(source=WORD, file_format="csv", filename=f"{WORD}.csv", content=b"id,title,created\n", **ours)
    run = {"team": WORD, "model": WORD, "started_at": now - timedelta(days=1), "succeeded": True, "orchestrator": "x"}
    record_training_runs([run], **ours)
    add_entry(ModelProject, name=WORD, team=WORD, started_on=now.date(), on_platform=True, **ours)
    add_entry(UseCase, name=WORD, team=WORD, supported=True, on_platform=True, **ours)
    add_entry(ShowstopperAnswer, team=WORD, answer=WORD, day=now.date(), **ours)
    add_entry(Release, name=WORD, started_on=now.date() - timedelta(days=9), released_on=now.date(), **ours)
    next_quarter, reason = now.date() + timedelta(days=90), f"The {WORD} contract."
    set_target(organization, score=60, due_on=next_quarter, actor=lea)
    grant_exemption(organization, capability="compute_scaling", reason=reason, ends_on=next_quarter, actor=lea)
    propose_initiative(
        organization, title=f"More {WORD}", capabilities=["lineage"], target="implemented", due_on=now.date(), actor=lea
    )
    return add_organization(slug="northwind", name="Northwind Retail", actor=lea)


@pytest.fixture
def assessed(northwind, lea):
    return publish_assessment(begin_assessment(northwind, assessed_on=date(2026, 11, 20), actor=lea), actor=lea)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_second_shows_what_the_first_did(assessed, browser_of, path):
    page = browser_of("lead").get(path, {"organization": "northwind"}).content.decode()
    assert "Northwind Retail" in page
    assert WORD not in page
    assert "demand" not in page.replace("demand or", "")


@pytest.mark.parametrize("path", ANSWERS)
def test_no_answer_to_the_second_has_what_the_first_did(assessed, api, path):
    theirs, ours = (api("lead").get(f"/api/v1/{path}?organization={slug}") for slug in ("northwind", "exampleco"))
    assert theirs.status_code == ours.status_code == 200
    assert WORD not in theirs.content.decode()
    assert path in ("tickets/triage/", "tickets/plans/") or WORD in ours.content.decode()


def test_the_strategy_of_the_second_knows_no_figure_of_the_first(assessed, northwind, organization):
    assert triage_of(northwind).total == 0
    assert triage_of(organization).total == 3
    assert set(measured_facts(northwind).values()) == {None}
    theirs = strategy_of(northwind)
    assert (theirs.readiness.total, [fact.name for fact in theirs.facts if fact.measured]) == (0, [])


def test_target_exemption_and_answers_of_the_first_touch_nothing_of_the_second(
    assessed, northwind, organization, lea, api
):
    draft = begin_assessment(northwind, assessed_on=timezone.localdate(), actor=lea)
    address = f"/api/v1/assessments/{draft.pk}/answers/"
    body = {"team": "forecasting", "answers": [{"capability": "lineage", "status": "partial", "note": WORD}]}
    change_team(Team.objects.get(slug="forecasting"), name="Forecasting", organization=organization, actor=SYSTEM)
    refused = api("contributor").post(address, body, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "team")
    assert api("viewer").get(address).json()["count"] == 0
    assert target_shown(northwind) is None
    assert exempt_of(northwind) == {}
    assert list(exempt_of(organization)) == ["compute_scaling"]
    summary = api("viewer").get(f"/api/v1/assessments/{assessed.pk}/summary/").json()
    assert (summary["left_out"], WORD in str(summary)) == ([], False)
    assert needing(northwind, "lead", [], everybody=True) == []
    assert len(needing(organization, "lead", [], everybody=True)) == 1


def test_a_switch_is_kept_and_shown_only_where_there_is_a_choice(organization, browser_of, lea):
    visitor = browser_of("lead")
    assert "organization-switch" not in visitor.get("/tickets/").content.decode()
    add_organization(slug="northwind", name="Northwind Retail", actor=lea)
    assert "organization-switch" in visitor.get("/tickets/?organization=northwind").content.decode()
    moved = visitor.get("/adoption/?x=1")
    assert (moved.status_code, moved.url) == (302, "/adoption/?x=1&organization=northwind")
    assert visitor.get("/tickets/?organization=exampleco").status_code == 200
    assert visitor.get("/adoption/").status_code == 200
    assert visitor.get("/adoption/?organization=nobody").status_code == 404


def test_a_record_belongs_to_its_team_else_to_the_one_that_is_named(northwind, organization):
    create_team(slug="buyers", name="Buyers", organization=northwind, actor=SYSTEM)
    opened = {"title": "x", "opened_at": timezone.now(), "actor": SYSTEM}
    by_team, _ = record_ticket(source="gh", external_id="1", team="buyers", **opened)
    named, _ = record_ticket(source="gh", external_id="2", team="nobody's", organization=northwind, **opened)
    assert {by_team.organization, named.organization} == {northwind}
    with pytest.raises(Invalid, match="Name the organization that this belongs to: exampleco, northwind"):
        record_ticket(source="gh", external_id="3", team="nobody's", **opened)
    with pytest.raises(Invalid, match="Team buyers belongs to Northwind Retail, not to ExampleCo"):
        record_tickets([
            {"source": "gh", "external_id": "4", "team": "buyers", "title": "x", "opened_at": timezone.now()}
        ], organization=organization, actor=SYSTEM)  # fmt: skip


def test_a_ticket_of_another_organization_is_never_changed(northwind):
    before = Ticket.objects.get(external_id=f"{WORD}-0")
    with pytest.raises(Invalid, match="is a ticket of another organization"):
        record_ticket(
            source="jira", external_id=f"{WORD}-0", title="taken", opened_at=timezone.now(), organization=northwind,
            actor=SYSTEM,
        )  # fmt: skip
    assert Ticket.objects.get(pk=before.pk).title == before.title
    with pytest.raises(Invalid, match="jira has tickets of another organization"):
        offer_import(
            source="jira", file_format="csv", filename="x", content=b"id,title\n", organization=northwind, actor=SYSTEM
        )


def test_what_was_there_before_the_first_organization_becomes_its_own(db, lea):
    team = create_team(slug="early", name="Early", actor=SYSTEM)
    record_training_runs(
        [{"team": "early", "model": "m", "started_at": timezone.now(), "succeeded": True}], actor=SYSTEM
    )
    first = add_organization(slug="first", name="First", actor=lea)
    team.refresh_from_db()
    assert (team.organization, TrainingRun.objects.get().organization, unassigned()) == (first, first, {})


def test_a_lead_assigns_what_belongs_to_nobody(northwind, lea, browser_of):
    team = create_team(slug="late", name="Late", actor=SYSTEM)
    visitor, nobodys = browser_of("lead"), Team.objects.filter(organization=None)
    count = nobodys.count()
    assert (team.organization, unassigned()) == (None, {"team": count})
    page = visitor.get("/organizations/").content.decode()
    assert f"{count} team" in page
    dashboard = visitor.get("/?organization=exampleco").content.decode()
    assert f"{count} teams and records belong to no organization" in dashboard
    assert "Assign records" in page
    assert assign_unassigned(northwind, actor=lea) == {"team": count}
    archive_organization(northwind, archived=True, actor=lea)
    northwind.refresh_from_db()
    with pytest.raises(Invalid, match="Northwind Retail is archived"):
        assign_unassigned(northwind, actor=lea)
