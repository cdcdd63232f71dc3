"""The import commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registry.models import (
    Feature,
    Import,
    ModelVersion,
)
from tests.registry.imports.documents import FEAST
from tests.registry.imports.documents import mlflow as tracked
from tests.registry.imports.steps import TEAM


def test_the_commands_show_a_plan_and_forget_it_until_they_are_told_to_apply(teams, tmp_path, capsys, tracking, orders):
    file = tmp_path / "registry.json"
    file.write_text(json.dumps(FEAST))
    call_command("import_feast", str(file), "--team", TEAM)
    output = capsys.readouterr().out
    assert "4 create, 4 cannot." in output
    assert "Nothing was changed. Apply the plan with --apply." in output
    assert (Import.objects.count(), Feature.objects.count()) == (0, 0)
    call_command("import_feast", str(file), "--team", TEAM, "--apply", "--format", "json")
    assert sum(step["effect"] == "created" for step in json.loads(capsys.readouterr().out)) == 4
    tracking.document = tracked(orders.current.dataset.snapshots.get().digest)
    call_command("import_mlflow", tracking.url, "--team", "forecasting", "--apply")
    assert "created        model version churn_model/1" in capsys.readouterr().out
    assert {row.registered_by[:6] for row in ModelVersion.objects.all()} == {"shell:"}


def test_a_command_that_cannot_read_says_why_with_2(teams, tmp_path, monkeypatch):
    (tmp_path / "bad.json").write_text("{")
    for words in (["import_dbt", str(tmp_path / "none")], ["import_dbt", str(tmp_path / "bad.json")]):
        with pytest.raises(CommandError) as refused:
            call_command(*words)
        assert refused.value.returncode == 2
    with Path(tmp_path / "bad.json").open() as standard_input:
        monkeypatch.setattr("sys.stdin", standard_input)
        with pytest.raises(CommandError, match="not JSON that can be read"):
            call_command("import_feast", "-", "--team", TEAM)
