"""The hook of pre-commit: definitions in files, held to a server that really runs."""

from __future__ import annotations

import json
import threading

import pytest

from registry.checks.actions.execution import execute
from registry.client.plumbline import PlumblineError, definitions
from registry.models import CheckRun
from tests.registry.conftest import FIXED, TRAINED, WINDOW
from tests.running.installation import wait


@pytest.fixture
def folder(server, tmp_path, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_SERVER", server.address)
    monkeypatch.setenv("PLUMBLINE_TOKEN", server.token)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judged(*words: str) -> int:
    """The hook's exit code, with the one run that it queues executed as a worker would."""
    codes: list[int] = []
    hook = threading.Thread(target=lambda: codes.append(definitions.main(words)))
    hook.start()
    assert wait(lambda: CheckRun.objects.filter(state="queued").exists() or not hook.is_alive(), seconds=20)
    for run in CheckRun.objects.filter(state="queued"):
        execute(run.pk)
    hook.join(timeout=30)
    return codes[0]


def test_what_is_as_it_was_needs_no_run(in_production, folder, capsys):
    (folder / "orders_3d.sql").write_text(f"-- plumbline: null_handling=forward_fill\n{TRAINED.computation_logic}\n")
    assert definitions.main(["orders_3d.sql"]) == 0
    assert capsys.readouterr().out.startswith("UNCHANGED  orders_3d is version ")
    assert not CheckRun.objects.exists()


def test_what_computes_other_values_fails_and_names_whom_it_would_block(in_production, folder, capsys):
    (folder / "orders_3d.sql").write_text(f"-- plumbline: null_handling=zero_fill\n{FIXED.computation_logic}\n")
    assert judged("orders_3d.sql") == 1
    output = capsys.readouterr().out
    assert output.startswith("FAILED  orders_3d\n")
    assert "would block demand v1" in output


def test_what_is_written_otherwise_and_computes_the_same_passes(in_production, folder):
    (folder / "features.json").write_text(
        json.dumps([{"name": "orders_3d", "computation_logic": f"AVG(order_count) {WINDOW} + 0"}])
    )
    assert judged("features.json") == 0


def test_a_new_feature_has_nothing_to_be_compared_with(in_production, folder, capsys):
    (folder / "orders_9d.sql").write_text("order_count")
    assert definitions.main(["orders_9d.sql"]) == 0
    assert capsys.readouterr().out.startswith("NEW  orders_9d")


def test_the_worst_file_decides(in_production, folder, capsys):
    (folder / "orders_9d.sql").write_text("order_count")
    (folder / "broken.json").write_text("{")
    assert definitions.main(["orders_9d.sql", "broken.json"]) == 2
    assert "broken.json holds no definition" in capsys.readouterr().err


WRONG = [
    ("a.sql", "-- plumbline: nulls=drop\nx", r"nulls cannot be stated\. Choose from feature, computation_logic"),
    ("a.sql", "-- plumbline: drop\nx", "'drop' is not written as name=value"),
    ("a.sql", "-- plumbline: null_handling=drop\n", "the logic is empty"),
    ("a.json", '[{"null_handling": "drop"}]', "'feature'"),
]


@pytest.mark.parametrize(("name", "content", "because"), WRONG)
def test_a_file_without_a_definition_says_what_is_wrong(tmp_path, name, content, because):
    (tmp_path / name).write_text(content)
    with pytest.raises(PlumblineError, match=because):
        definitions.proposals(tmp_path / name)


def test_the_feature_is_the_files_name_or_stated(tmp_path):
    (tmp_path / "orders_3d.sql").write_text("-- plumbline: feature=orders data_type=float32\n-- note\nSUM(x)")
    (proposed,) = definitions.proposals(tmp_path / "orders_3d.sql")
    assert proposed == ("orders", {"data_type": "float32", "computation_logic": "-- note\nSUM(x)"})
