"""The id of a request: taken from the caller, cleaned, carried into tasks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from platform_site import celery
from platform_site.text import correlation


@pytest.mark.parametrize(
    ("sent", "kept_id"),
    [("abc-1.2_Z", "abc-1.2_Z"), ("a\r\nb: c", "abc"), ("é ü", ""), ("", ""), ("x" * 500, "x" * 64), ("<b>", "b")],
)
def test_an_id_holds_nothing_that_a_log_line_could_be_made_of(sent, kept_id):
    assert correlation.cleaned(sent) == kept_id


def test_new_ids_differ_and_are_clean():
    first, second = correlation.new_id(), correlation.new_id()
    assert first != second
    assert correlation.cleaned(first) == first


def test_a_task_works_for_the_request_that_sent_it():
    token = correlation.request_id.set("7f3a")
    headers: dict[str, object] = {}
    celery.carry_request(headers=headers)
    correlation.request_id.reset(token)
    assert headers == {celery.REQUEST: "7f3a"}

    task = SimpleNamespace(name="a", request=SimpleNamespace(headers=headers))
    celery.take_request(task=task)
    assert correlation.request_id.get() == "7f3a"
    celery.leave_request(task=task, state="SUCCESS")
    assert correlation.request_id.get() == ""


@pytest.mark.parametrize("headers", [None, {}])
def test_a_task_of_the_scheduler_works_for_nobody(headers):
    task = SimpleNamespace(name="a", request=SimpleNamespace(headers=headers))
    celery.take_request(task=task)
    assert correlation.request_id.get() == ""
    sent: dict[str, object] = {}
    celery.carry_request(headers=sent)
    assert sent == {}
    celery.leave_request(task=task)


def test_a_task_that_runs_in_the_process_of_its_caller_leaves_the_callers_id():
    token = correlation.request_id.set("7f3a")
    task = SimpleNamespace(name="a", request=SimpleNamespace(headers={}))
    celery.take_request(task=task)
    celery.leave_request(task=task)
    assert correlation.request_id.get() == "7f3a"
    correlation.request_id.reset(token)
