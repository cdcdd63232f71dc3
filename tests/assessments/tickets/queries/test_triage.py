"""The figures that the database adds up are those of the rules over the tickets one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from assessments.models import Ticket
from assessments.tickets.queries.triage import triage_of
from assessments.tickets.rules import costs as ticket_costs
from assessments.tickets.rules import triage
from assessments.tickets.rules.tickets import Ticket as TicketFacts
from tests.assessments.tickets.ticket_samples import START, tickets

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
END = START + timedelta(weeks=4)


def keep(rows) -> None:
    """Put tickets into the database as they are."""
    Ticket.objects.all().delete()
    Ticket.objects.bulk_create(
        Ticket(source="s", external_id=str(number), title="t", **item._asdict()) for number, item in enumerate(rows)
    )


def close(figures):
    """Figures with their floats rounded to what two databases agree on, a fifth of a millisecond."""
    return [
        tuple(round(value, 6) if isinstance(value, float) else value for value in figure)
        for figure in sorted(figures, key=lambda figure: figure.type)
    ]


@hypothesis_settings(max_examples=60)
@given(tickets)
def test_the_database_says_what_the_rules_say(tickets):
    keep(tickets)
    result, figures = triage_of(None, start=START, end=END), ticket_costs.by_type(tickets)
    assert close(result.by_type) == close(figures)
    assert [row.type for row in result.by_type] == [figure.type for figure in figures]
    assert result.hours == ticket_costs.hours_of(figures, None, 4)
    assert result.vital_few == triage.vital_few(figures)
    assert (result.total, result.untagged) == (len(tickets), ticket_costs.untagged(tickets))
    assert result.tickets_per_week == triage.tickets_per_week(tickets, START, END)
    assert result.off_platform_share == triage.off_platform_share(tickets)
    assert sum(row.share for row in result.by_type) == pytest.approx(1 if result.by_type else 0)
    assert sum(week.total for week in result.weeks) == len(tickets)


@pytest.mark.parametrize(
    ("efforts", "estimated"),
    [
        ((0.28, 0.29, 0.29, 0.3, 7.0, None), 0.29),  # neighbours of a hundredth, which binary fractions blur
        ((1 / 3, 1 / 3 + 0.001, 0.5, 0.6, 0.7, None), 0.5),
        ((0.5, 0.501, 0.502, 0.503, 0.504, 0.505, None), 0.5025),
        ((2.0, None, None), 4.0),
        ((None, None), 0.0),
    ],
)
def test_an_estimate_is_the_exact_median(efforts, estimated):
    keep([TicketFacts("bug", START, None, effort, True) for effort in efforts])
    [bug] = triage_of(None, start=START, end=END).by_type
    assert bug.estimated_hours == pytest.approx(estimated, abs=1e-9)


def test_unlabelled_tickets_have_no_part_in_the_hours():
    keep([TicketFacts("", START, None, 90.0, True), TicketFacts("bug", START, None, None, True)])
    result = triage_of(None, start=START, end=END)
    assert (result.hours.hours_are, result.counted_in, result.vital_few) == ("none", "tickets", ["bug"])


def test_titles_are_read_when_the_reader_wants_them_and_grouped(db):
    keep([TicketFacts("access", START, None, 1.0, True)] * 3)
    Ticket.objects.filter(external_id="0").update(title="Quota of 4 for the registry?")
    Ticket.objects.filter(external_id="1").update(title="quota of 8 for the registry")
    assert triage_of(None, start=START, end=END).titles.read == 0
    result = triage_of(None, start=START, end=END, with_titles=True)
    assert [group.count for group in result.titles.top("access")] == [2, 1]
    [hint] = result.hints
    assert [tuple(group) for group in hint.top] == [("quota", 2)]
    answer = result.as_dict()
    assert (answer["titles_read"], len(answer["by_type"][0]["top_titles"])) == (3, 2)


def test_the_titles_that_are_read_are_bounded(db, monkeypatch):
    monkeypatch.setattr("assessments.tickets.queries.triage.MOST_TITLES", 2)
    keep([TicketFacts("bug", START, None, 1.0, True)] * 5)
    assert triage_of(None, start=START, end=END, with_titles=True).titles.read == 2


def test_a_window_of_years_costs_the_queries_of_a_week(db):
    costs = []
    for weeks in (1, 600):
        with CaptureQueriesContext(connection) as result:
            triage_of(None, start=START, end=START + timedelta(weeks=weeks))
        costs.append(len(result))
    assert costs == [2, 2]


def test_types_that_rules_or_a_model_gave_are_counted_as_proposals(db):
    keep([TicketFacts(kind, START, None, 1.0, True) for kind in ("bug", "access", "how_to", "")])
    for number, typed_by in enumerate(("rule", "model", "person", "")):
        Ticket.objects.filter(external_id=str(number)).update(typed_by=typed_by)
    result = triage_of(None, start=START, end=END)
    assert (result.total, result.untagged, result.proposed) == (4, 1, 2)


@pytest.mark.parametrize(
    ("minutes", "median", "p90"),
    [((120, 121, 123), 121, 122.6), ((121, 123), 122, 122.8), ((120,) * 3, 120, 120), ((1, 121, 123, 600), 122, 456.9)],
)
def test_a_percentile_is_read_within_its_five_minutes(minutes, median, p90):
    keep([TicketFacts("bug", START, START + timedelta(minutes=minute), 1.0, True) for minute in minutes])
    [bug] = triage_of(None, start=START, end=END).by_type
    assert bug.median_resolution_hours * 60 == pytest.approx(median, abs=1e-4)
    assert bug.p90_resolution_hours * 60 == pytest.approx(p90, abs=1e-4)


def test_the_tickets_of_a_window_begin_at_its_start_and_end_before_its_end():
    moments = (START - timedelta(seconds=1), START, END - timedelta(seconds=1), END)
    keep([TicketFacts("bug", moment, None, 1.0, True) for moment in moments])
    assert triage_of(None, start=START, end=END).total == 2


def test_only_the_tickets_of_the_team_and_side_count():
    keep([TicketFacts("bug", START, None, 1.0, on_platform) for on_platform in (True, True, False)])
    Ticket.objects.filter(external_id__in=["0", "2"]).update(team="ads")
    counts = [
        triage_of(None, start=START, end=END, **filters).total
        for filters in (
            {},
            {"team": "ads"},
            {"on_platform": True},
            {"on_platform": False},
            {"team": "ads", "on_platform": True},
            {"team": ""},
        )
    ]
    assert counts == [3, 2, 2, 1, 1, 1]
