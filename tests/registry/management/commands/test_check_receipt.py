"""`manage.py check_receipt`: exit codes, and what is said of a receipt that is ours, is not, or is none."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from registry.regulation.actions.packs import hand_out
from tests.registry.regulation.conftest import VIEWER


@pytest.fixture
def path(model_version, tmp_path):
    path = tmp_path / "receipt.json"
    path.write_text(hand_out(model_version, actor=VIEWER).receipt.content)
    return path


def test_ours_is_named_with_its_event(path, capsys):
    call_command("check_receipt", str(path))
    event = json.loads(path.read_text())["event"]
    assert capsys.readouterr().out == (
        f"This receipt is event {event['sequence']} of our chain, {event['hash']}: a pack of model_version:demand/v1, "
        f"handed out to vera at {event['at']}.\n"
    )


def test_another_one_is_refused_with_every_reason(path, capsys):
    content = json.loads(path.read_text())
    content["event"]["actor"] = "somebody"
    path.write_text(json.dumps(content))
    with pytest.raises(SystemExit) as ended:
        call_command("check_receipt", str(path))
    assert ended.value.code == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "does not have its hash" in first
    assert "is another one: regulator_pack.handed_out of model_version:demand/v1." in second


def test_what_is_none_is_a_wrong_use(tmp_path):
    with pytest.raises(CommandError, match="is not a receipt") as error:
        call_command("check_receipt", str(tmp_path / "none.json"))
    assert error.value.returncode == 2
