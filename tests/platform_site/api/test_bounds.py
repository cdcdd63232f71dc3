"""Every endpoint is throttled, every list has pages, and no endpoint hands out a list in one piece unless it says why."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.views import APIView

from assessments.adoption.actions import MOST_RUNS
from platform_site.api.pagination import Pages
from platform_site.api.serializers import MOST_IN_A_BODY
from platform_site.api.throttling import PerPerson
from platform_site.api.views import ListEndpoint
from registry.regulation.actions.decisions import MOST_AT_ONCE
from tests.access.matrix import addresses

# Lists in one piece, each with what bounds it.
BOUNDED = {
    "/api/v1/capabilities/": "the catalogue",
    "/api/v1/assessments/{id}/evidence/": "one for each capability of an assessment",
    "/api/v1/models/{name}/versions/{version}/fairness/": "one for each fairness policy that is put to a version",
    "/api/v1/models/{name}/versions/{version}/serving-features/": "the features of one snapshot: serving reads them whole",
    "/api/v1/organizations/{slug}/history/": "one for each published assessment, drawn as one line",
}


def endpoints() -> Iterator[tuple[str, type[APIView]]]:
    for path, view in addresses():
        if path.startswith("/api/") and hasattr(view, "cls"):
            yield path, view.cls


def as_in_the_schema(path: str) -> str:
    """An address as the schema writes it."""
    return re.sub(r"<\w+:(\w+)>", lambda match: f"{{{match[1].replace('pk', 'id')}}}", path)


def has_pages(view: type[ListEndpoint]) -> bool:
    made = view.pagination_class
    return made is not None and issubclass(made, Pages) and made.max_page_size <= 500


def test_every_endpoint_is_throttled():
    assert sum(1 for _ in endpoints()) > 80, "the walk does not see the API"
    assert [path for path, view in endpoints() if PerPerson not in view.throttle_classes] == []


def test_every_list_has_pages_of_a_size():
    lists = [(path, view) for path, view in endpoints() if issubclass(view, ListEndpoint)]
    assert len(lists) > 20
    loose = [path for path, view in lists if as_in_the_schema(path) not in BOUNDED and not has_pages(view)]
    assert loose == []


@pytest.fixture(scope="module")
def document() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture(scope="module")
def operations(document) -> dict:
    return document["paths"]


def test_no_list_comes_in_one_piece_but_those_that_are_bounded_otherwise(operations):
    whole = set()
    for path, methods in operations.items():
        for answer in methods.get("get", {}).get("responses", {}).values():
            for content in answer.get("content", {}).values():
                if content.get("schema", {}).get("type") == "array":
                    whole.add(path)
    assert whole <= set(BOUNDED), "give it pages (ListEndpoint), or say here what bounds it"


def test_one_call_too_many_is_429_and_says_when(api, monkeypatch):
    monkeypatch.setattr(PerPerson, "get_rate", lambda self: "3/min")
    monkeypatch.setattr(PerPerson, "timer", lambda self: 60.0 * 7)
    caller = api("viewer")
    answers = [caller.get("/api/v1/features/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) == 60
    assert api("lead").get("/api/v1/features/").status_code == 200, "somebody else is not held up"


def inside(shape: dict) -> Iterator[tuple[str, dict]]:
    """The shapes in a shape, each with what it adds to the path."""
    yield from ((f".{name}", inner) for name, inner in shape.get("properties", {}).items())
    yield from (("[]", shape[word]) for word in ("items", "additionalProperties") if isinstance(shape.get(word), dict))
    yield from (("", inner) for word in ("allOf", "oneOf", "anyOf") for inner in shape.get(word, ()))


def endless(shape: dict, path: str, components: dict, seen: set[str]) -> Iterator[str]:
    if name := shape.get("$ref", "").rpartition("/")[2]:
        if name not in seen:
            seen.add(name)
            yield from endless(components[name], name, components, seen)
        return
    if "array" in str(shape.get("type")) and "maxItems" not in shape:
        yield path
    for step, inner in inside(shape):
        yield from endless(inner, path + step, components, seen)


def lists_without_an_end(document: dict) -> Iterator[str]:
    """The arrays in bodies of requests that have no `maxItems`, each by its path."""
    components, seen = document["components"]["schemas"], set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield from endless(content["schema"], f"{method} {path}", components, seen)


def test_every_list_in_a_body_has_a_maximum(document):
    assert sorted(lists_without_an_end(document)) == []


def test_a_list_without_a_maximum_is_found():
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    inner = {"type": "object", "properties": {"rows": {"type": "array", "items": {"oneOf": [{"type": "array"}]}}}}
    document = {"paths": {"/a/": {"post": {"requestBody": body}}}, "components": {"schemas": {"A": inner}}}
    assert list(lists_without_an_end(document)) == ["A.rows", "A.rows[]"]


def test_a_body_that_is_a_list_takes_as_many_as_the_document_says():
    assert {MOST_RUNS, MOST_AT_ONCE} == {MOST_IN_A_BODY}
