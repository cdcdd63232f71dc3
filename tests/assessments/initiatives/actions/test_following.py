"""An initiative follows what is published and what falls due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.initiatives.actions import following
from assessments.initiatives.actions.initiatives import change_initiative, propose_initiative
from assessments.initiatives.queries import reach_now
from assessments.organizations.actions import add_organization
from tests.assessments.initiatives.actions.conftest import ABOUT, event, publish

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_it_closes_when_an_assessment_reaches_its_target_and_opens_when_that_is_lost(organization, rollback, lea):
    publish(organization, lea, deployment_rollback="partial")
    rollback.refresh_from_db()
    assert (rollback.state, reach_now(rollback).reached) == ("proposed", False)
    reached = publish(organization, lea, project_templates="implemented", deployment_rollback="implemented")
    rollback.refresh_from_db()
    assert (rollback.state, rollback.reached_in, bool(rollback.done_at)) == ("done", reached, True)
    content = event("initiative.closed").content
    assert (content["assessment"], "rollback path that is tested is entered as implemented" in content["why"]) == (
        reached.pk,
        True,
    )
    publish(organization, lea, deployment_rollback="missing")
    rollback.refresh_from_db()
    assert (rollback.state, rollback.reached_in, rollback.done_at) == ("in_progress", None, None)
    assert event("initiative.reopened").actor == "lea"


def test_what_was_counted_keeps_it_open(organization, lea, in_production):
    """The lineage of `demand` v1 is not verified, whatever is claimed."""
    lineage = propose_initiative(organization, **ABOUT | {"capabilities": ["lineage"]}, actor=lea)
    publish(organization, lea, lineage="implemented")
    lineage.refresh_from_db()
    assert lineage.state == "proposed"
    assert "is entered as implemented, and 0 of 1" in reach_now(lineage).sentence


def test_one_done_by_hand_stays_done_until_what_was_reached_is_lost(organization, rollback, lea):
    change_initiative(rollback, state="done", actor=lea)
    publish(organization, lea, deployment_rollback="partial")
    rollback.refresh_from_db()
    assert rollback.state == "done"
    publish(organization, lea, deployment_rollback="implemented")
    assert event("initiative.confirmed").subject == f"initiative:{rollback.pk}"
    publish(organization, lea, deployment_rollback="partial")
    rollback.refresh_from_db()
    assert rollback.state == "in_progress"


def test_what_another_organization_publishes_changes_nothing(rollback, lea):
    other = add_organization(slug="northwind", name="Northwind", actor=lea)
    publish(other, lea, deployment_rollback="implemented")
    rollback.refresh_from_db()
    assert rollback.state == "proposed"


def test_each_reminder_goes_out_once_for_a_due_date(rollback, lea):
    today = timezone.now().date()
    change_initiative(rollback, due_on=today + timedelta(days=8), actor=lea)
    assert following.remind() == 0
    change_initiative(rollback, due_on=today + timedelta(days=7), actor=lea)
    assert [following.remind(), following.remind()] == [1, 0]
    assert event("initiative.due_soon").content["owner"] == "team:forecasting"
    change_initiative(rollback, due_on=today - timedelta(days=1), actor=lea)
    assert [following.remind(), following.remind()] == [1, 0]
    assert event("initiative.overdue").content["title"] == rollback.title
    change_initiative(rollback, due_on=today - timedelta(days=2), state="done", actor=lea)
    assert following.remind() == 0
