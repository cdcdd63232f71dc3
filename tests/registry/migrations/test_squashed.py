"""A new database is made by squashed migrations; an earlier one goes on from wherever it is. Both end alike."""

from __future__ import annotations

import pytest
from django.apps import apps as models_now
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from assessments.models import Capability
from platform_site.access import Actor
from platform_site.audit.models import AuditEvent
from platform_site.audit.record import record
from tests.registry.migrations.conftest import last_replaced, migrate
from tests.registry.migrations.schema import definitions, differences, schema

pytestmark = pytest.mark.slow
NOT_BEGUN = ""
NOW = timezone.now()
FEATURE_VERSION = {
    "number": 1, "name": "0" * 12, "digest": "0" * 64, "computation_logic": "order_count", "null_handling": "none",
    "data_type": "int64", "source_table": "orders", "changes": {}, "registered_by": "cora", "registered_at": NOW,
}  # fmt: skip
# Points at which a database may have been left: the last migration applied in each app where that was not the last.
EARLIER = {
    "people alone": {"people": "0002_roles", "registry": NOT_BEGUN, "assessments": NOT_BEGUN},
    "a first release": {
        "people": "0003_tokens_and_service_accounts",
        "registry": "0004_serving_reports",
        "assessments": "0006_rubrics",
    },
    "between two releases": {"people": "0004_usernames", "registry": "0014_canonical_equivalence"},
    "the last release": {},
}


@pytest.fixture
def new():
    """The test database, which the squashed migrations made: its schema, its first rows, the names of what was applied."""
    return schema(), first_rows(), applied()


def first_rows():
    return [*Capability.objects.order_by("pk").values_list()], {*Group.objects.values_list("name", flat=True)}


def applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "point",  # on PostgreSQL the way of an installation in use
    [
        "the last release",
        *(
            pytest.param(point, marks=pytest.mark.same_on_both)
            for point in ("people alone", "a first release", "between two releases")
        ),
    ],
)
def test_an_earlier_database_becomes_what_a_new_one_is_and_keeps_its_rows_and_its_chain(
    new, earlier_database, capsys, point
):
    targets = others() | last_replaced() | {app: (app, name) for app, name in EARLIER[point].items() if name}
    begun = [target for app, target in targets.items() if EARLIER[point].get(app) != NOT_BEGUN]
    rows = write(earlier_database(*begun))
    chain = list(AuditEvent.objects.order_by("sequence").values_list())
    migrate()
    assert differences(new[0], schema()) == []
    assert len(new[0]["triggers"]) > 40, "nothing was compared"
    assert (first_rows(), applied()) == new[1:]
    assert not pending()
    now = list(AuditEvent.objects.order_by("sequence").values_list())
    assert now[: len(chain)] == chain
    assert {event[3] for event in now[len(chain) :]} <= {"gate_policy.saved"}, "the policies that came with a release"
    call_command("verify_audit")
    assert f"The chain is intact: {len(now)} events" in capsys.readouterr().out
    assert {model: stored(model, values) for model, values in rows.items()} == rows


def others() -> dict[str, tuple[str, str]]:
    """The newest migration of every app that has no squashed one."""
    return {app: (app, name) for app, name in MigrationLoader(None).graph.leaf_nodes() if app not in last_replaced()}


def pending():
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def write(apps) -> dict[str, dict]:
    """Store a row of each kind that there was at that time, with an event in the log; return what was stored."""
    team = {"slug": "data-platform", "name": "Data"}
    team_id = apps.get_model("people", "Team").objects.create(**team).pk
    rows, tables = {"people.Team": team}, connection.introspection.table_names()
    if "assessments_organization" in tables:
        rows["assessments.Organization"] = {"slug": "acme", "name": "Acme"}
        apps.get_model("assessments", "Organization").objects.create(**rows["assessments.Organization"])
    if "registry_feature" in tables:
        rows["registry.Feature"] = {"name": "orders_3d", "owner_team_id": team_id, "created_at": NOW}
        feature = apps.get_model("registry", "Feature").objects.create(**rows["registry.Feature"])
        rows["registry.FeatureVersion"] = FEATURE_VERSION
        feature.versions.create(equivalence="0" * 64, **FEATURE_VERSION)
    for model in rows:
        with transaction.atomic():
            record("row.stored", subject=f"row:{model}", actor=Actor("cora"), payload={"model": model})
    return rows


def stored(model: str, values: dict) -> dict:
    return models_now.get_model(model).objects.values(*values).get()


def test_a_definition_is_read_whole():
    sql = 'CREATE TABLE "t" ("b" varchar(9) CHECK ("b" IN (\'x,y\', \'\')), "a" decimal, CONSTRAINT "c" UNIQUE ("a", "b"))'
    assert definitions(sql) == [
        '"a" decimal',
        "\"b\" varchar(9) CHECK (\"b\" IN ('x,y', ''))",
        'CONSTRAINT "c" UNIQUE ("a", "b")',
    ]
