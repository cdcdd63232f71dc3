"""The page of the fast lane, and what its buttons do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.people.models import User
from registry.models import RegisteredModel, StandingApproval
from registry.serving.actions.standing_approvals import revoke_standing_approval
from registry.serving.queries.change_requests import count_for, waiting_count
from tests.registry.serving.lanes import person, stands
from tests.registry.serving.story import BOB, ask
from tests.registry.versions.views.test_models import text

PAGE = "/registry/models/demand/+serving/fast-lane/"
FIELDS = {
    "environment": "production",
    "most_points": "25",
    "better_0": "lower",
    "max_worse_0": "2",
    "same_recipe": "on",
}


def filled(**changed):
    until = (timezone.now() + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M")
    return FIELDS | {"until": until} | changed


def test_requested_by_one_and_approved_by_another(serving, second, browser_of):
    contributor, approver = browser_of("contributor"), browser_of("approver")
    assert "No standing approval" in text(contributor.get(PAGE))
    assert "The version that serves has 0.12" in text(contributor.get(PAGE))
    assert contributor.post(PAGE, filled()).status_code == 302
    row = StandingApproval.objects.get()
    assert row.limits == [{"metric": "mape", "slice": "", "better": "lower", "worst": None, "max_worse": 0.02}]
    own = text(contributor.get(PAGE))
    assert "Withdraw request" in own
    assert "Approve in advance" not in own
    assert "Fast lane of demand in production" in text(approver.get("/registry/inbox/"))
    assert "Fast lane of demand in production" in text(contributor.get("/registry/inbox/"))
    approver_id = User.objects.get(username="approver").pk
    assert (count_for(approver_id, "approver"), waiting_count()) == (1, 1)
    page = text(approver.get(PAGE))
    assert "at most 2.0% of its error worse" in page
    assert "Approve in advance" in page
    assert "Request fast lane" not in page
    approver.post(f"/registry/standing-approvals/{row.pk}/approve/", {"reason": "As agreed."})
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.decided_through) == ("approved", "approver", "a session")
    assert "through a session" in text(contributor.get(PAGE))
    contributor.post(f"/registry/standing-approvals/{row.pk}/revoke/", {"reason": "Features change."})
    assert "ended by contributor: Features change." in text(contributor.get(PAGE))


def test_what_the_lane_let_serve_and_what_it_did_not_are_shown_with_their_conditions(serving, second, cora, browser_of):
    lane = stands(second.model, cora, person("anna"))
    ask(second, cora, percent=5)
    waiting = ask(second, cora, percent=60).request
    viewer = browser_of("viewer")
    words = f"fast lane, standing approval {lane.pk} by anna until"
    assert words in text(viewer.get("/registry/models/demand/+serving/"))
    assert words in text(viewer.get("/registry/deployments/"))
    assert f"approved by anna in advance (standing approval {lane.pk})" in text(viewer.get("/registry/production/"))
    page = text(viewer.get(waiting.get_absolute_url()))
    assert "by anna does not cover this change, so a person decides" in page
    assert "v2 gains 55 points of the traffic; at most 25 are allowed." in page
    revoke_standing_approval(lane, actor=BOB)
    assert "Revoked" in text(viewer.get(PAGE))


@pytest.mark.parametrize(
    ("changed", "shown"), [({"max_worse_0": ""}, "Give at least one"), ({"most_points": "0"}, "1")]
)
def test_a_form_shows_what_is_wrong(serving, second, browser_of, changed, shown):
    answer = browser_of("contributor").post(PAGE, filled(**changed))
    assert answer.status_code == 422
    assert shown in text(answer)


def test_a_regulated_model_says_why_it_has_none(serving, second, browser_of):
    RegisteredModel.objects.filter(name="demand").update(regulated=True)
    page = text(browser_of("contributor").get(PAGE))
    assert "This model is regulated, so it has no fast lane" in page
    assert "Request fast lane" not in page
    RegisteredModel.objects.filter(name="demand").update(regulated=False)
    assert "nothing to compare with" in text(browser_of("contributor").get(f"{PAGE}?environment=canary"))
