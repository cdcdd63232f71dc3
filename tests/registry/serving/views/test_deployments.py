"""What serves, as people see and change it; every control is a plain form."""

from __future__ import annotations

import pytest
from django.utils import timezone

from registry.models import ChangeRequest, Deployment, ServingRevision, SourceTable
from registry.serving.queries.change_requests import count_for
from tests.registry.conftest import FIXED, drift, register, run_of
from tests.registry.serving.story import STEPS, approved, ask
from tests.registry.versions.views.test_models import text

PAGE, FORM = "/registry/models/demand/+serving/", "/registry/models/demand/+serving/change/"
CHANGE = {
    "version": "v1", "environment": "production", "how": "at_once", "traffic_percent": "100", "thresholds": "alarm = 0.5",
    "feature_pins": "", "steps": "", "reason": "The first.",
}  # fmt: skip


@pytest.fixture
def waits(browser_of, in_production):
    """A change that a contributor asked for in the browser."""
    answer = browser_of("contributor").post(FORM, CHANGE)
    request = ChangeRequest.objects.get()
    assert answer.url == f"/registry/change-requests/{request.pk}/"
    return request


def test_a_change_is_looked_at_first_and_nothing_is_written(browser_of, in_production):
    page = text(browser_of("contributor").post(FORM, CHANGE | {"preview": "1"}))
    assert "v1 begins to serve, with 100% of the traffic." in page
    assert "100 or more needs a second approver." in page
    assert "PROCEED" in page
    assert "requesting the change records the decision" in page
    assert not ChangeRequest.objects.exists()


def test_a_change_is_asked_for_seen_in_the_inbox_and_approved(browser_of, waits, people):
    assert count_for(people["approver"].pk, "approver") == 1
    assert count_for(people["contributor"].pk, "contributor") == 0
    approver = browser_of("approver")
    assert "1 waiting" in text(approver.get("/audit/")), "every page says how much waits"
    assert "v1 begins to serve" in text(approver.get("/registry/inbox/"))
    assert "None of your requests are waiting" not in text(browser_of("contributor").get("/registry/inbox/"))
    path = f"/registry/change-requests/{waits.pk}/"
    page = text(approver.get(path))
    assert "Impact score 100" in page
    assert "PROCEED" in page
    assert "It decides again on approval." in page
    assert "mape" in page
    answer = approver.post(f"{path}approve/", {"reason": "Looked at it."}, follow=True)
    assert "Approved. The change serves now." in text(answer)
    assert "Looked at it." in text(answer)
    assert "revision 1" in text(approver.get(PAGE))


def test_nobody_sees_a_button_for_their_own_nor_gets_by_without_one(browser_of, waits):
    path, own = f"/registry/change-requests/{waits.pk}/", browser_of("contributor")
    assert "Withdraw request" in text(own.get(path))
    for name in ("contributor", "admin", "lead", "viewer"):
        page = browser_of(name).get(path).content.decode()
        assert f"{path}approve/" not in page, name
        browser_of(name).post(f"{path}approve/")
    waits.refresh_from_db()
    assert (waits.state, ServingRevision.objects.count()) == ("waiting", 0)
    assert "Change request withdrawn." in text(own.post(f"{path}withdraw/", follow=True))
    assert browser_of("viewer").post(f"{path}burn/").status_code == 404


def test_a_closed_gate_is_reported_at_the_form_and_on_the_request(browser_of, waits, cora):
    register(FIXED, cora)
    page = browser_of("contributor").post(FORM, CHANGE | {"traffic_percent": "50"})
    assert (page.status_code, "The deployment gate is closed" in text(page)) == (422, True)
    page = text(browser_of("approver").get(f"/registry/change-requests/{waits.pk}/"))
    assert "BLOCKED" in page
    assert "It decides again on approval." in page
    answer = browser_of("approver").post(f"/registry/change-requests/{waits.pk}/approve/", follow=True)
    assert "The deployment gate is closed" in text(answer)


FAULTS = [
    ({"thresholds": "alarm"}, "is not a pair"), ({"thresholds": "alarm = high"}, "is not a number"),
    ({"how": "in_steps", "steps": "soon"}, "is not a step"), ({"how": "in_steps", "steps": ""}, "1 to 20 steps"),
    ({"feature_pins": "nobody = 1"}, "was not trained on"), ({"environment": "Ü"}, "lower-case letter"),
    ({"traffic_percent": ""}, "Give its percentage of the traffic"), ({"thresholds": "alarm = nan"}, "Give a number"),
]  # fmt: skip


