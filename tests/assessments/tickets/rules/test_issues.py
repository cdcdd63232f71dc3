"""Issues of GitHub in every shape that its tools write."""

from __future__ import annotations

import json

import pytest

from assessments.tickets.rules.files import rows_of
from platform_site.text.csv_files import Unreadable


def issue(number, **fields):
    return {"number": number, "title": "Broken", "html_url": f"https://github.com/acme/ml/issues/{number}"} | fields


def test_issues_are_read_and_pull_requests_left_out():
    listed = [
        issue(1, user={"login": "ada"}, labels=[{"name": "team: fraud"}], body=None, created_at="2026-01-05T09:12:00Z"),
        issue(2, pull_request={}),
        "no issue",
    ]
    first, strange = rows_of(json.dumps(listed, indent=1), "github")
    assert (first.cells["id"], first.cells["user"], first.cells["team"]) == ("acme/ml#1", "ada", "fraud")
    assert strange.line == 3
    assert strange.fault


@pytest.mark.parametrize("text", ["[{", '[{"number": 1}', "", '[{"number": 1} 2]', "[" * 5_000])
def test_what_is_no_list_of_issues_is_refused(text):
    with pytest.raises(Unreadable):
        list(rows_of(text, "github"))


REST = [issue(1), issue(2, closed_at="2024-02-04T10:00:00Z")]
NODE = {"number": 3, "title": "t", "labels": {"nodes": [{"name": "bug"}]}, "author": {"login": "ada"}}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (json.dumps(REST), ["acme/ml#1", "acme/ml#2"]),
        (json.dumps(REST[:1]) + json.dumps(REST[1:]), ["acme/ml#1", "acme/ml#2"]),  # pages glued together
        (json.dumps([REST[:1], REST[1:]]), ["acme/ml#1", "acme/ml#2"]),  # gh api --paginate --slurp
        ("\n".join(map(json.dumps, REST)), ["acme/ml#1", "acme/ml#2"]),  # one object a line
        ("\x1e" + json.dumps(REST[0]) + "\n", ["acme/ml#1"]),
        (json.dumps({"total_count": 1, "items": REST[:1]}), ["acme/ml#1"]),
        (
            json.dumps([{"number": 4, "title": "t", "url": "https://api.github.com/repos/acme/ml/issues/4"}]),
            ["acme/ml#4"],
        ),
        (json.dumps([{"number": 4, "title": "t", "repository": {"nameWithOwner": "acme/ml"}}]), ["acme/ml#4"]),
        (
            json.dumps(
                {"data": {"repository": {"nameWithOwner": "acme/ml", "issues": {"nodes": [NODE], "pageInfo": {}}}}}
            )
            * 2,
            ["acme/ml#3", "acme/ml#3"],
        ),
        (json.dumps({"data": {"search": {"edges": [{"node": issue(5)}]}}}), ["acme/ml#5"]),
        (json.dumps([issue(6, html_url="https://github.com/acme/ml/pull/6"), issue(7)]), ["acme/ml#7"]),
        (json.dumps([NODE | {"__typename": "PullRequest"}, issue(7)]), ["acme/ml#7"]),
        ("[]", []),
        (json.dumps({"data": {"repository": {"issues": {"nodes": []}}}}), []),
    ],
)
def test_every_shape_of_githubs_tools_is_read(text, ids):
    assert [row.cells["id"] for row in rows_of(text, "github")] == ids


def test_graphql_says_the_same_in_other_words():
    text = json.dumps({"data": {"issues": {"nodes": [NODE | {"createdAt": "2024-02-03T10:00:00Z", "bodyText": "b"}]}}})
    (row,) = rows_of(text, "github", "acme/ml")
    assert row.cells == {
        "id": "acme/ml#3", "title": "t", "body": "b", "user": "ada", "team": "", "closed_at": "", "labels": "bug",
        "created_at": "2024-02-03T10:00:00Z", "issue_type": "",
    }  # fmt: skip


def test_an_issue_without_a_repository_has_no_id():
    (row,) = rows_of('[{"number": 1, "title": "t"}]', "github")
    assert (row.cells["id"], "as owner/name" in row.fault) == ("", True)
    (row,) = rows_of('[{"number": 1, "title": "t"}]', "github", "acme/ml")
    assert (row.cells["id"], row.fault) == ("acme/ml#1", "")


@pytest.mark.parametrize(
    "text", ['{"message": "Not Found", "status": "404"}', '{"data": null, "errors": [{"message": "Not Found"}]}']
)
def test_an_error_of_github_is_repeated(text):
    with pytest.raises(Unreadable, match="an error instead of issues: 'Not Found'"):
        list(rows_of(text, "github"))
