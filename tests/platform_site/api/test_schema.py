"""The OpenAPI document describes every answer, for every operation."""

from __future__ import annotations

import json
import re
import shlex
from urllib.parse import urlsplit

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.validation import validate_schema

from platform_site.api.schema import Generator

JSON = "application/vnd.oai.openapi+json"
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture(scope="module")
def operations(schema):
    return [
        (f"{method} {path}", operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    ]


@pytest.mark.slow
def test_it_is_valid_openapi(schema):
    validate_schema(schema)
    assert schema["openapi"].startswith("3.1")


def test_every_operation_has_a_summary_and_says_who_may_call(operations):
    assert len(operations) > 3
    assert [name for name, operation in operations if not operation.get("summary")] == []
    assert [name for name, operation in operations if {"token": []} not in operation["security"]] == []


def test_every_operation_has_an_id_of_its_own_and_a_summary_of_one_line(operations):
    ids = [operation["operationId"] for _, operation in operations]
    assert len(set(ids)) == len(ids)
    assert [name for name, operation in operations if re.search(r"\n|\.$", operation["summary"])] == []


def test_noun_verb_and_docstring_say_what_an_operation_is(schema):
    operation = schema["paths"]["/api/v1/datasets/{name}/snapshots/"]["post"]
    assert operation["operationId"] == "dataset_snapshots_take"
    assert operation["summary"] == "Take a snapshot: digest, rows, schema"
    assert operation["description"].startswith("200 when the content is that of a snapshot taken before.")
    assert {"200", "201"} <= set(operation["responses"])


def test_every_operation_shows_a_call_and_every_body_an_example(operations):
    for name, operation in operations:
        method, path = name.split()
        call = shlex.split(operation["description"].partition("```sh\n")[2].partition("\n```")[0])
        assert call[0] == "curl", name
        assert re.fullmatch(re.sub(r"\{\w+\}", "[^/{]+", path), urlsplit(call[-1]).path), name
        assert bool({"-d", "-F"} & set(call)) == ("requestBody" in operation), name
        assert (method.upper() in call) == (method != "get"), name


def test_every_operation_describes_its_problems(operations):
    for name, operation in operations:
        wanted = {"400", "401", "403", "404", "409", "422", "429", "503"}
        if name.split()[0] in {"post", "put", "patch"}:
            wanted |= {"413", "415"}
        assert wanted <= set(operation["responses"]), name
        for status in wanted:
            content = operation["responses"][status]["content"]
            assert "schema" in content["application/problem+json"], (name, status)
        assert operation["responses"]["429"]["headers"]["Retry-After"], name


@pytest.mark.parametrize(
    ("component", "field"), [("DeliveryOutput", "step"), ("TicketOutput", "type"), ("ImportDetail", "effort_unit")]
)
def test_a_choice_that_may_be_empty_is_described_so_in_answers(schema, component, field):
    shapes = schema["components"]["schemas"][component]["properties"][field]["oneOf"]
    assert {"$ref": "#/components/schemas/BlankEnum"} in shapes
    assert schema["components"]["schemas"]["BlankEnum"]["enum"] == [""]


def test_every_post_takes_an_idempotency_key(operations):
    for name, operation in operations:
        keys = [parameter["name"] for parameter in operation.get("parameters", [])]
        assert keys.count("Idempotency-Key") == name.startswith("post"), name


@pytest.mark.django_db
@pytest.mark.django_db
def test_it_is_made_once_and_is_the_same_whoever_asks(schema, api):
    answers = [api(name).get("/api/v1/schema/", HTTP_ACCEPT=JSON) for name in ("viewer", "admin")]
    assert [answer["Content-Type"] for answer in answers] == [JSON, JSON]
    assert (
        json.loads(answers[0].content)
        == json.loads(answers[1].content)
        == json.loads(OpenApiJsonRenderer().render(schema))
    )
    assert Generator().get_schema(public=True) is Generator().get_schema(public=True)


def test_only_who_is_signed_in_reads_it(client, api, browser_of):
    assert client.get("/api/v1/schema/").status_code == 401
    assert api("viewer").get("/api/v1/schema/").status_code == 200
    assert client.get("/api/v1/docs/").status_code == 302
    page = browser_of("viewer").get("/api/v1/docs/").content.decode()
    assert "<script>" not in page
    assert "<style" not in page
    assert "https://" not in page
