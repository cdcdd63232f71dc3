"""Where the static files of this release are, once they were compressed and named by their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

COMPRESSED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
MANIFEST = "staticfiles.json"


def folder_of_release(state_dir: Path, own: Path, lock: Path) -> Path:
    """A folder for exactly these static files: ours, and those of the packages that the lock names.

    Another release has another folder, so that nobody is ever served the files of an older one.
    """
    digest = hashlib.sha256(lock.read_bytes() if lock.exists() else b"")
    for path in sorted(path for path in own.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(own)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return state_dir / "static" / digest.hexdigest()[:16]


def is_complete(folder: Path) -> bool:
    """Whether the files were all compressed: the list of their names is written last."""
    return (folder / MANIFEST).exists()
