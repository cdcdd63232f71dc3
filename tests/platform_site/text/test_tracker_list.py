"""The list of trackers: whole and plain, or refused."""

from __future__ import annotations

import json

import pytest

from platform_site.text.tracker_list import read_trackers

GITHUB = {"name": "ml", "kind": "github", "address": "https://api.github.com/", "project": "acme/ml"}


def test_a_tracker_with_and_without_a_token():
    first, second = read_trackers(
        json.dumps([GITHUB, GITHUB | {"name": "desk", "kind": "jira", "project": "ML", "token": "t"}])
    )
    assert (first.address, first.token, second.token, second.organization) == ("https://api.github.com", "", "t", "")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "trac"}, {"address": "http://tracker.example"}, {"address": "https://u:p@x.example"}, {"project": "acme"},
        {"name": "ML"}, {"colour": "red"}, {"address": "https://x.example/?a=1"},
        {"write_labels": True}, {"write_labels": "yes", "token": "t"},
    ],
)  # fmt: skip
def test_what_is_refused(change):
    with pytest.raises(ValueError, match=r"."):
        read_trackers(json.dumps([GITHUB | change]))


@pytest.mark.parametrize("text", ["{}", "[1]", "no", json.dumps([GITHUB, GITHUB]), json.dumps([{"name": "ml"}])])
def test_what_is_not_a_list_of_trackers(text):
    with pytest.raises(ValueError, match=r"."):
        read_trackers(text)
