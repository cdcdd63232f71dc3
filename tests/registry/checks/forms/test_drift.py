"""The form of a drift check has a field for everything that the API takes about predictions."""

from __future__ import annotations

import pytest

from registry.checks.forms.drift import DriftForm
from registry.checks.serializers.checks import DriftCheckInput
from registry.compute.kinds.quality.parameters import PredictionParameters


@pytest.mark.parametrize("fields", [DriftForm.base_fields, DriftCheckInput().fields], ids=["form", "API"])
def test_everything_that_can_be_asked_of_predictions_has_a_field(fields):
    assert set(PredictionParameters._fields) <= set(fields)
