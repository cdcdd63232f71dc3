import pytest
from rest_framework.exceptions import ValidationError

from registry.compute.stats.fairness import Rates
from registry.versions.queries.policies import ColumnFairness
from registry.versions.serializers.models import FairnessOutput, PinsInput, rendered


def test_pins_are_an_object_of_names_and_null_removes_one():
    why = {"version": "37e8", "reason": "The fix is not served yet."}
    assert PinsInput().to_internal_value({"a": "37e8", "b": None, "c": why}) == {
        "a": {"version": "37e8", "reason": ""}, "b": {"version": None, "reason": ""}, "c": why,
    }  # fmt: skip


@pytest.mark.parametrize("body", [[], "a", {"a": 7.5j}, {"a": "x" * 65}])
def test_what_is_not_a_pin_is_refused(body):
    with pytest.raises(ValidationError):
        PinsInput().to_internal_value(body)


def test_a_rate_that_was_not_reported_is_null():
    column = ColumnFairness("sex", {"f": Rates(90, 0.3, None)}, {}, [])
    (group,) = FairnessOutput(column).data["groups"]
    rates = {"selection_rate": 0.3, "true_positive_rate": None, "false_positive_rate": None}
    assert group == {"group": "f", "rows": 90} | rates


@pytest.mark.django_db
def test_a_version_is_rendered_anew_after_an_event(model_version, django_assert_num_queries):
    first = rendered("demand", "v1", "a" * 64)
    with django_assert_num_queries(0):
        assert rendered("demand", "v1", "a" * 64) == first
    model_version.stage = "staging"
    model_version.save(update_fields=["stage"])
    assert rendered("demand", "v1", "b" * 64) != first
