"""Pages of trackers: where the next one is, and rows of what is an issue."""

from __future__ import annotations

import pytest

from assessments.tickets.rules.trackers import PER_PAGE, NotATracker, Position, address_of, after, page_of
from platform_site.text.tracker_list import Tracker
from tests.assessments.tickets.tracker_stub import at, github_issue, jira_issue

GITHUB, JIRA, CLOUD = (
    Tracker("t", kind, "https://t.example", project)
    for kind, project in (("github", "acme/ml"), ("jira", "ML"), ("jira_cloud", "ML"))
)


def test_the_addresses_of_the_published_apis():
    assert address_of(GITHUB, Position(at(1), 2)).startswith(
        "https://t.example/repos/acme/ml/issues?state=all&sort=updated&direction=asc"
    )
    assert "updated+%3E%3D+%222025-12-31+10%3A01%22" in address_of(JIRA, Position(at(1), 3))
    assert address_of(JIRA, Position("", 3)).endswith("&startAt=160")
    assert "/rest/api/2/search/jql?" in address_of(CLOUD, Position("", 2, "abc"))
    assert "updated" not in address_of(CLOUD, Position("", 2, "abc")).partition("ORDER")[0]


def test_a_full_page_of_one_moment_goes_on_by_pages():
    assert after(Position(at(1)), [at(1)] * PER_PAGE, full=True) == Position(at(1), 2)
    assert after(Position(at(1), 2), [at(1), at(2)], full=True) == Position(at(2))
    assert after(Position(at(1)), [at(2)], full=False) is None


def test_issues_become_rows_and_pull_requests_do_not():
    page = page_of(GITHUB, [github_issue(1), github_issue(2, pull_request={})], Position())
    assert [row.cells["id"] for row in page.rows] == ["acme/ml#1"]
    assert (page.following, page.reached) == (None, Position(at(2)))
    page = page_of(JIRA, {"issues": [jira_issue(7)]}, Position())
    assert page.rows[0].cells["id"] == "ML-7"
    assert page_of(CLOUD, {"issues": [jira_issue(7)], "nextPageToken": "x"}, Position()).following == Position(
        "", 2, "x"
    )


@pytest.mark.parametrize("answer", [{}, [1], {"issues": {}}, "x", None])
def test_another_answer_is_refused(answer):
    for tracker in (GITHUB, JIRA):
        with pytest.raises(NotATracker):
            page_of(tracker, answer, Position())
