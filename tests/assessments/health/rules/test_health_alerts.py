"""When a figure is worse, and what is said of it: two values, and of what each was observed."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.health.rules.health_alerts import Figure, Observed, is_worse, is_worse_again, recovered, title

EARLIER, LATER = date(2026, 8, 1), date(2026, 11, 1)


@pytest.mark.parametrize(
    ("figure", "before", "after", "worse"),
    [
        (Figure.SCORE, 41.2, 36.2, False),
        (Figure.SCORE, 41.2, 36.1, True),
        (Figure.SCORE, 41.2, 60.0, False),
        (Figure.TICKET_LOAD, 1.0, 1.99, False),
        (Figure.TICKET_LOAD, 1.0, 2.0, True),
        (Figure.TICKET_LOAD, 0.0, 5.0, False),
        (Figure.ACTIVE_TEAMS, 80.0, 70.0, False),
        (Figure.ACTIVE_TEAMS, 80.0, 69.9, True),
        (Figure.ACTIVE_TEAMS, 80.0, 0.0, True),
    ],
)
def test_a_figure_is_worse_beyond_its_threshold(figure, before, after, worse):
    assert is_worse(figure, before, after) is worse


@pytest.mark.parametrize(
    ("figure", "reported", "after", "again"),
    [
        (Figure.SCORE, 33.3, 30.0, False),
        (Figure.SCORE, 33.3, 28.0, True),
        (Figure.TICKET_LOAD, 2.0, 2.9, False),
        (Figure.TICKET_LOAD, 2.0, 3.0, True),
    ],
)
def test_it_is_reported_again_when_it_is_worse_again(figure, reported, after, again):
    assert is_worse_again(figure, reported, after) is again


def test_the_sentences_name_both_values_and_what_they_are_of():
    load = Observed(0.5, "2026-09-01 to 2026-09-29", EARLIER), Observed(1.25, "2026-09-29 to 2026-10-27", LATER)
    assert title(Figure.TICKET_LOAD, *load) == (
        "Tickets per platform engineer and day rose from 0.50 (2026-09-01 to 2026-09-29) to 1.25 (2026-09-29 to 2026-10-27), "
        "2.5 times as many."
    )
    teams = Observed(80.0, "8 of 10 in September 2026", EARLIER), Observed(50.0, "5 of 10 in October 2026", LATER)
    assert title(Figure.ACTIVE_TEAMS, *teams) == (
        "Share of known teams that were active fell from 80.0% (8 of 10 in September 2026) to 50.0% (5 of 10 in October 2026)."
    )
    assert recovered(Figure.TICKET_LOAD, load[0], load[0]._replace(value=0.8, of="later")) == (
        "0.80 (later) is less than 2 times 0.50 (2026-09-01 to 2026-09-29)."
    )
    assert recovered(Figure.ACTIVE_TEAMS, teams[0], teams[0]).endswith(
        "is not more than 10 points below 80.0% (8 of 10 in September 2026)."
    )
