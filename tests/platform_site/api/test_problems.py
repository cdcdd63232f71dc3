"""Every error has one shape, names every fault, and is never HTML."""

from __future__ import annotations

import pytest

from platform_site.api.problems import MOST_ERRORS, problem
from platform_site.errors import Fault

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.platform_site.api.doors")]
MEMBERS = {"type", "title", "status", "detail", "code", "errors"}


def problem_of(response, status: int) -> dict:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) >= MEMBERS
    assert body["status"] == status
    return body


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        ("refused", 409, "blocked"),
        ("invalid", 422, "invalid"),
        ("not-allowed", 403, "not_allowed"),
        ("unknown", 404, "not_found"),
        ("not-ready", 503, "away"),
        ("http404", 404, "not_found"),
        ("permission-denied", 403, "permission_denied"),
        ("validation", 400, "malformed"),
        ("not-found", 404, "not_found"),
        ("throttled", 429, "throttled"),
        ("unsupported", 415, "unsupported_media_type"),
        ("too-big", 413, "too_large"),
        ("database-locked", 503, "database_away"),
        ("database-closed", 503, "database_away"),
        ("out-of-range", 422, "out_of_range"),
    ],
)
def test_each_error_is_a_problem_with_its_status_and_code(api, raised, status, code):
    assert problem_of(api("viewer").get(f"/api/v1/raising/{raised}/"), status)["code"] == code


def test_a_refusal_adds_its_members_and_cannot_overwrite_the_shape(api):
    body = problem_of(api("viewer").get("/api/v1/raising/refused/"), 409)
    assert (body["decision"], body["ways_out"], body["conflicts"]) == ("BLOCKED", ["pin"], [{"feature": "orders"}])


def test_all_faults_of_an_action_are_named(api):
    assert problem_of(api("viewer").get("/api/v1/raising/invalid/"), 422)["errors"] == [
        {"field": "a.b", "code": "unknown", "message": "No such a."},
        {"field": "c", "code": "missing", "message": "Give c."},
    ]


def test_nested_faults_of_a_body_are_all_named_with_dotted_fields(api):
    values = {"items": [{"name": "a", "count": 10}, {"name": None, "count": "many", "colour": "red"}], "when": 1}
    problem = problem_of(api("viewer").post("/api/v1/reading/", values, format="json"), 400)
    faults = problem["errors"]
    assert all(f"{fault['field']}: " in problem["detail"] for fault in faults)
    assert {(fault["field"], fault["code"]) for fault in faults} == {
        ("owner", "required"),
        ("when", "unknown_field"),
        ("items.0.count", "max_value"),
        ("items.1.name", "null"),
        ("items.1.count", "invalid"),
        ("items.1.colour", "unknown_field"),
    }


@pytest.mark.parametrize("body", ["[]", '"text"', "7", "null", "[1]"])
def test_a_body_that_is_no_object_is_malformed(api, body):
    response = api("viewer").post("/api/v1/reading/", body, content_type="application/json")
    assert problem_of(response, 400)["errors"]


@pytest.mark.parametrize("name", [7, 1.5])
def test_a_value_of_another_kind_is_not_made_to_fit(api, name):
    answer = api("viewer").post(
        "/api/v1/reading/", {"owner": name, "items": [{"name": "x", "count": "3"}]}, format="json"
    )
    body = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert (answer.status_code, body["owner"]) == (400, "owner must be a text.")


def test_waiting_is_reported_in_whole_seconds(api):
    assert api("viewer").get("/api/v1/raising/throttled/")["Retry-After"] == "8"
    assert api("viewer").get("/api/v1/raising/database-locked/")["Retry-After"] == "5"


def test_a_bug_is_a_problem_that_tells_nothing_of_itself(api):
    caller = api("viewer")
    caller.raise_request_exception = False
    body = problem_of(caller.get("/api/v1/raising/bug/"), 500)
    assert "secret-in-a-traceback" not in str(body)


def test_nobody_is_401_and_told_how_to_sign_in(client):
    response = client.get("/api/v1/events/")
    assert problem_of(response, 401)["code"] == "not_authenticated"
    assert response["WWW-Authenticate"] == 'Bearer realm="plumbline"'


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v1/nothing/here/", 404),
        ("get", "/api/v1/audit-events", 404),
        ("post", "/api/v1/nothing/", 404),
        ("get", "/api/nothing/", 404),
        ("delete", "/api/v1/events/", 405),
        ("patch", "/api/v1/events/", 405),
        ("get", "/api/v1/events/%00/", 400),
        ("get", "/api/v1/events/?subject=%00", 400),
        ("get", "/api/v1/models/%ED%A0%80/", 404),
        ("get", "/api/v1/checks/99999999999999999999999999/runs/", 405),
        ("get", f"/api/v1/models/{'x' * 5000}/", 404),
    ],
)
def test_a_path_or_method_that_is_none_is_a_problem_too(api, method, path, status):
    response = getattr(api("viewer"), method)(path)
    if "checks" in path:
        assert response.status_code < 500
        return
    problem_of(response, status)


def test_a_text_where_json_belongs_is_415(api):
    answer = api("viewer").post("/api/v1/reading/", "owner=me", content_type="application/x-www-form-urlencoded")
    assert problem_of(answer, 415)["detail"].endswith(
        "Send one JSON value with the header Content-Type: application/json."
    )


def test_a_session_without_its_csrf_token_is_refused(people):
    from django.test import Client

    visitor = Client(enforce_csrf_checks=True)
    visitor.force_login(people["viewer"])
    response = visitor.post("/api/v1/reading/", "{}", content_type="application/json")
    assert "CSRF" in problem_of(response, 403)["detail"]


def test_other_pages_of_errors_are_html_without_a_trace(browser_of):
    response = browser_of("viewer").get("/nothing/here/")
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "Traceback" not in response.content.decode()
    response = browser_of("viewer").get("/registry/?q=%00")
    assert (response.status_code, response["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_thousand_faults_are_cut_at_a_hundred_and_counted():
    faults = [Fault(f"{number}.name", "required", f"Name {number} is missing.") for number in range(1_000)]
    body = problem(422, "invalid", " ".join(fault.message for fault in faults), faults=faults)
    assert len(body["errors"]) == MOST_ERRORS == 100
    assert body["detail"] == "There are 1,000 faults; `errors` has the first 100. Name 0 is missing."
    few = problem(422, "invalid", "Both are missing.", faults=faults[:100])
    assert (len(few["errors"]), few["detail"]) == (100, "Both are missing.")
