"""Which sort a worker uses is measured, and left alone where somebody has chosen."""

from __future__ import annotations

import pytest

from platform_site.roof.launcher import sort_probe


def test_what_somebody_has_set_is_left_alone(monkeypatch):
    monkeypatch.setenv(sort_probe.VARIABLE, "")
    assert sort_probe.environment() == {}


@pytest.mark.parametrize(
    ("plain", "narrower", "expected", "why"),
    [
        (0.12, 0.01, {sort_probe.VARIABLE: sort_probe.WIDEST}, "the widest is microcode here"),
        (0.01, 0.012, {}, "the widest is best"),
        (0.01, 0.0095, {}, "within the noise"),
        (None, 0.01, {}, "no answer, no opinion"),
    ],
)
def test_the_narrower_sort_is_taken_only_where_it_is_worth_it(monkeypatch, plain, narrower, expected, why):
    monkeypatch.delenv(sort_probe.VARIABLE, raising=False)
    monkeypatch.setattr(sort_probe, "_seconds", lambda variables: narrower if variables else plain)
    assert sort_probe.environment() == expected, why


def test_a_sort_is_timed_in_an_interpreter_of_its_own():
    assert 0 < sort_probe._seconds({sort_probe.VARIABLE: sort_probe.WIDEST}) < 5


def test_an_interpreter_that_cannot_sort_has_no_answer():
    assert sort_probe._seconds({"PYTHONHOME": "/nowhere"}) is None
