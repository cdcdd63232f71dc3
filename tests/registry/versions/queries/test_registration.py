"""The faults of a registration, before anything is stored."""

from __future__ import annotations

import pytest

from registry.versions.queries.registration import registration_faults
from tests.registry.conftest import ARTIFACT, lineage

pytestmark = pytest.mark.postgresql


def codes(model, version, parts):
    return [(fault.field, fault.code) for fault in registration_faults(model, version, ARTIFACT, parts)[1]]


@pytest.mark.parametrize("version", ["v1", "2026.11+a", "a" * 64])
def test_a_version_and_a_whole_lineage_have_no_fault(model, feature, orders, version):
    resolved, faults = registration_faults(model.name, version, ARTIFACT, lineage(orders))
    assert (faults, [entry.feature for entry in resolved]) == ([], [feature])


@pytest.mark.parametrize("version", ["", "-v1", "a" * 65, "v 1", "v1\n"])
def test_a_malformed_version_comes_first(model, feature, orders, version):
    assert codes(model.name, version, lineage(orders)) == [("version", "malformed")]


def test_a_version_is_taken_in_any_case_of_its_model_alone(model_version, orders):
    assert codes("demand", "V1", lineage(orders)) == [("version", "duplicate")]
    assert codes("another", "v1", lineage(orders)) == []


def test_an_empty_snapshot_needs_the_statement(model, orders):
    parts = lineage(orders, feature_snapshot={})
    assert codes(model.name, "v1", parts) == [("lineage.feature_snapshot", "empty")]
    assert codes(model.name, "v1", parts | {"uses_no_features": True}) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ({}, ("lineage.feature_snapshot", "empty")),
        ({"uses_no_features": True}, ("lineage.uses_no_features", "regulated")),
    ],
)
def test_a_regulated_model_cannot_state_that_it_uses_no_features(model, orders, statement, fault):
    parts = lineage(orders, feature_snapshot={}) | statement
    _, faults = registration_faults(model.name, "v1", ARTIFACT, parts, regulated=True)
    assert [(each.field, each.code) for each in faults] == [fault]
    assert "The model is regulated" in faults[0].message


@pytest.mark.parametrize("prefix", ["", "sha256:"])
def test_the_digest_of_the_data_is_looked_up_with_or_without_its_prefix(model, feature, orders, prefix):
    known = lineage(orders)["data_snapshot"]
    assert codes(model.name, "v1", lineage(orders, data_snapshot=prefix + known)) == []
    unknown = lineage(orders, data_snapshot=prefix + "f" * 64)
    assert codes(model.name, "v1", unknown) == [("lineage.data_snapshot", "unresolvable")]
