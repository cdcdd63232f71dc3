"""The parts of a version that MLflow knows, with the features that Feast named in its run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.imports.queries.version_steps import parts_of
from registry.imports.rules.candidates import Candidate
from tests.registry.conftest import FIXED, TRAINED, register

NAME = "driver_stats__rate"


def candidate(*refs: str, at=None) -> Candidate:
    moment = int((at or timezone.now()).timestamp() * 1_000)
    content = {"artifact": {}, "lineage": {}, "feature_refs": list(refs), "trained_at": moment}
    return Candidate("model_version", "churn/1", "Churn/1", content)


@pytest.fixture
def versions(orders, cora) -> list[str]:
    """The two versions of a feature of a Feast view, the first one first."""
    return [register(definition, cora, NAME).version.name for definition in (TRAINED, FIXED)]


def test_features_that_feast_named_have_the_version_in_force_when_it_was_trained(versions):
    assert parts_of(candidate("driver_stats:rate")).lineage["feature_snapshot"] == {NAME: versions[1]}


def test_a_feature_that_was_not_known_then_has_its_first_version_and_a_note(versions):
    parts = parts_of(candidate("driver_stats:rate", at=timezone.now() - timedelta(days=9)))
    assert parts.lineage["feature_snapshot"] == {NAME: versions[0]}
    assert parts.notes[0].startswith(f"The registry knows {NAME} only since after the training")


def test_a_feature_that_nobody_registered_is_named_without_a_version(versions):
    snapshot = parts_of(candidate("driver_stats:rate", "driver_stats:other")).lineage["feature_snapshot"]
    assert snapshot == {NAME: versions[1], "driver_stats__other": ""}
