"""Opening a link decides nothing, whoever opens it; the person whom it was made for decides once they signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from platform_site.audit.models import AuditEvent
from registry.models import ApprovalLink, ChangeRequest
from registry.serving.queries.approval_links import token_of
from tests.registry.serving.story import ask
from tests.registry.versions.views.test_models import text


@pytest.fixture
def path(people, serving, second, cora):
    request = ask(second, cora, percent=50).request
    return f"/registry/approval-links/{token_of(request.links.get(person__username='approver'))}/"


def test_whoever_prefetches_it_decides_nothing(path, browser_of):
    visitors = (Client(), browser_of("approver"), browser_of("admin"), browser_of("contributor"))
    before, unused = AuditEvent.objects.count(), ApprovalLink.objects.filter(used_at=None).count()
    for visitor in visitors:
        for method in ("get", "head"):
            getattr(visitor, method)(path)
            assert getattr(visitor, method)(f"{path}approve/").status_code in (302, 405)
    assert (ChangeRequest.objects.order_by("-pk")[0].state, ApprovalLink.objects.filter(used_at=None).count()) == (
        "waiting",
        unused,
    )
    assert AuditEvent.objects.count() == before


def test_without_a_session_it_leads_to_the_sign_in_and_others_do_not_find_it(path, browser_of):
    anonymous = Client().get(path)
    assert (anonymous.status_code, anonymous.headers["Location"].startswith("/login/?next=")) == (302, True)
    assert Client().post(f"{path}approve/").status_code == 302
    for name in ("admin", "contributor", "viewer"):
        assert browser_of(name).get(path).status_code == 404
        assert browser_of(name).post(f"{path}approve/").status_code == 404
    assert ChangeRequest.objects.order_by("-pk")[0].state == "waiting"


def test_the_approver_sees_the_change_and_decides_once(path, browser_of):
    approver = browser_of("approver")
    page = approver.get(path)
    assert "You opened a one-time link" in text(page)
    assert f'action="{path}approve/"' in page.content.decode()
    answer = approver.post(f"{path}approve/", {"reason": "Seen."}, follow=True)
    assert "Approved. The change serves now." in text(answer)
    assert "through a one-time link, in a session" in text(answer)
    assert approver.get(path).status_code == 409
    assert "This link was used" in text(approver.post(f"{path}reject/", follow=True))


def test_a_post_without_the_token_of_its_form_is_refused(path, people):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people["approver"])
    assert strict.post(f"{path}approve/").status_code == 403
    assert ChangeRequest.objects.order_by("-pk")[0].state == "waiting"
