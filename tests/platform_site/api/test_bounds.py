"""Every endpoint is throttled, every list has pages, and no endpoint hands out a list in one piece unless it says why."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.views import APIView

from platform_site.api.pagination import Pages
from platform_site.api.throttling import PerPerson
from platform_site.api.views import ListEndpoint
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
def operations() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)["paths"]


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
