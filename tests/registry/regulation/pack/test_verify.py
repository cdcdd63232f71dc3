"""The script in a regulator pack: it passes an untouched pack, alone, and names whatever was changed."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest

from registry.features.rules.fingerprint import address
from registry.regulation.pack import verify
from registry.regulation.pack.archive import build
from tests.registry.conftest import FIXED, TRAINED, register


@pytest.fixture
def pack(in_production, cora, tmp_path):
    """The pack of `demand` v1, whose feature has another current version by now, unpacked."""
    register(FIXED, cora)
    with zipfile.ZipFile(io.BytesIO(build(in_production))) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "demand-v1"


def replace(path, old, new):
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_an_untouched_pack_verifies_without_plumbline(pack):
    result = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=pack, capture_output=True, text=True, check=False, env={}
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("VERIFIED  model_version:demand/v1: 10 files")
    (feature,) = json.loads((pack / "snapshot.json").read_text())["features"]
    assert feature["trained"]["digest"] == address(TRAINED)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("lineage.json", "demand", "demand2"),
        ("snapshot.json", "forward_fill", "zero_fill"),
        ("evaluations.json", "0.12", "0.02"),
        ("audit_events.jsonl", "cora", "dora"),
        ("gate_decisions.json", "PROCEED", "BLOCKED"),
    ],
)
def test_a_changed_file_differs_from_its_digest(pack, capsys, name, old, new):
    replace(pack / name, old, new)
    assert verify.main(pack) == 1
    assert capsys.readouterr().out == f"BROKEN  {name} differs from its digest in the manifest\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("snapshot.json", "forward_fill", "zero_fill", "does not have the address"),
        ("audit_events.jsonl", "cora", "dora", "does not have its hash"),
    ],
)
def test_a_manifest_that_was_changed_with_the_file_does_not_help(pack, capsys, name, old, new, fault):
    replace(pack / name, old, new)
    manifest = json.loads((pack / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256((pack / name).read_bytes()).hexdigest()
    (pack / "manifest.json").write_text(json.dumps(manifest))
    assert verify.main(pack) == 1
    assert fault in capsys.readouterr().out


def test_a_missing_file_and_an_extra_file_are_named(pack, capsys):
    (pack / "overrides.json").unlink()
    (pack / "extra.json").write_text("{}")
    assert verify.main(pack) == 1
    assert capsys.readouterr().out.splitlines() == [
        "BROKEN  overrides.json is missing", "BROKEN  extra.json is not in the manifest",
    ]  # fmt: skip
