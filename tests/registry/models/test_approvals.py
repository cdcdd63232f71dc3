from datetime import timedelta

import pytest
from django.utils import timezone

from registry.models import ApprovalRequest, GatePolicy, ModelVersion, RegisteredModel


@pytest.mark.parametrize(
    ("state", "days", "status"),
    [
        ("waiting", 1, "waiting"), ("waiting", -1, "expired"), ("approved", -1, "approved"), ("rejected", 1, "rejected"),
        ("stale", -1, "stale"),
    ],
)  # fmt: skip
def test_a_request_that_nobody_decided_in_time_counts_as_expired(state, days, status):
    assert ApprovalRequest(state=state, expires_at=timezone.now() + timedelta(days=days)).status == status


def test_its_title_says_what_it_is_about():
    policy = GatePolicy(name="floor")
    assert ApprovalRequest(policy=policy, content={"retired": False}).title == "Loosen policy floor"
    assert ApprovalRequest(policy=policy, content={"retired": True}).title == "Retire policy floor"
    version = ModelVersion(model=RegisteredModel(name="demand"), version="v1")
    promotion = ApprovalRequest(pk=3, model_version=version, content={"to": "production"})
    assert (promotion.title, promotion.keeper, str(promotion)) == (
        "Promote demand v1 to production",
        "",
        "approval request 3",
    )
    assert promotion.get_absolute_url() == "/registry/approval-requests/3/"


def test_its_rows_are_what_changes():
    row = {"what": "Stage", "before": "staging", "after": "production"}
    assert ApprovalRequest(diff=[row]).rows == [row]
