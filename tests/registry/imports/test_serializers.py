"""What the API takes of imports, and answers."""

from __future__ import annotations

from registry.imports.queries.steps import OUTCOMES, Effect
from registry.imports.serializers import EFFECTS, ImportPlanOutput, ToolImportOutput, TrackingServerInput


def test_every_effect_and_outcome_is_a_choice_of_the_api():
    assert set(EFFECTS) == {str(effect) for effect in Effect} | set(OUTCOMES)


def test_a_plan_has_the_fields_of_an_import_and_its_steps():
    assert set(ImportPlanOutput().fields) == set(ToolImportOutput().fields) | {"digest", "counts", "steps"}


def test_nothing_is_applied_unless_it_is_asked_for():
    body = TrackingServerInput(data={"url": "https://mlflow.example", "owner_team": "forecasting"})
    assert body.is_valid()
    assert body.validated_data["apply"] is False
    assert not TrackingServerInput(data={"url": "x"}).is_valid()
