"""JSON that could be read in two ways, or not be kept, is refused before anybody works with it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.platform_site.api.doors")]
LARGEST = 2**63 - 1


def post(api, body):
    return api("viewer").post("/api/v1/counting/", body, content_type="application/json")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("{", "JSON"),
        ("{'a': 1}", "JSON"),
        ('{"a": 1} {"b": 2}', "JSON"),
        (b"\xff\xfe\x00", "JSON"),
        (b'{"a": "\xc3\x28"}', "JSON"),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": Infinity}', "Infinity is not JSON"),
        ('{"a": -Infinity}', "-Infinity is not JSON"),
        ('{"a": 1e400}', "too large"),
        ('{"a": -1e400}', "too large"),
        (f'{{"a": {LARGEST + 1}}}', "beyond 64 bits"),
        (f'{{"a": {-LARGEST - 2}}}', "beyond 64 bits"),
        ('{"a": ' + "9" * 5000 + "}", "beyond 64 bits"),
        ('{"a": "x\\u0000y"}', "NUL"),
        ('{"a\\u0000": 1}', "NUL"),
        ('{"a": [["\\u0000"]]}', "NUL"),
        ('{"a": "\\ud800"}', "surrogate"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": [{"b": 1, "b": 1}]}', "twice"),
        ("[" * 51 + "]" * 51, "nested deeper than 50"),
        ('{"a":' * 51 + "1" + "}" * 51, "nested deeper than 50"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_evil_json_is_a_problem_that_says_why(api, body, why):
    response = post(api, body)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert why in response.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        f'{{"a": [{LARGEST}, {-LARGEST - 1}]}}',
        '{"a": 1e300, "b": -0.5, "c": null, "d": true}',
        '{"a": "\\ud83d\\ude00 é"}',
        "[" * 50 + "]" * 50,
        "[]",
    ],
)
def test_honest_json_at_the_limits_is_read(api, body):
    response = post(api, body)
    assert response.status_code == 201
    assert response.json()["given"] == json.loads(body)


def test_an_empty_body_gives_no_fields(api):
    response = api("viewer").post("/api/v1/reading/", b"", content_type="application/json")
    assert {fault["field"] for fault in response.json()["errors"]} == {"owner", "items"}


def test_a_body_over_the_limit_is_413(api, settings):
    room = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert post(api, json.dumps("x" * (room - 2))).status_code == 201
    response = post(api, json.dumps("x" * (room - 1)))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.slow
@given(VALUES)
def test_whatever_json_comes_it_is_read_or_refused(value):
    import io

    from rest_framework.exceptions import ParseError

    from platform_site.api.parsing import Json

    try:
        read = Json().parse(io.BytesIO(json.dumps(value).encode()))
    except ParseError:
        return
    assert read == value
