"""What is observed of each figure: from records, and only where there are enough of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from assessments.health.queries.health_alerts import WINDOW, get_health_alert, observe, observe_score, owner_of
from assessments.health.rules.health_alerts import Figure
from assessments.models import Ticket, TrainingRun
from platform_site.errors import Unknown
from platform_site.people.models import Team

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def tickets(organization, count: int, begin: datetime) -> None:
    """So many tickets, spread over four weeks."""
    rows = [
        Ticket(
            organization=organization,
            source="jira",
            external_id=f"{begin:%m%d}-{number}",
            title="help",
            opened_at=begin + WINDOW * number / count,
        )
        for number in range(count)
    ]
    Ticket.objects.bulk_create(rows)


def runs(organization, month: int, *teams: str) -> None:
    for team in teams:
        TrainingRun.objects.create(
            organization=organization,
            team=team,
            model="demand",
            started_at=datetime(2026, month, 10, tzinfo=UTC),
            succeeded=True,
        )


def test_nothing_is_observed_of_nothing(organization):
    assert observe(organization, NOW) == {}
    assert owner_of(organization, NOW) == ""
    with pytest.raises(Unknown, match="no health alert 0"):
        get_health_alert(0)


def test_the_score_is_of_the_last_two_published_assessments(organization, published):
    pair = observe_score(organization, timezone.now())[Figure.SCORE]
    assert (pair.before, pair.after.value, pair.after.of) == (None, 35.3, f"assessment {published.pk} of 2026-11-02")
    assert pair.standing == {pair.after.of}
    assert owner_of(organization, timezone.now()) == "lea"


@pytest.mark.parametrize(("before", "after", "observed"), [(20, 40, 2), (19, 40, 1), (40, 19, 0)])
def test_ticket_load_needs_engineers_and_enough_tickets(before, after, observed, organization):
    tickets(organization, before, NOW - 2 * WINDOW)
    tickets(organization, after, NOW - WINDOW)
    assert Figure.TICKET_LOAD not in observe(organization, NOW)
    organization.platform_engineers = 2
    organization.save()
    pair = observe(organization, NOW).get(Figure.TICKET_LOAD)
    assert (pair is not None) + bool(pair and pair.before) == observed
    if pair and pair.before:
        assert pair.after.value / pair.before.value == pytest.approx(2, rel=0.2)
        assert pair.after.of == "2026-11-02 to 2026-11-30"


def test_active_teams_are_a_share_of_the_known_ones_in_months_that_are_over(organization):
    names = ["ads", "maps", "fraud", "eta"]
    for name in names:
        Team.objects.create(slug=name, name=name, organization=organization)
    runs(organization, 9, *names)
    runs(organization, 10, "ads", "maps")
    runs(organization, 11, "ads")  # the current month is not over
    pair = observe(organization, NOW)[Figure.ACTIVE_TEAMS]
    assert (pair.before.value, pair.before.of) == (100, "4 of 4 in September 2026")
    assert (pair.after.value, pair.after.of) == (50, "2 of 4 in October 2026")


def test_figures_of_another_organization_enter_none(organization, lea):
    from assessments.organizations.actions import add_organization

    other = add_organization(slug="otherco", name="OtherCo", actor=lea)
    tickets(other, 40, NOW - WINDOW)
    runs(other, 10, "ads")
    assert observe(organization, NOW) == {}
    assert observe(other, NOW + timedelta(seconds=1)).keys() == {Figure.ACTIVE_TEAMS}
