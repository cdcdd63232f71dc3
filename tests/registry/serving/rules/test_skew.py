"""What counts as skew, and what is only noted."""

from __future__ import annotations

import pytest

from registry.serving.rules.skew import Expected, Reported, commit_notes, skew

DUE = Expected("aaaa", "same", frozenset({"c0ffee", "beef"}))


@pytest.mark.parametrize(
    ("reported", "issue"),
    [
        (Reported("aaaa"), None), (Reported("aaaa", "same", "c0ffee"), None), (Reported("bbbb", "same"), None),
        (Reported("bbbb", "other"), "serves bbbb instead of aaaa"), (Reported("bbbb"), "serves bbbb instead of aaaa"),
        (Reported("aaaa", "same", "decaf"), None),
    ],
)  # fmt: skip
def test_skew_is_whatever_computes_something_else(reported, issue):
    differences = skew({"orders": DUE}, {"orders": reported})
    assert [difference.issue for difference in differences] == ([issue] if issue else [])


def test_a_feature_on_one_side_only_is_skew():
    differences = skew({"orders": DUE}, {"clicks": Reported("cccc")})
    assert [(each.feature, each.expected, each.reported) for each in differences] == [
        ("clicks", None, "cccc"),
        ("orders", "aaaa", None),
    ]


@pytest.mark.parametrize(
    ("due", "reported", "noted"),
    [
        (DUE, Reported("aaaa", "same", "decaf"), True),
        (DUE, Reported("aaaa", "same", "c0ffee"), False),
        (DUE, Reported("aaaa", "same", "beef"), False),
        (DUE, Reported("aaaa", "same"), False),
        (DUE, Reported("bbbb", "same", "decaf"), False),  # the list is that of another version
        (Expected("aaaa", "same"), Reported("aaaa", "same", "decaf"), False),  # no commit is known to compare with
    ],
)
def test_another_commit_of_the_same_definition_is_noted(due, reported, noted):
    notes = commit_notes({"orders": due, "unreported": DUE}, {"orders": reported})
    expected = [("orders", "is computed by pipeline commit decaf, at which this definition was not registered")]
    assert [(note.feature, note.issue) for note in notes] == (expected if noted else [])
