"""The filter of log records."""

import logging


def is_worth_logging(record: logging.LogRecord) -> bool:
    """Return False for Django's error about a 503 of `/readyz`: the answer already says what is not ready."""
    request = getattr(record, "request", None)
    return getattr(request, "path", None) != "/readyz" or getattr(record, "status_code", None) != 503
