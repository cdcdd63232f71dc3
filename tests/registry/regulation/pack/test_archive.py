"""The archive of a model version: its files, and the manifest with a digest of each."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO

import pytest

from platform_site.audit import queries as audit
from platform_site.audit.chain import GENESIS, Head
from platform_site.audit.models import AuditHead
from registry.regulation.pack import verify
from registry.regulation.pack.archive import VERIFIER, as_download, build


@pytest.fixture
def files(model_version):
    """The files of the archive by name, without the folder."""
    with zipfile.ZipFile(BytesIO(build(model_version).content)) as archive:
        names = archive.namelist()
        assert {name.split("/")[0] for name in names} == {"demand-v1"}
        assert {oct(member.external_attr >> 16) for member in archive.infolist()} == {"0o644"}
        return {name.removeprefix("demand-v1/"): archive.read(name) for name in names}


def test_the_manifest_has_the_digest_of_every_other_file(files):
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert manifest["subject"] == "model_version:demand/v1"


def test_the_manifest_has_the_head_of_the_log_and_counts_of_every_other_file(files):
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["head"] == audit.head()._asdict()
    assert manifest["counts"] == {name: verify.count(verify.rows(name, content)) for name, content in files.items()}
    events = len(files["audit_events.jsonl"].splitlines())
    assert sum(manifest["counts"]["audit_events.jsonl"].values()) == events > 0


def test_what_is_built_says_which_files_are_in_it(model_version, files):
    pack = build(model_version)
    assert pack.files.keys() == files.keys()
    assert (pack.subject, pack.head) == ("model_version:demand/v1", audit.head())
    with zipfile.ZipFile(BytesIO(pack.content)) as archive:
        assert {name.partition("/")[2]: archive.read(name) for name in archive.namelist()} == pack.files


def test_a_log_without_a_head_has_nothing_in_the_pack(model_version):
    AuditHead.objects.all().delete()
    pack = build(model_version)
    assert (pack.head, pack.files["audit_events.jsonl"]) == (Head(0, GENESIS), b"")


def test_the_script_that_verifies_is_in_it_unchanged(files):
    assert files["verify.py"] == VERIFIER.read_bytes()


def test_a_download_is_named_after_model_and_version_and_says_its_receipt(model_version):
    answer = as_download(model_version, b"zip", 17)
    assert (answer.content, answer["Content-Type"]) == (b"zip", "application/zip")
    assert answer["Content-Disposition"] == 'attachment; filename="demand-v1.zip"'
    assert answer["X-Plumbline-Receipt"] == "17"
