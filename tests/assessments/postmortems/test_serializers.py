"""What the API takes and returns of postmortems."""

from __future__ import annotations

import pytest

from assessments.postmortems.rules import LONGEST_LESSON, Link
from assessments.postmortems.serializers import PostmortemChange, PostmortemInput, WrittenOutput


def test_links_become_what_the_actions_take():
    body = PostmortemChange(data={"links": [{"kind": "run", "name": "3"}]})
    assert body.is_valid()
    assert body.arguments() == {"links": [Link("run", "3", "")]}


def test_what_is_left_out_is_not_an_argument():
    body = PostmortemChange(data={})
    assert body.is_valid()
    assert body.arguments() == {}


@pytest.mark.parametrize(("length", "taken"), [(LONGEST_LESSON, True), (LONGEST_LESSON + 1, False)])
def test_a_lesson_has_a_longest_length(length, taken):
    assert PostmortemChange(data={"lessons": ["x" * length]}).is_valid() is taken


def test_a_new_one_needs_everything_but_links_a_correction_and_one_way_to_say_what_prevents():
    body = PostmortemInput(data={})
    assert not body.is_valid()
    assert set(PostmortemInput().fields) - set(body.errors) == {
        "links", "corrects", "preventions", "capability", "prevention", "moment",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_lesson_that_names_a_person_comes_with_a_warning(incident):
    incident.lesson_2 = "Ask Ada first."
    warnings = WrittenOutput(incident, context={"names": ["Ada"]}).data["warnings"]
    assert [warning.split(":")[0] for warning in warnings] == ["Lesson 2 names Ada"]
