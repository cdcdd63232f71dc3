"""Which records are logged."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest

from platform_site.roof.logs import is_worth_logging


def record(path: str | None, status: int | None) -> logging.LogRecord:
    fields = {"request": path and SimpleNamespace(path=path), "status_code": status}
    return logging.makeLogRecord({name: value for name, value in fields.items() if value is not None})


def test_a_503_of_readyz_is_not_logged():
    assert not is_worth_logging(record("/readyz", 503))


@pytest.mark.parametrize(
    ("path", "status"), [("/readyz", 500), ("/readyz", None), ("/readyz/", 503), ("/healthz", 503), (None, None)]
)
def test_every_other_record_is_logged(path, status):
    assert is_worth_logging(record(path, status))


def test_the_log_of_a_site_that_is_not_ready_stays_empty(client, settings, caplog, db):
    settings.REDIS_URL = None
    with caplog.at_level(logging.ERROR, logger="django.request"):
        assert client.get("/readyz").status_code == 503

    assert caplog.records
    assert [entry for entry in caplog.records if is_worth_logging(entry)] == []
