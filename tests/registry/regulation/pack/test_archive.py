"""The archive of a model version: its files, and the manifest with a digest of each."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO

import pytest

from platform_site.audit import queries as audit
from registry.regulation.pack.archive import VERIFIER, as_download, build


@pytest.fixture
def files(model_version):
    """The files of the archive by name, without the folder."""
    with zipfile.ZipFile(BytesIO(build(model_version))) as archive:
        names = archive.namelist()
        assert {name.split("/")[0] for name in names} == {"demand-v1"}
        return {name.removeprefix("demand-v1/"): archive.read(name) for name in names}


def test_the_manifest_has_the_digest_of_every_other_file(files):
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert manifest["subject"] == "model_version:demand/v1"


def test_the_manifest_has_the_head_of_the_log_and_counts_the_events(files):
    manifest = json.loads(files["manifest.json"])
    assert manifest["head"] == audit.head()._asdict()
    assert manifest["events"] == len(files["audit_events.jsonl"].splitlines()) > 0


def test_the_script_that_verifies_is_in_it_unchanged(files):
    assert files["verify.py"] == VERIFIER.read_bytes()


def test_a_download_is_named_after_model_and_version(model_version):
    answer = as_download(model_version, b"zip")
    assert (answer.content, answer["Content-Type"]) == (b"zip", "application/zip")
    assert answer["Content-Disposition"] == 'attachment; filename="demand-v1.zip"'
