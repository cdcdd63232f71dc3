"""An alert about a figure opens once, follows newer evidence alone, and ends by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.health.actions.health_alerts import acknowledge_health_alert, follow_figures, watch_figures
from assessments.health.rules.health_alerts import Figure, Observed, Pair
from assessments.models import HealthAlert
from assessments.organizations.actions import archive_organization
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed, Refused
from tests.assessments.conftest import stated

pytestmark = pytest.mark.django_db


def seen(value: float, day: int) -> Observed:
    return Observed(value, f"observation of day {day}", date(2026, 11, day))


def follow(organization, figure: Figure, before: Observed | None, after: Observed) -> None:
    with transaction.atomic():
        follow_figures(organization, {figure: Pair(before, after)}, timezone.now())


def verbs() -> list[str]:
    rows = AuditEvent.objects.filter(action__startswith="health_alert.").order_by("sequence")
    return [row.action.partition(".")[2] for row in rows]


def publish(organization, lea, day: int, *, lacking: int = 0, corrects=None):
    """Publish the worked case with so many of its implemented capabilities missing."""
    items = stated()
    for item in [item for item in items if item["status"] == "implemented"][:lacking]:
        item["status"] = "missing"
    draft = begin_assessment(
        organization, assessed_on=date(2026, 11, day), items=items, from_last=False, corrects=corrects, actor=lea
    )
    return publish_assessment(draft, actor=lea)


def test_a_score_that_falls_between_two_assessments_opens_one_alert(organization, lea):
    first = publish(organization, lea, 2)
    assert not HealthAlert.objects.exists()
    second = publish(organization, lea, 9, lacking=2)
    alert = HealthAlert.objects.get()
    assert alert.title == (
        f"Health score fell from 35.3% (assessment {first.pk} of 2026-11-02) to 23.5% (assessment {second.pk} of 2026-11-09)."
    )
    assert (alert.figure, alert.owner, alert.state, alert.observed_on) == ("score", "lea", "open", date(2026, 11, 9))
    watch_figures()
    watch_figures()
    assert verbs() == ["opened"]
    event = AuditEvent.objects.get(action="health_alert.opened")
    assert (event.subject, event.content["organization"]) == (f"health_alert:{alert.pk}", "exampleco")


def test_a_small_fall_opens_none(organization, lea):
    publish(organization, lea, 2)
    items = stated()
    next(item for item in items if item["status"] == "partial")["status"] = "missing"
    publish_assessment(begin_assessment(organization, assessed_on=date(2026, 11, 9), items=items, actor=lea), actor=lea)
    assert not HealthAlert.objects.exists()


def test_a_newer_assessment_that_recovers_resolves_it(organization, lea):
    first = publish(organization, lea, 2)
    publish(organization, lea, 9, lacking=2)
    publish(organization, lea, 16, lacking=2)  # no further fall, and no recovery
    assert HealthAlert.objects.get().state == "open"
    last = publish(organization, lea, 23)
    alert = HealthAlert.objects.get()
    assert alert.state == "resolved"
    assert alert.resolved_because == (
        f"35.3% (assessment {last.pk} of 2026-11-23) is not more than 5 points below 35.3% (assessment {first.pk} of 2026-11-02)."
    )
    assert verbs() == ["opened", "resolved"]


def test_a_correction_of_what_it_compared_with_ends_it(organization, lea):
    first = publish(organization, lea, 2)
    publish(organization, lea, 9, lacking=2)
    publish(organization, lea, 2, lacking=2, corrects=first)
    alert = HealthAlert.objects.get()
    assert (alert.state, alert.resolved_because) == (
        "resolved",
        f"It compared with assessment {first.pk} of 2026-11-02, which was corrected.",
    )


def test_it_is_reported_again_only_when_it_is_worse_again_and_older_evidence_does_nothing(organization):
    follow(organization, Figure.TICKET_LOAD, seen(0.5, 1), seen(1.0, 8))
    follow(organization, Figure.TICKET_LOAD, seen(0.5, 1), seen(1.0, 8))
    follow(organization, Figure.TICKET_LOAD, seen(0.6, 2), seen(1.2, 9))
    alert = HealthAlert.objects.get()
    assert (verbs(), alert.after, alert.observed_on.day) == (["opened"], 1.0, 9)
    follow(organization, Figure.TICKET_LOAD, None, seen(0.1, 3))
    assert HealthAlert.objects.get().state == "open"
    follow(organization, Figure.TICKET_LOAD, None, seen(1.6, 10))
    assert verbs() == ["opened", "updated"]
    follow(organization, Figure.TICKET_LOAD, None, seen(0.9, 11))
    assert (verbs(), HealthAlert.objects.get().state) == (["opened", "updated", "resolved"], "resolved")
    follow(organization, Figure.TICKET_LOAD, seen(0.5, 12), seen(1.0, 19))
    assert HealthAlert.objects.count() == 2


def test_a_figure_that_nothing_measured_changes_nothing(organization):
    follow(organization, Figure.ACTIVE_TEAMS, seen(80, 1), seen(50, 8))
    with transaction.atomic():
        follow_figures(organization, {}, timezone.now())
    watch_figures()
    assert (HealthAlert.objects.get().state, verbs()) == ("open", ["opened"])


def test_an_acknowledgement_covers_what_was_seen(organization, lea):
    follow(organization, Figure.ACTIVE_TEAMS, seen(80, 1), seen(60, 8))
    alert = HealthAlert.objects.get()
    with pytest.raises(NotAllowed):
        acknowledge_health_alert(alert, actor=Actor("vic", frozenset({Role.VIEWER})))
    acknowledge_health_alert(alert, actor=lea)
    acknowledge_health_alert(alert, actor=lea)
    assert verbs() == ["opened", "acknowledged"]
    follow(organization, Figure.ACTIVE_TEAMS, None, seen(58, 9))
    assert HealthAlert.objects.get().state == "acknowledged"
    follow(organization, Figure.ACTIVE_TEAMS, None, seen(40, 10))
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by) == ("open", "")
    follow(organization, Figure.ACTIVE_TEAMS, None, seen(80, 11))
    with pytest.raises(Refused):
        acknowledge_health_alert(alert, actor=lea)


def test_an_archived_organization_has_no_open_alert(organization, lea):
    follow(organization, Figure.ACTIVE_TEAMS, seen(80, 1), seen(60, 8))
    archive_organization(organization, archived=True, actor=lea)
    watch_figures()
    watch_figures()
    assert HealthAlert.objects.get().resolved_because == "The organization is archived."
    assert verbs() == ["opened", "resolved"]


def test_an_error_in_one_organization_stops_no_other(organization, monkeypatch, caplog):
    monkeypatch.setattr("assessments.health.actions.health_alerts.observe", lambda *_: 1 / 0)
    assert watch_figures() == 0
    assert "ZeroDivisionError" in caplog.text


def test_four_weeks_are_the_window():
    from assessments.health.queries.health_alerts import WINDOW

    assert timedelta(days=28) == WINDOW


@pytest.mark.same_on_both  # what is observed is named in 80 characters, which PostgreSQL enforces and SQLite does not
def test_a_title_of_any_length_is_stored(organization):
    longest = HealthAlert._meta.get_field("title").max_length
    before, after = (seen(value, day)._replace(of="x" * longest) for value, day in ((90.0, 2), (10.0, 9)))
    follow(organization, Figure.SCORE, before, after)
    assert len(HealthAlert.objects.get().title) == longest
