from datetime import timedelta

import pytest
from django.utils import timezone

from registry.models import ModelVersion, Override, RegisteredModel
from registry.versions.serializers.governance import OverrideOutput, PolicyCheckOutput


@pytest.mark.parametrize(
    ("state", "days", "in_force"), [("approved", 1, True), ("approved", -1, False), ("requested", 1, False)]
)
def test_an_override_is_in_force_while_it_is_approved_and_not_expired(state, days, in_force):
    version = ModelVersion(model=RegisteredModel(name="demand"), version="v1")
    now = timezone.now()
    override = Override(
        model_version=version, state=state, causes=[], requested_at=now, expires_at=now + timedelta(days=days)
    )
    content = OverrideOutput(override).data
    assert (content["in_force"], content["model"], content["version"]) == (in_force, "demand", "v1")


def test_a_check_without_groups_has_an_empty_list():
    check = {"metric": "mape", "slice": "", "operator": "<=", "threshold": 0.1, "required": True}
    assert PolicyCheckOutput(check).data["groups"] == []
