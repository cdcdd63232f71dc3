import pytest

from registry.versions.serializers.approval_requests import ApprovalRequestOutput

pytestmark = pytest.mark.django_db


def test_a_request_about_a_policy_names_it_and_no_model(loosened):
    shown = ApprovalRequestOutput(loosened).data
    assert (shown["kind"], shown["state"], shown["policy"], shown["based_on"]) == ("policy", "waiting", "floor", 1)
    assert (shown["model"], shown["version"], shown["gate_decision"]) == (None, None, None)
    assert shown["diff"] == [{"what": "Checks", "before": "auc >= 0.75", "after": "auc >= 0.1"}]
    assert shown["content"]["checks"][0]["threshold"] == 0.1
