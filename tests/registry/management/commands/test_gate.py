"""`manage.py gate`: its exit codes and what it records."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from registry.models import GateDecision
from tests.registry.conftest import FIXED, register


def run(*arguments: str) -> int:
    with pytest.raises((SystemExit, CommandError)) as ended:
        call_command("gate", *arguments)
    code = getattr(ended.value, "returncode", None)
    return int(ended.value.code if code is None else code)


def test_a_version_that_proceeds_exits_with_0_and_the_decision_names_the_shell(in_production, capsys):
    assert run("demand", "v1") == 0
    assert capsys.readouterr().out.startswith("PROCEED")
    assert GateDecision.objects.latest("pk").decided_by.startswith("shell:")


def test_a_blocked_version_exits_with_1_and_its_reasons(in_production, cora, capsys):
    register(FIXED, cora)
    assert run("demand", "v1", "--format", "json") == 1
    decision = json.loads(capsys.readouterr().out)
    assert (decision["decision"], decision["conflicts"][0]["feature"]) == ("BLOCKED", "orders_3d")


def test_an_unknown_version_exits_with_2_and_records_nothing(in_production):
    before = GateDecision.objects.count()
    assert run("demand", "v9") == 2
    assert GateDecision.objects.count() == before
