"""The archive itself: the files, the script that verifies them, and a manifest of digests and counts."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils import timezone

from platform_site.audit import queries as audit
from platform_site.audit.chain import GENESIS, Head
from registry.models import ModelVersion
from registry.regulation.pack import verify
from registry.regulation.queries import regulator_pack
from registry.versions.queries.audit_subjects import subject_of

VERIFIER = Path(__file__).with_name("verify.py")


class Pack(NamedTuple):
    """The archive, the files in it by name, and the head of the log up to which everything is in it."""

    content: bytes
    files: dict[str, bytes]
    subject: str
    head: Head


def build(version: ModelVersion) -> Pack:
    """The zip of one model version; its manifest.json holds the SHA-256 of every other file and what was counted in it."""
    head, now = audit.head() or Head(0, GENESIS), timezone.now()
    files = {name: _text(name, content) for name, content in regulator_pack.contents(version, head).items()}
    files["verify.py"] = VERIFIER.read_bytes()
    subject = subject_of(version)
    manifest = {
        "subject": subject,
        "written_at": now.isoformat(),
        "head": head._asdict(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
        "counts": {name: verify.count(verify.rows(name, content)) for name, content in sorted(files.items())},
    }
    files["manifest.json"] = _json(manifest)
    content = _zip(files, f"{version.model.name}-{version.version}", now)
    return Pack(content, files, subject, head)


def as_download(version: ModelVersion, content: bytes, receipt: int) -> HttpResponse:
    """The archive as a download, with the number of its receipt in a header."""
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{version.model.name}-{version.version}.zip"'
    answer["X-Plumbline-Receipt"] = str(receipt)
    return answer


def _text(name: str, content: Any) -> bytes:
    if name.endswith(".jsonl"):
        return "".join(json.dumps(line) + "\n" for line in content).encode()
    return content.encode() if name.endswith(".md") else _json(content)


def _json(content: Any) -> bytes:
    return (json.dumps(content, indent=2, sort_keys=True, cls=DjangoJSONEncoder) + "\n").encode()


def _zip(files: dict[str, bytes], folder: str, at: datetime) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", at.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return written.getvalue()
