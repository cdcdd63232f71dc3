"""The digest of a model version's artifact, read through MLflow's artifact proxy (`mlflow server --serve-artifacts`).

A model is a folder. Its digest is the one that the package `plumbline` and `sha256sum` make of a folder: the SHA-256 of a line
`DIGEST  PATH` for each file, in the order of the paths.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

from platform_site.errors import Refusal
from registry.imports.rules import document
from registry.imports.rules.candidates import Unreadable

if TYPE_CHECKING:
    from registry.imports.queries.tracking_server import TrackingServer

PROXY = "/api/2.0/mlflow-artifacts/artifacts"
SCHEME = "mlflow-artifacts"
MOST_FILES, MOST_BYTES, DEEPEST = 500, 256 * 2**20, 10
PATIENCE_S = 30.0  # for the files of one version


class Read(NamedTuple):
    """The digest; empty with a sentence that says why there is none."""

    digest: str
    why_not: str = ""


class _NotRead(Exception):
    """Why an artifact has no digest here."""


class _File(NamedTuple):
    path: str
    size: int


def digest_of(server: TrackingServer, name: str, number: str) -> Read:
    """The digest of a version's artifact. Raises Invalid where the server does not say where it is."""
    address = server.call("model-versions/get-download-uri", {"name": name, "version": number}, missing={})
    latest = time.monotonic() + PATIENCE_S
    parts = urlsplit(_of_run(server, str(address.get("artifact_uri") or "")))
    if parts.scheme != SCHEME:
        return Read("", "Its artifact is not behind the server's artifact proxy.")
    root = parts.path.strip("/")
    try:
        files = sorted(_files(server, root, ""))
        if not files:
            return Read("", "Its artifact has no files.")
        if sum(file.size for file in files) > MOST_BYTES:
            return Read("", f"Its artifact is larger than {MOST_BYTES // 2**20} MiB.")
        lines = [f"{_digest(server, f'{root}/{file.path}', file.size, latest)}  {file.path}\n" for file in files]
    except _NotRead as reason:
        return Read("", str(reason))
    except Refusal as refusal:
        return Read("", f"Its artifact could not be read. {'; '.join(fault.message for fault in refusal.faults)}")
    return Read(hashlib.sha256("".join(lines).encode()).hexdigest())


def _of_run(server: TrackingServer, address: str) -> str:
    """An address below a run, `runs:/RUN/FOLDER`, as the address of the run's own artifacts; any other as it is."""
    if not address.startswith("runs:/"):
        return address
    run_id, _, folder = address.removeprefix("runs:/").strip("/").partition("/")
    run = server.call("runs/get", {"run_id": run_id}, missing={}).get("run", {})
    return f"{run.get('info', {}).get('artifact_uri') or ''}/{folder}"


def _files(server: TrackingServer, root: str, folder: str) -> Iterator[_File]:
    """Every file below a folder, by its path from the root."""
    waiting, count = [folder], 0
    while waiting:
        here = waiting.pop()
        listed = _listed(server, "/".join(part for part in (root, here) if part))
        for entry in listed:
            count += 1
            if count > MOST_FILES:
                raise _NotRead(f"Its artifact has more than {MOST_FILES} files.")
            path = "/".join(part for part in (here, str(entry.get("path") or "").rpartition("/")[2]) if part)
            if entry.get("is_dir") is not True:
                yield _File(path, _size(entry.get("file_size")))
            elif path.count("/") < DEEPEST:
                waiting.append(path)
            else:
                raise _NotRead(f"Its artifact has folders more than {DEEPEST} deep.")


def _listed(server: TrackingServer, path: str) -> list[dict[str, Any]]:
    answer = server.fetch(PROXY, {"path": path})
    if not answer.is_taken:
        raise _NotRead(f"The server's artifact proxy answers with status {answer.status}.")
    try:
        reader = document.Reader()
        entries = [entry for _, entry in reader.objects(document.document(answer.body), "files", "")]
        reader.finish()
        return entries
    except Unreadable as error:
        raise _NotRead("The server's artifact proxy does not answer as MLflow's does.") from error


def _size(value: Any) -> int:
    size = int(value) if isinstance(value, int | str) and str(value).isdecimal() else -1
    if size < 0:
        raise _NotRead("The server's artifact proxy does not say how large a file is.")
    return size


def _digest(server: TrackingServer, path: str, size: int, latest: float) -> str:
    if time.monotonic() > latest:
        raise _NotRead(f"Its artifact could not be read within {PATIENCE_S:g} s.")
    answer = server.fetch(f"{PROXY}/{quote(path)}", {}, longest=size)
    if not answer.is_taken:
        raise _NotRead(f"A file of its artifact cannot be read: status {answer.status}.")
    return hashlib.sha256(answer.body).hexdigest()
