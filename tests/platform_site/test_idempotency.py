"""A keyed POST happens once."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from django.db import connection
from django.utils import timezone

from platform_site import idempotency
from platform_site.models import KeyedAnswer
from tests.platform_site.api.doors import Counting

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.platform_site.api.doors"), pytest.mark.postgresql]
URL = "/api/v1/counting/"


@pytest.fixture(autouse=True)
def calls(monkeypatch):
    counted: list = []
    monkeypatch.setattr(Counting, "calls", counted)
    return counted


def post(caller, body, key="k-1", path=URL):
    return caller.post(path, body, format="json", headers={"Idempotency-Key": key})


def test_the_same_request_again_gets_the_first_answer(api, calls):
    caller = api("viewer")
    first, again = post(caller, {"a": 1}), post(caller, {"a": 1})
    assert (again.status_code, again.json(), again["Content-Type"]) == (201, first.json(), first["Content-Type"])
    assert len(calls) == 1


def test_a_refusal_is_replayed_as_the_problem_it_was(api, calls):
    caller = api("viewer")
    first, again = post(caller, {"ends": "refused"}), post(caller, {"ends": "refused"})
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")
    assert again.json() == first.json()
    assert len(calls) == 1


@pytest.mark.parametrize(("body", "path"), [({"a": 2}, URL), ({"a": 1}, f"{URL}?x=1"), ({"a": 1}, "/api/v1/reading/")])
def test_another_request_with_the_key_is_refused(api, calls, body, path):
    caller = api("viewer")
    post(caller, {"a": 1})
    response = post(caller, body, path=path)
    assert (response.status_code, response.json()["errors"][0]["code"]) == (422, "reused")
    assert len(calls) == 1


def test_keys_belong_to_a_person(api, calls):
    post(api("viewer"), {"a": 1})
    assert post(api("lead"), {"a": 2}).status_code == 201
    assert len(calls) == 2


def test_without_a_key_each_request_counts(api, calls):
    for _ in range(2):
        api("viewer").post(URL, {}, format="json")
    assert len(calls) == 2
    assert not KeyedAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "\x7f"])
def test_a_key_that_is_none_is_refused(api, calls, key):
    assert post(api("viewer"), {}, key=key).status_code == 422
    assert calls == []


@pytest.mark.parametrize("ends", ["bug", "database-locked", "not-ready"])
def test_what_broke_on_our_side_may_be_asked_again(api, calls, ends):
    caller = api("viewer")
    caller.raise_request_exception = False
    for _ in range(2):
        assert post(caller, {"ends": ends}).status_code >= 500
    assert len(calls) == 2
    assert not KeyedAnswer.objects.exists()


def test_an_answer_is_forgotten_after_a_day(api, calls):
    caller = api("viewer")
    post(caller, {"a": 1})
    KeyedAnswer.objects.update(created_at=timezone.now() - idempotency.KEPT - timedelta(seconds=1))
    assert post(caller, {"a": 2}).status_code == 201
    assert len(calls) == 2


def test_a_request_whose_process_died_does_not_hold_its_key_for_ever(api, people, calls):
    caller = api("viewer")
    post(caller, {"a": 1})
    KeyedAnswer.objects.update(status=None)
    assert post(caller, {"a": 1}).status_code == 409
    KeyedAnswer.objects.update(created_at=timezone.now() - idempotency.ABANDONED_AFTER - timedelta(seconds=1))
    assert post(caller, {"a": 1}).status_code == 201
    assert len(calls) == 2


def test_nobody_learns_from_a_key_without_signing_in(client, api, calls):
    post(api("viewer"), {"a": 1})
    response = client.post(URL, {"a": 1}, content_type="application/json", headers={"Idempotency-Key": "k-1"})
    assert response.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_works_and_the_other_is_told_to_wait(api, calls, monkeypatch):
    inside, leave, answers = Event(), Event(), {}
    real = Counting.post

    def slow(self, request):
        inside.set()
        assert leave.wait(20)
        return real(self, request)

    monkeypatch.setattr(Counting, "post", slow)
    caller, other = api("viewer"), api("viewer")

    def first() -> None:
        answers["first"] = post(caller, {"a": 1}).status_code
        connection.close()

    thread = Thread(target=first)
    thread.start()
    try:
        assert inside.wait(20)
        assert post(other, {"a": 1}).status_code == 409
    finally:
        leave.set()
        thread.join(20)
    assert (answers, len(calls)) == ({"first": 201}, 1)


@pytest.mark.django_db(transaction=True)
def test_eight_at_the_same_moment_happen_once(api, calls):
    clients, start, statuses = [api("viewer") for _ in range(8)], Barrier(8), []

    def send(caller) -> None:
        start.wait(20)
        statuses.append(post(caller, {"a": 1}).status_code)
        connection.close()

    threads = [Thread(target=send, args=[caller]) for caller in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(calls) == 1
    assert len(statuses) == 8
    assert set(statuses) <= {201, 409}
