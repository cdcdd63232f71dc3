"""The addresses of connections, and what may not stand in one."""

import pytest

from platform_site.environment.connections import ADDRESS, parse
from platform_site.environment.variables import NotValid


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("postgres://reader:secret@db/warehouse", ("postgres", "reader:secret@db", "warehouse", {})),
        ("sc://spark:15002", ("sc", "spark:15002", "", {})),
        ("sc://spark/;use_ssl=true;files=s3a://lake/silver", ("sc", "spark", "", {"use_ssl": "true", "files": "s3a://lake/silver"})),
        ("s3://lake/silver/?region=eu-west-1", ("s3", "lake", "silver", {"region": "eu-west-1"})),
        ("s3://lake?endpoint=http://minio:9000", ("s3", "lake", "", {"endpoint": "http://minio:9000"})),
        ("gs://lake/a/b", ("gs", "lake", "a/b", {})),
        ("az://account/container/a", ("az", "account", "container/a", {})),
    ],
)  # fmt: skip
def test_an_address_has_these_parts(text, parts):
    assert tuple(parse(text)) == parts


def test_the_client_of_spark_gets_only_what_is_its_own():
    assert parse("sc://spark:1/;use_ssl=true;files=s3a://lake").client == "sc://spark:1/;use_ssl=true"


@pytest.mark.parametrize("text", ["sc://host/;use_ssl=perhaps", "sc:host", "ftp://host/x", "s3:///x", "az://account/"])
def test_what_is_not_an_address_is_refused(text):
    with pytest.raises(NotValid, match="not the address of a place of data"):
        ADDRESS.read(text)
