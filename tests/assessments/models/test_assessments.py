"""What the database itself refuses of assessments."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.utils import timezone

from assessments.models import Assessment, AssessmentItem


def test_a_draft_has_no_moment_of_publication(draft):
    assert not draft.is_published
    with pytest.raises(IntegrityError):
        Assessment.objects.filter(pk=draft.pk).update(published_at=timezone.now())


def test_a_published_assessment_is_read_as_it_was_stated(published):
    assert published.is_published
    items = [item.as_item for item in published.items.select_related("capability")]
    assert len(items) == published.items.count() == len({item.capability for item in items})


def test_a_capability_is_stated_once(draft):
    item = draft.items.first()
    with pytest.raises(IntegrityError):
        AssessmentItem.objects.create(assessment=draft, capability=item.capability, status=item.status)
