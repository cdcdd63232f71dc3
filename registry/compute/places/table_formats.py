"""Delta Lake and Iceberg tables as data sets, in a data root or a store, as they are or as a version was.

Their libraries are optional (``registry/compute/places/delta.txt``, ``iceberg.txt``). A version identifies the content, so a snapshot
reads no row. A table's own log may name files anywhere: what does not lie where the location does is refused, and so no table
leads out of the data roots. Its properties choose nothing here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
from pyarrow import fs

from registry.compute.engines.row_source import Snapshot, Unreadable
from registry.compute.places.arrow_rows import ArrowRows
from registry.compute.places.stores import AWAY, DENIED, Store

EXTRAS = {"delta": "deltalake", "iceberg": "pyiceberg"}
METADATA = ".metadata.json"


def why_missing(kind: str) -> str:
    """What to install before a table of this kind can be read; empty when it can be."""
    if kind not in EXTRAS or find_spec(EXTRAS[kind]):
        return ""
    return f"{EXTRAS[kind]} is not installed here. Install registry/compute/places/{kind}.txt."


@dataclass(frozen=True)
class Folder:
    """Where a table lies: ``place`` is its folder in a data root, or its path in a store. ``shown``: its location in Plumbline."""

    place: str
    shown: str
    store: Store | None = None

    @property
    def address(self) -> str:
        """As the libraries name it."""
        if self.store is None:
            return self.place
        if self.store.scheme == "az":
            container, _, path = self.place.partition("/")
            return f"abfss://{container}@{self.store.bucket}.dfs.core.windows.net/{path}"
        return f"{self.store.scheme}://{self.place}"

    def holds(self, location: str) -> bool:
        """Whether a file lies in this folder, links followed."""
        parts = urlsplit(location)
        if self.store is None:
            path = unquote(parts.path) if parts.scheme == "file" else location
            return parts.scheme in ("", "file") and Path(path).resolve().is_relative_to(Path(self.place).resolve())
        steps = PurePosixPath(parts.path).parts
        return ".." not in steps and f"{location}/".startswith(f"{self.address.rstrip('/')}/")

    @property
    def options(self) -> dict[str, str]:
        """Where the server of a store is, for deltalake; credentials come from the environment."""
        if self.store is None:
            return {}
        own = {"AWS_REGION": self.store.region} if self.store.region else {}
        if self.store.scheme == "s3" and self.store.endpoint:
            own["AWS_ENDPOINT_URL"] = self.store.endpoint
        if self.store.endpoint.startswith("http://"):
            own["AWS_ALLOW_HTTP"] = "true"
        return own | {"timeout": "30s", "connect_timeout": "3s", "max_retries": "1", "retry_timeout": "5s"}


@dataclass(frozen=True)
class Versioned(ArrowRows):
    """A table, as it is or as ``version`` was."""

    folder: Folder
    version: int | None = None

    def failure(self, error: Exception) -> Unreadable:
        """What a library's error means: their own words show paths of this machine, and request ids."""
        text, shown = str(error), self.folder.shown
        connection = self.folder.store.connection if self.folder.store else ""
        if "deletionVectors" in text or "DeletionVector" in text:
            sentence = f"{shown} uses deletion vectors, which are not read here: rows would come back that were deleted. Purge them (REORG TABLE … APPLY (PURGE)) and turn them off, or add the table behind Spark."
            return Unreadable(sentence, "deletion_vectors")
        if "reader features" in text or "not yet supported" in text:
            return Unreadable(
                f"{shown} uses a feature of its format that is not read here. Add the table behind Spark.",
                "not_supported",
            )
        if self.version is not None and any(word in text for word in ("LogSegment", "Snapshot not found", "version")):
            return Unreadable(
                f"{shown} has no version {self.version}, or its files are gone. Name one that the table still has, or none.",
                "no_version",
            )
        if connection and DENIED.search(text):
            return Unreadable(
                f"Connection {connection} refuses its credentials, or they may not read {shown}. They come from the environment.",
                "forbidden",
            )
        if connection and AWAY.search(text):
            return Unreadable(f"Connection {connection} does not answer.", "away")
        return Unreadable(
            f"{shown} cannot be read as a table of this kind. Give the folder of the table, and check that its files are there.",
            "not_a_table",
        )

    def _require_inside(self, locations: Sequence[str]) -> None:
        for location in locations:
            if not self.folder.holds(location):
                raise Unreadable(
                    f"{self.folder.shown} names files outside of its own folder, which are not read. Write it without links to other tables.",
                    "outside",
                )

    def _snapshot_of(self, identity: object, version: int, rows: int) -> Snapshot:
        digest = hashlib.sha256(f"{identity} {version}".encode()).hexdigest()
        return Snapshot(digest, rows, self.describe())


