"""Views of a real PostgreSQL behind source tables: who changes one there closes the gates of what was trained on it."""

from __future__ import annotations

import pytest

from platform_site.audit.models import AuditEvent
from registry.data.actions.database_views import look_at_views
from registry.data.actions.datasets import add_dataset
from registry.data.actions.source_tables import add_source_version, register_source_table
from registry.data.rules.source import Source
from registry.models import SourceTable

FILLED = "SELECT id, at, coalesce(amount, 0) AS amount FROM stage"


@pytest.fixture
def view(warehouse, cora) -> SourceTable:
    """A source table over a view of a view, in a database that is not Plumbline's."""
    warehouse.execute("CREATE TABLE raw (id int, at timestamp, amount float8)")
    warehouse.execute("CREATE VIEW stage AS SELECT id, at, amount FROM raw")
    warehouse.execute("CREATE VIEW amounts AS SELECT id, at, amount FROM stage")
    add_dataset(
        name="amounts",
        kind="table",
        location="amounts",
        connection="warehouse",
        key=["id"],
        event_time="at",
        actor=cora,
    )
    return register_source_table(
        "amounts", Source("amounts", ["id"], "at", ["id"]), owner_team="forecasting", actor=cora
    )[0]


def current(table: SourceTable):
    return SourceTable.objects.select_related("current").get(pk=table.pk).current


def changes(table: SourceTable) -> list[str]:
    """The reasons of the versions that the system added."""
    return list(table.versions.filter(created_by="system").order_by("number").values_list("reason", flat=True))


def test_a_view_that_changes_adds_a_version_by_the_system_and_formatting_does_not(view, warehouse):
    assert look_at_views() == 1
    assert current(view).upstream["kind"] == "view"
    assert [ancestor["name"] for ancestor in current(view).upstream["ancestors"]] == ["public.stage"]
    assert look_at_views() == 0
    warehouse.execute(f"CREATE OR REPLACE VIEW amounts AS {FILLED}")
    assert look_at_views() == 1
    warehouse.execute(f"CREATE OR REPLACE VIEW amounts AS /* the same */ {FILLED.lower()}")
    assert look_at_views() == 0
    warehouse.execute("CREATE OR REPLACE VIEW stage AS SELECT id, at, amount FROM raw WHERE amount > 0")
    assert look_at_views() == 1
    assert changes(view) == [
        "The SQL of the view public.amounts was read from the database for the first time.",
        "The view public.amounts was changed in the database: upstream changed: null handling (public.amounts).",
        "The view public.amounts was changed in the database: upstream changed: filter (public.stage).",
    ]
    events = AuditEvent.objects.filter(
        subject="source_table:amounts", actor="system", action="source_table.version_added"
    )
    assert events.count() == 3


def test_what_cannot_be_read_is_kept_with_its_reason_and_is_no_change(view, warehouse, settings, browser_of, people):
    look_at_views()
    before = current(view)
    address = settings.CONNECTIONS
    settings.CONNECTIONS = {"warehouse": "postgres://nobody@127.0.0.1:1/nowhere"}
    assert look_at_views() == look_at_views() == 0
    view.refresh_from_db()
    assert view.look_problem == "Connection warehouse does not answer, or was interrupted."
    assert current(view) == before
    page = browser_of("viewer").get("/registry/source-tables/amounts/").content.decode()
    assert "Connection warehouse does not answer" in page
    settings.CONNECTIONS = address
    look_at_views()
    view.refresh_from_db()
    assert view.look_problem == ""
    actions = AuditEvent.objects.filter(action__startswith="source_table.view_").order_by("sequence")
    assert list(actions.values_list("action", flat=True)) == [
        "source_table.view_unreadable",
        "source_table.view_readable",
    ]
    problem = "Connection warehouse does not answer, or was interrupted."
    assert [event.content["problem"] for event in actions] == [problem, problem]


def test_a_view_that_drops_a_column_is_recorded_all_the_same(view, warehouse):
    look_at_views()
    warehouse.execute("DROP VIEW amounts; CREATE VIEW amounts AS SELECT id, at AS moment FROM stage")
    assert look_at_views() == 1


def test_a_view_that_became_a_table_is_a_change(view, warehouse):
    look_at_views()
    warehouse.execute("DROP VIEW amounts; CREATE TABLE amounts AS SELECT * FROM stage")
    assert look_at_views() == 1
    assert current(view).upstream is None
    assert (
        view.current_changes.first().reason == "The view public.amounts is a table now: what computes it is not known."
    )


def test_what_something_else_supplies_is_left_to_that(view, cora):
    upstream = {
        "kind": "dbt",
        "name": "models/amounts.sql",
        "digest": "a" * 64,
        "fingerprint": "digest:a",
        "ancestors": [],
    }
    add_source_version(view, current(view).source._replace(upstream=upstream), reason="dbt builds it.", actor=cora)
    assert look_at_views() == 0
    assert current(view).upstream["kind"] == "dbt"
