"""Source tables, data sets and checks are entered in the admin; whatever else the registry governs is only read there, by administrators too."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.contrib import admin

from platform_site.admin import ReadOnlyAdmin
from platform_site.audit.models import AuditEvent
from registry.models import Check, Dataset, Feature, LineagePosition, RegisteredModel, SourceTable
from registry.versions.actions.gates import evaluate_deployment_gate
from tests.registry.conftest import FIXED, register
from tests.registry.serving.story import approved, ask

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.same_on_both]
ENTERED = (SourceTable, Dataset, Check, Feature, RegisteredModel)
GOVERNED = [model for model in apps.get_app_config("registry").get_models() if model not in (*ENTERED, LineagePosition)]
TABLES, DATASETS, CHECKS = (f"/admin/registry/{name}/" for name in ("sourcetable", "dataset", "check"))


def test_a_source_table_is_entered_and_bound_anew(browser_of, orders):
    lead = browser_of("lead")
    values = {
        "name": "orders_too",
        "dataset": orders.current.dataset.pk,
        "entity_key": "customer_id",
        "event_time": "date",
    }
    assert lead.post(f"{TABLES}add/", values | {"row_key": "", "dialect": "duckdb"}).status_code == 302
    table = SourceTable.objects.get(name="orders_too")
    assert (table.current.entity_key, table.current.row_key) == (["customer_id"], ["order_id"])
    page = lead.get(f"{TABLES}{table.pk}/change/").content.decode()
    assert 'value="customer_id"' in page
    change = values | {"name": "x", "entity_key": "customer_id, order_id", "row_key": "order_id", "dialect": "duckdb"}
    page = lead.post(f"{TABLES}{table.pk}/change/", change)  # a lead sets owners, contributors of the owner versions
    assert "has no owner team" in str(page.context["adminform"].form.errors)
    admin = browser_of("admin")
    page = admin.post(f"{TABLES}{table.pk}/change/", change)
    assert set(page.context["adminform"].form.errors) == {"reason"}
    assert admin.post(f"{TABLES}{table.pk}/change/", change | {"reason": "Per order."}).status_code == 302
    table = SourceTable.objects.get(pk=table.pk)
    assert (table.name, table.current.entity_key) == ("orders_too", ["customer_id", "order_id"])
    assert table.versions.count() == 2
    page = admin.get(f"{TABLES}{table.pk}/change/").content.decode()
    assert 'value="customer_id, order_id"' in page
    same = change | {"description": "Orders, again."}
    assert admin.post(f"{TABLES}{table.pk}/change/", same).status_code == 302
    table.refresh_from_db()
    assert (table.description, table.versions.count()) == ("Orders, again.", 2)


def test_columns_that_the_data_lacks_stand_at_their_fields(browser_of, orders):
    values = {"name": "Bad Name", "dataset": orders.current.dataset.pk, "entity_key": "nobody", "event_time": "never"}
    page = browser_of("lead").post(f"{TABLES}add/", values | {"row_key": "nothing", "dialect": "duckdb"})
    assert set(page.context["adminform"].form.errors) >= {"name"}
    page = browser_of("lead").post(f"{TABLES}add/", values | {"name": "b", "row_key": "nothing", "dialect": "duckdb"})
    assert set(page.context["adminform"].form.errors) == {"entity_key", "row_key", "event_time"}
    assert SourceTable.objects.count() == 1


def test_a_data_set_that_is_gone_is_reported_and_not_a_crash(browser_of, orders, data_root):
    (data_root / "orders.parquet").write_bytes(b"not parquet")
    values = {"name": "b", "dataset": orders.current.dataset.pk, "entity_key": "customer_id", "event_time": "date"}
    page = browser_of("lead").post(f"{TABLES}add/", values | {"dialect": "duckdb"})
    assert set(page.context["adminform"].form.errors) == {"dataset"}


def test_a_data_set_is_entered_once(browser_of, events):
    lead = browser_of("lead")
    values = {"name": "again", "kind": "parquet", "location": "events.parquet", "key": "id", "event_time": "at"}
    assert lead.post(f"{DATASETS}add/", values).status_code == 302
    added = Dataset.objects.get(name="again")
    assert (added.key, added.created_by) == (["id"], "lead")
    assert AuditEvent.objects.filter(subject="dataset:again", actor="lead").count() == 1
    path = f"{DATASETS}{added.pk}/change/"
    assert lead.get(path).status_code == 200
    assert lead.post(path, values | {"location": "other.parquet"}).status_code == 403
    page = lead.post(f"{DATASETS}add/", values | {"name": "third", "key": "nobody", "event_time": "never"})
    assert set(page.context["adminform"].form.errors) == {"key", "event_time"}


def test_a_check_over_a_data_set_is_entered_and_then_only_scheduled(browser_of, events):
    lead = browser_of("lead")
    values = {"name": "d", "kind": "drift", "parameters": '{"reference": "events", "current_from": "-7d"}'}
    assert lead.post(f"{CHECKS}add/", values | {"schedule": "30 6 * * *"}).status_code == 302
    check = Check.objects.get(name="d")
    assert (check.parameters["current_from"], check.blocking, bool(check.next_due_at)) == ("-7d", False, True)
    change = {"name": "other", "kind": "schema", "parameters": "{}", "schedule": ""}
    assert lead.post(f"{CHECKS}{check.pk}/change/", change).status_code == 302
    check.refresh_from_db()
    assert (check.name, check.kind, check.schedule, check.blocking) == ("d", "drift", "", False)
    assert check.parameters["reference"] == "events"


def test_a_check_that_closes_gates_is_not_made_informational_by_whoever_defined_it(browser_of, events):
    lead = browser_of("lead")
    values = {"name": "d", "kind": "drift", "parameters": '{"reference": "events", "current_from": "-7d"}'}
    assert lead.post(f"{CHECKS}add/", values | {"schedule": "30 6 * * *", "blocking": "on"}).status_code == 302
    check = Check.objects.get(name="d")
    page = lead.post(f"{CHECKS}{check.pk}/change/", {"schedule": "30 6 * * *"})
    assert "Only an approver or a lead who did not define it" in str(page.context["adminform"].form.errors)
    check.refresh_from_db()
    assert check.blocking


FAULTS = [
    ("no object", {"parameters": "[1]"}, {"parameters"}),
    ("a data set that is not there", {"parameters": '{"reference": "gone"}'}, {"__all__"}),
    ("no cron", {"parameters": '{"reference": "events", "current_from": "-7d"}', "schedule": "often"}, {"schedule"}),
    ("no versions", {"kind": "definition_parity", "parameters": "{}"}, {"parameters"}),
]


@pytest.mark.parametrize(("why", "changed", "fields"), FAULTS)
def test_a_check_that_means_nothing_says_where(why, changed, fields, browser_of, events):
    page = browser_of("lead").post(f"{CHECKS}add/", {"name": "d", "kind": "drift", "schedule": ""} | changed)
    assert set(page.context["adminform"].form.errors) == fields, why
    assert not Check.objects.filter(name="d").exists()


def test_two_versions_are_compared_by_a_check_of_the_admin(browser_of, feature, cora):
    fixed = register(FIXED, cora).version
    trained = feature.versions.exclude(pk=fixed.pk).get()
    result = json.dumps({"trained": trained.name, "current": fixed.name, "limit": 0.5})
    values = {"name": "p", "kind": "definition_parity", "feature": feature.pk, "parameters": result}
    assert browser_of("lead").post(f"{CHECKS}add/", values | {"schedule": "0 5 * * 1"}).status_code == 302
    check = Check.objects.get(name="p")
    assert (check.feature, check.parameters["limit"], check.schedule) == (feature, 0.5, "0 5 * * 1")


@pytest.mark.parametrize("path", [DATASETS, CHECKS])
def test_a_viewer_enters_nothing(path, browser_of, events):
    assert browser_of("viewer").get(f"{path}add/").status_code in (302, 403)


@pytest.fixture
def everything(in_production, cora, browser_of):
    """A record of nearly every kind."""
    approved(in_production, cora, percent=100)
    ask(in_production, cora, environment="staging", percent=100)
    register(FIXED, cora)
    evaluate_deployment_gate(in_production, actor=cora)
    return browser_of("admin")


@pytest.mark.parametrize("kind", GOVERNED, ids=lambda kind: kind._meta.model_name)
def test_a_governed_record_has_no_door_but_its_actions(everything, kind):
    site = admin.site._registry.get(kind)
    if site is None:
        assert kind._meta.model_name in {"snapshotentry", "currentlogic"}, "register it, to be read"
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


@pytest.mark.parametrize(("kind", "more"), [("feature", {}), ("registeredmodel", {"silent_after_hours": "2"})])
def test_details_are_edited_in_the_admin_by_their_action(browser_of, model_version, feature, kind, more):
    record = feature if kind == "feature" else model_version.model
    visitor, address = browser_of("lead"), f"/admin/registry/{kind}/{record.pk}/change/"
    fields = {"owner_team": record.owner_team_id, "description": "New.", "tags": "b, A"} | more
    wrong = visitor.post(address, fields | {"tags": "a b"})
    assert "is not a tag" in wrong.content.decode()
    assert visitor.post(address, fields).status_code == 302
    record.refresh_from_db()
    assert (record.description, record.tags) == ("New.", ["a", "b"])
    event = AuditEvent.objects.first()
    assert (event.actor, event.action.partition(".")[2], set(event.content)) == (
        "lead", "edited", {"description", "tags", *more},
    )  # fmt: skip
    assert visitor.get(f"/admin/registry/{kind}/add/").status_code == 403
