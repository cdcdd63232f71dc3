"""The log: one line for each thing that matters, as text or as JSON, with time, level, request and job."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from platform_site.text import correlation

TEXT, JSON = "text", "json"
LONGEST = 8_000  # characters of a message, and of a traceback
# What Celery says about each task and each entry that is due: every few seconds, with or without any work.
CHATTY = ("celery.app.trace", "celery.worker.strategy", "celery.beat", "django.server")


def is_worth_logging(record: logging.LogRecord) -> bool:
    """Return False for what another line or the answer says already: a 503 of `/readyz`, and requests that were refused."""
    status = getattr(record, "status_code", None)
    if record.name == "django.request" and isinstance(status, int) and status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return False
    request = getattr(record, "request", None)
    return getattr(request, "path", None) != "/readyz" or status != HTTPStatus.SERVICE_UNAVAILABLE


class PlainText(logging.Formatter):
    """`INFO 2026-11-30T20:00:00.123Z [request] [job] logger: message`. The level comes first, so that `up` finds warnings."""

    def format(self, record: logging.LogRecord) -> str:
        named = [f"[{value}]" for value in (correlation.request_id.get(), correlation.job.get()) if value]
        # A line break in a message would begin a line that nobody wrote.
        message = record.getMessage()[:LONGEST].replace("\r", "\\r").replace("\n", "\\n")
        line = " ".join([record.levelname, _time(record), *named, f"{record.name}: {message}"])
        trace = self._traceback(record)
        return f"{line}\n{trace}" if trace else line

    def _traceback(self, record: logging.LogRecord) -> str:
        refused = getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR) < HTTPStatus.INTERNAL_SERVER_ERROR
        if refused or not record.exc_info or not record.exc_info[0]:  # a refusal is not a crash: its sentence is enough
            return ""
        return self.formatException(record.exc_info)[-LONGEST:]


class JsonText(PlainText):
    """The same as one JSON object; a traceback is one of its members."""

    def format(self, record: logging.LogRecord) -> str:
        members: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage()[:LONGEST],
            "request_id": correlation.request_id.get(),
            "job": correlation.job.get(),
            "traceback": self._traceback(record),
        } | getattr(record, "fields", {})
        return json.dumps(
            {name: value for name, value in members.items() if value != ""}, ensure_ascii=False, default=str
        )


def configuration(log_format: str) -> dict[str, Any]:
    """The logging of every process: to standard error, one handler for all."""
    formatter = JsonText if log_format == JSON else PlainText
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "filters": {"worth_logging": {"()": "django.utils.log.CallbackFilter", "callback": is_worth_logging}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["worth_logging"]}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {name: {"level": "WARNING"} for name in CHATTY},
    }


def of_web_server(log_format: str) -> dict[str, Any]:
    """The same for gunicorn, whose own lines are warnings; it logs no requests."""
    shared = configuration(log_format)
    own = {"level": "WARNING", "handlers": ["console"], "propagate": False}
    return shared | {"loggers": shared["loggers"] | {"gunicorn.error": own, "gunicorn.access": own}}


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
