"""Which model versions a definition affects."""

from __future__ import annotations

import pytest

from platform_site.errors import Invalid
from registry.features.queries import impact
from registry.features.rules import fingerprint
from registry.models import Feature
from registry.versions.actions.pins import pin_features
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED


def blocked_by(definition, feature):
    return impact.would_block(feature, fingerprint.equivalence(definition))


def test_a_version_in_production_is_blocked_by_another_definition_alone(in_production, feature):
    assert blocked_by(FIXED, feature) == (in_production,)
    assert blocked_by(TRAINED, feature) == blocked_by(REWRITTEN, feature) == ()


def test_a_version_that_is_pinned_or_not_in_production_is_not_blocked(model_version, feature, cora):
    assert blocked_by(FIXED, feature) == ()
    type(model_version).objects.update(stage="production")
    assert blocked_by(FIXED, feature) == (model_version,)
    pin_features(model_version, {"orders_3d": feature.current.name}, actor=cora)
    assert blocked_by(FIXED, feature) == ()


def test_two_versions_of_one_team_are_two_models_of_one_team(second, feature):
    proposal = impact.of_proposal("orders_3d", FIXED)
    assert [version.version for version in proposal.would_block] == ["v1", "v2"]
    assert proposal.sentence == "It would block 2 production models of 1 team until they are pinned or retrained."
    assert proposal.changes.words == ["logic", "null handling"]


def test_a_definition_that_is_registered_blocks_nobody_again(in_production, feature):
    proposal = impact.of_proposal("orders_3d", TRAINED)
    assert (proposal.known, proposal.would_block) == (True, ())
    assert proposal.sentence == f"This definition is already registered as {feature.current.name}."


def test_a_new_feature_blocks_nobody_and_nothing_is_stored(orders):
    proposal = impact.of_proposal("new", TRAINED)
    assert (proposal.known, proposal.sentence) == (False, "It would block no model in production.")
    assert not Feature.objects.exists()


def test_a_proposal_with_faults_names_them(orders):
    with pytest.raises(Invalid, match="'guess' is not a null rule"):
        impact.of_proposal("new", TRAINED._replace(null_handling="guess"))


def test_who_was_trained_on_a_version(second, feature):
    assert [version.version for version in impact.trained_on(feature.current)] == ["v1", "v2"]
