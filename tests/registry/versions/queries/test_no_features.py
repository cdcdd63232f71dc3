"""Statements that a version uses no features, which wait for a second person."""

from __future__ import annotations

import pytest

from registry.models import ModelVersion, RegisteredModel, Stage
from registry.versions.actions.no_features import confirm_no_features
from registry.versions.actions.registration import register_version
from registry.versions.queries.no_features import waiting
from tests.registry.conftest import ARTIFACT, lineage
from tests.registry.serving.story import ANN


@pytest.fixture
def stated(model, orders, cora):
    """`demand` v1 and v2, which state that they use no features."""
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    return [
        register_version(model, version=name, artifact=ARTIFACT, lineage_parts=parts, actor=cora)
        for name in ("v1", "v2")
    ]


def test_statements_wait_the_newest_first_until_they_are_confirmed(stated):
    first, second = stated
    assert [*waiting()] == [second, first]
    confirm_no_features(second, actor=ANN)
    assert [*waiting()] == [first]


def test_a_version_with_features_waits_for_nobody(model_version):
    assert not waiting().exists()


def test_neither_an_archived_version_nor_a_regulated_model_waits(stated):
    first, second = stated
    ModelVersion.objects.filter(pk=first.pk).update(stage=Stage.ARCHIVED)
    assert [*waiting()] == [second]
    RegisteredModel.objects.update(regulated=True)
    assert not waiting().exists()


def test_the_team_of_each_comes_with_it(stated, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [version.model.owner_team.slug for version in waiting()] == ["forecasting", "forecasting"]
