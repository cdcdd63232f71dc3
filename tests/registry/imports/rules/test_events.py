"""The signature of MLflow's events, and what is read of them."""

from __future__ import annotations

import json

import pytest

from registry.imports.rules.candidates import Unreadable
from registry.imports.rules.events import is_signed, parse, signature

SECRET, BODY = "a secret of MLflow's webhook 012", b'{"entity": "model_version"}'
SIGNED = ("d-1", "1764500000", BODY)
RECORDED = "v1,Mw7j0nRHEF1ZJt4F1Jw3iz0H8gY7nC1dPpq4yQ9XN9E="


def test_a_signature_covers_the_delivery_the_timestamp_and_the_body():
    right = signature(SECRET, *SIGNED)
    assert is_signed(right, SECRET, *SIGNED)
    assert is_signed(f"v1,AAAA {right}", SECRET, *SIGNED)
    for wrong in ("", "v1,", RECORDED, right[:-4] + "AAA=", right.removeprefix("v1,"), "é"):
        assert not is_signed(wrong, SECRET, *SIGNED), wrong
    others = [("d-2", *SIGNED[1:]), ("d-1", "1764500001", BODY), ("d-1", "1764500000", BODY + b" ")]
    assert not any(is_signed(right, SECRET, *other) for other in others)
    assert not is_signed(right, SECRET + "x", *SIGNED)


@pytest.mark.parametrize(
    ("content", "concerns"),
    [
        ({"entity": "model_version", "action": "created", "data": {"name": "churn", "version": "3"}}, True),
        ({"entity": "model_version_tag", "action": "set", "data": {"name": "churn", "version": 3, "key": "x"}}, True),
        ({"entity": "model_version_tag", "action": "set", "data": {"name": "churn", "key": "plumbline.gate"}}, False),
        ({"entity": "prompt", "action": "created", "data": {"name": "greeting"}}, False),
        ({"entity": "model_version", "action": "created"}, False),
    ],
)
def test_only_events_about_versions_concern_us(content, concerns):
    assert parse(json.dumps(content).encode()).concerns_us is concerns


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"entity": 7, "action": "x"}', b'{"data": {}}', b"\xff"])
def test_what_is_no_event_is_refused(body):
    with pytest.raises(Unreadable):
        parse(body)


def test_the_sentence_speaks_of_the_body_that_came():
    with pytest.raises(Unreadable) as refused:
        parse(b"{")
    assert str(refused.value.faults[0].message).startswith("The body is not JSON that can be read: ")
