"""The bases of endpoints: one record, a short list, a long list, and a request that is made twice."""

from __future__ import annotations

import pytest
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from platform_site.api.filters import filters
from platform_site.api.serializers import StrictSerializer
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint, Read, ReadAll
from platform_site.people.models import User


class Person(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ("username",)


class Named(StrictSerializer):
    name = serializers.CharField()
    secret = serializers.CharField(required=False)


class One(Read):
    serializer_class = Person

    def content(self, name):
        return User.objects.get(username=name)


class Everybody(ReadAll):
    serializer_class = Person

    def content(self):
        return User.objects.order_by("username")


class People(ListEndpoint):
    serializer_class = Person
    filterset_class = filters(User, "username")
    ordering_fields = ("username",)

    def rows(self):
        return User.objects.order_by("username")


class Create(Endpoint):
    serializer_class = Named
    input_class = Named
    shown_once = ("secret",)
    calls: list[str] = []

    @Verb("create", status=201)
    def post(self):
        self.calls.append(self.body["name"])
        if self.body["name"] == "bug" and len(self.calls) == 1:
            raise KeyError("bug")
        return {"name": f"{self.body['name']} of {self.actor.name}", "secret": "hush"}


@pytest.fixture
def call(people):
    """`call(People, page="2")`: the response of an endpoint to a GET by the viewer."""

    def get(endpoint: type[Endpoint], path: dict | None = None, **query: str) -> Response:
        request = APIRequestFactory().get("/", query)
        force_authenticate(request, user=people["viewer"])
        return endpoint.as_view()(request, **(path or {}))

    return get


@pytest.fixture
def post(people):
    Create.calls.clear()

    def send(body: object, *, key: str | None = None, person: str = "lead") -> Response:
        headers = {"Idempotency-Key": key} if key else {}
        request = APIRequestFactory().post("/", body, format="json", headers=headers)
        force_authenticate(request, user=people[person])
        return Create.as_view()(request)

    return send


def test_one_record_and_a_short_list_are_answered_whole(call):
    assert call(One, {"name": "lead"}).data == {"username": "lead"}
    assert [row["username"] for row in call(Everybody).data][:2] == ["admin", "approver"]


def test_a_long_list_is_answered_in_pages(call):
    first = call(People, page_size="4").data
    second = call(People, page_size="4", page="2").data

    assert first["count"] == second["count"] == User.objects.count()
    assert not {row["username"] for row in first["results"]} & {row["username"] for row in second["results"]}


def test_a_list_is_filtered_and_ordered_by_what_it_names(call):
    assert call(People, username="lead").data["results"] == [{"username": "lead"}]
    assert call(People, ordering="-username").data["results"][0] == {"username": "viewer"}


def test_an_unknown_parameter_is_refused_with_the_known_ones(call):
    response = call(People, usernam="lead", page="1")

    assert response.status_code == 400
    ((fault,),) = [response.data["errors"]]
    assert (fault["field"], fault["code"]) == ("usernam", "unknown_parameter")
    assert "ordering, page, page_size, search, username" in fault["message"]


def test_a_parameter_given_twice_is_refused(people):
    request = APIRequestFactory().get("/?username=lead&username=viewer")
    force_authenticate(request, user=people["viewer"])

    assert People.as_view()(request).data["errors"][0]["field"] == "username"


def test_the_body_is_read_and_the_caller_is_the_actor(post):
    response = post({"name": "eta"})
    assert (response.status_code, response.data["name"]) == (201, "eta of lead")
    assert {error["field"] for error in post({"nam": "eta"}).data["errors"]} == {"nam", "name"}


def test_the_same_request_is_answered_once_and_its_secret_is_shown_once(post):
    first, again = (post({"name": "eta"}, key="0123456789") for _ in range(2))

    assert (first.status_code, first.data["secret"]) == (201, "hush")
    assert (again.status_code, again.data) == (201, {"name": "eta of lead", "secret": ""})
    assert Create.calls == ["eta"]


def test_the_key_of_somebody_else_is_another_key(post):
    post({"name": "eta"}, key="0123456789")
    assert post({"name": "eta"}, key="0123456789", person="admin").data["name"] == "eta of admin"


def test_a_request_that_met_a_bug_may_be_made_again(post):
    with pytest.raises(KeyError):
        post({"name": "bug"}, key="0123456789")
    assert post({"name": "bug"}, key="0123456789").status_code == 201


def test_an_endpoint_without_rows_says_which(call):
    class Nothing(ListEndpoint):
        serializer_class = Person

    with pytest.raises(NotImplementedError, match="Nothing lists nothing"):
        call(Nothing)
