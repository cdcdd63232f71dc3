"""The search over the API."""

from __future__ import annotations


def test_a_program_searches_as_people_do(api, in_production):
    answer = api("viewer").get("/api/v1/search/?q=demand").json()
    assert answer["query"] == "demand"
    assert (answer["count"], answer["is_more"]) == (2, False)
    first = answer["groups"][0]
    assert {name: first[name] for name in ("kind", "count", "is_exact")} == {
        "kind": "models",
        "count": 1,
        "is_exact": True,
    }
    assert first["hits"] == [{"label": "demand", "about": first["hits"][0]["about"], "url": "/registry/models/demand/"}]


def test_a_search_without_words_names_the_parameter(api, teams):
    answer = api("viewer").get("/api/v1/search/")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "q"


def test_an_unknown_kind_names_the_choices(api, teams):
    answer = api("viewer").get("/api/v1/search/?q=demand&kind=fish")
    assert answer.status_code == 404
    assert "models" in answer.json()["detail"]
