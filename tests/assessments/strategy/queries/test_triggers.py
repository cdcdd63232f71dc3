"""An organization's conditions from what was said and what was measured, kept and told over the API and on the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assessments.adoption.actions import record_training_runs
from assessments.models import PostmortemLink, TriggerEvaluation
from assessments.organizations.actions import change_organization
from assessments.postmortems.actions import publish_postmortem
from assessments.strategy.actions.triggers import record_evaluation
from assessments.strategy.queries.triggers import trigger_status
from platform_site.audit.models import AuditEvent
from registry.published.facts import ClosingAlert

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
PATH = "/api/v1/organizations/exampleco/triggers/"


def train(actor, *days_ago: int) -> None:
    """A successful training run of one model, so many days ago each."""
    runs = [
        {"team": "ops", "model": "eta", "started_at": timezone.now() - timedelta(days), "succeeded": True}
        for days in days_ago
    ]
    record_training_runs(runs, actor=actor)


def test_an_empty_registry_measures_nothing(organization):
    result = trigger_status(organization)
    assert result.facts.measured == frozenset()
    assert {condition.state for condition in result.evaluation.conditions} == {"unknown"}


@pytest.mark.parametrize(
    ("days", "cadence"),
    [((1, 8, 15), "weekly"), ((1, 2, 3), None), ((1, 20), None), ((1, 31, 61), "monthly")],
    ids=["weekly", "too short a time", "too few", "monthly"],
)
def test_the_rhythm_of_training_is_measured_where_there_is_one(organization, lea, days, cadence):
    train(lea, *days)
    assert trigger_status(organization).facts.retraining_cadence == cadence


def test_what_a_person_said_stays(organization, lea):
    train(lea, 1, 8, 15)
    change_organization(organization, retraining_cadence="yearly", actor=lea)
    organization.refresh_from_db()
    assert trigger_status(organization).facts.retraining_cadence == "yearly"


def test_the_next_evaluation_tells_what_moved_since_the_one_kept(organization, lea):
    change_organization(organization, compliance=False, actor=lea)
    organization.refresh_from_db()
    record_evaluation(organization, actor=lea)
    assert trigger_status(organization).moved == []
    organization = change_organization(organization, compliance=True, actor=lea)
    assert [(status.id, status.before, status.after) for status in trigger_status(organization).moved] == [
        ("compliance", "not_met", "met")
    ]
    assert AuditEvent.objects.get(action="triggers.evaluated").content["verdict"] == "not_yet"


def test_what_is_kept_is_never_changed(organization, lea):
    record_evaluation(organization, actor=lea)
    for write in (lambda: TriggerEvaluation.objects.update(result={}), TriggerEvaluation.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_the_api_tells_the_measured_facts_and_keeps_for_leads_alone(api, organization, lea):
    train(lea, 1, 8, 15)
    body = api("viewer").get(PATH).json()
    assert (body["measured"], body["facts"]["retraining_cadence"]) == (["retraining_cadence"], "weekly")
    assert (body["verdict"], body["kept_at"]) == ("phase_1", None)
    assert api("viewer").post(PATH).status_code == 403
    assert api("lead").post(PATH).json()["kept_at"]


def test_the_page_asks_for_what_nobody_knows_and_keeps_an_evaluation(browser_of, organization):
    lead, path = browser_of("lead"), "/organizations/exampleco/triggers/"
    assert "How many models are in production" in lead.get(path).content.decode()
    assert lead.post(f"{path}keep/").status_code == 302
    assert "No condition changed since" in lead.get(path).content.decode()
    assert browser_of("viewer").post(f"{path}keep/").status_code == 403


def test_a_published_postmortem_is_an_incident_and_a_draft_is_none(organization, incident, lea):
    assert trigger_status(organization).facts.skew_or_drift_incidents_12m is None
    publish_postmortem(incident, actor=lea)
    facts = trigger_status(organization).facts
    assert (facts.skew_or_drift_incidents_12m, facts.measured) == (1, {"skew_or_drift_incidents_12m"})


def test_an_alert_that_a_postmortem_tells_of_is_counted_once(organization, incident, lea, monkeypatch):
    alerts = [ClosingAlert("eta", 3, 7), ClosingAlert("eta", 4, 9)]
    monkeypatch.setattr("registry.published.facts._closing_alerts", lambda *_: alerts)
    PostmortemLink.objects.create(postmortem=incident, kind="run", name="7")
    publish_postmortem(incident, actor=lea)
    assert trigger_status(organization).facts.skew_or_drift_incidents_12m == 2


def test_a_figure_that_is_measured_otherwise_is_shown_with_both(api, browser_of, organization, in_production, lea):
    change_organization(organization, production_models=180, actor=lea)
    body = api("viewer").get(PATH).json()
    assert (body["facts"]["production_models"], body["contradicted"]) == (180, {"production_models": 1})
    assert "180 production models (entered; measured: 1)" in body["conditions"][0]["because"]
    assert "180 entered, 1 measured" in browser_of("viewer").get("/organizations/exampleco/triggers/").content.decode()
