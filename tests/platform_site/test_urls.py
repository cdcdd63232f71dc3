"""Every address of the site is shut to who is not signed in, but for those named here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

OPEN = {
    "/healthz": {"get": 200},
    "/readyz": {"get": 503},
    "/login/": {"get": 200, "post": 200},
    "/gate.py": {"get": 200},
    "/simple/": {"get": 200},
    "/simple/plumbline/": {"get": 200},
    "/simple/plumbline/x": {"get": 404},  # the wheel has its version in its name
    "/password/reset/x/x/": {"get": 200, "post": 200},  # says that the link is none; only a link that was made sets one
}
METHODS = ("get", "post", "put", "patch", "delete")
FILLED = {"int": "1", "path": "x", "str": "x", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def addresses(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        here = before + _filled(entry)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, here)
        elif isinstance(entry, URLPattern):
            yield here


def _filled(entry: URLPattern | URLResolver) -> str:
    if isinstance(entry.pattern, RegexPattern):
        return "no-such-address/"
    text = str(entry.pattern)
    for name, converter in entry.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        text = text.replace(f"<{kind}:{name}>", FILLED[kind]).replace(f"<{name}>", "x")
    assert "<" not in text, f"{text}: tell this test how to fill it in"
    return text


def is_shut(response, path: str) -> bool:
    if path.startswith(
        ("/api/v1/no-such-address", "/api/v1/tickets/webhooks/github/", "/api/v1/events/mlflow/")
    ):  # without a secret it is none
        return response.status_code == 404
    if path.startswith(("/api/", "/metrics")):
        return response.status_code in {401, 403} or response.url.startswith("/login/")
    return response.status_code in {403, 404, 405} or response.url.startswith(("/login/", "/admin/login/"))


@pytest.mark.django_db
@pytest.mark.same_on_both
def test_nobody_comes_in_anywhere_without_signing_in(client):
    paths = sorted(set(addresses()))
    assert len(paths) > 40, "the walk does not see the site"
    assert {"/", "/audit/", "/admin/people/user/add/", "/api/v1/audit-events/export/", "/api/v1/docs/"} <= set(paths)
    open_ = []
    for path in paths:
        for method in METHODS:
            response = getattr(client, method)(path)
            expected = OPEN.get(path, {}).get(method)
            fits = response.status_code == expected if expected else path in OPEN or is_shut(response, path)
            if not fits:
                open_.append(f"{method} {path} answered {response.status_code}")
    assert open_ == []


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.same_on_both
def test_no_address_crashes_for_somebody_without_a_role(people, client, django_user_model):
    client.force_login(django_user_model.objects.create_user("newcomer"))
    client.raise_request_exception = False
    crashed = [
        f"{method} {path}"
        for path in sorted(set(addresses()))
        for method in METHODS
        if getattr(client, method)(path).status_code == 500
    ]
    assert crashed == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/audit/", "/audit/?subject=user:viewer", "/audit/?page=999", "/"])
def test_the_sites_own_pages_open_for_a_viewer(browser_of, path):
    page = browser_of("viewer").get(path)
    assert page.status_code == 200
    assert "script-src 'self'" in page["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_audit_page_verifies_whole_and_as_a_fragment(browser_of, lifted_triggers):
    from platform_site.audit.models import AuditEvent

    visitor = browser_of("viewer")
    page = visitor.post("/audit/verify/").content.decode()
    assert "The chain is intact" in page
    assert "<html" in page
    with lifted_triggers():
        AuditEvent.objects.filter(sequence=2).update(actor="nobody")
    fragment = visitor.post("/audit/verify/", headers={"HX-Request": "true"}).content.decode()
    assert "broken at event 2" in fragment
    assert "<html" not in fragment


@pytest.mark.django_db
def test_the_audit_page_opens_when_the_head_row_is_gone(browser_of):
    from platform_site.audit.models import AuditHead

    visitor = browser_of("viewer")
    AuditHead.objects.all().delete()
    assert visitor.get("/audit/").status_code == 200
    assert (
        "The head row is missing, so later events may be missing too."
        in visitor.post("/audit/verify/").content.decode()
    )
