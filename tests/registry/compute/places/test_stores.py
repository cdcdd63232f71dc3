"""What a store's errors mean, and what a location is; tests/neighbours/test_stores.py reads from a real server."""

import pytest

from registry.compute.places.stores import Store, StoredFiles, matches

FILES = StoredFiles(Store("lake", "s3", "bucket", "silver"), "orders/month=*/*.parquet")
ERRORS = [
    (OSError("When listing: AWS Error ACCESS_DENIED during HeadObject (Request ID 4F)"), "refuses its credentials"),
    (OSError("AWS Error INVALID_ACCESS_KEY_ID during ListObjectsV2"), "They come from the environment."),
    (OSError("AWS Error NETWORK_CONNECTION during CreateSession: curlCode: 7"), "Connection lake does not answer."),
    (OSError("AWS Error NO_SUCH_BUCKET during ListObjectsV2"), "or no such bucket"),
    (FileNotFoundError("x"), "There is nothing at 'orders/month=*/*.parquet' of connection lake"),
    (ValueError("Mrs Smith"), "cannot be read as Parquet, or changed while it was read."),
]


@pytest.mark.parametrize(("error", "sentence"), ERRORS, ids=[sentence for _, sentence in ERRORS])
def test_an_error_is_a_sentence_in_our_own_words(error, sentence):
    message = str(FILES.failure(error))
    assert sentence in message
    assert not {"Smith", "Request"} & {*message.split()}


def test_a_listing_begins_where_the_location_has_no_wildcard():
    assert (FILES._base, FILES._pattern) == ("bucket/silver/orders", ("month=*", "*.parquet"))
    azure = StoredFiles(Store("lake", "az", "account", "container/silver"), "orders")
    assert azure._base == "container/silver/orders"


@pytest.mark.parametrize(
    ("path", "pattern", "is_one"),
    [
        ("a/b.parquet", "*/*.parquet", True),
        ("a/b/c.parquet", "*/*.parquet", False),
        ("a/b/c.parquet", "**/c.*", True),
        ("c.parquet", "**/c.*", True),
        ("a.csv", "*.parquet", False),
    ],
)
def test_a_pattern_matches_name_by_name(path, pattern, is_one):
    assert matches(path.split("/"), pattern.split("/")) is is_one


@pytest.mark.parametrize(
    ("name", "is_data"), [("a.parquet", True), ("month=1/a.parquet", True), ("_tmp/a.parquet", False), ("a.csv", False)]
)
def test_hidden_names_and_other_files_are_not_data(name, is_data):
    assert StoredFiles(FILES.store, "orders")._is_data(name.split("/")) is is_data
