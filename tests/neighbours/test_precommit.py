"""The hook of pre-commit's own program: parity of the definitions that a commit changes."""

from __future__ import annotations

import subprocess
import threading

import pytest

from registry.checks.actions.execution import execute
from registry.client.rules import wheel
from registry.models import CheckRun
from tests.neighbours.environments import environment, finished
from tests.registry.conftest import FIXED, TRAINED
from tests.running.installation import wait

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db]
CONFIGURATION = """
repos:
  - repo: local
    hooks:
      - id: plumbline-parity
        name: Parity of changed definitions
        entry: plumbline-parity
        language: python
        additional_dependencies: ["plumbline @ {file}"]
        files: ^features/.*\\.(sql|json)$
        require_serial: true
"""


def git(folder, *words: str) -> subprocess.CompletedProcess[str]:
    identity = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
    return subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)


@pytest.fixture
def repository(plumbline, tmp_path):
    address = plumbline["PLUMBLINE_SERVER"]
    file = f"{address}/simple/plumbline/{wheel.file_name(wheel.VERSION)}#sha256={wheel.wheel().sha256}"
    (tmp_path / ".pre-commit-config.yaml").write_text(CONFIGURATION.format(file=file))
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "orders_3d.sql").write_text(
        f"-- plumbline: null_handling=forward_fill\n{TRAINED.computation_logic}\n"
    )
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    return tmp_path


def hooked(repository, variables: dict[str, str]) -> tuple[int, str]:
    """What the hook says of the staged files, with the run that it queues executed as a worker would."""
    programs, ends = environment("precommit"), []
    words = [programs / "pre-commit", "run"]
    home = {"PRE_COMMIT_HOME": str(repository / ".cache")}
    hook = threading.Thread(target=lambda: ends.append(finished(words, repository, **variables, **home)))
    hook.start()
    assert wait(lambda: CheckRun.objects.filter(state="queued").exists() or not hook.is_alive(), seconds=240)
    for run in CheckRun.objects.filter(state="queued"):
        execute(run.pk)
    hook.join(timeout=120)
    return ends[0].returncode, ends[0].stdout + ends[0].stderr


def test_a_changed_definition_is_compared_before_it_is_committed(in_production, repository, plumbline):
    code, output = hooked(repository, plumbline)
    assert (code, "Passed" in output) == (0, True), output
    git(repository, "commit", "-q", "-m", "Add the definition")
    changed = f"-- plumbline: null_handling=zero_fill\n{FIXED.computation_logic}\n"
    (repository / "features" / "orders_3d.sql").write_text(changed)
    (repository / "README.md").write_text("Not a definition.\n")
    git(repository, "add", ".")
    code, output = hooked(repository, plumbline)
    assert code == 1, output
    assert "FAILED  orders_3d" in output
    assert "would block demand v1" in output
