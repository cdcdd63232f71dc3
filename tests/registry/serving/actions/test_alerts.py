"""Serving that reports a difference, or nothing for too long, has an alert until it reports again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from registry.checks.actions.alerts import acknowledge
from registry.models import Alert, RegisteredModel
from registry.serving.actions.alerts import look_for_silence, resolve_alerts_of_gone
from registry.serving.actions.reports import report_serving
from registry.tasks import look_for_silence as beat
from registry.versions.actions.details import edit_model
from registry.versions.actions.promotion import promote
from registry.versions.queries import gates
from tests.registry.serving.actions.test_reports import CHANGED, DUE, WINDOW, report
from tests.registry.serving.story import approved


@pytest.fixture
def later(monkeypatch):
    """`later(hours)`: that much time goes by."""

    def goes_by(hours):
        then = timezone.now() + timedelta(hours=hours)
        monkeypatch.setattr(timezone, "now", lambda: then)

    return goes_by


def alerts():
    return sorted(Alert.objects.values_list("finding", "environment", "state", "blocking"))


def test_silence_opens_one_alert_that_informs_and_a_report_ends_it(in_production, cora, later):
    report(in_production, cora, orders_3d=DUE)
    assert look_for_silence() == 0
    later(25)
    beat()
    assert look_for_silence() == 0
    assert alerts() == [("silence", "production", "open", False)]
    assert "demand v1 is silent in production" in Alert.objects.get().title
    assert "the limit is 24 hours" in Alert.objects.get().title
    assert gates.deployment_verdict(in_production).proceeds
    report(in_production, cora, orders_3d=DUE)
    assert alerts() == [("silence", "production", "resolved", False)]
    assert look_for_silence() == 0
    later(25)
    assert look_for_silence() == 1  # again
    assert [state for _, _, state, _ in alerts()] == ["open", "resolved"]


def test_silence_and_skew_of_one_environment_are_two_alerts(in_production, cora, later):
    report(in_production, cora, orders_3d=CHANGED)
    later(25)
    assert look_for_silence() == 1
    report(in_production, cora, orders_3d=CHANGED)
    assert alerts() == [("silence", "production", "resolved", False), ("skew", "production", "open", False)]


def test_what_is_not_in_production_is_not_missed(in_production, cora, later):
    report(in_production, cora, orders_3d=DUE)
    later(25)
    look_for_silence()
    promote(in_production, "archived", actor=cora)
    assert look_for_silence() == 0
    alert = Alert.objects.get()
    assert (alert.state, "does not serve in production" in alert.resolved_because) == ("resolved", True)


def test_its_team_says_how_long_is_too_long(in_production, model, cora, later):
    report(in_production, cora, orders_3d=DUE)
    edit_model(model, silent_after_hours=48, actor=cora)
    later(25)
    assert look_for_silence() == 0
    edit_model(model, silent_after_hours=2, actor=cora)
    assert look_for_silence() == 1
    assert AuditEvent.objects.filter(action="model.edited").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisteredModel.objects.update(silent_after_hours=0)


def test_pages_and_api_tell_of_skew_and_silence(in_production, api, browser_of, cora, later):
    ci, viewer = api("contributor"), browser_of("viewer")
    assert "serving has never reported" in viewer.get("/registry/models/demand/").content.decode()
    report(in_production, cora, orders_3d=CHANGED)
    (alert,) = ci.get("/api/v1/alerts/").json()["results"]  # there when the report's answer is
    assert (alert["finding"], alert["state"]) == ("skew", "open")
    for path in ("models/demand/", "models/demand/v1/", "features/orders_3d/"):
        assert f"serves {CHANGED} instead of {DUE}" in viewer.get(f"/registry/{path}").content.decode(), path
    limited = ci.patch("/api/v1/models/demand/", {"silent_after_hours": 3}, format="json")
    assert limited.json()["silent_after_hours"] == 3
    assert ci.patch("/api/v1/models/demand/", {"silent_after_hours": 0}, format="json").status_code == 400
    later(4)
    assert "Silent" in viewer.get("/registry/models/demand/").content.decode()


# -- one thing, one alert: what updates it and what ends it --------------------------------------------------------------

OTHER = "f" * 12


def at(version, actor, hour, *, environment="production", **features):
    """A report of the window that ends at an hour of 23 November."""
    start = WINDOW[0] + timedelta(hours=hour)
    served = {name: {"version": feature} for name, feature in features.items()}
    window = (start, start + timedelta(hours=1))
    return report_serving(version, environment=environment, window=window, features=served, actor=actor)


def life():
    """Every event of alerts since the beginning: its name without the room, and whether it reopened one."""
    events = AuditEvent.objects.filter(action__startswith="alert.").order_by("sequence")
    return [
        event.action.removeprefix("alert.") + (" and reopened" if event.content.get("reopened") else "")
        for event in events
    ]


def standing(**about):
    return Alert.objects.exclude(state="resolved").get(**about)


def test_another_finding_updates_the_alert_and_is_an_event_with_the_one_before(in_production, cora):
    at(in_production, cora, 0, orders_3d=CHANGED)
    before = standing()
    at(in_production, cora, 1, orders_3d=OTHER)
    after = standing()
    assert after.pk == before.pk
    assert f"serves {OTHER} instead of {DUE}" in after.title
    event = AuditEvent.objects.filter(action="alert.updated").get()
    assert (event.content["was"], event.content["title"]) == (before.title, after.title)
    assert (event.content["change"], event.content["state"]) == ("another_or_worse", "open")
    about = {"model": "demand", "version": "v1", "environment": "production", "feature": "orders_3d"}
    assert {name: event.content[name] for name in about} == about
    assert [finding.title for finding in after.findings.all()] == [after.title, before.title]
    assert after.serving_report_id == event.content["serving_report"]


def test_the_same_again_is_silent_and_an_acknowledgement_covers_it(in_production, cora):
    at(in_production, cora, 0, orders_3d=CHANGED)
    acknowledge(standing(), until=None, actor=cora)
    newest = at(in_production, cora, 1, orders_3d=CHANGED)
    at(in_production, cora, 1, orders_3d=CHANGED)  # sent twice
    assert life() == ["opened", "acknowledged"]
    assert (standing().state, standing().observed_at) == ("acknowledged", newest.window_end)
    assert standing().findings.count() == 1


def test_what_was_not_seen_reopens_an_acknowledged_alert_and_a_lesser_finding_does_not(in_production, cora):
    features = {"one": DUE, "two": DUE}
    at(in_production, cora, 0, **features)
    alert = standing(finding="features")
    assert alert.parts == {"missing:orders_3d": None, "extra:one": None, "extra:two": None}
    acknowledge(alert, until=timezone.now() + timedelta(days=1), actor=cora)
    at(in_production, cora, 1, orders_3d=DUE, **features)
    assert (standing().state, standing().parts) == ("acknowledged", {"extra:one": None, "extra:two": None})
    at(in_production, cora, 2, **features)  # it was seen like that
    assert standing().state == "acknowledged"
    at(in_production, cora, 3, orders_3d=DUE, three=DUE)
    assert (standing().state, standing().acknowledged_by, standing().acknowledged_until) == ("open", "", None)
    assert life() == ["opened", "acknowledged", "updated", "updated", "updated and reopened"]
    changes = AuditEvent.objects.filter(action="alert.updated").order_by("sequence")
    assert [event.content["change"] for event in changes] == ["lesser", "another_or_worse", "another_or_worse"]
    assert changes.last().content["acknowledged_by"] == cora.name


@pytest.mark.parametrize(
    ("says", "state"),
    [
        ({"version": "v2"}, "open"),
        ({"environment": "canary"}, "open"),
        ({"hour": -1}, "open"),
        ({"hour": 1}, "resolved"),
        ({"hour": 0}, "resolved"),  # of two reports of one window the last one counts
    ],
)
def test_only_newer_evidence_about_the_same_thing_ends_it(in_production, second, cora, says, state):
    at(in_production, cora, 0, orders_3d=CHANGED)
    alert = standing()
    version = second if says.get("version") else in_production
    environment = says.get("environment", "production")
    at(version, cora, says.get("hour", 1), environment=environment, orders_3d=DUE)
    alert.refresh_from_db()
    assert alert.state == state


def test_a_report_that_leaves_the_feature_out_says_nothing_of_its_definition(in_production, cora):
    at(in_production, cora, 0, orders_3d=CHANGED)
    at(in_production, cora, 1)
    assert standing(finding="skew").feature == "orders_3d"
    assert "1 feature is not reported (orders_3d)" in standing(finding="features").title
    assert not gates.deployment_verdict(in_production).proceeds  # leaving it out opens no gate
    at(in_production, cora, 2, orders_3d=DUE)
    assert not Alert.objects.exclude(state="resolved").exists()


@pytest.mark.parametrize(("hour", "opens"), [(-1, False), (0, True), (1, True)])
def test_a_late_report_opens_nothing_that_newer_evidence_has_answered(in_production, cora, hour, opens):
    at(in_production, cora, 0, orders_3d=DUE)
    at(in_production, cora, hour, orders_3d=CHANGED)
    assert Alert.objects.exists() is opens


def test_a_late_report_opens_what_no_newer_one_speaks_of(in_production, cora):
    at(in_production, cora, 3)  # the feature is missing: nothing is known of its definition
    at(in_production, cora, 1, orders_3d=CHANGED)
    assert standing(finding="skew").observed_at == WINDOW[1] + timedelta(hours=1)
    at(in_production, cora, 2)
    assert standing(finding="features").observed_at == WINDOW[1] + timedelta(hours=3)


def test_a_window_that_ends_in_the_future_counts_when_it_came(in_production, cora):
    years = 24 * 365 * 30
    clean = at(in_production, cora, years, orders_3d=DUE)
    assert clean.observed_at == clean.reported_at
    moment = timezone.now()
    window = (moment - timedelta(hours=1), moment)
    features = {"orders_3d": {"version": CHANGED}}
    report_serving(in_production, environment="production", window=window, features=features, actor=cora)
    assert standing().state == "open"
    at(in_production, cora, years, orders_3d=DUE)
    assert not Alert.objects.exclude(state="resolved").exists()


def test_a_canary_that_flaps_has_an_alert_of_its_own(in_production, second, cora):
    for hour in range(3):
        at(in_production, cora, hour, orders_3d=CHANGED)
        at(second, cora, hour, orders_3d=DUE if hour % 2 else CHANGED)
    assert life() == ["opened", "opened", "resolved", "opened"]
    assert standing(model_version=in_production).state == "open"


def test_every_alert_of_one_report_opened_at_one_moment(in_production, cora):
    reported = at(in_production, cora, 0, orders_3d=CHANGED, other=DUE)
    assert [alert.opened_at for alert in Alert.objects.all()] == [reported.reported_at] * 2


# -- a version that serves no more ---------------------------------------------------------------------------------------


def test_the_alert_of_a_version_ends_with_its_traffic_after_its_last_report(serving, in_production, second, cora):
    report_of_now(in_production, cora, CHANGED)
    assert resolve_alerts_of_gone() == 0
    approved(second, cora, percent=100)
    beat()
    alert = Alert.objects.get()
    assert (alert.state, alert.resolved_because) == ("resolved", "v1 has no traffic in production since revision 2.")
    report_of_now(in_production, cora, CHANGED)  # it serves all the same
    assert resolve_alerts_of_gone() == 0
    assert sorted(Alert.objects.exclude(state="resolved").values_list("finding", flat=True)) == ["skew", "traffic"]


def report_of_now(version, actor, served):
    window = (timezone.now(), timezone.now() + timedelta(minutes=1))
    features = {"orders_3d": {"version": served}}
    return report_serving(version, environment="production", window=window, features=features, actor=actor)


def test_the_alert_of_an_archived_version_ends_unless_it_reports_afterwards(in_production, second, cora):
    for version in (in_production, second):
        at(version, cora, 0, orders_3d=CHANGED)
    promote(in_production, "archived", actor=cora)
    assert resolve_alerts_of_gone() == 1
    assert standing().model_version == second
    ended = Alert.objects.get(state="resolved")
    assert ended.resolved_because == "demand v1 is archived and has reported nothing since."
    at(in_production, cora, 1, orders_3d=CHANGED)
    assert resolve_alerts_of_gone() == 0
    assert standing(model_version=in_production).state == "open"


def test_each_version_that_serves_is_missed_by_itself(serving, in_production, second, cora, later):
    approved(second, cora, percent=30)
    for version in (in_production, second):
        report_of_now(version, cora, DUE)
    later(25)
    assert look_for_silence() == 2
    report_of_now(second, cora, DUE)
    assert standing().model_version == in_production
    assert look_for_silence() == 0
