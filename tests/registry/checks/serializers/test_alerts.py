"""What the API takes to acknowledge an alert, and what it returns of one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from registry.checks.actions.alerts import acknowledge
from registry.checks.actions.execution import execute
from registry.checks.queries import checks
from registry.checks.serializers import alerts as serializers
from registry.models import Alert
from tests.registry.conftest import FIXED, register
from tests.registry.serving.actions.test_reports import CHANGED, report

SOON = "2030-01-01T08:00:00Z"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "acknowledged_until"),
        ({"acknowledged_until": ""}, "acknowledged_until"),
        ({"acknowledged_until": "soon"}, "acknowledged_until"),
        ({"acknowledged_until": None}, "acknowledged_until"),
        ({"acknowledge_for": "1_day", "acknowledged_until": SOON}, "acknowledged_until"),
        ({"acknowledge_for": "1_year"}, "acknowledge_for"),
        ({"acknowledge_for": "1_day", "seen": 0}, "seen"),
        ({"acknowledge_for": "1_day", "for": "ever"}, "for"),
    ],
)
def test_one_end_is_given_and_a_value_that_does_not_fit_is_refused_at_its_field(body, field):
    serializer = serializers.AcknowledgeInput(data=body)
    assert not serializer.is_valid()
    assert set(serializer.errors) == {field}


@pytest.mark.parametrize("period", ["1_day", "1_week", "until_fixed"])
def test_a_period_is_enough_and_so_is_a_moment(period):
    assert serializers.AcknowledgeInput(data={"acknowledge_for": period, "seen": 1}).is_valid()
    assert serializers.AcknowledgeInput(data={"acknowledged_until": SOON}).is_valid()


@pytest.mark.django_db
def test_an_alert_of_serving_says_what_it_is_about_and_what_it_reported(in_production, cora):
    report(in_production, cora, orders_3d=CHANGED)
    first = acknowledge(Alert.objects.get(), until=datetime(2030, 1, 1, 8, tzinfo=UTC), actor=cora)
    report(in_production, cora, orders_3d="f" * 12)
    alert = serializers.AlertDetailOutput(checks.get_alert(first.pk)).data
    about = ("model", "version", "environment", "feature", "kind", "finding", "state")
    assert [alert[name] for name in about] == ["demand", "v1", "production", "orders_3d", "skew", "skew", "open"]
    assert (alert["closes_gate"], alert["blocking"], alert["returns"]) == (True, False, "")
    assert alert["acknowledged_title"] == first.title != alert["title"]
    assert [(finding["title"], finding["seen_by_ack"]) for finding in alert["findings"]] == [
        (alert["title"], False),
        (first.title, True),
    ]
    assert {finding["at"] for finding in alert["findings"]} == {alert["observed_at"]}


@pytest.mark.django_db
def test_an_alert_of_a_run_is_about_a_model_and_has_the_kind_of_its_check(in_production, cora):
    run = register(FIXED, cora).run
    execute(run.pk)
    alert = serializers.AlertOutput(checks.alerts().get()).data
    assert (alert["model"], alert["check_run"], alert["serving_report"]) == ("demand", run.pk, None)
    assert (alert["state"], alert["finding"], alert["acknowledged_until"]) == ("open", "check", None)
    assert (alert["kind"], alert["version"], alert["acknowledged_title"]) == ("definition_parity", None, "")
