"""The form of a postmortem."""

from __future__ import annotations

import pytest

from assessments.models import Capability, Postmortem
from assessments.postmortems.forms import PostmortemForm, initial_for_correction
from tests.assessments.conftest import INCIDENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def fields(organization):
    times = {name: f"{INCIDENT[name]:%Y-%m-%dT%H:%M}" for name in ("happened_at", "would_have_been_seen_at", "seen_at")}
    capability = Capability.objects.get(name="feature_parity")
    lessons = {"lesson_1": "One.", "lesson_2": "Two.", "lesson_3": "Three."}
    return (
        INCIDENT
        | times
        | lessons
        | {
            "organization": organization.pk,
            "capability": capability.pk,
            "moment": "deployment",
            "others": "",
            "links": "",
        }
    )


def test_a_filled_form_writes_a_draft(fields, lea):
    form = PostmortemForm(fields, actor=lea)
    assert form.is_valid(), form.errors
    assert form.submit().lessons == ["One.", "Two.", "Three."]


def test_other_preventions_are_lines_and_a_bad_one_stands_at_them(fields, lea):
    form = PostmortemForm(fields | {"others": "lineage registration: The table is named.\nmagic monday: x"}, actor=lea)
    assert form.is_valid(), form.errors
    assert form.submit() is None
    assert len(form.errors["others"]) == 2
    form = PostmortemForm(fields | {"others": "lineage registration: The table is named."}, actor=lea)
    assert form.is_valid(), form.errors
    draft = form.submit()
    assert [(row.capability, row.moment) for row in draft.preventions] == [
        ("feature_parity", "deployment"), ("lineage", "registration"),
    ]  # fmt: skip
    assert PostmortemForm(instance=draft, actor=lea).initial["others"] == "lineage registration: The table is named."


def test_a_bad_link_stands_at_the_links_and_nothing_is_written(fields, lea):
    form = PostmortemForm(fields | {"links": "feature orders_3d\nalert 7"}, actor=lea)
    assert form.is_valid(), form.errors
    assert form.submit() is None
    assert len(form.errors["links"]) == 2
    assert not Postmortem.objects.exists()


def test_a_correction_begins_with_what_it_corrects(incident):
    initial = initial_for_correction(incident)
    assert (initial["title"], initial["lesson_1"], initial["links"]) == (INCIDENT["title"], incident.lesson_1, "")
