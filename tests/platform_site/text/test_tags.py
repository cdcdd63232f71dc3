"""What is a tag, and how tags are stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.text.tags import MOST_TAGS, TAG, normalised, problems


@pytest.mark.parametrize("tag", ["a", "7", "tier-1", "team:risk", "a.b/c_d", "x" * 32])
def test_a_tag(tag):
    assert problems([tag]) == []


@pytest.mark.parametrize("tag", ["", "-a", "a b", "A", "ä", 'a"', "a,b", "a%", "x" * 33, "a\n"])
def test_what_is_not_a_tag_is_named(tag):
    (problem,) = problems([tag])
    assert repr(tag)[:60] in problem


def test_there_are_at_most_20():
    assert problems([f"t{number}" for number in range(MOST_TAGS)]) == []
    assert problems([f"t{number}" for number in range(MOST_TAGS + 1)]) == ["21 tags are too many. Give at most 20."]


@given(st.lists(st.text(alphabet="abC -1", max_size=5)))
def test_normalised_tags_are_lower_case_each_once_in_order_and_stay_so(tags):
    stored = normalised(tags)
    assert stored == sorted(set(stored)) == normalised(stored)
    assert all(tag == tag.strip().lower() for tag in stored)


def test_no_tag_has_a_character_that_json_or_a_search_escapes():
    assert not [character for character in '"\\%' if TAG.fullmatch(f"a{character}")]
