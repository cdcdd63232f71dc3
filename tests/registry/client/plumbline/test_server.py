"""Calls to a server: retried under one key, never redirected, every fault of a refusal at once."""

from __future__ import annotations

import pytest

from registry.client.plumbline import _server as servers
from registry.client.plumbline._server import Fault, PlumblineError, Server, path_of
from tests.registry.client.plumbline.test_command import Odd, odd


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(servers, "PAUSES_S", (0.01, 0.01, 0.01))


def test_address_and_token_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("PLUMBLINE_SERVER", "https://plumbline.example/")
    monkeypatch.setenv("PLUMBLINE_TOKEN", "plb_some")
    assert (Server().address, Server().token) == ("https://plumbline.example", "plb_some")


@pytest.mark.parametrize("address", ["", "plumbline.example", "ftp://plumbline.example", "https://x/?a=1"])
def test_an_address_that_is_none_is_refused_before_anything_is_sent(address):
    with pytest.raises(PlumblineError, match=r"such as https://plumbline\.example") as refusal:
        Server(address, "plb_some")
    assert refusal.value.exit_code == servers.WRONG_USE


def test_a_call_is_made_again_under_the_same_key():
    with odd((503, "{}"), (200, '{"made": true}')) as address:
        assert Server(address, "plb_some").post("things/") == {"made": True}
    assert len(Odd.keys) == 2
    assert len(set(Odd.keys)) == 1


def test_a_redirect_is_not_followed():
    with odd((302, "")) as address, pytest.raises(PlumblineError, match="The server redirects"):
        Server(address, "plb_some").post("things/")


def test_every_fault_is_shown_with_its_field():
    body = '{"code": "invalid", "detail": "Two.", "errors": [{"field": "a", "code": "x", "message": "A."}, {"field": "b", "code": "y", "message": "B."}]}'
    with odd((422, body)) as address, pytest.raises(PlumblineError) as refusal:
        Server(address, "plb_some").post("things/")
    assert str(refusal.value) == "422 invalid: Two.\n  a: A.\n  b: B."
    assert refusal.value.faults == [Fault("a", "x", "A."), Fault("b", "y", "B.")]
    assert refusal.value.sentence == "A. B."


def test_parts_of_a_path_may_be_any_text():
    assert path_of("models", "../a b", 1) == "models/..%2Fa%20b/1/"