@pytest.mark.django_db
def test_what_means_nothing_says_what_to_change(browser_of, in_production):
    visitor = browser_of("contributor")
    for changed, item in FAULTS:
        page = visitor.post(FORM, CHANGE | changed)
        assert (page.status_code, item in text(page)) == (422, True), changed
    assert not ChangeRequest.objects.exists()


def test_going_back_and_its_rehearsal_are_a_form(browser_of, serving, second, cora):
    made, visitor = approved(second, cora, percent=100), browser_of("contributor")
    assert "Roll back to an earlier revision" in text(visitor.get(PAGE))
    assert "Roll back to an earlier revision" not in text(browser_of("viewer").get(PAGE))
    path = f"/registry/deployments/{made.pk}/rollback/"
    values = {"to_revision": "1", "reason": "Drill."}
    assert "Rehearsal recorded." in text(visitor.post(path, values | {"rehearsal": "on"}, follow=True))
    assert "Revision 1 serves again." in text(visitor.post(path, values, follow=True))
    assert "0 is not an earlier revision" in text(visitor.post(path, values | {"to_revision": "x"}, follow=True))
    page = text(visitor.get("/registry/deployments/"))
    assert "was rehearsed" in page
    assert Deployment.objects.filter(kind="rollback").count() == 2


def test_a_rollout_is_begun_watched_and_ended_in_the_browser(browser_of, serving, second):
    visitor, steps = browser_of("contributor"), "5 % for 60 minutes\n100"
    visitor.post(FORM, CHANGE | {"version": "v2", "how": "in_steps", "steps": steps, "thresholds": ""})
    change_request = ChangeRequest.objects.latest("pk")
    assert change_request.plan == [{"percent": 5, "hold_minutes": 60}, {"percent": 100, "hold_minutes": 0}]
    assert "In steps: 5% for 60 minutes, 100%." in text(visitor.get(change_request.get_absolute_url()))
    browser_of("approver").post(f"{change_request.get_absolute_url()}approve/")
    page = text(visitor.get(PAGE))
    assert "Rollout of v2 to production" in page
    assert "Abort rollout" in page
    answer = visitor.post(f"/registry/rollouts/{change_request.rollout.pk}/abort/", follow=True)
    assert "Rollout aborted. The traffic stays as it is." in text(answer)
    assert visitor.post(f"/registry/rollouts/{change_request.rollout.pk}/burn/").status_code == 404


def test_no_change_says_so(browser_of, serving):
    page = text(browser_of("contributor").post(FORM, CHANGE, follow=True))
    assert "This already serves. Nothing was changed." in page
    small = text(browser_of("contributor").post(FORM, CHANGE | {"thresholds": "alarm = 0.51"}, follow=True))
    assert "Revision 2 serves now." in small


def test_empty_pages_say_what_to_do(browser_of, in_production):
    viewer = browser_of("viewer")
    assert "Nothing deployed yet" in text(viewer.get(PAGE))
    assert "No deployments yet" in text(viewer.get("/registry/deployments/"))
    assert "Only approvers decide." in text(viewer.get("/registry/inbox/"))


def test_the_graph_ends_where_it_serves(browser_of, serving, second, cora):
    ask(second, cora, steps=STEPS)
    page = text(browser_of("viewer").get("/registry/models/demand/+graph/"))
    assert "production, revision 1" in page
    assert "v1 100%" in page


def test_whoever_decides_sees_the_drift_of_the_data_behind_the_features(browser_of, waits, events, cora):
    table = SourceTable.objects.select_related("current").get()
    content = {"entity_key": ["x"], "event_time": "at", "created_by": "cora", "created_at": timezone.now()}
    table.current = table.versions.create(number=2, name="0" * 12, digest="0" * 64, dataset=events, **content)
    table.save()
    run_of(drift(cora, current_from="2024-01-25"), cora)
    page = text(browser_of("approver").get(f"/registry/change-requests/{waits.pk}/"))
    assert "columns drifted" in page
    assert "No drift check watches this model" not in page
