"""What serving adds to the pages of models, versions and teams."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from platform_site.people.models import Team
from registry.serving import panels
from registry.serving.actions.deployments import rollback
from registry.versions.actions.overrides import request_override
from registry.versions.queries import model_versions
from registry.versions.queries.gates import GatedVersion
from tests.registry.conftest import FIXED, register
from tests.registry.serving.actions.test_reports import DUE, report
from tests.registry.serving.story import approved, ask


def of_model():
    return panels.of_model(None, model_versions.model("demand"))["heard"]


def test_a_model_in_production_shows_its_newest_report(in_production, cora):
    assert of_model() == []
    report(in_production, cora, orders_3d=DUE)
    newest = report(in_production, cora, orders_3d=DUE)
    assert [latest.report for latest in of_model()] == [newest]


def test_a_model_that_is_not_in_production_shows_none(model_version, cora):
    report(model_version, cora, orders_3d=DUE)
    assert of_model() == []


def test_a_version_shows_its_five_newest_reports_and_its_traffic(serving, in_production, second, cora):
    stored = [report(in_production, cora, orders_3d=DUE) for _ in range(6)]
    first, other = (panels.of_version(None, GatedVersion(version, None)) for version in (in_production, second))
    assert list(first["reports"]) == stored[:0:-1]
    assert [(share.revision.environment, share.percent) for share in first["shares"]] == [("production", 100)]
    assert (list(other["reports"]), list(other["shares"])) == ([], [])


def test_a_team_shows_what_waits_for_a_decision_about_its_models(in_production, cora):
    request = ask(in_production, cora, percent=100).request
    register(FIXED, cora)
    override = request_override(
        in_production, reason="Urgent.", expires_at=timezone.now() + timedelta(days=1), actor=cora
    )
    owner, other = (panels.of_team(None, Team.objects.get(slug=slug)) for slug in ("forecasting", "data-platform"))
    assert (list(owner["changes"]), list(owner["passes"])) == ([request], [override])
    assert (list(other["changes"]), list(other["passes"])) == ([], [])
    assert [shown["glance"][0][:3] for shown in (owner, other)] == [
        ("Approvals waiting", 2, "#waiting"), ("Approvals waiting", 0, ""),
    ]  # fmt: skip


def facts():
    shown = panels.of_model(None, model_versions.model("demand"))["serving_facts"]
    return {fact.title: fact.met for fact in shown}


def test_the_scorecard_knows_reports_and_rollbacks(serving, second, in_production, cora):
    assert facts() == {"Serving reports": False, "Rollback rehearsed": False}
    report(in_production, cora, orders_3d=DUE)
    last = approved(second, cora, percent=100)
    rollback(last, to_revision=1, reason="Rehearsed.", rehearsal=True, actor=cora)
    assert facts() == {"Serving reports": True, "Rollback rehearsed": True}


def test_nothing_of_serving_is_due_before_production(model_version):
    assert facts() == {"Serving reports": None, "Rollback rehearsed": None}
