"""Source tables are entered in the admin; whatever the registry governs is only read there, by administrators too."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin

from platform_site.admin import ReadOnlyAdmin
from registry.actions.gates import ask_deployment_gate
from registry.models import SourceTable
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.django_db
GOVERNED = [model for model in apps.get_app_config("registry").get_models() if model is not SourceTable]
TABLES = "/admin/registry/sourcetable/"


def test_a_source_table_is_entered_and_bound_anew(browser_of, orders):
    lead = browser_of("lead")
    given = {"name": "orders_too", "dataset": orders.dataset.pk, "entity_key": "customer_id", "event_time": "date"}
    assert lead.post(f"{TABLES}add/", given | {"row_key": "", "dialect": "duckdb"}).status_code == 302
    table = SourceTable.objects.get(name="orders_too")
    assert (table.entity_key, table.row_key) == (["customer_id"], ["order_id"])
    page = lead.get(f"{TABLES}{table.pk}/change/").content.decode()
    assert 'value="customer_id"' in page
    change = given | {"name": "x", "entity_key": "customer_id, order_id", "row_key": "order_id", "dialect": "duckdb"}
    assert lead.post(f"{TABLES}{table.pk}/change/", change).status_code == 302
    table.refresh_from_db()
    assert (table.name, table.entity_key) == ("orders_too", ["customer_id", "order_id"])


def test_columns_that_the_data_lacks_stand_at_their_fields(browser_of, orders):
    given = {"name": "Bad Name", "dataset": orders.dataset.pk, "entity_key": "nobody", "event_time": "never"}
    page = browser_of("lead").post(f"{TABLES}add/", given | {"row_key": "nothing", "dialect": "duckdb"})
    assert set(page.context["adminform"].form.errors) >= {"name"}
    page = browser_of("lead").post(f"{TABLES}add/", given | {"name": "b", "row_key": "nothing", "dialect": "duckdb"})
    assert set(page.context["adminform"].form.errors) == {"entity_key", "row_key", "event_time"}
    assert SourceTable.objects.count() == 1


def test_a_data_set_that_is_gone_is_told_and_not_a_crash(browser_of, orders, data_root):
    (data_root / "orders.parquet").write_bytes(b"not parquet")
    given = {"name": "b", "dataset": orders.dataset.pk, "entity_key": "customer_id", "event_time": "date"}
    page = browser_of("lead").post(f"{TABLES}add/", given | {"dialect": "duckdb"})
    assert set(page.context["adminform"].form.errors) == {"dataset"}


@pytest.fixture
def everything(in_production, cora, browser_of):
    """A record of nearly every kind."""
    register(FIXED, cora)
    ask_deployment_gate(in_production, actor=cora)
    return browser_of("admin")


@pytest.mark.parametrize("kind", GOVERNED, ids=lambda kind: kind._meta.model_name)
def test_a_governed_record_has_no_door_but_its_actions(everything, kind):
    site = admin.site._registry.get(kind)
    if site is None:
        assert kind._meta.model_name == "snapshotentry", "register it, to be read"
        return
    assert isinstance(site, ReadOnlyAdmin)
    path = f"/admin/registry/{kind._meta.model_name}/"
    assert everything.get(path).status_code == 200
    assert everything.get(f"{path}add/").status_code == 403
    for record in kind.objects.all()[:1]:
        before = kind.objects.values().get(pk=record.pk)
        assert everything.get(f"{path}{record.pk}/change/").status_code == 200
        for door in ("change", "delete"):
            assert everything.post(f"{path}{record.pk}/{door}/", {"post": "yes", "name": "x"}).status_code == 403
        everything.post(path, {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"})
        assert kind.objects.values().get(pk=record.pk) == before
