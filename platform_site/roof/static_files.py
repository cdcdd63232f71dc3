"""Compress the static files and name them by their content, so that a browser keeps them for ever."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

from platform_site.environment.static_files import is_complete

NOT_SERVED = ["redoc*", "rest_framework*"]  # what no page of ours names


def compress(folder: Path) -> bool:
    """Fill the folder of this release, and remove those of others; False where that was done before."""
    if is_complete(folder):
        return False
    draft = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    storage = CompressedManifestStaticFilesStorage(location=draft, base_url=settings.STATIC_URL)
    files = {path: (source, path) for finder in finders.get_finders() for path, source in finder.list(NOT_SERVED)}
    for path, (source, name) in files.items():
        with source.open(name) as content:
            storage.save(path, content)
    for _, _, outcome in storage.post_process(files):
        if isinstance(outcome, Exception):
            raise outcome
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return True
