"""OpenLineage's own client, `dbt-ol` and `feast apply` report to a running server; what they say closes a gate."""

from __future__ import annotations

import json
import re

import pytest

from platform_site.access import actor_of
from platform_site.people.actions import make_token
from platform_site.people.models import User
from registry.compute.upstream import from_dict
from registry.lineage.actions.observations import accept_observation
from registry.models import LineageEdge, LineageEvent, LineageJob, SourceObservation, SourceTable
from registry.versions.actions.gates import evaluate_deployment_gate
from tests.neighbours.environments import environment, run
from tests.neighbours.test_airflow import Airflow

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db(transaction=True)]
LAST_KNOWN = "last_value(order_count ignore nulls) over (partition by customer_id order by date)"
FILES = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\n",
    "profiles.yml": "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb}\n",
    "models/stg_orders.sql": f"select customer_id, date, {LAST_KNOWN} as order_count from (values (1, 1, 2.0)) as t(customer_id, date, order_count)\n",
    "models/orders.sql": "select * from {{ ref('stg_orders') }}\n",
}  # fmt: skip
DAG = """
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
with DAG("shop", schedule=None):
    BashOperator(
        task_id="build", bash_command="cd {shop} && {dbt}/dbt-ol build --profiles-dir .", append_env=True,
        env={
            "PATH": "{dbt}:/usr/bin:/bin", "OPENLINEAGE_URL": "{server}", "OPENLINEAGE_API_KEY": "{token}",
            "OPENLINEAGE_PARENT_ID": "{{ macros.OpenLineageProviderPlugin.lineage_parent_id(task_instance) }}",
        },
    )
"""
CLIENT = """
import sys, uuid
from datetime import datetime, timezone
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import sql_job
client = OpenLineageClient()
run = Run(runId=str(uuid.uuid4()))
job = Job(namespace="airflow", name="daily.load", facets={"sql": sql_job.SQLJobFacet(query=sys.argv[1])})
for state in (RunState.START, RunState.COMPLETE):
    client.emit(RunEvent(eventType=state, eventTime=datetime.now(timezone.utc).isoformat(), run=run, job=job,
        producer="https://airflow.example", inputs=[], outputs=[OutputDataset(namespace="postgres://w:5432", name="shop.public.clicks")]))
"""


@pytest.fixture
def variables(live_server, people) -> dict[str, str]:
    """Where clients send their events, and the token of a contributor."""
    person = User.objects.get(pk=people["contributor"].pk)
    token = make_token(person, scopes=("write",), actor=actor_of(person))
    return {"OPENLINEAGE_URL": live_server.url, "OPENLINEAGE_API_KEY": token}


def test_the_client_of_the_specification(variables, tmp_path):
    python = environment("openlineage") / "python"
    run([python, "-c", CLIENT, "select 1"], tmp_path, **variables)
    job = LineageJob.objects.get()
    assert (job.name, job.text, job.dialect) == ("daily.load", "select 1", "postgres")
    assert set(LineageEvent.objects.values_list("event_type", flat=True)) == {"START", "COMPLETE"}


def test_dbt_ol_closes_the_gate_of_a_model_trained_on_the_table(variables, in_production, people, cora, tmp_path):
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)

    def build() -> str:
        programs = environment("openlineage")
        path = f"{programs}:/usr/bin:/bin"
        return run([programs / "dbt-ol", "build", "--profiles-dir", "."], tmp_path, PATH=path, **variables)

    build()
    assert LineageEvent.objects.filter(event_type="COMPLETE").count() == 3
    accept_observation(SourceObservation.objects.get(), reason="Ours.", actor=cora)
    assert evaluate_deployment_gate(in_production, actor=cora).decision == "PROCEED"
    edge = LineageEdge.objects.get(direction="writes", job__label="models/stg_orders.sql")
    assert edge.dataset.name == "shop.main.stg_orders"

    model = tmp_path / "models" / "stg_orders.sql"
    model.write_text(model.read_text() + "  -- all of them\n")
    build()
    assert evaluate_deployment_gate(in_production, actor=cora).decision == "PROCEED", "a comment"

    model.write_text(FILES["models/stg_orders.sql"].replace(LAST_KNOWN, "coalesce(order_count, 0)"))
    build()
    decision = evaluate_deployment_gate(in_production, actor=cora)
    assert decision.decision == "BLOCKED"
    assert "null handling (models/stg_orders.sql)" in str(decision.conflicts)
    upstream = from_dict(SourceTable.objects.get(name="orders").current.upstream)
    assert upstream is not None
    assert [entry.name for entry in upstream.ancestors] == ["models/stg_orders.sql"]


