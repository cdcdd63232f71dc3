"""Revisions are numbered by environment, hold only what has traffic, and outdate what was requested before them."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed
from registry.serving.actions.revisions import blocked, close_request, deployment_payload, require_deployer
from registry.serving.queries.changes import Change
from registry.serving.queries.deployments import serving_state
from registry.serving.rules.configuration import Configuration
from tests.registry.conftest import contributor
from tests.registry.serving.story import ANN, approved, ask


def test_each_environment_counts_its_own_revisions(serving, second, cora):
    elsewhere = approved(second, cora, environment="staging", percent=100)
    further = approved(second, cora, percent=50)
    assert (serving.revision.number, elsewhere.revision.number, further.revision.number) == (1, 1, 2)


def test_a_version_without_traffic_has_no_share(serving, second, cora):
    made = approved(second, cora, percent=100)
    assert [(share.model_version, share.percent) for share in made.revision.shares.all()] == [(second, 100)]
    assert (made.arrives, made.traffic_percent) == (True, 100)


def test_the_payload_names_the_revision_and_its_approval(serving, in_production, cora):
    small = ask(in_production, cora, thresholds={"alarm": 0.51}).deployment
    first, next_one = (
        deployment_payload(deployment, deployment.revision.configuration) for deployment in (serving, small)
    )
    assert (first["revision"], first["change_request"]) == (1, serving.revision.covered_by_id)
    assert (next_one["revision"], next_one["change_request"]) == (2, None)
    assert next_one["content"] == {"weights": {"v1": 100}, "thresholds": {"alarm": 0.51}, "pins": {}}


def test_closing_a_request_records_who_and_adds_the_details(in_production, cora):
    request = ask(in_production, cora, percent=100).request
    close_request(request, "stale", actor=ANN, outdated_by=7)
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("stale", "ann")
    event = AuditEvent.objects.get(action="change_request.outdated")
    assert (event.content["outdated_by"], event.content["change_request"]) == (7, request.pk)


def test_only_contributors_of_the_team_change_what_serves(in_production, cora):
    require_deployer(in_production, cora)
    with pytest.raises(NotAllowed, match="Only contributors of team forecasting"):
        require_deployer(in_production, contributor("data-platform", name="sam"))


def test_a_change_that_no_gate_decided_has_no_refusal(in_production, cora):
    head = Configuration({"v1": 100})
    change = Change(serving_state(in_production, "production"), in_production, "production", head, cora)
    with pytest.raises(ValueError, match="has not decided"):
        blocked(change)
