"""Stored versions are fingerprinted anew by the migration, and are unchangeable again after it."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import Error, connection, transaction
from django.db.migrations.state import ProjectState

from platform_site.audit.models import AuditEvent
from registry.features.rules.fingerprint import equivalence
from registry.models import FeatureVersion
from tests.registry.conftest import TRAINED

pytestmark = pytest.mark.postgresql
SQL, CODE = "0014_canonical_equivalence", "0023_code_equivalence"
STALE = "0" * 64


def _stored(feature, number, logic, dialect="duckdb"):
    content = TRAINED._replace(computation_logic=logic).as_dict()
    version = FeatureVersion.objects.create(
        feature=feature, number=number, name=f"{number:012}", digest=f"{number:064}", equivalence=STALE, **content,
        dialect=dialect, changes={}, registered_by="cora", registered_at=feature.created_at,
    )  # fmt: skip
    return version.pk


def _migrate(name):
    migration = import_module(f"registry.migrations.{name}").Migration(name, "registry")
    migration.apply(ProjectState.from_apps(apps), connection.schema_editor())


def test_versions_that_differ_in_spelling_become_equivalent_and_others_do_not(feature):
    logics = ["LAG(order_count) OVER (ORDER BY date)", "lag(order_count, 1) OVER (ORDER BY date)", "order_count",
              '"Order_Count"', "order_count -- a\r+ 1\n", "order_count -- a\n"]  # fmt: skip
    keys = [_stored(feature, number, logic) for number, logic in enumerate(logics, 2)]
    events = list(AuditEvent.objects.values_list())
    _migrate(SQL)
    first, second, plain, other_case, returned, commented = (
        FeatureVersion.objects.get(pk=key).equivalence for key in keys
    )
    assert first == second
    assert plain == commented
    assert len({first, plain, other_case, returned}) == 4
    assert list(AuditEvent.objects.values_list()) == events
    untouched = feature.versions.get(number=1)
    assert untouched.equivalence == equivalence(untouched.definition)


def test_code_that_differs_in_comments_becomes_equivalent_and_nothing_else_does(feature):
    codes = [
        "def f(df):\n    return df.a.ffill()",
        "def f(df):  # last known\n  return df.a.ffill()\n",
        "def f(df):\n    return df.a.fillna(0)",
    ]
    keys = [_stored(feature, number, code, "python") for number, code in enumerate(codes, 2)]
    sql = _stored(feature, 5, "order_count")
    _migrate(CODE)
    first, second, other = (FeatureVersion.objects.get(pk=key).equivalence for key in keys)
    assert first == second != other
    assert FeatureVersion.objects.get(pk=sql).equivalence == STALE


@pytest.mark.parametrize("migration", [SQL, CODE])
def test_versions_cannot_be_changed_after_it(feature, migration):
    _migrate(migration)
    for change in ({"equivalence": STALE}, {"computation_logic": "1"}):
        with pytest.raises(Error, match="written once"), transaction.atomic():
            FeatureVersion.objects.update(**change)
