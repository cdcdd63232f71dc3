"""What checks show on the pages of data sets, features, models and model versions and teams."""

from __future__ import annotations

import pytest
from django.http import HttpRequest

from platform_site.people.models import Team
from registry.checks import panels
from registry.checks.actions.checks import change_check, define_check, queue_run
from registry.checks.actions.execution import execute
from registry.models import Alert, Check
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
    assert len(panels.of_model(HttpRequest(), model)["alerts"]) == 1
    Alert.objects.update(state="acknowledged")
    assert len(panels.of_model(HttpRequest(), model)["alerts"]) == 1
    Alert.objects.update(state="resolved")
    assert len(panels.of_model(HttpRequest(), model)["alerts"]) == 0


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


def test_a_model_shows_the_checks_of_it_of_its_features_and_of_their_data(changed, in_production, events, cora):
    model = in_production.model
    own = define_check("schema", name="own", parameters={"dataset": "events"}, model=model, actor=cora)
    of_data = define_check("schema", name="of data", parameters={"dataset": "orders"}, actor=cora)
    define_check("schema", name="elsewhere", parameters={"dataset": "events"}, actor=cora)
    shown = panels.checks_of_model(HttpRequest(), model)
    assert [check for check, _ in shown["checks"]] == [of_data, own, changed.check_definition]
    assert [run for _, run in shown["checks"]] == [None, None, changed]
    assert ([alert.run_id for alert in shown["alerts"]], shown["drift"]) == ([changed.pk], None)


def test_drift_is_drawn_from_the_second_run_on(in_production, events, cora):
    check = drift(cora)
    Check.objects.filter(pk=check.pk).update(model=in_production.model)
    run_of(check, cora)
    assert panels.checks_of_model(HttpRequest(), in_production.model)["drift"] is None
    second = run_of(check, cora)
    chart = panels.checks_of_model(HttpRequest(), in_production.model)["drift"]
    assert [len(trace["x"]) for trace in chart.figure["data"]] == [2]
    assert chart.rows[0][3] == second.columns.get(rank=1).effect


def test_the_scorecard_knows_what_runs_on_a_schedule(in_production, events, cora):
    def facts():
        return {fact.title: fact.met for fact in panels.of_model(HttpRequest(), in_production.model)["check_facts"]}

    check = drift(cora)
    Check.objects.filter(pk=check.pk).update(model=in_production.model)
    assert facts() == {"Drift watched": False, "Parity watched": False, "No open alerts": True}
    change_check(check, schedule="0 6 * * *", blocking=False, actor=cora)
    assert facts()["Drift watched"] is True


def test_a_row_of_the_list_has_the_drift_that_its_model_page_draws(
    in_production, events, cora, django_assert_max_num_queries
):
    model, check = in_production.model, drift(cora)
    assert panels.of_models(HttpRequest(), [model]) == {"drift": {}}
    Check.objects.filter(pk=check.pk).update(model=model)
    assert panels.of_models(HttpRequest(), [model]) == {"drift": {}}
    runs = [run_of(check, cora), run_of(check, cora)]
    with django_assert_max_num_queries(6):
        drawn = panels.of_models(HttpRequest(), [model])["drift"]
    assert [finding.run_id for finding in drawn[model.pk]] == [run.pk for run in runs]
    assert {finding.rank for finding in drawn[model.pk]} == {1}
    assert drawn[model.pk][-1].effect > 1
