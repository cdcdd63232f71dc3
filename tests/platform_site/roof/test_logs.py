"""Which records are logged, and how a line is written."""

from __future__ import annotations

import json
import logging
import sys
from types import SimpleNamespace

import pytest

from platform_site.roof import logs
from platform_site.roof.logs import JsonText, PlainText, is_worth_logging
from platform_site.text import correlation


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


def test_a_request_that_was_refused_has_a_line_of_its_own_already():
    refused = logging.makeLogRecord({"name": "django.request", "status_code": 404})
    crashed = logging.makeLogRecord({"name": "django.request", "status_code": 500})
    assert (is_worth_logging(refused), is_worth_logging(crashed)) == (False, True)


@pytest.fixture
def of_request():
    """Lines of request 7f3a, which does job check_run:17."""
    tokens = correlation.request_id.set("7f3a"), correlation.job.set("check_run:17")
    yield
    correlation.request_id.reset(tokens[0])
    correlation.job.reset(tokens[1])


def written(formatter: logging.Formatter, message: str, *values: object, **fields: object) -> str:
    made = {"name": "registry", "levelname": "WARNING", "created": 1_796_070_162.5, "msg": message, "args": values}
    return formatter.format(logging.makeLogRecord(made | fields))


def crash() -> dict[str, object]:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        return {"exc_info": sys.exc_info()}


def test_a_line_of_text_has_level_time_request_and_job(of_request):
    line = written(PlainText(), "%d rows", 3)
    assert line == "WARNING 2026-11-30T20:22:42.500Z [7f3a] [check_run:17] registry: 3 rows"


def test_a_line_of_neither_names_neither():
    assert written(PlainText(), "ready") == "WARNING 2026-11-30T20:22:42.500Z registry: ready"


def test_a_message_never_begins_a_line_of_its_own():
    line = written(PlainText(), "name %s", "x\r\nERROR 2026-11-30 forged")
    assert line.count("\n") == 0
    assert line.endswith("name x\\r\\nERROR 2026-11-30 forged")


def test_json_is_one_object_in_one_line(of_request):
    line = written(JsonText(), "naïve\n%s", "rows", fields={"status": 200}, **crash())
    assert "\n" not in line
    members = json.loads(line)
    assert members.pop("traceback").endswith("ValueError: two\nlines")
    assert members == {
        "time": "2026-11-30T20:22:42.500Z",
        "level": "WARNING",
        "logger": "registry",
        "message": "naïve\nrows",
        "request_id": "7f3a",
        "job": "check_run:17",
        "status": 200,
    }


@pytest.mark.parametrize("formatter", [PlainText(), JsonText()])
def test_messages_and_tracebacks_are_bounded(formatter):
    line = written(formatter, "x" * 100_000, **crash())
    assert len(line) < 2 * logs.LONGEST


def test_a_refusal_has_no_traceback():
    assert "ValueError" not in written(PlainText(), "Invalid HTTP_HOST header", status_code=400, **crash())
    assert "ValueError" in written(PlainText(), "Internal Server Error", status_code=500, **crash())


@pytest.mark.parametrize(("log_format", "formatter"), [("text", PlainText), ("json", JsonText)])
def test_the_format_is_chosen_for_every_process(log_format, formatter):
    for made in (logs.configuration(log_format), logs.of_web_server(log_format)):
        assert made["formatters"]["line"]["()"] is formatter
    assert logs.of_web_server(log_format)["loggers"]["gunicorn.error"]["level"] == "WARNING"
