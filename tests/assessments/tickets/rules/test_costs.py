import pytest
from hypothesis import given

from assessments.tickets.rules.costs import by_type, hours_of, untagged
from tests.assessments.tickets.ticket_samples import ticket, tickets


def test_figures_counted_by_hand():
    access, bug = by_type(
        [
            ticket("access", hours=2, effort=4),
            ticket("access", hours=4, effort=4),
            ticket("bug", hours=10),
            ticket("", hours=99, effort=99),
        ]
    )
    assert bug._asdict() == {
        "type": "bug",
        "count": 1,
        "share": 1 / 3,
        "median_resolution_hours": 10.0,
        "p90_resolution_hours": 10.0,
        "effort_hours": 4.0,
        "hours_per_ticket": 4.0,
        "hours_are": "estimated",
        "recorded_hours": 0.0,
        "estimated_hours": 4.0,
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
        "recorded_hours": 8.0,
        "estimated_hours": 0.0,
    }


@pytest.mark.parametrize(
    ("efforts", "recorded", "estimated", "hours_are", "why"),
    [
        ([1], 1, 0, "recorded", "it is known"),
        ([0], 0, 0, "recorded", "an effort of nothing is recorded"),
        ([None], 0, 0, "none", "nothing is known, however long it waited"),
        ([4, None], 4, 4, "estimated", "by the one that is known"),
        ([1, 1, 2, 9, 9, None, None], 22, 4, "estimated", "five of its own: their median, 2, for each of two"),
    ],
)
def test_hours_are_recorded_ones_and_estimates_stand_apart(efforts, recorded, estimated, hours_are, why):
    [bug] = by_type([ticket("bug", hours=1_000, effort=effort) for effort in efforts])
    assert (bug.recorded_hours, bug.estimated_hours, bug.hours_are) == (recorded, estimated, hours_are), why
    assert bug.effort_hours == recorded + estimated


def test_a_type_with_fewer_than_five_records_is_estimated_by_all_types():
    rows = [ticket("bug", effort=hours) for hours in (8, 8, 8, 8)]
    rows += [ticket("access", effort=1) for _ in range(6)] + [ticket("bug"), ticket("access"), ticket("other")]
    figures = {figure.type: figure for figure in by_type(rows)}
    assert {kind: figure.estimated_hours for kind, figure in figures.items()} == {"bug": 1, "access": 1, "other": 1}
    figures = {figure.type: figure for figure in by_type([*rows, ticket("bug", effort=8)])}
    assert figures["bug"].estimated_hours == 8, "with five, its own median"


def test_waiting_is_never_work():
    """Four weeks of tickets, two thirds with an effort: the hours stay near the recorded mean times the count."""
    rows = [ticket("access", hours=40 + day, effort=None if day % 3 == 0 else 3.0, day=day % 28) for day in range(162)]
    [access] = by_type(rows)
    assert (access.recorded_hours, access.estimated_hours) == (324.0, 162.0)


@pytest.mark.parametrize(
    ("engineers", "effort", "over"), [(1, 160, False), (1, 161, True), (2, 161, False), (None, 999, None), (0, 9, None)]
)
def test_more_hours_than_the_team_has_are_flagged(engineers, effort, over):
    hours = hours_of(by_type([ticket("bug", effort=effort)]), engineers, 4)
    assert (hours.over_capacity, hours.hours_are) == (over, "recorded")


def test_the_hours_of_all_types_are_called_what_the_weakest_of_them_are():
    assert hours_of(by_type([ticket("bug", effort=2), ticket("access")]), 1, 4)[:3] == ("estimated", 2, 2)
    assert hours_of(by_type([ticket("bug"), ticket("access")]), 1, 4)[:3] == ("none", 0, 0)


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


@given(tickets)
def test_the_hours_of_a_type_are_bounded_by_what_was_recorded(tickets):
    efforts = [ticket.effort_hours for ticket in tickets if ticket.type and ticket.effort_hours is not None]
    for figure in by_type(tickets):
        assert figure.effort_hours == figure.recorded_hours + figure.estimated_hours
        assert figure.effort_hours <= figure.count * max(efforts, default=0) + 1e-9
        assert (figure.hours_are == "none") == (not efforts)
