"""Titles that ask the same are one group, and an access ticket says what it wants."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.tickets.rules.titles import access_target, group_titles, title_key

words = st.lists(st.sampled_from(["quota", "GPU", "churn", "Add", "logs", "the", "'ana'", "8", "12.5"]), min_size=1)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("How do I get a GPU?", "how do I get a gpu"),
        ("Raise quota to 8", "Raise quota to 16"),
        ("Pod killed (137)", "Pod killed: 139!"),
        ("Add 'Ana' to ml-prod", "Add “Ben Li” to ml-prod"),
        ("Re: AW: logs?", "logs"),
        ("Please add Ana", "add Ana, please"),
        ("Zugriff fu\u0308r Ana", "Zugriff für Ana"),
    ],
)
def test_titles_that_ask_the_same_are_one(title, other):
    assert title_key(title) == title_key(other)


@pytest.mark.parametrize(
    ("title", "other"), [("Add Ana", "Remove Ana"), ("???", "!!!"), ("GPU quota", "CPU quota"), ("don't", "do")]
)
def test_others_are_not(title, other):
    assert title_key(title) != title_key(other)


def test_a_group_is_called_by_the_wording_used_most():
    groups = group_titles(["Quota 8", "quota 9", "quota 9", "Logs?"], 1)
    assert [tuple(group) for group in groups] == [("quota 9", 3)]


@pytest.mark.parametrize(
    ("title", "target"),
    [
        ("Please add Aiko to the vision workspace", "vision workspace"),
        ("Tomas cannot open the batch scheduler, needs membership", "batch scheduler"),
        ("Need access for Bob to the registry", "registry"),
        ("Add 'Ana' to the \"churn\" workspace", "churn"),
        ("Raise A100 quota for ranking to 2", "A100 quota"),
        ("Rotate credentials of the demand service account", "credential"),
        ("access to bucket s3-raw please", "bucket s3-raw"),
        ("Who reads this?", ""),
        ("", ""),
    ],
)
def test_what_an_access_ticket_wants(title, target):
    assert access_target(title) == target


@given(st.lists(words.map(" ".join), max_size=30))
def test_no_title_is_lost_and_the_largest_group_comes_first(titles):
    groups = group_titles(titles)
    assert sum(group.count for group in groups) == len(titles)
    assert [group.count for group in groups] == sorted((group.count for group in groups), reverse=True)
    assert len({title_key(group.title) for group in groups}) == len(groups)


@given(st.text())
def test_any_text_has_a_key_that_its_copies_share(text):
    assert title_key(text) == title_key(text.upper().lower()) or text.upper().lower() != text.lower()
    assert len(title_key(text)) <= 200


def test_hostile_titles_cost_no_more_than_others():
    began = time.perf_counter()
    for hostile in ("'" * 500, "read " * 100, "access " * 70 + "to", "1.1" * 160, "“" * 500, "((((" * 125):
        title_key(hostile)
        access_target(hostile)
    assert time.perf_counter() - began < 1
