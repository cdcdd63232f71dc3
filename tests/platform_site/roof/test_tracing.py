"""Traces: nothing without the variable, a sentence without the packages. tests/neighbours/test_opentelemetry.py has the real SDK."""

from __future__ import annotations

import builtins
import logging

import pytest

from platform_site.roof import tracing


@pytest.fixture(autouse=True)
def anew():
    tracing.tracer.cache_clear()
    yield
    tracing.tracer.cache_clear()


def test_without_the_variable_nothing_is_traced_and_nothing_imported(monkeypatch):
    monkeypatch.delenv(tracing.ENDPOINT, raising=False)
    headers: dict[str, object] = {}
    tracing.inject(headers)
    assert (tracing.tracer(), tracing.why_not(), headers) == (None, "", {})
    tracing.end_task(tracing.begin_task("a", {}), "SUCCESS")


def test_without_the_packages_it_says_what_to_install_and_goes_on(monkeypatch, caplog, db, client):
    real = builtins.__import__

    def without(name: str, *arguments: object) -> object:
        if name.startswith("opentelemetry"):
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, *arguments)

    monkeypatch.setenv(tracing.ENDPOINT, "http://127.0.0.1:4318")
    monkeypatch.setattr(builtins, "__import__", without)
    caplog.set_level(logging.WARNING, logger=tracing.__name__)
    assert client.get("/login/").status_code == client.get("/login/").status_code == 200
    (warning,) = [entry.message for entry in caplog.records if entry.name == tracing.__name__]
    assert warning == tracing.why_not()
    assert warning.endswith(f"Install {tracing.PACKAGES}, or remove the variable.")
