"""What runs outside of the server, to download: the gate as one file, and the package with a package index of its own.

All of it is open to everybody: it contains no secret, and a pipeline fetches it before it has a token. Its digest is the ETag.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import etag, require_safe
from django.views.decorators.vary import vary_on_headers

from registry.client.plumbline._version import VERSION
from registry.client.rules import wheel as package
from registry.client.rules.single_file import gate_script as script

SCRIPT = script().encode()
SCRIPT_SHA256 = hashlib.sha256(SCRIPT).hexdigest()
INDEX_JSON, INDEX_HTML = "application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.v1+html"
META = {"api-version": "1.1"}
AGAIN = "no-cache"  # a cache asks with the ETag before it answers


@cache
def the_wheel() -> package.Wheel:
    """The package as this process serves it."""
    return package.wheel()


@login_not_required
@require_safe
@etag(lambda request: f'"{SCRIPT_SHA256}"')
def gate_script(request: HttpRequest) -> HttpResponse:
    """The gate as one file: `curl -fsSO https://plumbline.example/gate.py`."""
    return HttpResponse(SCRIPT, content_type="text/x-python; charset=utf-8")


@login_not_required
@require_safe
@vary_on_headers("Accept")
def index(request: HttpRequest) -> HttpResponse:
    """The index of packages (PEP 503 and 691): there is one."""
    links = format_html('<a href="{}/">{}</a>', package.NAME, package.NAME)
    return _index(request, {"projects": [{"name": package.NAME}]}, links)


@login_not_required
@require_safe
@vary_on_headers("Accept")
def project(request: HttpRequest) -> HttpResponse:
    """The files of the package, each with its digest."""
    file = the_wheel()
    core = f"sha256={hashlib.sha256(file.metadata).hexdigest()}"
    attributes = (("data-requires-python", package.REQUIRES_PYTHON), ("data-core-metadata", core))
    link = format_html(
        '<a href="{}#sha256={}"{}>{}</a>',
        file.name,
        file.sha256,
        format_html_join("", ' {}="{}"', attributes),
        file.name,
    )
    described = {
        "filename": file.name,
        "url": file.name,
        "hashes": {"sha256": file.sha256},
        "requires-python": package.REQUIRES_PYTHON,
        "core-metadata": {"sha256": core.partition("=")[2]},
        "size": len(file.content),
    }
    return _index(request, {"name": package.NAME, "versions": [VERSION], "files": [described]}, link)


@login_not_required
@require_safe
def download(request: HttpRequest, name: str) -> HttpResponse:
    """The wheel, or its metadata alone, which installers read first (PEP 658)."""
    file = the_wheel()
    if name == file.name:
        return _file(request, content=file.content, kind="application/octet-stream", digest=file.sha256)
    if name == f"{file.name}.metadata":
        digest = hashlib.sha256(file.metadata).hexdigest()
        return _file(request, content=file.metadata, kind="text/plain; charset=utf-8", digest=digest)
    raise Http404


@etag(lambda request, *, digest, **_: f'"{digest}"')
def _file(request: HttpRequest, *, content: bytes, kind: str, digest: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": AGAIN})


def _index(request: HttpRequest, content: Mapping[str, Any], links: str) -> HttpResponse:
    """A page of the index in the form that the installer prefers; HTML for everybody else."""
    accepted = request.headers.get("Accept", "")
    caching = {"Cache-Control": AGAIN}
    if INDEX_JSON in accepted:
        return HttpResponse(json.dumps({"meta": META} | dict(content)), content_type=INDEX_JSON, headers=caching)
    kind = INDEX_HTML if INDEX_HTML in accepted else "text/html; charset=utf-8"
    page = format_html(
        '<!DOCTYPE html>\n<html lang="en"><head><meta name="pypi:repository-version" content="1.1">'
        "<title>Packages of this server</title></head><body>{}</body></html>\n",
        links,
    )
    return HttpResponse(page, content_type=kind, headers=caching)
