"""The two assessments to compare."""

from __future__ import annotations

import pytest

from assessments.health.queries.compared_pair import LARGEST_ID, get_pair
from platform_site.errors import Invalid, Unknown

pytestmark = pytest.mark.django_db


def test_base_and_head_are_named_by_their_numbers(published):
    assert get_pair({"base": str(published.pk), "head": str(published.pk)}) == (published, published)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "two", "²", str(LARGEST_ID + 1)])
def test_what_is_not_a_number_is_a_fault_of_its_field(published, text):
    with pytest.raises(Invalid) as refusal:
        get_pair({"base": text, "head": str(published.pk)})
    assert [fault.field for fault in refusal.value.faults] == ["base"]


def test_both_faults_come_at_once():
    with pytest.raises(Invalid) as refusal:
        get_pair({})
    assert [fault.field for fault in refusal.value.faults] == ["base", "head"]


def test_a_number_without_an_assessment_is_unknown(published):
    with pytest.raises(Unknown):
        get_pair({"base": str(LARGEST_ID), "head": str(published.pk)})