def test_airflows_own_provider_and_dbt_ol_within_a_task_of_it(variables, orders, tmp_path):
    """`dags test` with the provider's listener on: Airflow reports the task, and dbt what it computes, as a run below it."""
    shop, folder = tmp_path / "shop", tmp_path / "airflow"
    for name, content in FILES.items():
        (shop / name).parent.mkdir(parents=True, exist_ok=True)
        (shop / name).write_text(content)
    folder.mkdir()
    server, token = variables["OPENLINEAGE_URL"], variables["OPENLINEAGE_API_KEY"]
    transport = {"type": "http", "url": server, "auth": {"type": "api_key", "apiKey": token}}
    own = {"AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport), "AIRFLOW__OPENLINEAGE__NAMESPACE": "airflow"}
    dbt = environment("openlineage")
    dag = (
        DAG.replace("{shop}", str(shop))
        .replace("{dbt}", str(dbt))
        .replace("{server}", server)
        .replace("{token}", token)
    )
    airflow = Airflow(folder, environment("airflow"), "shop", dag, **own).prepared()
    ended = airflow.tested()
    output = airflow.log.read_text()
    assert ended.returncode == 0, output
    completed = LineageEvent.objects.filter(event_type="COMPLETE").select_related("job")
    jobs = {(event.job.namespace, event.job.name) for event in completed if event.job}
    assert {("airflow", "shop"), ("airflow", "shop.build")} <= jobs, output
    assert LineageEdge.objects.filter(direction="writes", job__label="models/stg_orders.sql").exists()
    assert SourceObservation.objects.get().source_table == orders
    assert not re.search(r"HTTPError|Failed to emit", output), output


def test_feast_apply_is_taken_without_an_error(variables, tmp_path):
    (tmp_path / "feature_store.yaml").write_text(
        "project: shop\nregistry: registry.db\nprovider: local\nentity_key_serialization_version: 3\n"
        "online_store: {type: sqlite, path: online.db}\noffline_store: {type: file}\n"
        f"openlineage: {{enabled: true, transport_type: http, transport_url: '{variables['OPENLINEAGE_URL']}', "
        f"api_key: '{variables['OPENLINEAGE_API_KEY']}', namespace: feast, emit_on_apply: true}}\n"
    )
    (tmp_path / "features.py").write_text(FEAST)
    programs = environment("feast-openlineage")
    run([programs / "python", "-c", ROWS], tmp_path)
    printed = run([programs / "feast", "apply"], tmp_path, **variables)
    assert "404" not in printed
    assert LineageEvent.objects.exists()


FEAST = """
from datetime import timedelta
from feast import Entity, FeatureView, Field, FileSource, ValueType
from feast.types import Float64
customer = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.INT64)
rows = FileSource(name="orders", path="orders.parquet", timestamp_field="ordered_at")
orders = FeatureView(name="orders_of_customer", entities=[customer], ttl=timedelta(days=30),
    schema=[Field(name="amount", dtype=Float64)], source=rows)
"""
ROWS = """
from datetime import datetime
import pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({"customer_id": [1], "ordered_at": [datetime(2024, 3, 1)], "amount": [5.0]}), "orders.parquet")
"""
