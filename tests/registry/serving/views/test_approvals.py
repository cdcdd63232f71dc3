"""The inbox and the page of a change request, as those who request and those who decide see them."""

from __future__ import annotations

import pytest

from registry.serving.actions.change_requests import reject_change
from registry.versions.actions.registration import register_version
from tests.registry.conftest import ARTIFACT, lineage
from tests.registry.serving.story import ANN, ask
from tests.registry.versions.views.test_models import text

INBOX = "/registry/inbox/"


@pytest.fixture
def waits(in_production, cora):
    return ask(in_production, cora, percent=100, reason="The first.").request


def test_an_approver_sees_what_waits_and_a_viewer_does_not(browser_of, waits):
    link = f'href="{waits.get_absolute_url()}"'
    assert link in browser_of("approver").get(INBOX).content.decode()
    assert link not in browser_of("viewer").get(INBOX).content.decode()


def test_what_was_decided_is_listed_for_everybody(browser_of, waits):
    reject_change(waits, reason="Not now.", actor=ANN)
    page = browser_of("viewer").get(INBOX)
    assert list(page.context["page_obj"]) == [waits]
    assert "Rejected by ann" in text(page)
    assert list(browser_of("approver").get(INBOX).context["changes"]) == []


def test_a_statement_of_no_features_is_confirmed_from_the_inbox(browser_of, people, model, orders, cora):
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    register_version(model, version="v8", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    target = "/registry/models/demand/v8/confirm-no-features/"
    approver = browser_of("approver")
    page = approver.get(INBOX)
    assert "Uses no registered features: demand v8" in text(page)
    assert f'action="{target}"' in page.content.decode()
    assert f'action="{target}"' not in browser_of("viewer").get(INBOX).content.decode()
    approver.post(target, {"reason": "A constant."})
    assert "Nothing waits for you." in text(approver.get(INBOX))


def test_the_page_has_buttons_only_for_whoever_may_decide_while_it_waits(browser_of, waits):
    path = waits.get_absolute_url()
    assert f'action="{path}reject/"' in browser_of("approver").get(path).content.decode()
    assert f'action="{path}reject/"' not in browser_of("contributor").get(path).content.decode()
    answer = browser_of("approver").post(f"{path}reject/", {"reason": "Not now."}, follow=True)
    assert "Change request rejected." in text(answer)
    assert f'action="{path}reject/"' not in answer.content.decode()
    waits.refresh_from_db()
    assert (waits.state, waits.decided_by, waits.decision_reason) == ("rejected", "approver", "Not now.")


def test_an_unknown_request_or_decision_is_not_found(browser_of, waits):
    approver = browser_of("approver")
    assert approver.get(f"/registry/change-requests/{waits.pk + 1}/").status_code == 404
    assert approver.post(f"{waits.get_absolute_url()}expire/").status_code == 404
    assert approver.get(f"{waits.get_absolute_url()}approve/").status_code == 405
    waits.refresh_from_db()
    assert waits.state == "waiting"
