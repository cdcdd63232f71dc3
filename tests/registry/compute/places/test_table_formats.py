"""Where the files of a table may lie, and what an error means; tests/neighbours/test_table_formats.py reads real tables."""

import pytest

from registry.compute.places import table_formats
from registry.compute.places.stores import Store
from registry.compute.places.table_formats import DeltaRows, Folder, why_missing

S3 = Store("lake", "s3", "bucket", "silver", "http://127.0.0.1:9000", "eu-west-1")


@pytest.mark.parametrize(
    ("folder", "location", "is_inside"),
    [
        (Folder("/data/t", "t"), "/data/t/a.parquet", True),
        (Folder("/data/t", "t"), "file:///data/t/x%20y/a.parquet", True),
        (Folder("/data/t", "t"), "/data/t2/a.parquet", False),
        (Folder("/data/t", "t"), "file:///data/t/../u/a.parquet", False),
        (Folder("/data/t", "t"), "s3://data/t/a.parquet", False),
        (Folder("bucket/silver/t", "t", S3), "s3://bucket/silver/t/a.parquet", True),
        (Folder("bucket/silver/t", "t", S3), "s3://bucket/silver/t2/a.parquet", False),
        (Folder("bucket/silver/t", "t", S3), "s3://bucket/silver/t/../../a.parquet", False),
        (Folder("bucket/silver/t", "t", S3), "/etc/passwd", False),
    ],
)
def test_only_files_of_its_own_folder_belong_to_a_table(folder, location, is_inside):
    assert folder.holds(location) is is_inside


def test_a_link_does_not_lead_out_of_a_folder(tmp_path):
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "link").symlink_to(tmp_path)
    assert not Folder(str(tmp_path / "t"), "t").holds(str(tmp_path / "t" / "link" / "a.parquet"))


def test_a_store_is_named_as_the_libraries_do():
    azure = Folder("container/t", "t", Store("lake", "az", "account", "container"))
    assert azure.address == "abfss://container@account.dfs.core.windows.net/t"
    assert Folder("bucket/t", "t", S3).options | {"AWS_ALLOW_HTTP": "true"} == Folder("bucket/t", "t", S3).options


@pytest.mark.parametrize(
    ("text", "version", "reason"),
    [
        ("The table has set these reader features: {'deletionVectors'}", None, "deletion_vectors"),
        ("these reader features: {'icebergCompat'} are not yet supported", None, "not_supported"),
        ("Kernel error: LogSegment end version 3 not the same", 99, "no_version"),
        ("No files in log segment at /home/x", None, "not_a_table"),
        ("AWS Error ACCESS_DENIED", None, "forbidden"),
        ("AWS Error NETWORK_CONNECTION", None, "away"),
    ],
)
def test_an_error_of_a_library_has_a_reason_and_not_its_words(text, version, reason):
    failure = DeltaRows(Folder("bucket/t", "t", S3), version).failure(OSError(text))
    assert (failure.reason, "/home" in str(failure)) == (reason, False)


def test_a_missing_library_is_named_with_its_lock(monkeypatch):
    monkeypatch.setattr(table_formats, "find_spec", lambda name: None)
    assert why_missing("delta") == "deltalake is not installed here. Install registry/compute/places/delta.txt."
    assert why_missing("parquet") == ""
