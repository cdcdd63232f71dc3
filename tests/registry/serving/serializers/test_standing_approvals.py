"""What the API takes of a standing approval when little is given."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from registry.serving.serializers.standing_approvals import StandingApprovalInput, StandingDecisionInput


def read(serializer, body):
    loaded = serializer(data=body, context={"as_written": True})
    loaded.is_valid()
    return loaded


def test_limits_are_enough():
    body = read(StandingApprovalInput, {"limits": [{"metric": "mape", "max_worse": 0.02}]})
    fields = body.fields_of_request()
    days = (fields.pop("until") - timezone.now()) / timedelta(days=1)
    assert 29.9 < days <= 30
    assert fields == {
        "environment": "production", "most_points": 25, "same_recipe": True, "reason": "",
        "limits": [{"metric": "mape", "slice": "", "better": "lower", "worst": None, "max_worse": 0.02}],
    }  # fmt: skip


def test_what_is_out_of_range_or_unknown_is_named():
    body = read(StandingApprovalInput, {"limits": [{"metric": "mape", "better": "up"}], "most_points": 101, "x": 1})
    assert body.errors.keys() == {"limits", "most_points", "x"}
    assert read(StandingDecisionInput, {"digest": "0" * 65}).errors.keys() == {"digest"}
