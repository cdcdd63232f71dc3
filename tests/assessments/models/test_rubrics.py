"""An organization's own levels are numbered once, and read back as they were stored."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.utils import timezone

from assessments.health.rules.maturity import LEVELS
from assessments.models import Rubric


def test_a_number_is_given_once_for_each_organization(organization):
    content = [{"level": level.level, "label": level.label, "requires": list(level.requires)} for level in LEVELS]
    fields = {"organization": organization, "content": content, "made_by": "lea", "made_at": timezone.now()}
    assert Rubric.objects.create(number=1, **fields).levels == tuple(LEVELS)
    with pytest.raises(IntegrityError):
        Rubric.objects.create(number=1, **fields)
