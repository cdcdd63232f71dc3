"""Parameters that nobody chose become today's; what somebody chose keeps its meaning, and the audit log stays as it is."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from registry.checks.actions.checks import define_parity
from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.models import Check
from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.django_db
MIGRATION = import_module("registry.migrations.0018_tolerances_by_kind").Migration
PARITY = {"trained": "a", "current": "b", "limit": 0.0, "atol": 0.0, "rtol": 1e-9, "slice": ""}
LOG = {"training": "t", "serving": "s", "entity_key": ["id"], "features": [], "tolerance_s": 0.0, "since": "", "until": "",
       "limit": 0.0, "unmatched_limit": 1.0, "atol": 0.0, "rtol": 1e-9}  # fmt: skip


def migrated(kind: str, parameters: dict) -> dict:
    check = Check.objects.create(
        name="old", kind=kind, parameters=parameters, created_by="cora", created_at=timezone.now()
    )
    for operation in MIGRATION.operations:
        operation.code(apps, connection.schema_editor())
    check.refresh_from_db()
    return check.parameters


@pytest.mark.parametrize(
    ("chosen", "tolerances"),
    [
        ({}, (None, None)),
        ({"rtol": 0.01}, (None, 0.01)),
        ({"atol": 0.5}, (0.5, None)),
        ({"rtol": 0.0}, (None, 0.0)),
    ],
)
def test_tolerances_that_nobody_chose_are_those_of_each_kind(chosen, tolerances):
    parameters = migrated("definition_parity", PARITY | chosen)
    assert (parameters["atol"], parameters["rtol"]) == tolerances


@pytest.mark.parametrize(("chosen", "minimum"), [({}, 0.95), ({"unmatched_limit": 0.1}, 0.0), ({"rtol": 0.5}, 0.95)])
def test_log_parity_is_stored_as_it_would_be_today(chosen, minimum):
    parameters = migrated("log_parity", LOG | chosen)
    assert parameters["matched_minimum"] == minimum
    wanted = {name: value for name, value in (LOG | chosen).items() if name not in ("atol", "rtol") or name in chosen}
    assert LogParityParameters.parse(wanted)[1].as_dict() == parameters


def test_other_kinds_stay_and_nothing_is_written_to_the_audit_log(feature, cora):
    define_parity(feature.current, register(FIXED, cora).version, parameters={"rtol": 0.5}, name="loose", actor=cora)
    events, before = [*AuditEvent.objects.values_list()], [*Check.objects.values_list()]
    assert migrated("schema", {"dataset": "t"}) == {"dataset": "t"}
    assert [*AuditEvent.objects.values_list()] == events
    assert [*Check.objects.exclude(name="old").values_list()] == before
