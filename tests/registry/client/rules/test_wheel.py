import ast
import base64
import csv
import hashlib
import io
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from registry.client.rules import wheel
from registry.client.rules.single_file import PACKAGE

PROJECT = Path(__file__).resolve().parents[4]
INFO = f"plumbline-{wheel.VERSION}.dist-info"
MODULES = sorted(PACKAGE.rglob("*.py"))
BROUGHT = {"airflow": ("asgiref",)}  # what an orchestrator itself depends on
NEWER_THAN_3_9 = {"batched", "pairwise", "UTC", "StrEnum"}


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(wheel.wheel().content))


def test_the_same_sources_make_the_same_bytes():
    assert wheel.wheel() == wheel.wheel()
    files = wheel.sources(PACKAGE)
    assert wheel.built("0.1.0", files, "", "").sha256 != wheel.built("0.1.1", files, "", "").sha256


def test_every_file_is_of_the_first_moment_that_an_archive_can_hold(archive):
    assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_it_has_the_version_of_the_project():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert project["version"] == wheel.VERSION


def test_the_record_names_every_file_with_its_digest_and_size(archive):
    rows = list(csv.reader(io.StringIO(archive.read(f"{INFO}/RECORD").decode())))
    assert {row[0] for row in rows} == set(archive.namelist())
    for path, digest, size in rows[:-1]:
        content = archive.read(path)
        expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        assert (digest, size) == (f"sha256={expected}", str(len(content)))
    assert rows[-1] == [f"{INFO}/RECORD", "", ""]


def test_it_can_be_published(archive):
    metadata = Parser().parsestr(archive.read(f"{INFO}/METADATA").decode())
    assert (metadata["Name"], metadata["Version"], metadata["Requires-Python"]) == ("plumbline", wheel.VERSION, ">=3.9")
    assert metadata["License-Expression"] == "Apache-2.0"
    assert b"Apache License" in archive.read(f"{INFO}/licenses/LICENSE")
    assert "Requires-Dist" not in metadata
    assert metadata.get_payload().startswith("# plumbline")
    assert b"Root-Is-Purelib: true" in archive.read(f"{INFO}/WHEEL")


def test_it_is_typed_and_whole(archive):
    assert "plumbline/py.typed" in archive.namelist()
    assert "plumbline/pipelines/__init__.py" in archive.namelist()
    assert not [name for name in archive.namelist() if "__pycache__" in name]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_module_is_python_3_9_and_imports_only_the_standard_library(path):
    tree = ast.parse(path.read_text(), feature_version=wheel.OLDEST)
    optional = {"mlflow", *({path.stem, *BROUGHT.get(path.stem, ())} if path.parent.name == "pipelines" else set())}
    roots = {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    roots |= {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level
    }
    assert roots - sys.stdlib_module_names <= optional
    assert NEWER_THAN_3_9 & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} == set()
    zips = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "zip"]
    assert [node for node in zips if node.keywords] == [], "zip() has no strict before 3.10"
