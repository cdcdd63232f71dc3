"""Features and their versions: what the database refuses, and how one is named."""

from __future__ import annotations

import pytest
from django.db import Error, IntegrityError, transaction
from django.db.models import ProtectedError

from registry.models import CurrentVersionChange, Feature, FeatureVersion
from tests.registry.conftest import FIXED, TRAINED, register


def copied(version: FeatureVersion, **changed) -> FeatureVersion:
    """A second version that differs from the first in what is named."""
    others = {"number": 2, "name": "0" * 12, "digest": "0" * 64} | changed
    fields = {field.attname: getattr(version, field.attname) for field in FeatureVersion._meta.concrete_fields}
    return FeatureVersion.objects.create(**{name: value for name, value in fields.items() if name != "id"} | others)


@pytest.mark.parametrize(("field", "constraint"), [
    ("digest", "feature_version_content_once"), ("name", "feature_version_name_once"),
    ("number", "feature_version_number_once"),
])  # fmt: skip
def test_content_name_and_number_are_used_once_in_a_feature(feature, field, constraint):
    version = feature.versions.get()
    with pytest.raises(IntegrityError, match=f"{constraint}|registry_featureversion.{field}"), transaction.atomic():
        copied(version, **{field: getattr(version, field)})
    assert copied(version).number == 2


def test_another_feature_may_have_the_same_content(feature, cora):
    other = register(TRAINED, cora, name="orders_again").version

    assert other.digest == feature.versions.get().digest
    assert (other.number, str(other)) == (1, f"orders_again@{other.digest[:12]}")


def test_the_handling_of_nulls_is_a_known_one(feature):
    with pytest.raises(IntegrityError, match="feature_version_null_handling_known"), transaction.atomic():
        copied(feature.versions.get(), null_handling="ignore")


def test_a_version_is_never_changed_or_deleted(feature):
    versions = FeatureVersion.objects.filter(feature=feature)
    for change in (lambda: versions.update(computation_logic="0"), versions.delete):
        with pytest.raises((Error, ProtectedError)), transaction.atomic():
            change()
    assert versions.get().computation_logic == TRAINED.computation_logic


def test_a_version_returns_the_definition_that_it_was_made_of(feature):
    version = feature.versions.get()

    assert version.definition == TRAINED
    assert version.as_version == (version.name, TRAINED, version.equivalence, "duckdb")


def test_the_history_of_the_current_version_begins_with_none(feature, cora):
    (first,) = CurrentVersionChange.objects.filter(feature=feature)

    assert (first.before, first.after) == (None, feature.current)
    assert str(first) == f"{feature.pk}: None → {first.after_id}"
    register(FIXED, cora)
    with pytest.raises(Error), transaction.atomic():
        CurrentVersionChange.objects.filter(pk=first.pk).update(reason="another")


def test_a_team_that_owns_a_feature_cannot_be_deleted(feature):
    assert str(feature) == "orders_3d"
    with pytest.raises((ProtectedError, Error)), transaction.atomic():
        feature.owner_team.delete()
    assert Feature.objects.filter(pk=feature.pk).exists()
