"""`manage.py import_dbt`: a plan, and nothing else without `--apply`."""

from __future__ import annotations

import json

from django.core.management import call_command

from registry.models import Import, SourceTable, System
from tests.registry.imports.documents import DBT


def test_source_tables_of_a_manifest_are_saved_with_apply_alone(teams, tmp_path, capsys):
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(DBT))
    call_command("import_dbt", str(file))
    assert "create         source table orders" in capsys.readouterr().out
    assert (Import.objects.count(), SourceTable.objects.count()) == (0, 0)
    call_command("import_dbt", str(file), "--apply")
    assert SourceTable.objects.filter(name="orders").exists()
    done = Import.objects.get()
    assert (done.system, done.filename, done.owner_team) == (System.DBT, "manifest.json", None)
