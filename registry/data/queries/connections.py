"""What a location is at a connection that an administrator defined: a table of PostgreSQL, a table or files behind Spark, files of
an object store."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.conf import settings
from sqlglot import exp

from platform_site.environment.connections import POSTGRES, STORES, Address, parse
from platform_site.errors import Fault
from platform_site.outbound import client
from registry.compute.engines.row_source import Data
from registry.compute.engines.tables import Table
from registry.compute.places.spark_tables import SparkTable
from registry.compute.places.stores import Store, StoredFiles
from registry.compute.places.table_formats import DeltaRows, Folder, IcebergRows, why_missing
from registry.models import Dataset

TABLE = re.compile(r"(?:(?P<schema>[^.\0]{1,63})\.)?(?P<table>[^.\0]{1,63})\Z")
SPARK_TABLE = re.compile(r"[^.`\0/\\]{1,128}(\.[^.`\0/\\]{1,128}){0,2}\Z")
FORMATS = {Dataset.Kind.DELTA: DeltaRows, Dataset.Kind.ICEBERG: IcebergRows}
IN_STORES = (Dataset.Kind.PARQUET, *FORMATS)
VERSIONED = re.compile(r"(?P<place>.+?)(@(?P<version>\d{1,19}))?\Z")
ESCAPES = re.compile(r"[\0\\%`\[\]{}]|://|(^|/)\.\.(/|$)|^/")


def find(kind: str, location: str, connection: str) -> Data | Fault:
    """The data of this kind at a location of a connection; or the fault that says why there are none."""
    address = settings.CONNECTIONS.get(connection)
    if address is None:
        known = ", ".join(sorted(settings.CONNECTIONS))
        choices = f"Choose {known}." if known else "None is defined; an administrator sets CONNECTION_<NAME>."
        return Fault("connection", "unknown", f"There is no connection {connection!r}. {choices}")
    parts = parse(address)
    if parts.scheme in POSTGRES:
        return _table(kind, location, connection, address)
    if parts.scheme in STORES:
        return _in_a_store(kind, location, connection, parts)
    return _behind_spark(kind, location, connection, parts)


def _in_a_store(kind: str, location: str, connection: str, parts: Address) -> Data | Fault:
    if kind not in IN_STORES:
        sentence = f"{connection} is an object store: its data sets are {' or '.join(IN_STORES)}, not {kind}."
        return Fault("kind", "not_allowed", sentence)
    if not location or ESCAPES.search(location):
        sentence = "Give a path below the connection's, without `..`, a scheme or an escape; `*` and `?` match names."
        return Fault("location", "not_allowed", sentence)
    endpoint = parts.options.get("endpoint", "")
    if endpoint and (reason := client.why_not_reached(endpoint, settings.OUTBOUND_ALLOW)):
        return Fault("connection", "not_allowed", f"The endpoint of connection {connection} is not used: {reason}")
    store = Store(connection, parts.scheme, parts.host, parts.path, endpoint, parts.options.get("region", ""))
    if kind == Dataset.Kind.PARQUET:
        return StoredFiles(store, location.strip("/"))
    place, version = place_and_version(location)
    return table_in(kind, Folder("/".join(filter(None, [store.root, place])), location, store), version)


def place_and_version(location: str) -> tuple[str, int | None]:
    """A table's folder, and the version or snapshot that stands behind an @; None for the table as it is."""
    named = VERSIONED.match(location)
    place, version = (named["place"], named["version"]) if named else (location, None)
    return place.strip("/"), int(version) if version else None


def table_in(kind: str, folder: Folder, version: int | None) -> Data | Fault:
    """A table of this format in a folder; a fault when what reads it is not installed."""
    if missing := why_missing(kind):
        return Fault("kind", "not_installed", missing)
    return FORMATS[Dataset.Kind(kind)](folder, version)


def _table(kind: str, location: str, connection: str, dsn: str) -> Table | Fault:
    if kind != Dataset.Kind.TABLE:
        sentence = f"{connection} is a PostgreSQL database, which has no files. Choose the kind table, or leave the connection empty."
        return Fault("connection", "not_allowed", sentence)
    named = TABLE.match(location)
    if named is None:
        return Fault(
            "location",
            "malformed",
            f"{location!r} is not a table. Give schema.table, or only the table if its schema is public.",
        )
    schema = named["schema"] or "public"
    if schema == "information_schema" or schema.startswith("pg_"):
        return Fault("location", "not_allowed", f"{schema} holds PostgreSQL's own tables. Choose another schema.")
    return Table(connection, dsn, schema, named["table"], settings.CHECK_TIME_LIMIT_S)


def _behind_spark(kind: str, location: str, connection: str, parts: Address) -> SparkTable | Fault:
    place = _spark_table(location) if kind == Dataset.Kind.TABLE else _spark_files(kind, location, connection, parts)
    if isinstance(place, Fault):
        return place
    token = f";token={quote(settings.SPARK_CONNECT_TOKEN, safe='')}" if settings.SPARK_CONNECT_TOKEN else ""
    return SparkTable(connection, f"{parts.client}{token}", place, settings.CHECK_TIME_LIMIT_S)


def _spark_table(location: str) -> exp.Table | Fault:
    if not SPARK_TABLE.match(location):
        sentence = f"{location!r} is not a table. Give table, schema.table or catalog.schema.table."
        return Fault("location", "malformed", sentence)
    names = [exp.to_identifier(name, quoted=True) for name in reversed(location.split("."))]
    return exp.Table(**dict(zip(("this", "db", "catalog"), names, strict=False)))


def _spark_files(kind: str, location: str, connection: str, parts: Address) -> exp.Table | Fault:
    if kind != Dataset.Kind.PARQUET:
        return Fault("kind", "not_allowed", f"Behind Spark files are Parquet, not {kind}. Choose parquet, or a table.")
    root = parts.options.get("files", "").rstrip("/")
    if not root:
        sentence = (
            f"Connection {connection} names no folder of files. Choose a table; or an administrator adds "
            f";files=s3a://bucket/prefix to CONNECTION_{connection.upper()}."
        )
        return Fault("connection", "not_allowed", sentence)
    if not location or ESCAPES.search(location):
        sentence = f"Give a path below {root}, without `..`, a scheme or an escape; `*` and `?` match names."
        return Fault("location", "not_allowed", sentence)
    path = exp.to_identifier(f"{root}/{location}", quoted=True)
    return exp.Table(this=path, db=exp.to_identifier("parquet"))
