"""What initiatives show on pages of lower floors."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from assessments.initiatives.actions.initiatives import propose_initiative
from assessments.initiatives.panels import of_organization
from assessments.models import Initiative


@pytest.mark.parametrize(("who", "may"), [("lead", True), ("viewer", False)])
def test_who_works_on_a_gap_and_who_may_propose(organization, people, lea, who, may):
    rollback = propose_initiative(
        organization, title="Rollback", capabilities=["deployment_rollback"], target="implemented", actor=lea
    )
    request = RequestFactory().get("/")
    request.user = people[who]
    assert of_organization(request, organization) == {
        "initiatives": {"deployment_rollback": [rollback]},
        "may_propose": may,
    }
    Initiative.objects.update(state="dropped", reason="Bought.")
    assert of_organization(request, organization)["initiatives"] == {}
