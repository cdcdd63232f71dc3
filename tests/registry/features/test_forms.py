"""The forms that register a definition and choose the current version."""

from __future__ import annotations

from registry.features.forms import CurrentForm, FeatureForm
from tests.registry.conftest import FIXED, TRAINED, register


def test_a_filled_form_gives_the_arguments_of_a_registration(teams):
    values = {"name": "orders_3d", "owner_team": "data-platform", "reason": "first", **TRAINED.as_dict()}
    form = FeatureForm(values)
    assert form.is_valid(), form.errors
    assert form.arguments()["definition"] == TRAINED
    assert "null_handling" not in form.arguments()


def test_only_teams_that_exist_are_offered(teams):
    form = FeatureForm({"owner_team": "nobody", **TRAINED.as_dict()})
    assert {"owner_team", "name", "reason"} <= set(form.errors)


def test_only_versions_of_the_feature_can_become_current(feature, cora):
    newer = register(FIXED, cora).version
    versions = [newer, feature.current]
    assert CurrentForm({"version": newer.name, "reason": "x"}, versions=versions).is_valid()
    assert set(CurrentForm({"version": "0" * 12}, versions=versions).errors) == {"version", "reason"}
