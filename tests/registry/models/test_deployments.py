"""Requests, revisions, shares, rollouts and deployments: what the database refuses, and how they are named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.models import ChangeRequest, Deployment, Rollout, ServedShare, ServingRevision
from tests.registry.serving.story import STEPS, approved, ask


def refused(make, match):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        make()


def copy_of(row, **changed):
    """Another row with the values of one, but for what changed."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.fields if not field.primary_key}
    return lambda: type(row).objects.create(**values | changed)


@pytest.fixture
def request_of(in_production, cora):
    return ask(in_production, cora, percent=100).request


def test_a_request_is_over_at_the_moment_it_expires(request_of):
    now = timezone.now()
    early, due = (ChangeRequest(state="waiting", expires_at=now + timedelta(minutes=minutes)) for minutes in (1, 0))
    assert (early.is_over, early.word, due.is_over, due.word) == (False, "waiting", True, "expired")
    assert ChangeRequest(state="approved", expires_at=now).word == "approved"
    assert str(request_of) == f"change request {request_of.pk}"
    assert request_of.configuration.weights == {"v1": 100}


def test_a_request_waits_once_and_ends_after_it_began(request_of):
    refused(copy_of(request_of), "(?i)unique|change_request_waits_once")
    refused(
        copy_of(request_of, digest="0" * 64, expires_at=request_of.requested_at), "change_request_ends_after_it_began"
    )


@pytest.mark.parametrize("by", ["cora", "system", ""])
def test_nobody_approves_their_own_request_and_no_program_does(request_of, by):
    changed = {"state": "approved", "decided_by": by, "decided_at": timezone.now(), "digest": "0" * 64}
    refused(copy_of(request_of, **changed), "change_request_decided_by_a")


def test_a_revision_number_is_used_once_and_a_large_change_needs_its_approval(serving):
    revision = serving.revision
    assert str(revision) == "revision 1"
    refused(copy_of(revision), "(?i)unique|serving_revision_number_once")
    refused(copy_of(revision, number=2, covered_by_id=None, impact=100), "serving_revision_large_is_approved")
    assert copy_of(revision, number=2, covered_by_id=None, impact=99)().configuration.weights == {}


def test_a_share_is_0_to_100_percent_once_for_a_version(serving, second):
    def share(percent):
        return ServedShare.objects.create(revision=serving.revision, model_version=second, percent=percent)

    refused(lambda: share(101), "served_share_is_a_percentage")
    refused(lambda: share(-1), "(?i)check")
    assert str(share(1)) == f"1% of revision {serving.revision_id}"
    refused(lambda: share(100), "(?i)unique|served_share_once")


def test_one_rollout_is_under_way_and_a_running_one_is_due(serving, second, cora):
    rollout = approved(second, cora, steps=STEPS).rollout
    assert (str(rollout), rollout.is_under_way, rollout.percent) == (f"rollout {rollout.pk}", True, 5)
    assert (Rollout(steps=STEPS).percent, Rollout(state="finished").is_under_way) == (0, False)
    another = {"change_request_id": None, "state": "stopped"}
    refused(copy_of(rollout, **another), "(?i)unique|rollout_under_way_once")
    refused(
        copy_of(rollout, **another | {"state": "running", "environment": "x", "due_at": None}), "rollout_running_is_due"
    )
    assert copy_of(rollout, **another | {"state": "aborted"})().pk


def test_a_revision_is_deployed_once_and_only_rollbacks_are_rehearsed(serving):
    assert str(serving) == f"deployment {serving.pk}"
    refused(copy_of(serving), "(?i)unique|revision_deployed_once")
    refused(copy_of(serving, rehearsal=True), "deployment_only_rollbacks_are_rehearsed")
    assert copy_of(serving, rehearsal=True, kind="rollback")().pk
    assert (Deployment.objects.count(), ServingRevision.objects.count()) == (2, 1)
