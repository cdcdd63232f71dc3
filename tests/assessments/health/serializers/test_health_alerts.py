"""An alert about a figure says both values and of what each was observed."""

from assessments.health.serializers.health_alerts import HealthAlertOutput


def test_both_values_stand_with_what_they_are_of():
    assert {"before", "before_of", "after", "after_of", "title"} <= set(HealthAlertOutput.Meta.fields)
