"""The commands export, plan and apply, with their exit codes."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_export_plan_and_apply(feature, tmp_path, capsys):
    call_command("export")
    text = capsys.readouterr().out
    file = tmp_path / "plumbline.yaml"
    file.write_text(text.replace("name: forecasting\n", "name: Forecasts\n", 1))
    call_command("plan", str(file))
    printed = capsys.readouterr().out
    assert "change     teams forecasting (line " in printed
    assert "Nothing was changed." in printed
    call_command("apply", str(file))
    assert "1 changed" in capsys.readouterr().out
    call_command("export")
    assert capsys.readouterr().out == file.read_text()


def test_faults_have_their_lines_and_exit_code_2(db, tmp_path):
    file = tmp_path / "plumbline.yaml"
    file.write_text("version: 1\nteams:\n- slug: a\n")
    with pytest.raises(CommandError) as refused:
        call_command("plan", str(file))
    assert (str(refused.value), refused.value.returncode) == ("line 3: teams a: name is missing. It must be a text.", 2)
    with pytest.raises(CommandError) as refused:
        call_command("apply", str(tmp_path / "none.yaml"))
    assert "cannot be read" in str(refused.value)


def test_what_is_refused_is_exit_code_1(feature, tmp_path):
    file = tmp_path / "plumbline.yaml"
    file.write_text("version: 1\nchecks:\n- name: x\n  kind: drift\n  parameters: {}\n")
    with pytest.raises(CommandError) as refused:
        call_command("apply", str(file))
    assert refused.value.returncode == 1
