"""The methods that change something: how they read, answer and describe themselves."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from rest_framework import serializers
from rest_framework.response import Response

from platform_site.api.verbs import Verb


class Name(serializers.Serializer):
    name = serializers.CharField()


class Longer(Name):
    rows = serializers.IntegerField()


VIEW = SimpleNamespace(serializer_class=Name, input_class=Name)
RESULT = {"name": "eta", "rows": 3}


def answer(verb: Verb, result: object = RESULT) -> Response:
    return verb(lambda view, **path: result)(VIEW, None)


def test_the_result_is_answered_through_the_serializer_of_the_endpoint():
    response = answer(Verb("change"))
    assert (response.status_code, response.data) == (200, {"name": "eta"})


def test_a_verb_may_have_a_serializer_and_a_status_of_its_own():
    response = answer(Verb("create", gives=Longer, status=(201, 200)))
    assert (response.status_code, response.data) == (201, RESULT)


def test_many_results_are_a_list():
    assert answer(Verb("change", many=True), [RESULT, RESULT]).data == [{"name": "eta"}] * 2


def test_no_content_has_no_body():
    assert answer(Verb("delete", status=204)).data is None


def test_a_response_is_answered_as_it_is():
    already = Response({"other": 1}, status=202)
    assert answer(Verb("change"), already) is already


def test_the_method_gets_the_values_of_the_path_and_keeps_its_docstring():
    @Verb("change")
    def put(view, name):
        """Change it."""
        return {"name": name}

    assert put(VIEW, None, name="eta").data == {"name": "eta"}
    assert (put.__doc__, put.operation.name) == ("Change it.", "change")


@pytest.mark.parametrize(
    ("verb", "shown"),
    [(Verb("a"), Name), (Verb("a", takes=Longer), Longer), (Verb("a", takes=Longer, shape=dict), dict)],
)
def test_the_document_shows_the_body_that_is_read(verb, shown):
    assert verb.request_of(VIEW) is shown


def test_the_document_shows_each_status():
    assert Verb("a", status=(201, 204)).responses_of(VIEW) == {201: Name, 204: None}
    assert isinstance(Verb("a", many=True).responses_of(VIEW)[200], serializers.ListSerializer)
    assert Verb("a", status=204, answers={409: Longer}).responses_of(VIEW) == {409: Longer}
