"""A small file of somebody's own, stored in the first data root."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction

from platform_site import access
from platform_site.access import Actor
from platform_site.audit.record import record
from platform_site.errors import Fault, Invalid, NotReady
from registry.data.queries.folders import KIND_OF

FOLDER = "uploads"
MOST_BYTES = 50 * 2**20
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,120}\.(parquet|csv)\Z", re.IGNORECASE)


class UploadedFile(Protocol):
    """What is needed of an uploaded file."""

    name: str | None
    size: int | None

    def chunks(self) -> Iterable[bytes]: ...


def upload_file(file: UploadedFile, *, actor: Actor) -> str:
    """Store a Parquet or CSV file of at most 50 MiB as `uploads/NAME` in the first data root; its location there.

    A file that is there already stays as it is: other data sets may read it. Raises Invalid, and NotReady where the data root
    cannot be written.
    """
    access.require(access.can_describe_data(actor), "Only contributors and leads describe data sets.")
    name, size = file.name or "", file.size or 0
    if faults := _faults(name, size):
        raise Invalid(faults)
    folder = Path(settings.DATA_ROOTS[0]) / FOLDER
    try:
        digest = _store(file, folder, name)
    except FileExistsError:
        message = f"There is a file {FOLDER}/{name} already. Choose another name: data sets may read that one."
        raise Invalid([Fault("file", "duplicate", message)]) from None
    except OSError as error:
        raise NotReady(
            "data_root_not_writable",
            f"The data root cannot be written ({error.strerror}). Put the file there yourself, then browse to it.",
        ) from error
    location = f"{FOLDER}/{name}"
    with transaction.atomic():
        record("data_file.uploaded", subject=f"file:{location}", actor=actor, payload={"bytes": size, "digest": digest})
    return location


def _faults(name: str, size: int) -> list[Fault]:
    faults = []
    if not FILE_NAME.match(name):
        kinds = ", ".join(sorted(KIND_OF))
        message = f"{name[:120]!r} is not a name for data. Use letters, digits, _, - and dots, and end it with {kinds}."
        faults.append(Fault("file", "malformed", message))
    if size > MOST_BYTES:
        message = f"The file has {size / 2**20:,.0f} MiB; at most {MOST_BYTES / 2**20:.0f} are uploaded. Put it into the data root."
        faults.append(Fault("file", "too_large", message))
    if not size:
        faults.append(Fault("file", "empty", "The file is empty."))
    return faults


def _store(file: UploadedFile, folder: Path, name: str) -> str:
    """Write beside the place and link it there: nobody reads half a file, and none is replaced. The SHA-256."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".upload-") as part:
        for chunk in file.chunks():
            part.write(chunk)
            digest.update(chunk)
        part.flush()
        os.link(part.name, folder / name)
    (folder / name).chmod(0o640)
    return digest.hexdigest()
