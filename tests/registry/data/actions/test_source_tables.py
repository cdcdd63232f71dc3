"""Source tables: who adds and changes one, what is refused, and what is recorded."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.compute.upstream import from_code
from registry.data.actions.datasets import add_dataset
from registry.data.actions.source_tables import (
    add_source_version,
    edit_source_table,
    record_observed_source,
    register_source_table,
    set_current_source,
)
from registry.data.rules.source import Source
from registry.models import CurrentSourceChange, SourceTable
from tests.registry.conftest import contributor, source_changed

ORDERS = Source("orders", ["customer_id"], "date", ["order_id"])
VIEWER = Actor("vera", frozenset({Role.VIEWER}), frozenset({"data-platform"}))
LEAD = Actor("lea", frozenset({Role.LEAD}))


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("sequence").last()


def faults(refused) -> dict[str, str]:
    return {fault.field: fault.message for fault in refused.value.faults}


# -- The first version -------------------------------------------------------------------------------------------------


def test_the_first_version_is_number_1_and_in_force(orders):
    version = orders.versions.get()
    assert (version, version.number, version.name) == (orders.current, 1, version.digest[:12])
    assert (last_event().action, last_event().content["owner_team"]) == ("source_table.added", "data-platform")
    assert CurrentSourceChange.objects.get().after == version


def test_the_same_content_changes_nothing_whoever_sends_it(orders, teams):
    events = AuditEvent.objects.count()
    assert register_source_table("orders", ORDERS, actor=contributor("forecasting")) == (orders, False)
    assert AuditEvent.objects.count() == events


def test_other_content_under_the_same_name_is_refused(orders, cora):
    with pytest.raises(Refused, match="There is already a source table orders") as refused:
        register_source_table("orders", ORDERS._replace(entity_key=["order_id"]), actor=cora)
    assert (refused.value.code, refused.value.detail) == ("exists", {"current": orders.current.name})
    with pytest.raises(NotAllowed, match="belongs to team data-platform"):
        register_source_table("orders", ORDERS._replace(event_time="order_id"), actor=contributor("forecasting"))
    assert orders.versions.count() == 1


OWNERS = [
    ("the only team of a contributor", contributor("forecasting"), "", "forecasting"),
    ("the team that is named", contributor("forecasting", "data-platform"), "data-platform", "data-platform"),
    ("no team, where several could be meant", contributor("forecasting", "data-platform"), "", None),
    ("the team that a lead names", LEAD, "forecasting", "forecasting"),
    ("no team for an administrator who names none", SYSTEM, "", None),
]


@pytest.mark.parametrize(("why", "actor", "named", "owner"), OWNERS)
def test_a_table_belongs_to(why, actor, named, owner, teams):
    table, created = register_source_table("bare", Source(None, ["x"], "at"), owner_team=named, actor=actor)
    assert (created, table.owner_team and table.owner_team.slug) == (True, owner)


def test_every_fault_is_named_at_once(orders, cora):
    with pytest.raises(Invalid) as refused:
        register_source_table("No Name", Source("orders", ["who"], "when", ["id"]), owner_team="nobody", actor=cora)
    assert set(faults(refused)) == {"name", "owner_team", "entity_key", "event_time", "row_key"}
    source = Source("nothing", [], "at", upstream={"kind": "cobol", "name": "x", "digest": "0", "dialect": "pl1"})
    with pytest.raises(Invalid) as refused:
        register_source_table("more", source, actor=cora)
    assert set(faults(refused)) == {"dataset", "entity_key", "upstream.kind", "upstream.dialect"}
    assert "Choose dbt, feast, view, openlineage, python, other." in faults(refused)["upstream.kind"]


def test_a_table_takes_the_key_of_its_data_set(orders, cora):
    table, _ = register_source_table("again", Source("orders", ["customer_id"], "date"), actor=cora)
    assert table.current.row_key == ["order_id"]


# -- Another version ---------------------------------------------------------------------------------------------------

CHANGES = [
    ("R2: another entity key", {"entity_key": ["order_id"]}, {"entity_key": (["customer_id"], ["order_id"])}),
    ("R2: another event time", {"event_time": "order_id"}, {"event_time": ("date", "order_id")}),
    ("another key of rows", {"row_key": ["date"]}, {"row_key": (["order_id"], ["date"])}),
    ("no data set any more", {"dataset": None}, {"dataset": ("orders", None)}),
]


@pytest.mark.parametrize(("why", "changed", "differs"), CHANGES)
def test_a_change_is_a_version_of_its_own(why, changed, differs, orders, cora):
    added = source_changed(orders, cora, **changed)
    assert (added.created, added.version.number, added.changes) == (True, 2, differs)
    assert SourceTable.objects.get().current == added.version
    stored = {part: tuple(sides) for part, sides in added.version.changes.items()}
    assert stored == {part: tuple(sides) for part, sides in differs.items()}
    assert [event.action for event in AuditEvent.objects.order_by("-sequence")[:2]] == [
        "source_table.current_changed", "source_table.version_added",
    ]  # fmt: skip


def test_the_content_of_an_older_version_puts_that_one_in_force_again(orders, cora):
    source_changed(orders, cora, event_time="order_id")
    back = source_changed(orders, cora, event_time="date")
    assert (back.created, back.version, orders.versions.count()) == (False, orders.current, 2)
    assert SourceTable.objects.get().current == orders.current
    again = source_changed(orders, cora, event_time="date")
    assert (again.created, again.changes, CurrentSourceChange.objects.count()) == (False, {}, 3)


def test_formatting_upstream_adds_no_version(orders, cora):
    first = source_changed(
        orders, cora, upstream=from_code("dbt", "o.sql", "select a from t", dialect="duckdb").as_dict()
    )
    other = from_code("dbt", "o.sql", "SELECT a\nFROM t -- all", dialect="duckdb").as_dict()
    assert source_changed(orders, cora, upstream=other).version == first.version
    assert orders.versions.count() == 2


def test_only_the_contributors_of_the_owner_add_a_version(orders, cora):
    for actor in (contributor("forecasting"), VIEWER, LEAD):
        with pytest.raises(NotAllowed, match="Only its contributors can change it"):
            source_changed(orders, actor, event_time="order_id")
        with pytest.raises(NotAllowed):
            set_current_source(orders, orders.current, reason="Back.", actor=actor)
    assert orders.versions.count() == 1


def test_a_reason_is_required(orders, cora):
    with pytest.raises(Invalid, match="Give a reason"):
        add_source_version(orders, ORDERS._replace(dataset=None), reason=" ", actor=cora)
    with pytest.raises(Invalid, match="Give a reason"):
        set_current_source(orders, orders.current, reason="", actor=cora)


def test_data_without_the_columns_of_the_features_is_refused(feature, orders, cora, data_root):
    pq.write_table(pa.table({"order_id": [1], "customer_id": [1], "date": [None]}), data_root / "bare.parquet")
    add_dataset(name="bare", kind="parquet", location="bare.parquet", key=["order_id"], actor=cora)
    with pytest.raises(Invalid) as refused:
        source_changed(orders, cora, dataset="bare")
    assert faults(refused)["dataset"] == (
        "Data set bare lacks columns that features over orders use: orders_3d uses order_count. Choose a data set that has them."
    )


def test_going_back_is_on_record_with_its_reason(orders, cora):
    first = orders.current
    source_changed(orders, cora, event_time="order_id")
    back = set_current_source(SourceTable.objects.get(), first, reason="It was wrong.", actor=cora)
    assert (back.version, back.changes) == (first, {"event_time": ("order_id", "date")})
    assert (last_event().action, last_event().content["reason"]) == ("source_table.current_changed", "It was wrong.")
    assert CurrentSourceChange.objects.first().reason == "It was wrong."


# -- What is not content -----------------------------------------------------------------------------------------------


def test_a_lead_sets_the_owner_of_a_table_that_has_none(teams, cora):
    table, _ = register_source_table("bare", Source(None, ["x"], "at"), actor=cora)
    with pytest.raises(NotAllowed, match=r"bare has no owner team\. Ask a lead"):
        source_changed(table, cora, event_time="seen_at")
    with pytest.raises(NotAllowed, match="Ask a lead"):
        edit_source_table(table, owner_team="forecasting", actor=cora)
    with pytest.raises(Invalid, match="There is no team 'nobody'"):
        edit_source_table(table, owner_team="nobody", actor=LEAD)
    table = edit_source_table(table, owner_team="forecasting", description="What X did.", actor=LEAD)
    assert (table.owner_team.slug, table.description) == ("forecasting", "What X did.")
    assert (last_event().action, last_event().content) == (
        "source_table.edited",
        {"owner_team": {"from": None, "to": "forecasting"}, "description": {"from": "", "to": "What X did."}},
    )
    events = AuditEvent.objects.count()
    edit_source_table(table, owner_team="forecasting", description="What X did.", actor=LEAD)
    assert AuditEvent.objects.count() == events
    assert source_changed(table, cora, event_time="seen_at").created


# -- What a look at the database showed --------------------------------------------------------------------------------


def test_what_was_seen_comes_into_force_by_the_system_and_once(orders):
    seen = ORDERS._replace(event_time="order_id")
    assert record_observed_source(orders.current, seen, reason="It was seen.") is True
    orders.refresh_from_db()
    assert (orders.current.number, orders.current.source.event_time) == (2, "order_id")
    assert last_event().actor == SYSTEM.name
    assert record_observed_source(orders.current, seen, reason="It was seen again.") is False
    assert orders.versions.count() == 2


def test_what_was_seen_of_a_version_that_is_not_in_force_any_more_changes_nothing(orders, cora):
    looked_at = orders.current
    source_changed(orders, cora, event_time="order_id")
    events = AuditEvent.objects.count()
    assert record_observed_source(looked_at, ORDERS._replace(entity_key=["order_id"]), reason="It was seen.") is False
    orders.refresh_from_db()
    assert (orders.versions.count(), orders.current.number, AuditEvent.objects.count()) == (2, 2, events)
