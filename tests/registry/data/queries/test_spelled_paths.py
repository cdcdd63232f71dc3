"""A path that somebody gives leads nowhere but into the data roots, in forty spellings, when written and when used."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from platform_site.errors import Fault, Invalid, NotReady
from registry.data.actions import datasets
from registry.data.queries.locations import of, resolve
from registry.models import Dataset, ModelVersion
from registry.versions.actions import registration
from tests.registry.conftest import ARTIFACT, lineage

OUTSIDE = [
    "../secret.parquet", "./../secret.parquet", "x/../../secret.parquet", "..", "../", "../*", "*/../../secret.parquet",
    "/etc/passwd", "//etc/passwd", "///etc/passwd", "/", "~/secret.parquet", "~root/secret.parquet", "$HOME/secret.parquet",
    "..\\secret.parquet", "x\\..\\..\\secret.parquet", "\\\\server\\share\\x.parquet", "C:\\secret.parquet", "C:/secret.parquet",
    "%2e%2e/secret.parquet", "%2e%2e%2fsecret.parquet", "..%2fsecret.parquet", "..%5csecret.parquet",
    "%252e%252e%252fsecret.parquet", "..%c0%afsecret.parquet", "%u002e%u002e/secret.parquet", "..;/secret.parquet",
    "....//secret.parquet", "..../secret.parquet", "．．/secret.parquet", "‥/secret.parquet", "..\0/secret.parquet",
    "inside.parquet\0.csv", "file:///etc/passwd", "file:secret.parquet", "http://127.0.0.1/x.parquet", "s3://bucket/x.parquet",
    "link.parquet", "folder/secret.parquet", "**/../**/secret.parquet", "[.][.]/secret.parquet", "{..}/secret.parquet",
]  # fmt: skip
NO_ARTIFACT = [
    "s3://models/../../secret", "s3://models/%2e%2e/secret", "s3://models/%252e%252e%252fsecret", "models/../secret", "..",
    "s3://models\\..\\secret", "s3://models/a\0b", "s3://models/a\nb", "s3://models/\u202eb", "javascript:alert(1)",
    "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", " javascript:alert(1)", "s3://models/..%2fsecret",
    "s3://models/..;/secret", "s3://models/．．/secret",
]  # fmt: skip


@pytest.fixture
def root(tmp_path):
    """A data root, and beside it what must not be reached: by a link to a file and by one to a folder."""
    inside = tmp_path / "root"
    inside.mkdir()
    secret = tmp_path / "secret.parquet"
    for path in (secret, inside / "inside.parquet"):
        pq.write_table(pa.table({"x": [1]}), path)
    (inside / "link.parquet").symlink_to(secret)
    (inside / "folder").symlink_to(tmp_path)
    return inside


def test_there_are_forty_of_them():
    assert len(set(OUTSIDE)) >= 40


@pytest.mark.parametrize("location", OUTSIDE)
def test_none_leads_out(location, root, monkeypatch):
    monkeypatch.setenv("HOME", str(root.parent))
    assert isinstance(resolve(location, "parquet", [root]), Fault)


@pytest.mark.django_db
def test_none_is_kept_nor_used_where_it_was_kept_before(root, cora, settings):
    settings.DATA_ROOTS = [root]
    dataset = datasets.add_dataset(
        name="honest", kind="parquet", location="inside.parquet", key=["x"], event_time="", actor=cora
    )
    for location in OUTSIDE:
        with pytest.raises(Invalid):
            datasets.add_dataset(
                name="hostile", kind="parquet", location=location, key=["x"], event_time="", actor=cora
            )
        dataset.location = location  # as whoever could write the database would have it
        with pytest.raises(NotReady):
            of(dataset)
    assert list(Dataset.objects.values_list("location", flat=True)) == ["inside.parquet"]


@pytest.mark.django_db
def test_what_was_a_file_and_became_a_link_is_not_followed(root, cora, settings):
    settings.DATA_ROOTS = [root]
    dataset = datasets.add_dataset(
        name="honest", kind="parquet", location="inside.parquet", key=["x"], event_time="", actor=cora
    )
    assert of(dataset).paths == (root / "inside.parquet",)
    (root / "inside.parquet").unlink()
    (root / "inside.parquet").symlink_to(Path("/etc/passwd"))
    with pytest.raises(NotReady):
        of(dataset)


@pytest.mark.django_db
@pytest.mark.parametrize("uri", NO_ARTIFACT)
def test_an_artifacts_address_has_no_second_reading(uri, model, feature, orders, cora):
    with pytest.raises(Invalid) as refused:
        registration.register_version(
            model, version="v1", artifact=ARTIFACT | {"uri": uri}, lineage_parts=lineage(orders), actor=cora
        )
    assert [fault.field for fault in refused.value.faults] == ["artifact.uri"]
    assert not ModelVersion.objects.exists()
