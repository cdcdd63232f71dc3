"""Others may follow an assessment that is published, inside the transaction of the action."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.health.signals import assessment_published
from assessments.models import Assessment


@pytest.fixture
def listened():
    """Connects a receiver for the time of a test."""
    receivers = []

    def listen(receiver):
        assessment_published.connect(receiver)
        receivers.append(receiver)

    yield listen
    for receiver in receivers:
        assessment_published.disconnect(receiver)


def test_a_receiver_gets_the_assessment_and_who_published_it(draft, lea, listened):
    heard = []

    def hear(sender, *, assessment, actor, **_):
        heard.append((assessment.pk, actor.name, connection.in_atomic_block))

    listened(hear)
    publish_assessment(draft, actor=lea)
    assert heard == [(draft.pk, "lea", True)]


def test_what_a_receiver_refuses_is_not_published(organization, lea, listened):
    def refuse(sender, **_):
        raise RuntimeError("Not today.")

    listened(refuse)
    draft = begin_assessment(organization, assessed_on=date(2026, 11, 2), actor=lea)
    with pytest.raises(RuntimeError, match="Not today"):
        publish_assessment(draft, actor=lea)
    assert not Assessment.objects.filter(pk=draft.pk).exclude(published_at=None).exists()
