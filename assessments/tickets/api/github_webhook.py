"""What GitHub sends when an issue changes. The signature is the sign-in: no session, no token."""

from __future__ import annotations

import hashlib
import hmac
import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from assessments.models import Organization
from assessments.organizations.queries import get_organization
from assessments.tickets.actions.tickets import record_issue
from platform_site.errors import Refusal
from platform_site.text.wording import in_words

CONTENT_TYPE = "application/problem+json"
GONE = {"deleted", "transferred"}


@csrf_exempt
@login_not_required
def receive(request: HttpRequest) -> JsonResponse:
    """Record the issue of a signed delivery; the same delivery again changes nothing. 404 without a secret.

    `?organization=` in the webhook's address says whose ticket it is, where there are several.
    """
    secret = settings.GITHUB_WEBHOOK_SECRET
    if not secret:
        return _problem(404, "not_found", "There is nothing here.")
    if request.method != "POST":
        return _problem(405, "method_not_allowed", "Send a POST request.")
    signature = "sha256=" + hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature.encode(), request.headers.get("X-Hub-Signature-256", "").encode()):
        return _problem(401, "bad_signature", "X-Hub-Signature-256 is not the HMAC-SHA256 of this body.")
    if request.headers.get("X-GitHub-Event") != "issues":
        return JsonResponse({"recorded": False})
    slug = request.GET.get("organization", "")
    try:
        return _issue(request.body, get_organization(slug) if slug else None)
    except Refusal as refusal:
        return _problem(int(refusal.status), refusal.code, refusal.message)


def _issue(body: bytes, organization: Organization | None) -> JsonResponse:
    try:
        event = json.loads(body)
        issue = event["issue"] if isinstance(event["issue"], dict) else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return _problem(400, "malformed", "The body is not a JSON event of an issue.")
    if event.get("action") in GONE:
        return JsonResponse({"recorded": False})
    ticket, created = record_issue(issue, organization=organization)
    return JsonResponse({"recorded": True, "id": ticket.pk}, status=201 if created else 200)


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    problem = {"type": "about:blank", "title": in_words(code), "status": status, "detail": detail, "code": code}
    return JsonResponse(problem | {"errors": []}, status=status, content_type=CONTENT_TYPE)
