"""A small registry: two teams, seven rows of orders, one feature, one model."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from platform_site.access import Actor, Role
from platform_site.people.models import Team
from registry.checks.actions.checks import define_check, queue_run
from registry.checks.actions.execution import execute
from registry.compute.definition import Definition
from registry.data.actions import datasets
from registry.data.actions.source_tables import add_source_version, register_source_table
from registry.data.rules.source import Source
from registry.features.actions import registration as features
from registry.models import CheckRun
from registry.versions.actions import registration
from tests.built_once import built_once
from tests.running import servers

DAYS, ROWS = 40, 300
SQL_TYPES = {
    "int64": "bigint", "double": "double precision", "string": "text", "bool": "boolean", "date32[day]": "date",
    "timestamp[us]": "timestamp",
}  # fmt: skip
HEX = "0123456789abcdef" * 4
WINDOW = "OVER (PARTITION BY customer_id ORDER BY date ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"
TRAINED = Definition(f"AVG(order_count) {WINDOW}", "forward_fill", "float64", "orders")
FIXED = Definition(f"AVG(COALESCE(order_count, 0)) {WINDOW}", "zero_fill", "float64", "orders")
REWRITTEN = TRAINED._replace(computation_logic=f"avg( order_count ) {WINDOW.lower()}")


def contributor(*teams: str, name: str = "cora") -> Actor:
    return Actor(name, frozenset({Role.CONTRIBUTOR}), frozenset(teams))


@pytest.fixture
def teams(db):
    names = ("forecasting", "data-platform")
    return built_once(
        "teams", lambda: [Team.objects.get_or_create(slug=slug, defaults={"name": slug})[0] for slug in names]
    )


@pytest.fixture
def cora(teams):
    """A contributor of both teams."""
    return contributor("forecasting", "data-platform")


@pytest.fixture
def data_root(settings, tmp_path) -> Path:
    settings.DATA_ROOTS = [tmp_path]
    return tmp_path


@pytest.fixture
def orders(cora, data_root):
    """The source table `orders`: two customers, one gap each."""
    table = {
        "order_id": list(range(1, 8)),
        "customer_id": [1, 1, 1, 1, 2, 2, 2],
        "date": [date(2024, 3, day) for day in (1, 2, 3, 4, 1, 2, 3)],
        "order_count": [4.0, None, 6.0, 8.0, 1.0, 2.0, None],
    }
    pq.write_table(pa.table(table), data_root / "orders.parquet")
    return built_once("orders", lambda: _register_orders(cora))


def _register_orders(cora: Actor):
    dataset = datasets.add_dataset(
        name="orders", kind="parquet", location="orders.parquet", key=["order_id"], event_time="date", actor=cora
    )
    datasets.take_snapshot(dataset, actor=cora)
    source = Source("orders", ["customer_id"], "date", ["order_id"])
    return register_source_table("orders", source, owner_team="data-platform", actor=cora)[0]


def source_changed(table, actor: Actor, **changed):
    """A new version of a source table that differs from the one in force in what is named."""
    table = type(table).objects.select_related("owner_team", "current__dataset").get(pk=table.pk)
    return add_source_version(table, table.current.source._replace(**changed), reason="It moved.", actor=actor)


def register(definition: Definition, actor: Actor, name: str = "orders_3d", **others) -> features.Registered:
    return features.register_feature(
        name=name, owner_team="data-platform", definition=definition, actor=actor, **others
    )


@pytest.fixture
def feature(orders, cora):
    """`orders_3d` at the definition that models were trained on."""
    return built_once("feature", lambda: register(TRAINED, cora).version.feature)


def lineage(orders, **changed) -> dict:
    return {
        "code_commit": HEX[:40],
        "data_snapshot": orders.current.dataset.snapshots.get().digest,
        "feature_snapshot": {"latest": ["orders_3d"]},
        "container_digest": f"sha256:{HEX}",
        "hyperparameters": {"depth": 3},
        "evaluations": [{"metric": "mape", "value": 0.12}],
    } | changed


ARTIFACT = {"uri": "s3://models/demand/1", "digest": HEX}


@pytest.fixture
def model(teams, cora):
    return built_once("model", lambda: registration.register_model(name="demand", owner_team="forecasting", actor=cora))


@pytest.fixture
def model_version(model, feature, orders, cora):
    """`demand` v1, trained on the feature's first definition."""
    return built_once("model version", lambda: _trained(model, "v1", orders, cora))


