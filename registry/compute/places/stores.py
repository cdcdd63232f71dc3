"""Parquet files in S3, GCS or Azure as data sets: listed, described by their footers, read by column and row group.

Credentials come from the environment alone: an address has none. The digest of a snapshot is over the names of the files and
what the store itself says of their content: e-tags, or versions.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as parquet
from pyarrow import fs

from registry.compute.engines.row_source import Snapshot, Unreadable, columns_of
from registry.compute.places.arrow_rows import ArrowRows
from registry.compute.reading.columns_of_files import FileColumns, partitions_of, require_names, union

CONNECT_S, REQUEST_S, ATTEMPTS = 3, 30, 2
MOST_FILES = 10_000
WILDCARDS = "*?"
DELTA_LOG = "_delta_log"
DENIED = re.compile(
    r"ACCESS_DENIED|INVALID_ACCESS_KEY_ID|SIGNATURE_DOES_NOT_MATCH|Forbidden|Unauthenticated|AuthenticationFailed|credentials",
    re.I,
)
AWAY = re.compile(r"NETWORK_CONNECTION|curlCode|Couldn't connect|timed? ?out|UNAVAILABLE|resolve host", re.I)
GONE = re.compile(r"NO_SUCH_BUCKET|NO_SUCH_KEY|ContainerNotFound|does not exist|Path does not exist|not found", re.I)


@dataclass(frozen=True)
class Store:
    """A place for files. ``scheme``: s3, gs or az; ``bucket``: of an account of Azure its name; ``prefix``: what locations are below;
    ``endpoint``: the server, where it is not the usual one."""

    connection: str
    scheme: str
    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""

    @property
    def root(self) -> str:
        """Where locations begin, as the file system names it."""
        parts = [self.prefix] if self.scheme == "az" else [self.bucket, self.prefix]
        return "/".join(filter(None, parts))

    def opened(self) -> fs.FileSystem:
        """Its file system, with the credentials of the environment."""
        return _opened(self)


@lru_cache(maxsize=32)
def _opened(store: Store) -> fs.FileSystem:
    server = urlsplit(store.endpoint)
    if store.scheme == "s3":
        os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")  # without credentials nobody is asked for any
        return fs.S3FileSystem(
            **({"endpoint_override": server.netloc, "scheme": server.scheme} if server.netloc else {}),
            **({"region": store.region} if store.region else {}),
            connect_timeout=CONNECT_S,
            request_timeout=REQUEST_S,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
        )
    if store.scheme == "gs":
        override = {"endpoint_override": server.netloc, "scheme": server.scheme} if server.netloc else {}
        return fs.GcsFileSystem(retry_time_limit=timedelta(seconds=REQUEST_S), **override)
    names = ("tenant_id", "client_id", "client_secret")
    own = {name: os.environ[f"AZURE_{name.upper()}"] for name in names if os.environ.get(f"AZURE_{name.upper()}")}
    own |= {"account_key": os.environ["AZURE_STORAGE_KEY"]} if os.environ.get("AZURE_STORAGE_KEY") else {}
    if server.netloc:
        own |= {"blob_storage_authority": server.netloc, "blob_storage_scheme": server.scheme}
        own |= {"dfs_storage_authority": server.netloc, "dfs_storage_scheme": server.scheme}
    return fs.AzureFileSystem(store.bucket, **own)


@dataclass(frozen=True)
class StoredFile:
    """A file: its path as the file system names it, and what changes when its content does, as far as a listing says."""

    path: str
    size: int
    changed: int


@dataclass(frozen=True)
class StoredFiles(ArrowRows):
    """The Parquet files at a location of a store."""

    store: Store
    location: str

    def files(self) -> tuple[StoredFile, ...]:
        """The files, in order. Unreadable when there are none."""
        with self.translated():
            listed = self._listed()
        base = PurePosixPath(self._base)
        if any(DELTA_LOG in PurePosixPath(info.path).relative_to(base).parts for info in listed):
            raise Unreadable(
                f"{self.location} is a Delta table: its folder also holds files that were deleted or replaced. Choose the kind delta.",
                "delta_table",
            )
        chosen = [info for info in listed if self._is_data(PurePosixPath(info.path).relative_to(base).parts)]
        if not chosen:
            raise Unreadable(
                f"There is no Parquet file at {self.location!r} of connection {self.store.connection}.", "empty"
            )
        if len(chosen) > MOST_FILES:
            raise Unreadable(
                f"There are {len(chosen):,} files at this location; at most {MOST_FILES:,} are read.", "too_many"
            )
        return tuple(
            StoredFile(info.path, info.size, info.mtime_ns or 0) for info in sorted(chosen, key=lambda info: info.path)
        )

    def arrow_schema(self) -> pa.Schema:
        """The columns of all files together, from their footers. Unreadable."""
        return self._union(self.files())

    def snapshot(self) -> Snapshot:
        """The digest of the e-tags or versions, the rows that the footers count, the columns. Unreadable."""
        files, digest, rows = self.files(), hashlib.sha256(), 0
        schema = columns_of(self._union(files))
        with self.translated():
            for file in files:
                digest.update(f"{self._name(file)} {_identity(self.store, file)}\n".encode())
                rows += _footer(self.store, file).num_rows
        return Snapshot(digest.hexdigest(), rows, schema)

    def scanned(self, columns: Sequence[str]) -> Any:
        """All files as one data set with the columns of their union. Unreadable."""
        files = self.files()
        schema = self._union(files)
        partitions = [field for field in schema if field.name not in _own_names(self.store, files)]
        with self.translated():
            return ds.dataset(
                [file.path for file in files],
                filesystem=self.store.opened(),
                format=ds.ParquetFileFormat(
                    default_fragment_scan_options=ds.ParquetFragmentScanOptions(pre_buffer=False)
                ),
                schema=schema,
                partitioning=ds.partitioning(pa.schema(partitions), flavor="hive") if partitions else None,
                partition_base_dir=self._base,
            )

    def failure(self, error: Exception) -> Unreadable:
        """What an error of the store means; its own words hold request ids, and may hold an address."""
        text, name = str(error), self.store.connection
        if DENIED.search(text):
            return Unreadable(
                f"Connection {name} refuses its credentials, or they may not read {self.location}. They come from the environment.",
                "forbidden",
            )
        if AWAY.search(text):
            return Unreadable(f"Connection {name} does not answer.", "away")
        if isinstance(error, FileNotFoundError) or GONE.search(text):
            return Unreadable(
                f"There is nothing at {self.location!r} of connection {name}, or no such bucket.", "not_found"
            )
        return Unreadable(
            f"A file at {self.location!r} of connection {name} cannot be read as Parquet, or changed while it was read.",
            "not_parquet",
        )

    @property
    def _base(self) -> str:
        """The folder, or the file, before the first name with a wildcard."""
        plain = []
        for name in PurePosixPath(self.location).parts:
            if any(mark in name for mark in WILDCARDS):
                break
            plain.append(name)
        return "/".join(filter(None, [self.store.root, *plain]))

    @property
    def _pattern(self) -> tuple[str, ...]:
        whole = PurePosixPath("/".join(filter(None, [self.store.root, self.location])))
        return whole.relative_to(PurePosixPath(self._base)).parts

    def _listed(self) -> list[fs.FileInfo]:
        system = self.store.opened()
        info = system.get_file_info(self._base)
        if info.type == fs.FileType.File:
            return [info]
        listed = system.get_file_info(fs.FileSelector(self._base, recursive=True))
        return [each for each in listed if each.type == fs.FileType.File and each.size]

    def _is_data(self, parts: Sequence[str]) -> bool:
        if not parts:
            return True  # the location is the file
        if any(name.startswith((".", "_")) and "=" not in name for name in parts):
            return False
        return matches(parts, self._pattern) if self._pattern else parts[-1].endswith(".parquet")

    def _name(self, file: StoredFile) -> str:
        return file.path.removeprefix(f"{self._base}/") if file.path != self._base else PurePosixPath(file.path).name

    def _union(self, files: Sequence[StoredFile]) -> pa.Schema:
        with self.translated():
            schemas = [(file, _footer(self.store, file).schema.to_arrow_schema().remove_metadata()) for file in files]
        base, described = Path(self._base), []
        for file, schema in schemas:
            name = self._name(file)
            require_names(name, schema.names)
            described.append(FileColumns(name, schema, partitions_of(Path(file.path), base)))
        return union(described).schema


def matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether a path is one of a pattern, in which `*` and `?` match names and `**` folders.

    >>> matches(["2024", "a.parquet"], ["*", "*.parquet"]), matches(["a.parquet"], ["**", "*.parquet"]), matches(["a"], ["*", "*"])
    (True, True, False)
    """
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(matches(parts[skipped:], pattern[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and matches(parts[1:], pattern[1:])


@lru_cache(maxsize=20_000)
def _footer(store: Store, file: StoredFile) -> parquet.FileMetaData:
    with store.opened().open_input_file(file.path) as opened:
        return parquet.ParquetFile(opened, pre_buffer=False).metadata


def _own_names(store: Store, files: Sequence[StoredFile]) -> set[str]:
    return {name for file in files for name in _footer(store, file).schema.to_arrow_schema().names}


def _identity(store: Store, file: StoredFile) -> str:
    """What the store says of the content: its version and e-tag; where it says neither, size and time of change."""
    with store.opened().open_input_file(file.path) as opened, contextlib.suppress(NotImplementedError):
        headers = {_text(name).lower(): _text(value) for name, value in (opened.metadata() or {}).items()}
        own = [f"{name}={headers[name]}" for name in ("etag", "versionid", "generation") if headers.get(name)]
        if own:
            return " ".join(own)
    return f"{file.size} {file.changed}"


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
