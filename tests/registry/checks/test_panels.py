"""What checks show on the pages of data sets, features, models and model versions and teams."""

from __future__ import annotations

import pytest
from django.http import HttpRequest

from platform_site.people.models import Team
from registry.checks import panels
from registry.checks.actions.checks import define_check, queue_run
from registry.checks.actions.execution import execute
from registry.models import Alert
from registry.versions.queries.gates import GatedVersion, deployment_verdict
from tests.registry.conftest import FIXED, drift, register, run_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(in_production, cora):
    """The run about another definition of the feature, which failed and opened an alert."""
    run = register(FIXED, cora).run
    execute(run.pk)
    return run


def test_a_data_set_has_the_checks_that_read_it(orders, events, cora):
    first = define_check("schema", name="first", parameters={"dataset": "events"}, actor=cora)
    define_check("schema", name="elsewhere", parameters={"dataset": "orders"}, actor=cora)
    second = drift(cora)
    assert list(panels.of_dataset(HttpRequest(), events)["checks"]) == [second, first]


def test_a_data_set_says_what_the_newest_run_of_each_check_left_out(orders, events, cora):
    check = drift(cora)
    [shown] = panels.of_dataset(HttpRequest(), events)["checks"]
    assert shown.compared is None
    run = run_of(check, cora)
    [shown] = panels.of_dataset(HttpRequest(), events)["checks"]
    assert shown.compared == run.result.content["sentence"]


def test_a_feature_has_its_alerts_and_its_ten_newest_runs(changed, cora):
    check = changed.check_definition
    shown = panels.of_feature(HttpRequest(), check.feature)
    assert ([alert.run_id for alert in shown["alerts"]], list(shown["runs"])) == ([changed.pk], [changed])
    newest = [queue_run(check, actor=cora) for _ in range(10)][::-1]
    assert list(panels.of_feature(HttpRequest(), check.feature)["runs"]) == newest


def test_a_model_has_its_alerts_until_they_are_resolved(changed, model):
    assert panels.of_model(HttpRequest(), model)["alerts"].count() == 1
    Alert.objects.update(state="acknowledged")
    assert panels.of_model(HttpRequest(), model)["alerts"].count() == 1
    Alert.objects.update(state="resolved")
    assert panels.of_model(HttpRequest(), model)["alerts"].count() == 0


def test_a_version_has_the_open_alerts_of_its_model(changed, in_production):
    shown = panels.of_version(HttpRequest(), GatedVersion(in_production, deployment_verdict(in_production)))
    assert shown["alerts"].get().run == changed


def test_a_team_has_the_open_alerts_of_its_models(changed):
    owner, other = (Team.objects.get(slug=slug) for slug in ("forecasting", "data-platform"))
    shown = panels.of_team(HttpRequest(), owner)
    assert shown["alerts"].get().run == changed
    assert shown["glance"] == [("Open alerts", 1, "/registry/alerts/?state=unresolved&team=forecasting", "")]
    assert list(panels.of_team(HttpRequest(), other)["alerts"]) == []
    Alert.objects.update(state="resolved")
    assert list(panels.of_team(HttpRequest(), owner)["alerts"]) == []
