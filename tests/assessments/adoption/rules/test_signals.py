"""A signal says what is seen, not seen or not known; the last never reads as good."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.adoption.rules.signals import Answer, Figures, judged, month_name, unknown


@pytest.mark.parametrize(("seen", "answer"), [(True, Answer.SEEN), (False, Answer.NOT_SEEN)])
def test_a_figure_is_seen_or_not(seen, answer):
    assert judged(seen) is answer


def test_what_is_not_known_has_a_reason_and_no_remedy():
    signal = unknown("load", "Load per engineer", "No ticket is on record.")
    assert (signal.answer, signal.because, signal.names, signal.remedy) == (
        Answer.UNKNOWN,
        "No ticket is on record.",
        (),
        "",
    )


@pytest.mark.parametrize(("day", "name"), [(date(2026, 1, 1), "Jan 2026"), (date(999, 12, 31), "Dec 999")])
def test_a_month_is_named_with_its_year(day, name):
    assert month_name(day) == name


def test_without_a_day_every_release_is_long_ago():
    assert Figures().today == date.max