@dataclass(frozen=True)
class DeltaRows(Versioned):
    """A Delta Lake table."""

    @cached_property
    def _table(self) -> Any:
        if missing := why_missing("delta"):
            raise Unreadable(missing, "not_installed")
        import deltalake
        from deltalake.exceptions import DeltaError

        try:
            table = deltalake.DeltaTable(self.folder.address, version=self.version, storage_options=self.folder.options)
            self._require_inside([unquote(uri) for uri in table.file_uris()])
        except (DeltaError, OSError, ValueError) as error:
            raise self.failure(error) from None
        return table

    @cached_property
    def _dataset(self) -> Any:
        from deltalake.exceptions import DeltaError

        table = self._table
        system = self.folder.store and fs.SubTreeFileSystem(self.folder.place, self.folder.store.opened())
        try:
            return table.to_pyarrow_dataset(filesystem=system)
        except (DeltaError, OSError, ValueError, pa.ArrowException) as error:
            raise self.failure(error) from None

    def arrow_schema(self) -> pa.Schema:
        """The columns with their Arrow types. Unreadable."""
        return self._dataset.schema.remove_metadata()

    def snapshot(self) -> Snapshot:
        """The version, and the rows that the log counts. Unreadable."""
        actions = pa.table(self._table.get_add_actions(flatten=True))
        counted = actions["num_records"].to_pylist() if "num_records" in actions.column_names else [None]
        with self.translated():
            rows = self._dataset.count_rows() if None in counted else sum(counted)
        return self._snapshot_of(f"delta {self._table.metadata().id}", self._table.version(), rows)

    def scanned(self, columns: Sequence[str]) -> Any:
        """The data set of the version's files. Unreadable."""
        return self._dataset


@dataclass(frozen=True)
class IcebergRows(Versioned):
    """An Iceberg table, by its metadata; ``version`` is the id of a snapshot. No catalog is asked."""

    @cached_property
    def _table(self) -> Any:
        if missing := why_missing("iceberg"):
            raise Unreadable(missing, "not_installed")
        from pyiceberg.catalog.noop import NoopCatalog
        from pyiceberg.serializers import FromInputFile
        from pyiceberg.table import Table

        with self.translated():
            path, system = self._newest(), _file_io(self)
            metadata = FromInputFile.table_metadata(system.new_input(path))
        if self.version is not None and metadata.snapshot_by_id(self.version) is None:
            raise self.failure(ValueError("Snapshot not found"))
        return Table(("table",), metadata, path, system, NoopCatalog("none"))

    @property
    def _scan(self) -> Callable[..., Any]:
        return lambda *columns: self._table.scan(snapshot_id=self.version, selected_fields=columns or ("*",))

    def arrow_schema(self) -> pa.Schema:
        """The columns with their Arrow types. Unreadable."""
        from pyiceberg.io.pyarrow import schema_to_pyarrow

        with self.translated():
            schema = schema_to_pyarrow(self._scan().projection())
        return pa.schema([pa.field(field.name, _small(field.type)) for field in schema])

    def snapshot(self) -> Snapshot:
        """The snapshot's id, and the rows that its manifests count. Unreadable."""
        with self.translated():
            current, rows = self._scan().snapshot(), self._scan().count()
        return self._snapshot_of(
            f"iceberg {self._table.metadata.table_uuid}", current.snapshot_id if current else 0, rows
        )

    def scanned(self, columns: Sequence[str]) -> Any:
        """These columns, read once. Unreadable."""
        return self._scan(*columns).to_arrow_batch_reader()

    def _newest(self) -> str:
        """The newest metadata file of the table's folder."""
        system = self.folder.store.opened() if self.folder.store else fs.LocalFileSystem()
        listed = system.get_file_info(fs.FileSelector(f"{self.folder.place}/metadata"))
        names = [info.base_name for info in listed if info.base_name.endswith(METADATA)]
        if not names:
            raise FileNotFoundError
        newest = max(names, key=lambda name: (int("".join(filter(str.isdigit, name.split("-")[0])) or 0), name))
        return f"{self.folder.address}/metadata/{newest}"


def _file_io(table: IcebergRows) -> Any:
    from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO

    class Inside(PyArrowFileIO):
        """Reads what lies in the table's folder, and nothing else."""

        def new_input(self, location: str) -> PyArrowFile:
            table._require_inside([location])
            return super().new_input(location)

    store = table.folder.store
    own = (
        {
            "s3.endpoint": store.endpoint,
            "s3.region": store.region,
            "s3.connect-timeout": "3",
            "s3.request-timeout": "30",
        }
        if store
        else {}
    )
    if store and store.scheme == "az" and os.environ.get("AZURE_STORAGE_KEY"):
        own |= {"adls.account-name": store.bucket, "adls.account-key": os.environ["AZURE_STORAGE_KEY"]}
    return Inside({name: value for name, value in own.items() if value})


def _small(kind: pa.DataType) -> pa.DataType:
    """The usual type where pyiceberg takes the large one."""
    return pa.string() if pa.types.is_large_string(kind) else pa.binary() if pa.types.is_large_binary(kind) else kind
