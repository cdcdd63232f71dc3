"""The port that the web server opens before anything slow is done."""

from __future__ import annotations

import socket

import pytest

from platform_site.roof.launcher import ports


def test_the_next_port_is_taken_when_one_is_in_use():
    with ports.listen(ports.free_port()) as first:
        wanted = first.getsockname()[1]
        with ports.listen(wanted) as second:
            assert second.getsockname()[1] > wanted


def test_a_port_asked_for_by_number_is_that_one_or_none():
    with ports.listen(ports.free_port()) as first:
        wanted = first.getsockname()[1]
        with pytest.raises(ports.Taken, match=f"^Port {wanted} is in use. Choose another with --port"):
            ports.listen(wanted, exactly=True)


def test_a_request_that_comes_early_waits_instead_of_being_refused():
    with ports.listen(ports.free_port()) as door, socket.create_connection(door.getsockname(), timeout=5):
        pass  # connected, though nobody has accepted yet


def test_ports_that_are_all_in_use_are_named(monkeypatch):
    monkeypatch.setattr(ports, "TRIES", 1)
    with ports.listen(ports.free_port()) as first:
        wanted = first.getsockname()[1]
        with pytest.raises(ports.Taken, match=f"^The ports from {wanted} to {wanted} are all in use"):
            ports.listen(wanted)
