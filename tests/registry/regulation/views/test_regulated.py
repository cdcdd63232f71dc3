"""Marking a model as regulated on its page."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from tests.registry.versions.views.test_models import text

PAGE = "/registry/models/demand/"
ACTION = f"{PAGE}+regulated/"


@pytest.fixture
def post(browser_of):
    """`post("lead", "True")`: the page after that person sent the form."""
    return lambda name, regulated, reason="It decides on credit.": text(
        browser_of(name).post(ACTION, {"regulated": regulated, "reason": reason}, follow=True)
    )


def test_it_is_marked_and_the_flag_removed_with_a_message_each(post, model):
    assert "demand is regulated now." in post("lead", "True")
    model.refresh_from_db()
    assert model.regulated
    assert "demand is no longer regulated." in post("approver", "False")
    model.refresh_from_db()
    assert not model.regulated


def test_a_reason_of_spaces_is_refused_with_a_message(post, model):
    assert "Give a reason. It stays on record." in post("lead", "True", reason="  ")
    model.refresh_from_db()
    assert not model.regulated


def test_a_reason_is_cut_at_4000_characters(post, model):
    post("lead", "True", reason="x" * 4_001)
    assert AuditEvent.objects.get(action="model.regulation_changed").content["reason"] == "x" * 4_000


def test_readers_do_not_see_the_form_and_may_not_send_it(post, model, browser_of):
    assert "Mark as regulated" in text(browser_of("lead").get(PAGE))
    assert "Mark as regulated" not in text(browser_of("viewer").get(PAGE))
    assert "Leads and approvers mark a model as regulated." in post("viewer", "True")
    model.refresh_from_db()
    assert not model.regulated
