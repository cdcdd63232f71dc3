"""The forms of parity checks: what they offer, and the parameters that they give."""

from __future__ import annotations

import pytest

from registry.checks.forms.parity import LogParityForm, MaterializedParityForm
from registry.compute.kinds.parity.log_parameters import LogParityParameters

pytestmark = pytest.mark.django_db
LOG = {
    "name": "Log", "training": "orders", "serving": "orders", "entity_key": "customer_id", "tolerance_s": "0", "limit": "0.01",
}  # fmt: skip


def test_what_was_filled_in_is_taken_by_the_check(orders):
    form = LogParityForm(LOG | {"match_by": "key", "features": "order_count", "atol": "0.5"})
    assert form.is_valid(), form.errors
    parameters = form.parameters()
    assert parameters == {
        "training": "orders", "serving": "orders", "entity_key": ["customer_id"], "match_by": "key",
        "features": ["order_count"], "tolerance_s": 0.0, "limit": 0.01, "atol": 0.5,
    }  # fmt: skip
    assert LogParityParameters.parse(parameters)[1] is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"limit": "1.5"}, {"tolerance_s": "-1"}, {"atol": "-0.1"}, {"rtol": "2"}, {"match_by": "luck"}, {"entity_key": ""},
        {"minimum_rows": "0"}, {"matched_minimum": "1.01"}, {"unmatched_limit": "-0.5"}, {"training": "elsewhere"},
    ],
)  # fmt: skip
def test_a_value_out_of_its_range_is_refused_at_its_field(orders, fields):
    assert set(LogParityForm(LOG | fields).errors) == set(fields)


def test_of_features_only_those_in_python_are_offered(feature):
    assert MaterializedParityForm().fields["feature"].choices == [("", "Choose a feature")]


def test_a_materialized_check_has_neither_a_model_nor_a_schedule(orders):
    fields = MaterializedParityForm().fields
    assert not {"model", "schedule"} & set(fields)
    assert fields["trained_dataset"].choices == [("", "Choose a data set"), ("orders", "orders")]
