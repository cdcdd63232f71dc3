import pytest
from hypothesis import given

from assessments.tickets.rules.costs import by_type, untagged
from tests.assessments.tickets.ticket_samples import ticket, tickets


def test_figures_counted_by_hand():
    bug, access = by_type(
        [
            ticket("access", hours=2, effort=4),
            ticket("access", hours=4, effort=4),
            ticket("bug", hours=10),
            ticket("", hours=99),
        ]
    )
    assert bug._asdict() == {
        "type": "bug",
        "count": 1,
        "share": 1 / 3,
        "median_resolution_hours": 10.0,
        "p90_resolution_hours": 10.0,
        "effort_hours": 10.0,
        "hours_per_ticket": 10.0,
        "hours_are": "resolution_time",
    }
    assert access._asdict() == {
        "type": "access",
        "count": 2,
        "share": 2 / 3,
        "median_resolution_hours": 3.0,
        "p90_resolution_hours": pytest.approx(3.8),
        "effort_hours": 8.0,
        "hours_per_ticket": 4.0,
        "hours_are": "recorded",
    }


@pytest.mark.parametrize(
    ("tickets", "hours", "a_ticket", "hours_are", "why"),
    [
        ([ticket("bug", effort=1)], 1, 1, "recorded", "open, effort known"),
        ([ticket("bug", effort=0, hours=9)], 0, 0, "recorded", "an effort of nothing is recorded"),
        ([ticket("bug", hours=9)], 9, 9, "resolution_time", "resolution time stands in"),
        ([ticket("bug", effort=1, hours=9), ticket("bug", hours=9)], 10, 5, "resolution_time", "it stands in for one"),
        ([ticket("bug", effort=4), ticket("bug")], 4, 4, "resolution_time", "an open one costs nobody knows what"),
        ([ticket("bug")], 0, None, "resolution_time", "nothing is known"),
    ],
)
def test_resolution_time_stands_in_where_effort_is_not_recorded_and_it_is_said(
    tickets, hours, a_ticket, hours_are, why
):
    [figures] = by_type(tickets)
    assert (figures.effort_hours, figures.hours_per_ticket, figures.hours_are) == (hours, a_ticket, hours_are), why


def test_the_90th_percentile_lies_between_the_neighbours():
    [figures] = by_type([ticket("bug", hours=hours) for hours in (50, 10, 20, 40, 30, 60)])
    assert (figures.median_resolution_hours, figures.p90_resolution_hours) == (35.0, 55.0)


def test_types_with_equal_hours_come_by_name():
    result = by_type([ticket("how_to", effort=1), ticket("bug", effort=1), ticket("access", effort=1)])
    assert [row.type for row in result] == ["access", "bug", "how_to"]


def test_untagged_tickets_are_counted_apart():
    assert untagged([ticket(""), ticket("bug")]) == 1


def test_nothing_tagged_gives_no_figures():
    assert by_type([ticket("", effort=3)]) == []


@given(tickets)
def test_shares_add_to_one_and_no_ticket_is_lost(tickets):
    figures = by_type(tickets)
    assert sum(figure.share for figure in figures) == pytest.approx(1 if figures else 0)
    assert sum(figure.count for figure in figures) + untagged(tickets) == len(tickets)
