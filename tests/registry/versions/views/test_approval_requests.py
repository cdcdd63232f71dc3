"""The page of a request that waits, the inbox, and the buttons."""

from __future__ import annotations

from registry.models import ApprovalRequest, GatePolicy
from tests.registry.versions.views.test_models import VERSION, text

POLICY = {"name": "floor", "checks": "auc >= 0.75", "reason": "first"}


def requested(browser_of):
    lead = browser_of("lead")
    lead.post("/registry/policies/", POLICY)
    lead.post("/registry/policies/", POLICY | {"checks": "auc >= 0.1", "reason": "The new market is harder."})
    return f"/registry/approval-requests/{ApprovalRequest.objects.get().pk}/"


def test_who_asked_sees_it_and_may_only_withdraw(browser_of, people):
    page, lead = requested(browser_of), browser_of("lead")
    shown = text(lead.get(page))
    for part in (
        "Loosen policy floor",
        "auc &gt;= 0.75 becomes auc &gt;= 0.1",
        "The new market is harder.",
        "Withdraw request",
    ):
        assert part in shown
    assert "Approve request" not in shown
    assert "Loosen policy floor" in text(lead.get("/registry/inbox/"))
    refused = text(lead.post(f"{page}approve/", follow=True))
    assert "another person has to decide it" in refused
    assert "Request withdrawn" in text(lead.post(f"{page}withdraw/", follow=True))
    assert "Withdraw request" not in text(lead.get(page))


def test_another_person_finds_it_in_the_inbox_and_approves(browser_of, people):
    page, approver = requested(browser_of), browser_of("approver")
    inbox = text(approver.get("/registry/inbox/"))
    assert "Loosen policy floor" in inbox
    assert "auc &gt;= 0.75 becomes auc &gt;= 0.1." in inbox
    assert "Approve request" in text(approver.get(page))
    answer = text(approver.post(f"{page}approve/", {"reason": "Seen."}, follow=True))
    assert "It holds from now on" in answer
    assert "Approved by approver" in answer
    assert "Seen." in answer
    assert GatePolicy.objects.filter(name="floor").first().number == 2
    assert "approved by approver" in text(approver.get("/registry/policies/"))
    assert approver.post(f"{page}shrug/").status_code == 404


def test_nobody_else_gets_a_button(browser_of, people):
    page = requested(browser_of)
    shown = text(browser_of("viewer").get(page))
    assert "An approver other than lead has to decide" in shown
    assert "Approve request" not in shown


def test_a_regulated_version_asks_for_its_promotion(browser_of, people, regulated):
    contributor = browser_of("contributor")
    assert "Request promotion to production" in text(contributor.get(VERSION))
    answer = text(contributor.post(f"{VERSION}promote/", {"to": "production"}, follow=True))
    assert "the promotion waits until another person approves it" in answer
    assert "Promote demand v1 to production" in answer
    pending = ApprovalRequest.objects.get()
    page = text(browser_of("approver").get(pending.get_absolute_url()))
    for part in ("Serves now", "This version", "mape (passed)", "0.12"):
        assert part in page
    browser_of("approver").post(f"{pending.get_absolute_url()}approve/")
    assert "Not deployed" in text(contributor.get(VERSION))
