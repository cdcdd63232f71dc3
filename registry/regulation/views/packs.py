"""The regulator pack of a version, the receipts of those handed out, and the script that holds one to the other."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from platform_site.pages import actor, page_of
from registry.regulation.actions.packs import hand_out
from registry.regulation.pack.archive import VERIFIER, as_download
from registry.regulation.queries import receipts
from registry.versions.queries import model_versions


@require_POST
def regulator_pack(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The archive of a version as a download; the download is on record."""
    model_version = model_versions.version(name, version)
    content, receipt = hand_out(model_version, actor=actor(request))
    return as_download(model_version, content, receipt.event)


@require_safe
def receipt_list(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The packs of a version that were handed out, the newest first, each with its receipt."""
    model_version = model_versions.version(name, version)
    context = {"version": model_version, "page_obj": page_of(request, receipts.receipts_of(model_version))}
    return render(request, "registry/regulation/receipt_list.html", context)


@require_safe
def receipt_download(request: HttpRequest, name: str, version: str, event: int) -> HttpResponse:
    """One receipt as a file."""
    row = receipts.receipt(model_versions.version(name, version), event)
    answer = HttpResponse(row.content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{version}-receipt-{row.event}.json"'
    return answer


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The script that verifies packs, from the installation and not from a pack."""
    answer = HttpResponse(VERIFIER.read_bytes(), content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="verify.py"'
    return answer
