"""The incident, twice: over seeded orders as it happened, and over real flights that anybody can check.

Everything goes through the actions that forms and the API use; a second run changes nothing.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from platform_site.access import Actor
from platform_site.roof.demo import orders, serving
from platform_site.roof.demo.history.clock import days_ago, working_day
from platform_site.roof.demo.history.timeline import Moment
from registry.checks.actions import checks
from registry.compute.definition import Definition
from registry.data.actions import datasets
from registry.data.actions.source_tables import register_source_table
from registry.data.rules.source import Source
from registry.features.actions import registration as features
from registry.models import (
    Check,
    Dataset,
    Feature,
    GateDecision,
    GatePolicy,
    ModelVersion,
    RegisteredModel,
    SourceTable,
)
from registry.versions.actions import gates, policies, promotion, registration

HERE = Path(__file__).parent
FIX = "Latency fix: the forward fill made the pipeline 40 minutes late, filling with zero does not."


class Incident(NamedTuple):
    """One source of rows, the feature over it before and after the fix, and the model trained before."""

    table: str
    columns: tuple[list[str], str, list[str]]  # entity key, event time, row key
    feature: str
    description: str
    trained: Definition
    fixed: Definition
    model: str
    model_description: str
    evaluations: list[dict[str, object]]


def window(value: str, entity: str, order: str) -> str:
    """A seven-row moving average, as both teams wrote it."""
    return f"AVG({value}) OVER (PARTITION BY {entity} ORDER BY {order} ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"


ORDERS = Incident(
    table="orders_daily",
    columns=(["customer_id"], "date", ["order_id"]),
    feature="rolling_7d_avg_orders",
    description="Average daily orders of a customer over the last seven days.",
    trained=Definition(window("order_count", "customer_id", "date"), "forward_fill", "float32", "orders_daily"),
    fixed=Definition(window("COALESCE(order_count, 0)", "customer_id", "date"), "zero_fill", "float32", "orders_daily"),
    model="demand_forecast_model",
    model_description="Demand for the next seven days, for each customer.",
    evaluations=[
        {"metric": "r2", "value": 0.71},
        {"metric": "mape", "value": 0.118},
        {"metric": "mape", "value": 0.131, "slice": "weekend"},
    ],
)
FLIGHTS = Incident(
    table="flights",
    columns=(["tailnum"], "time_hour", ["flight_id"]),
    feature="rolling_7_flight_arr_delay",
    description="Average arrival delay, in minutes, of an aircraft's last seven flights.",
    trained=Definition(window("arr_delay", "tailnum", "time_hour, flight_id"), "forward_fill", "float64", "flights"),
    fixed=Definition(
        window("COALESCE(arr_delay, 0)", "tailnum", "time_hour, flight_id"), "zero_fill", "float64", "flights"
    ),
    model="delay_forecast",
    model_description="Arrival delay of a flight, in minutes, before it departs.",
    evaluations=[
        {"metric": "r2", "value": 0.34},
        {"metric": "mae", "value": 14.2},
        {"metric": "mae", "value": 17.9, "slice": "origin=LGA"},
    ],
)
VERSION, CANDIDATE = "v2.3.1", "v2.4.0"


POLICY = "regressions"
WEATHER = "flights day by day"


def set_policy(lead: Actor) -> None:
    """What the platform asks of every regression before it serves."""
    if not GatePolicy.objects.filter(name=POLICY).exists():
        checks = [{"metric": "r2", "operator": ">=", "threshold": 0.25}]
        reason = "Below a quarter of the variance a moving average does as well."
        policies.save_policy(name=POLICY, model_type="regression", checks=checks, reason=reason, actor=lead)


def load(actor: Actor, approver: Actor) -> None:
    """Load both incidents: data, features, models that serve, the fix, and the gate that it closed."""
    for moment in moments(actor, approver):
        moment.act()


def moments(actor: Actor, approver: Actor) -> list[Moment]:
    """Both incidents at their times, which are those of their postmortems; a second run changes nothing."""

    def trained(incident: Incident) -> Callable[[], object]:
        return lambda: _train_and_serve(incident, actor, approver)

    def fixed(incident: Incident) -> Callable[[], object]:
        return lambda: _fix(incident, actor)

    def evaluated(incident: Incident) -> Callable[[], object]:
        return lambda: _evaluate(incident, actor)

    return [
        Moment(working_day(86), lambda: _place_data(settings.DATA_ROOTS[0])),
        Moment(working_day(85, 11), trained(ORDERS)),
        Moment(days_ago(75, 2, 10), fixed(ORDERS)),
        Moment(working_day(54, 9, 20), evaluated(ORDERS)),
        Moment(working_day(82, 11), trained(FLIGHTS)),
        Moment(working_day(81, 14, 20), lambda: serving.rehearse(FLIGHTS.model, actor=actor)),
        Moment(working_day(5, 14, 40), lambda: serving.ask_for_fewer_alarms(FLIGHTS.model, actor=actor)),
        Moment(days_ago(4, 6), fixed(FLIGHTS)),
        Moment(days_ago(3, 10, 15), evaluated(FLIGHTS)),
        Moment(days_ago(3, 11), lambda: _watch_the_weather(actor)),
        Moment(days_ago(0, 23), lambda: _try_a_candidate(actor, approver)),
    ]


def _watch_the_weather(actor: Actor) -> None:
    """Day by day, what delayed the flights of 2013: the snow of March, the storms of summer, the days before Christmas."""
    if Check.objects.filter(name=WEATHER).exists():
        return
    parameters = {
        "reference": FLIGHTS.table,
        "reference_to": "2013-03-01",
        "current_from": "2013-03-01",
        "window": "day",
        "calibrated": True,
        "columns": ["dep_delay", "arr_delay", "dep_time", "arr_time", "air_time"],
        "importance": {"dep_delay": 3, "arr_delay": 3},
    }
    check = checks.define_check(Check.Kind.DRIFT, name=WEATHER, parameters=parameters, actor=actor)
    checks.queue_run(check, actor=actor)


def _place_data(root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    if not (root / "flights.parquet").exists():
        shutil.copyfile(HERE / "flights.parquet", root / "flights.parquet.tmp")
        (root / "flights.parquet.tmp").replace(root / "flights.parquet")
    if not (root / "orders_daily.parquet").exists():
        orders.write(root / "orders_daily.parquet")


def _try_a_candidate(actor: Actor, approver: Actor) -> None:
    """What retraining after the fix led to: a version that is tried in staging."""
    model = RegisteredModel.objects.get(name=ORDERS.model)
    dataset = Dataset.objects.get(name=ORDERS.table)
    candidate = model.versions.filter(version=CANDIDATE).first() or _train(model, ORDERS, dataset, actor, CANDIDATE)
    if candidate.stage == "registered":
        promotion.promote(candidate, "staging", actor=actor)
        candidate.refresh_from_db(fields=["stage"])
    serving.roll_out(model, candidate, actor=actor, approver=approver)


def _train_and_serve(incident: Incident, actor: Actor, approver: Actor) -> None:
    dataset = _dataset(incident, actor)
    if not SourceTable.objects.filter(name=incident.table).exists():
        entity, event_time, key = incident.columns
        register_source_table(
            incident.table, Source(dataset.name, entity, event_time, key), owner_team="data-platform", actor=actor
        )
    if not Feature.objects.filter(name=incident.feature).exists():
        _register(incident, incident.trained, "As the model was trained.", actor)
    version = _model_version(incident, dataset, actor)
    if Feature.objects.get(name=incident.feature).versions.count() == 1:
        serving.serve(version, actor=actor, approver=approver)


def _fix(incident: Incident, actor: Actor) -> None:
    if Feature.objects.get(name=incident.feature).versions.count() == 1:
        _register(incident, incident.fixed, FIX, actor)


def _evaluate(incident: Incident, actor: Actor) -> None:
    version = ModelVersion.objects.get(model__name=incident.model, version=VERSION)
    if not version.gate_decisions.filter(gate=GateDecision.Gate.DEPLOYMENT, decision="BLOCKED").exists():
        gates.evaluate_deployment_gate(version, actor=actor)


def _dataset(incident: Incident, actor: Actor) -> Dataset:
    dataset = Dataset.objects.filter(name=incident.table).first()
    if dataset is None:
        _, event_time, key = incident.columns
        dataset = datasets.add_dataset(
            name=incident.table,
            kind=Dataset.Kind.PARQUET,
            location=f"{incident.table}.parquet",
            key=key,
            event_time=event_time,
            actor=actor,
        )
    if not dataset.snapshots.exists():
        datasets.take_snapshot(dataset, actor=actor)
    return dataset


def _register(incident: Incident, definition: Definition, reason: str, actor: Actor) -> None:
    features.register_feature(
        name=incident.feature,
        owner_team="data-platform",
        description=incident.description,
        definition=definition,
        reason=reason,
        actor=actor,
    )


def _model_version(incident: Incident, dataset: Dataset, actor: Actor) -> ModelVersion:
    model = RegisteredModel.objects.filter(name=incident.model).first() or registration.register_model(
        name=incident.model,
        owner_team="forecasting",
        model_type="regression",
        description=incident.model_description,
        actor=actor,
    )
    version = model.versions.filter(version=VERSION).first() or _train(model, incident, dataset, actor)
    for before, to in (("registered", "staging"), ("staging", "production")):
        if version.stage == before:
            promotion.promote(version, to, actor=actor)
            version.refresh_from_db(fields=["stage"])
    return version


def _train(
    model: RegisteredModel, incident: Incident, dataset: Dataset, actor: Actor, version: str = VERSION
) -> ModelVersion:
    """Register what a training pipeline would report; the commit and digests are those of named sample texts."""
    return registration.register_version(
        model,
        version=version,
        artifact={"uri": f"s3://exampleco-models/{model.name}/{version}", "digest": _sample(f"{model.name} artifact")},
        lineage_parts={
            "code_commit": _sample(f"{model.name} code")[:40],
            "pipeline_commit": _sample(f"{incident.feature} pipeline")[:40],
            "data_snapshot": dataset.snapshots.latest("taken_at").digest,
            "feature_snapshot": {"latest": [incident.feature]},
            "container_digest": f"sha256:{_sample(f'{model.name} image')}",
            "hyperparameters": {"learning_rate": 0.05, "max_depth": 8, "rounds": 400},
            "evaluations": incident.evaluations,
        },
        actor=actor,
    )


def _sample(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