def _trained(model, version: str, orders, actor: Actor):
    return registration.register_version(
        model, version=version, artifact=ARTIFACT, lineage_parts=lineage(orders), actor=actor
    )


def _promote(version, actor: Actor) -> None:
    from registry.versions.actions.promotion import promote

    for stage in ("staging", "production"):
        promote(version, stage, actor=actor)
        version.refresh_from_db()


@pytest.fixture
def in_production(model_version, cora):
    built_once("in production", lambda: _promote(model_version, cora))
    model_version.refresh_from_db()
    return model_version


@pytest.fixture
def second(in_production, orders, cora):
    """`demand` v2, in production too."""
    version = built_once("v2", lambda: _trained(in_production.model, "v2", orders, cora))
    built_once("v2 in production", lambda: _promote(version, cora))
    version.refresh_from_db()
    return version


@pytest.fixture
def serving(in_production, cora):
    """v1 serves all of production, approved by ann: revision 1."""
    from tests.registry.serving.story import approved

    return built_once("serving", lambda: approved(in_production, cora, percent=100, thresholds={"alarm": 0.5}))


@pytest.fixture(scope="session")
def postgres_server():
    """The address of a PostgreSQL server with data of somebody else's."""
    try:
        servers.find_postgres()
    except servers.Missing as missing:
        pytest.skip(f"This engine was NOT tested: {missing}")
    with servers.postgres() as dsn:
        yield dsn


@pytest.fixture
def warehouse(postgres_server, settings):
    """The connection `warehouse`, empty, open for writing by the test."""
    settings.CONNECTIONS = {"warehouse": postgres_server}
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        yield connection


def loaded(connection, name: str, path: Path) -> None:
    """The rows of a Parquet file as a table of the connection."""
    table = pq.read_table(path)
    columns = ", ".join(f'"{field.name}" {SQL_TYPES[str(field.type)]}' for field in table.schema)
    connection.execute(f'CREATE TABLE "{name}" ({columns})')
    with connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
        for row in table.to_pylist():
            copy.write_row(list(row.values()))


@pytest.fixture
def events(cora, data_root):
    """40 days of 300 rows; `load` shifts on the 30th day, `country` has a new value, `gone` is only before."""
    random = np.random.default_rng(1)
    day = np.repeat(np.arange(DAYS), ROWS)
    late = day >= 30
    table = {
        "id": np.arange(DAYS * ROWS),
        "user": np.arange(DAYS * ROWS) % 50,
        "at": [datetime(2024, 1, 1) + timedelta(days=int(row)) for row in day],
        "load": random.normal(size=DAYS * ROWS) + 1.0 * late,
        "calm": random.normal(size=DAYS * ROWS),
        "country": np.where(late & (random.random(DAYS * ROWS) < 0.4), "DE", "FR"),
        "sometimes": pa.array(random.normal(size=DAYS * ROWS), mask=late & (random.random(DAYS * ROWS) < 0.5)),
    }
    pq.write_table(pa.table(table), data_root / "events.parquet")
    return built_once(
        "events",
        lambda: datasets.add_dataset(
            name="events", kind="parquet", location="events.parquet", key=["id"], event_time="at", actor=cora
        ),
    )


def drift(actor, name="events-drift", **parameters):
    values = {"reference": "events", "reference_to": "2024-01-31", "current_from": "2024-01-31"} | parameters
    return define_check("drift", name=name, parameters=values, actor=actor)


def run_of(check, actor):
    run = queue_run(check, actor=actor)
    execute(run.pk)
    return CheckRun.objects.select_related("result").get(pk=run.pk)


@pytest.fixture
def in_warehouse(events, warehouse, data_root, cora):
    """The rows of `events` as a table of the warehouse."""
    loaded(warehouse, "events", data_root / "events.parquet")
    return datasets.add_dataset(
        name="events_there", kind="table", location="events", connection="warehouse", key=["id"], event_time="at",
        actor=cora,
    )  # fmt: skip
