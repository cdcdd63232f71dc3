"""The package, installed by pip from the index of a running server, on every Python that it is for and that is on this machine."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from registry.client.rules import wheel
from registry.models import ModelVersion, ServingReport
from tests.neighbours.environments import finished, run
from tests.registry.conftest import FIXED, HEX, register

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db]
PYTHONS = [f"{wheel.OLDEST[0]}.{minor}" for minor in range(wheel.OLDEST[1], wheel.NEWEST[1] + 1)]
MANAGERS = (
    "~/.pyenv/versions/{}.*/bin/python",
    "~/.local/share/uv/python/cpython-{}.*/bin/python",
    "/opt/python{}*/bin/python",
)
SCRIPT = """
import pathlib, sys, plumbline
name = "py{}-{}".format(*sys.version_info[:2])
pathlib.Path("model.bin").write_bytes(b"weights")
with plumbline.training_run("demand", team="forecasting", external_id=name):
    answer = plumbline.register(
        "demand", name, features=["orders_3d"], data="orders", artifact="model.bin", evaluations={"mape": 0.1},
        hyperparameters={"depth": 3},
    )
assert plumbline.gate("demand", name, check=False)["decision"] == "BLOCKED"  # nobody promoted it
assert plumbline.gate("demand", "v1")["decision"] == "PROCEED"
compiled = plumbline.compile("orders_3d", dialect="postgres")
assert "orders_3d" in compiled.sql
report = plumbline.serving.report([0.1, 0.2, 0.7], model="demand", version=name, features=[compiled], environment="test")
assert report["skew"] == [], report
try:
    plumbline.register("demand", "none")
except plumbline.PlumblineError as refusal:
    assert len(refusal.faults) > 3, refusal
print(answer["url"])
"""


def interpreter(version: str) -> str:
    """A Python of this version on the path or of a version manager; skips the test where there is none."""
    places = [shutil.which(f"python{version}") or ""]
    for pattern in MANAGERS:
        root, *rest = Path(pattern.format(version)).expanduser().parts
        places += map(str, sorted(Path(root).glob("/".join(rest))))
    for place in filter(None, places):
        command = [place, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        if printed == version:
            return place
    pytest.skip(f"!!!!! The package was NOT tested with Python {version}: there is none on this machine !!!!!")


@pytest.mark.parametrize("version", PYTHONS)
def test_it_is_installed_and_works(version, in_production, orders, plumbline, tmp_path):
    python = interpreter(version)
    run([python, "-m", "venv", tmp_path / "venv"], tmp_path)
    programs, index = tmp_path / "venv" / "bin", f"{plumbline['PLUMBLINE_SERVER']}/simple/"
    run([programs / "pip", "install", "--isolated", "--no-cache-dir", "--index-url", index, "plumbline"], tmp_path)
    (tmp_path / "train.py").write_text(SCRIPT)
    surroundings = plumbline | {"PLUMBLINE_CODE_COMMIT": HEX[:40], "PLUMBLINE_IMAGE": f"sha256:{HEX}"}
    printed = run([programs / "python", "-W", "error", "train.py"], tmp_path, **surroundings)
    name = f"py{version.replace('.', '-')}"
    assert printed.strip().endswith(f"/registry/models/demand/{name}/")
    assert ModelVersion.objects.get(version=name).artifact_digest == hashlib.sha256(b"weights").hexdigest()
    assert ServingReport.objects.get(model_version__version=name).histogram["counts"]
    assert finished([programs / "plumbline", "demand", "v1"], tmp_path, **plumbline).returncode == 0
    assert run([programs / "pip", "check"], tmp_path).startswith("No broken requirements")


def test_the_command_and_the_script_say_the_same_of_a_closed_gate(in_production, cora, plumbline, tmp_path):
    register(FIXED, cora)
    run([interpreter("3.11"), "-m", "venv", tmp_path / "venv"], tmp_path)
    programs, address = tmp_path / "venv" / "bin", plumbline["PLUMBLINE_SERVER"]
    file = f"{address}/simple/plumbline/{wheel.file_name(wheel.VERSION)}#sha256={wheel.wheel().sha256}"
    run([programs / "pip", "install", "--isolated", "--no-index", file], tmp_path)
    run(["curl", "-fsSO", f"{address}/gate.py"], tmp_path)
    by_command = finished([programs / "plumbline", "demand", "v1"], tmp_path, **plumbline)
    by_module = finished([programs / "python", "-m", "plumbline", "demand", "v1"], tmp_path, **plumbline)
    by_script = finished([programs / "python", "-I", "gate.py", "demand", "v1"], tmp_path, **plumbline)
    assert by_command.returncode == by_module.returncode == by_script.returncode == 1
    assert by_command.stdout == by_module.stdout == by_script.stdout
    assert by_command.stdout.startswith("BLOCKED, 1 conflict blocks: demand v1\n")


def test_a_digest_that_is_not_its_own_is_refused_by_pip(plumbline, tmp_path):
    run([interpreter("3.11"), "-m", "venv", tmp_path / "venv"], tmp_path)
    file = f"{plumbline['PLUMBLINE_SERVER']}/simple/plumbline/{wheel.file_name(wheel.VERSION)}#sha256={'0' * 64}"
    ended = finished([tmp_path / "venv/bin/pip", "install", "--isolated", "--no-index", file], tmp_path)
    assert ended.returncode == 1
    assert "DO NOT MATCH THE HASHES" in ended.stdout + ended.stderr
