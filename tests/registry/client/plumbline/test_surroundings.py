"""What is read around a training script; git is the real one."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import types
import warnings

import pytest

from registry.client.plumbline import _surroundings as surroundings
from tests.registry.conftest import HEX

COMMIT = HEX[:40]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    names = (*surroundings.COMMIT_VARIABLES, *surroundings.IMAGE_VARIABLES, "PLUMBLINE_CODE_COMMIT", "MLFLOW_RUN_ID")
    for name in names:
        monkeypatch.delenv(name, raising=False)


def git(folder, *words: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    command = ["git", "-C", str(folder), *identity, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "train.py").write_text("x = 1\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "Add training")
    return tmp_path


def test_the_commit_is_gits(repository):
    assert surroundings.code_commit(str(repository)) == git(repository, "rev-parse", "HEAD")


def test_a_file_that_differs_from_the_commit_is_a_warning(repository):
    (repository / "train.py").write_text("x = 2\n")
    with pytest.warns(UserWarning, match="is not the code that ran: train.py changed since"):
        surroundings.code_commit(str(repository))


def test_a_stated_commit_comes_first_and_ci_last(repository, tmp_path_factory, monkeypatch):
    outside = str(tmp_path_factory.mktemp("outside"))
    monkeypatch.setenv("CI_COMMIT_SHA", COMMIT)
    assert surroundings.code_commit(outside) == COMMIT
    assert surroundings.code_commit(str(repository)) != COMMIT
    monkeypatch.setenv("PLUMBLINE_CODE_COMMIT", "f" * 40)
    assert surroundings.code_commit(str(repository)) == "f" * 40


def test_without_git_and_variables_the_commit_is_unknown(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert surroundings.code_commit(str(tmp_path)) == ""


def test_the_image_is_the_first_variable_with_a_digest(monkeypatch):
    assert surroundings.container_digest() == ""
    monkeypatch.setenv("PLUMBLINE_IMAGE", "train:latest")
    monkeypatch.setenv("IMAGE", f"registry.example/train@sha256:{HEX}")
    assert surroundings.container_digest() == f"sha256:{HEX}"


def test_a_files_digest_is_that_of_its_bytes(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"weights")
    artifact = surroundings.artifact_of(str(tmp_path / "model.bin"))
    assert artifact["digest"] == hashlib.sha256(b"weights").hexdigest()
    assert artifact["uri"] == (tmp_path / "model.bin").as_uri()


def test_a_folders_digest_is_that_of_sha256sum(tmp_path):
    (tmp_path / "model" / "parts").mkdir(parents=True)
    (tmp_path / "model" / "parts" / "b.bin").write_bytes(b"b")
    (tmp_path / "model" / "a.bin").write_bytes(b"a")
    command = "cd model; find . -type f | sed 's#^\\./##' | LC_ALL=C sort | xargs sha256sum | sha256sum"
    printed = subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert surroundings.artifact_of(str(tmp_path / "model"))["digest"] == printed.split()[0]


def test_an_empty_folder_has_no_digest(tmp_path):
    with pytest.raises(ValueError, match="a folder without files"):
        surroundings.artifact_of(str(tmp_path))


def test_mlflow_is_not_imported_by_itself():
    if "mlflow" not in sys.modules:
        assert surroundings.mlflow_run() is None


def test_the_active_run_of_mlflow_is_read(monkeypatch):
    """Its own test with MLflow's program is in tests/neighbours; here MLflow is the two functions that are called."""
    info = types.SimpleNamespace(run_id="r1", artifact_uri="s3://runs/r1/")
    data = types.SimpleNamespace(params={"depth": "3"}, metrics={"mae": 1.5}, tags={})
    run = types.SimpleNamespace(info=info, data=data)
    module = types.ModuleType("mlflow")
    module.active_run, module.get_run = lambda: run, lambda run_id: run
    monkeypatch.setitem(sys.modules, "mlflow", module)
    read = surroundings.mlflow_run()
    assert (read.run_id, read.parameters, read.metrics) == ("r1", {"depth": "3"}, {"mae": 1.5})
    assert surroundings.artifact_address(read, "out/model.bin") == "s3://runs/r1/model.bin"
    module.active_run = lambda: None
    assert surroundings.mlflow_run() is None


def test_untracked_files_are_no_warning(repository):
    (repository / "notes.txt").write_text("x")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        surroundings.code_commit(str(repository))
