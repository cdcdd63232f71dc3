"""Reading a tracking server: whom the token goes to, which addresses are called, what a bad answer is told."""

from __future__ import annotations

import json

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.environment.mlflow import MlflowServer
from platform_site.errors import Invalid
from registry.models import (
    Import,
)
from tests.registry.imports.steps import read


def test_the_token_goes_to_the_server_it_was_named_for_and_to_no_other(tracking, settings, cora):
    tracking.document = {"registered_models": [], "model_versions": [], "runs": {}}
    for uri, expected in ((tracking.url, "Bearer canary-of-the-tracking-server"), ("https://mlflow.example", None)):
        server = MlflowServer("default", uri, token="canary-of-the-tracking-server")
        settings.MLFLOW_SERVERS = {"default": server}
        tracking.requests.clear()
        result = read(tracking, cora)
        assert {sent for _, sent in tracking.requests} == {expected}
        assert "canary" not in json.dumps([result.origin, result.found])
    assert not AuditEvent.objects.filter(payload__contains="canary").exists()


def test_an_address_inside_is_refused_unless_an_administrator_listed_it(tracking, settings, cora):
    settings.OUTBOUND_ALLOW = ()
    with pytest.raises(Invalid, match="An administrator can allow it in OUTBOUND_ALLOW"):
        read(tracking, cora)
    assert tracking.requests == []


ODD = [
    ((401, b"{}"), "An administrator sets MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN"),
    ((403, b"{}"), "has no permission to read"),
    ((404, b"<html>"), "There is no MLflow tracking server"),
    (
        (404, b'{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Workspace \'ads\'\\n not found."}'),
        "MLflow answers with status 404: Workspace 'ads' not found.$",
    ),
    (
        (500, b'{"error_code": "FEATURE_DISABLED", "message": "Not enabled"}'),
        "MLflow answers with status 500: Not enabled",
    ),
    ((404, b'{"message": "No page"}'), "There is no MLflow tracking server"),
    ((302, b""), "status 302"),
    ((200, b"<html>"), "does not answer as MLflow does"),
    ((200, b'{"registered_models": 7}'), "registered_models is not a list of objects"),
    ((200, b'{"registered_models": [], "next_page_token": "x"}'), "the same page twice"),
    ((200, b'{"a":' * 100_000), "nested too deep"),
    ((200, b" " * (9 * 2**20)), "longer than 8388608 bytes"),
]


def test_a_server_that_is_none_is_refused_in_a_sentence(tracking, cora):
    for answer, because in ODD:
        tracking.instead = answer
        with pytest.raises(Invalid, match=because):
            read(tracking, cora)
    assert not Import.objects.exists()
