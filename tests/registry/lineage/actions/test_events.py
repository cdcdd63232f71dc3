"""Events in: stored once, read by run, and what follows for source tables by who reported it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from registry.lineage.actions.events import receive_event
from registry.models import LineageEvent, LineageJob, SourceObservation, SourceTable
from registry.versions.actions.gates import evaluate_deployment_gate
from tests.registry.conftest import contributor
from tests.registry.lineage.reports import LAST_KNOWN, ZERO, data, event

pytestmark = pytest.mark.django_db
STRANGER = contributor("returns", name="stan")


@pytest.fixture
def bound(orders):
    """The source table `orders`, which its owner said is `shop.main.orders`."""
    receive_event(event("seed", writes=("orders",)), actor=STRANGER)
    LineageJob.objects.get().edges.get().dataset.__class__.objects.update(source_table=orders, bound_by="cora")
    LineageJob.objects.all().delete()
    return orders


def upstream(table) -> dict | None:
    return SourceTable.objects.get(pk=table.pk).current.upstream


def test_an_event_is_stored_once(orders, cora):
    body = event("clicks", "select 1", writes=("clicks",))
    first, again = receive_event(body, actor=cora), receive_event(body, actor=cora)
    assert (first.created, first.job_changed, again.created) == (True, True, False)
    assert LineageEvent.objects.get().left_out == ["run.dbt_run"]
    assert AuditEvent.objects.filter(action="lineage.job_described").count() == 1


def test_a_viewer_sends_nothing_and_a_broken_event_is_refused_whole(orders, cora):
    with pytest.raises(NotAllowed):
        receive_event(event("clicks"), actor=Actor("vera", frozenset({Role.VIEWER})))
    with pytest.raises(Invalid) as refused:
        receive_event({"run": {}, "job": {}}, actor=cora)
    assert len(refused.value.faults) > 2
    assert not LineageEvent.objects.exists()


def test_the_code_may_be_in_the_first_event_of_a_run(bound, cora):
    receive_event(event("orders", LAST_KNOWN, eventType="START"), actor=cora)
    assert upstream(bound) is None, "a run that did not complete says nothing"
    receive_event(event("orders", writes=("orders",), eventTime="2026-11-05T10:00:00Z"), actor=cora)
    assert upstream(bound)["text"] == LAST_KNOWN


def test_a_failed_run_and_an_older_one_change_nothing(bound, cora):
    receive_event(event("orders", LAST_KNOWN, writes=("orders",), number=5), actor=cora)
    receive_event(event("orders", ZERO, writes=("orders",), number=6, eventType="FAIL"), actor=cora)
    receive_event(event("orders", ZERO, writes=("orders",), number=4), actor=cora)
    assert upstream(bound)["text"] == LAST_KNOWN


def test_a_change_of_an_ancestor_closes_the_gate_of_models_trained_on_it(bound, in_production, cora):
    receive_event(event("stage", LAST_KNOWN, reads=("raw_orders",), writes=("stage",)), actor=cora)
    receive_event(event("orders", "select * from stage", reads=("stage",), writes=("orders",), number=2), actor=cora)
    assert evaluate_deployment_gate(in_production, actor=cora).decision == "PROCEED", "to learn it is not a change"

    same = receive_event(
        event("stage", f"{LAST_KNOWN} -- all", reads=("raw_orders",), writes=("stage",), number=3), actor=cora
    )
    assert (same.job_changed, same.versions) == (False, ())

    received = receive_event(event("stage", ZERO, reads=("raw_orders",), writes=("stage",), number=4), actor=cora)
    [version] = received.versions
    assert version.reason == "Upstream changed: null handling (dbt/stage), as lineage events report."
    decision = evaluate_deployment_gate(in_production, actor=cora)
    assert decision.decision == "BLOCKED"
    [conflict] = decision.conflicts
    assert "null handling (dbt/stage)" in str(conflict)

    receive_event(event("stage", LAST_KNOWN, reads=("raw_orders",), writes=("stage",), number=5), actor=cora)
    assert evaluate_deployment_gate(in_production, actor=cora).decision == "PROCEED"


def test_what_a_stranger_reports_waits_for_the_owner(bound, cora):
    receive_event(event("orders", LAST_KNOWN, writes=("orders",)), actor=cora)
    before = upstream(bound)
    received = receive_event(event("orders", ZERO, writes=("orders",), number=2), actor=STRANGER)
    assert received.versions == ()
    [waiting] = received.waiting
    assert waiting.because == "stan reported dbt/orders, and contributes to no team that owns this table."
    assert upstream(bound) == before
    [shown] = AuditEvent.objects.filter(action="source_table.change_observed")
    assert shown.content["owner_team"] == "data-platform"
    again = receive_event(event("orders", ZERO, writes=("orders",), number=3), actor=STRANGER)
    assert [row.pk for row in again.waiting] == [waiting.pk]

    receive_event(event("orders", LAST_KNOWN, writes=("orders",), number=4), actor=cora)
    assert SourceObservation.objects.get().state == "outdated"
    assert upstream(bound) == before


def test_a_strangers_job_before_the_owners_waits_too(bound, cora):
    receive_event(event("orders", "select * from stage", reads=("stage",), writes=("orders",)), actor=cora)
    received = receive_event(event("stage", ZERO, writes=("stage",), number=2), actor=STRANGER)
    assert (received.versions, [row.source_table.name for row in received.waiting]) == ((), ["orders"])


def test_a_table_that_only_has_the_name_waits_for_the_owner(orders, cora):
    received = receive_event(event("orders", LAST_KNOWN, writes=("orders",)), actor=cora)
    assert received.versions == ()
    assert received.waiting[0].because.endswith("may be another one. Accept it if it is this table.")


def test_a_file_is_known_by_its_address(orders, cora, data_root):
    body = event("orders", LAST_KNOWN)
    body["outputs"] = [{"namespace": "file", "name": str(data_root.resolve() / "orders.parquet")}]
    [version] = receive_event(body, actor=cora).versions
    assert version.upstream["kind"] == "openlineage"


def test_what_another_tool_supplies_is_left_to_it(bound, cora):
    from registry.compute.upstream import from_code
    from tests.registry.conftest import source_changed

    source_changed(bound, cora, upstream=from_code("dbt", "models/orders.sql", LAST_KNOWN, dialect="duckdb").as_dict())
    received = receive_event(event("orders", ZERO, writes=("orders",)), actor=cora)
    assert (received.versions, received.waiting) == ((), ())


def test_one_model_under_two_names_counts_once(bound, cora):
    for number, (name, sql) in enumerate([("orders.run", LAST_KNOWN), ("orders.build.run", ZERO)], 1):
        body = event(name, sql, writes=("orders",), number=number)
        body["job"]["facets"]["dbt_node"] = {
            "unique_id": "model.shop.orders",
            "original_file_path": "models/orders.sql",
        }
        receive_event(body, actor=cora)
    assert (upstream(bound)["text"], upstream(bound)["ancestors"]) == (ZERO, [])


def test_jobs_that_feed_each_other_end(bound, cora):
    receive_event(event("a", "select 1", reads=("b", "orders"), writes=("orders",)), actor=cora)
    received = receive_event(event("b", "select 2", reads=("orders",), writes=("b",), number=2), actor=cora)
    assert [entry["name"] for entry in received.versions[0].upstream["ancestors"]] == ["dbt/b"]


def test_a_data_set_alone_stores_its_columns(orders, cora):
    schema = {"fields": [{"name": "amount", "type": "double"}]}
    body = {
        "eventTime": timezone.now().isoformat(),
        "producer": "https://x.example",
        "dataset": data("raw", schema=schema),
    }
    assert receive_event(body, actor=cora).created
    assert not receive_event(body, actor=cora).created
    assert LineageJob.objects.count() == 0
