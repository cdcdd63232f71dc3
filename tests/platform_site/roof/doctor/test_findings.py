"""Every part is examined, whatever is wrong with the others."""

from __future__ import annotations

from platform_site.roof.doctor.findings import Finding, State, examine, ill, uncertain, well


def crashes():
    raise OSError("gone\nwith details")


def crashes_without_a_word():
    yield well("It was well.")
    raise RuntimeError


def test_an_examination_that_fails_is_a_finding_and_stops_no_other():
    parts = [
        ("a", lambda: [well("Good."), uncertain("Perhaps.")]),
        ("b", crashes),
        ("c", crashes_without_a_word),
        ("d", lambda: [ill("Bad.")]),
    ]
    assert list(examine(parts)) == [
        Finding("a", State.WELL, "Good."),
        Finding("a", State.UNCERTAIN, "Perhaps."),
        Finding("b", State.ILL, "It could not be examined (OSError: gone)."),
        Finding("c", State.WELL, "It was well."),
        Finding("c", State.ILL, "It could not be examined (RuntimeError)."),
        Finding("d", State.ILL, "Bad."),
    ]
