"""The protections of this machine, as one small run finds them."""

from registry.compute.sandbox import probe
from registry.compute.sandbox.limits import Limits


def test_the_walls_of_this_machine_are_some_of_those_there_are():
    result = probe.walls()
    assert result[:2] == ["own process", "limits"]
    assert set(result) <= set(probe.EVERY_WALL)


def test_no_wall_is_reported_when_not_even_one_row_is_computed(monkeypatch):
    monkeypatch.setattr(probe, "Limits", lambda: Limits(result_bytes=1))
    assert probe.walls() == []
