"""What serves now, what served at a moment, and the revisions to go back to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from platform_site.errors import Unknown
from registry.serving.actions.deployments import rollback
from registry.serving.queries import deployments
from tests.registry.serving.story import approved, ask


@pytest.fixture
def further(serving, in_production, cora):
    """Revision 2, a small change without an approval of its own."""
    return ask(in_production, cora, thresholds={"alarm": 0.51}).deployment


def test_before_the_first_revision_nothing_serves(in_production):
    state = deployments.serving_state(in_production, "production")
    assert (state.current, state.approved, state.number, state.approved_configuration) == (None, None, None, None)
    assert state.configuration.as_dict() == {"weights": {}, "thresholds": {}, "pins": {}}


def test_what_serves_is_compared_with_the_last_approved_revision(serving, further, in_production):
    state = deployments.serving_state(in_production, "production")
    assert (state.number, state.approved) == (2, serving.revision)
    assert state.approved_configuration.thresholds == {"alarm": 0.5}
    assert deployments.serving_state(in_production, "staging").current is None


def test_a_rollback_to_a_small_change_counts_as_the_approval_of_that_time(serving, further, second, cora):
    last = approved(second, cora, percent=100)
    rollback(last, to_revision=2, reason="Errors.", actor=cora)
    state = deployments.serving_state(second, "production")
    assert (state.number, state.approved) == (4, serving.revision)


def test_a_revision_serves_from_the_moment_it_is_made(serving, further):
    made_at = further.revision.made_at
    at = {early: list(deployments.serving_at(made_at - timedelta(microseconds=early))) for early in (0, 1)}
    assert at == {0: [further.revision], 1: [serving.revision]}
    assert list(deployments.serving_at(serving.revision.made_at - timedelta(microseconds=1))) == []
    assert list(deployments.serving_now()) == [further.revision]


def test_a_place_offers_earlier_revisions_of_other_content(serving, further, in_production, second, cora):
    approved(second, cora, environment="staging", percent=100)
    by_name = {place.environment: place for place in deployments.places(in_production.model)}
    assert [revision.number for revision in by_name["production"].earlier] == [1]
    rollback(further, to_revision=1, reason="Errors.", actor=cora)
    by_name = {place.environment: place for place in deployments.places(in_production.model)}
    assert by_name["production"].earlier == [], "revision 1 is what serves, and the rollback went back past 2"
    assert deployments.rolled_away(in_production.model) == {("production", 2): 3}
    assert by_name["production"].newest.kind == "rollback"
    assert by_name["staging"].earlier == []


def test_a_version_serves_where_it_has_traffic_now(serving, in_production, second, cora):
    approved(second, cora, environment="staging", percent=100)
    approved(second, cora, percent=30)
    where = {
        version.version: [(share.revision.environment, share.percent) for share in deployments.where_it_serves(version)]
        for version in (in_production, second)
    }
    assert where == {"v1": [("production", 70)], "v2": [("production", 30), ("staging", 100)]}


def test_what_does_not_exist_is_unknown(serving, in_production):
    model = in_production.model
    assert deployments.revision(model, "production", 1) == serving.revision
    assert deployments.deployment(serving.pk) == serving
    for read in (
        lambda: deployments.revision(model, "production", 2),
        lambda: deployments.revision(model, "staging", 1),
        lambda: deployments.deployment(serving.pk + 1),
    ):
        with pytest.raises(Unknown, match="There is no"):
            read()
