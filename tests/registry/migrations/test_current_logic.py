"""What a search reads is filled from the definitions that are current."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from django.db import connection

from registry.models import CurrentLogic
from tests.registry.conftest import FIXED, register

MIGRATION = import_module("registry.migrations.0035_current_logic")


def test_current_definitions_are_folded_and_earlier_ones_are_not(feature, cora, monkeypatch):
    version = register(FIXED, cora).version
    CurrentLogic.objects.all().delete()
    monkeypatch.setattr(MIGRATION, "BATCH", 1)
    MIGRATION.fold_current(apps, connection.schema_editor())
    rows = [*CurrentLogic.objects.values_list("feature", "version", "folded")]
    assert rows == [(feature.pk, version.pk, version.computation_logic.casefold())]
