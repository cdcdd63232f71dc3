"""Which models an alert of a check is about, and which runs are about a version's data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.checks.actions.checks import define_check, queue_run
from registry.checks.queries.concerned import (
    about_data_of,
    about_model,
    deployed_between,
    drift_checks_of,
    models_concerned,
)
from registry.data.actions.source_tables import register_source_table
from registry.data.rules.source import Source
from registry.models import Check, CheckRun
from registry.versions.actions.registration import register_model
from tests.registry.conftest import FIXED, drift, register
from tests.registry.serving.story import approved

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def schema(actor, dataset, **others):
    return define_check("schema", name=f"of {dataset}", parameters={"dataset": dataset}, actor=actor, **others)


def test_the_model_of_a_check_is_the_only_one_whatever_serves(in_production, cora):
    price = register_model(name="price", owner_team="forecasting", actor=cora)
    assert list(models_concerned(schema(cora, "orders", model=price))) == [price]


def test_two_versions_in_production_are_one_model(second, cora):
    parity = register(FIXED, cora).run.check_definition
    assert list(models_concerned(parity)) == [second.model]
    assert list(models_concerned(schema(cora, "orders"))) == [second.model]


@pytest.mark.parametrize(
    ("stage", "concerned"), [("registered", 0), ("staging", 1), ("production", 1), ("archived", 0)]
)
def test_only_a_version_in_staging_or_production_is_concerned(model_version, cora, stage, concerned):
    type(model_version).objects.filter(pk=model_version.pk).update(stage=stage)
    assert models_concerned(schema(cora, "orders")).count() == concerned


def test_data_that_no_feature_is_computed_from_concern_nobody(in_production, events, cora):
    assert not models_concerned(drift(cora)).exists()


def test_runs_are_about_a_version_by_its_model_or_its_data(in_production, events, cora):
    of_data = queue_run(schema(cora, "orders"), actor=cora)
    of_model = queue_run(schema(cora, "events", model=in_production.model), actor=cora)
    queue_run(drift(cora), actor=cora)
    assert set(CheckRun.objects.filter(about_data_of(in_production))) == {of_data, of_model}


def test_only_what_changed_in_production_within_the_days_is_marked(in_production, events, cora):
    check, today = schema(cora, "orders"), timezone.now().date()
    approved(in_production, cora, percent=100)
    approved(in_production, cora, environment="batch", percent=100)
    approved(in_production, cora, thresholds={"alarm": 0.5})
    marks = deployed_between(check, today - timedelta(days=2), today)
    assert [name for _, name in marks] == ["demand, revision 1", "demand, revision 2"]
    assert marks == sorted(marks)
    assert deployed_between(check, today - timedelta(days=2), today - timedelta(days=1)) == []
    assert deployed_between(drift(cora), today, today) == []


def test_the_drift_checks_of_a_list_are_those_of_each_model(second, events, cora):
    model = second.model
    own = drift(cora, name="own")
    Check.objects.filter(pk=own.pk).update(model=model)
    of_data, elsewhere = drift(cora, name="of data"), drift(cora, name="elsewhere")
    Check.objects.filter(pk=of_data.pk).update(parameters={"dataset": "orders"})
    other = register_model(name="other", owner_team="forecasting", actor=cora)
    assert drift_checks_of([model.pk, other.pk]) == {model.pk: {own.pk, of_data.pk}}
    named = Check.objects.filter(about_model(model), kind="drift")
    assert set(named.values_list("pk", flat=True)) == {own.pk, of_data.pk}
    assert elsewhere.pk not in drift_checks_of([model.pk])[model.pk]
    assert drift_checks_of([other.pk]) == {}
    Check.objects.filter(pk=of_data.pk).update(model=other)
    assert drift_checks_of([model.pk]) == {model.pk: {own.pk}}


def test_a_drift_check_of_data_that_another_table_reads_is_not_of_the_model(in_production, events, cora):
    drift(cora)
    register_source_table("events", Source("events", ["user"], "at", ["id"]), owner_team="data-platform", actor=cora)
    assert drift_checks_of([in_production.model_id]) == {}
