"""Features and their versions as lists and pages show them."""

from __future__ import annotations

import pytest

from platform_site.errors import Unknown
from registry.features.queries import features
from tests.registry.conftest import FIXED, REWRITTEN, register


def test_the_timeline_is_newest_first_each_with_what_changed_and_who_was_trained_on_it(
    second, feature, cora, django_assert_num_queries
):
    register(REWRITTEN, cora)
    register(FIXED, cora)
    with django_assert_num_queries(4):
        newest, middle, first = features.timeline(feature)
    assert [entry.version.number for entry in (newest, middle, first)] == [3, 2, 1]
    assert (newest.before, newest.changed) == (middle.version, ["logic", "null handling"])
    assert middle.changed == ["formatting only"]
    assert (first.before, first.changed) == (None, [])
    assert sorted(model.version for model in first.models) == ["v1", "v2"]
    assert {model.trained_source.number for model in first.models} == {1}
    assert first.source.name == "orders"
    assert newest.models == []


def test_a_version_is_found_by_name_and_by_digest(feature):
    current = feature.current
    assert features.version(feature, current.name) == features.version(feature, current.digest) == current
    with pytest.raises(Unknown, match="Feature orders_3d has no version 000000000000"):
        features.version(feature, "0" * 12)


def test_the_list_counts_versions_and_names_the_newest_change(feature, cora):
    newer = register(FIXED, cora).version
    (row,) = features.features()
    assert (row.version_count, row.changed_at) == (2, newer.registered_at)


def test_versions_count_the_models_trained_on_them(second, feature):
    assert [version.model_count for version in features.versions(feature)] == [2]


def test_an_unknown_feature_is_named(db):
    with pytest.raises(Unknown, match="There is no feature nobody"):
        features.feature("nobody")
