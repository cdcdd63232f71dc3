"""`manage.py parity`: what ends it before any work, and what it says while nobody works."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from registry.management.commands import parity
from registry.models import CheckRun
from tests.registry.checks.materialized import in_python, materialized
from tests.registry.conftest import FIXED


def code_of(*arguments: str) -> int:
    with pytest.raises((SystemExit, CommandError)) as ended:
        call_command("parity", *arguments)
    code = getattr(ended.value, "returncode", None)
    return int(ended.value.code if code is None else code)


def test_a_summary_that_cannot_be_written_ends_it_before_anything_runs(feature, tmp_path):
    assert code_of("orders_3d", "--summary", str(tmp_path / "none" / "summary.md")) == 2
    assert not CheckRun.objects.exists()


def test_an_unknown_feature_and_a_bad_definition_are_wrong_use(feature):
    assert code_of("nobody") == 2
    assert code_of("orders_3d", "--null-handling", "guess") == 2
    assert not CheckRun.objects.exists()


def test_a_run_that_nobody_takes_ends_as_waiting(feature, capsys, monkeypatch):
    monkeypatch.setattr(parity, "POLL_EVERY_S", 0.01)
    fix = ["--logic", FIXED.computation_logic, "--null-handling", FIXED.null_handling]
    assert code_of("orders_3d", *fix, "--timeout", "0.05") == 3
    run = CheckRun.objects.get()
    assert f"Run {run.pk} is queued: there is no verdict yet." in capsys.readouterr().out
    assert run.check_definition.parameters["proposed"]["data_type"] == FIXED.data_type


def test_versions_in_python_are_compared_over_two_data_sets(feature, cora, data_root, monkeypatch):
    monkeypatch.setattr(parity, "POLL_EVERY_S", 0.01)
    materialized(cora, data_root)
    trained, newest = in_python(feature, 2), in_python(feature, 3)
    sides = [
        "--trained-dataset",
        "before",
        "--current-dataset",
        "after",
        "--timeout",
        "0.05",
        "--trained",
        trained.name,
    ]
    assert code_of("orders_3d", *sides) == 2  # the feature's name is not a column of them
    columns = ["--trained-column", "score", "--current-column", "score", "--key", "order_id"]
    assert code_of("orders_3d", *sides, *columns) == 3
    parameters = CheckRun.objects.get().check_definition.parameters
    assert (parameters["trained"], parameters["current"], parameters["key"]) == (
        trained.name,
        newest.name,
        ["order_id"],
    )
