"""The file that pipelines fetch and run: `curl -fsSO https://plumbline.example/gate.py`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import etag, require_safe

from registry.versions.ci import gate

SCRIPT = Path(gate.__file__).read_bytes()
SHA256 = hashlib.sha256(SCRIPT).hexdigest()


@login_not_required
@require_safe
@etag(lambda request: f'"{SHA256}"')
def gate_script(request: HttpRequest) -> HttpResponse:
    """Open to everybody: it contains no secret, and a pipeline fetches it before it has a token. Its digest is the ETag."""
    return HttpResponse(SCRIPT, content_type="text/x-python; charset=utf-8")
