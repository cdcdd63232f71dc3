"""Strict JSON bodies: what two programs could read differently is refused."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from platform_site.text.strict_json import is_deeper, parse, text_fault

DEEPEST = 50


class TooLarge(APIException):
    """The body is larger than the API takes."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class Json(BaseParser):
    """One JSON value of at most `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.

    Refused: NaN and infinities, integers beyond 64 bits, NUL characters and lone surrogates, a key given twice, and
    nesting deeper than 50.
    """

    media_type = "application/json"
    usage = "Send one JSON value with the header Content-Type: application/json."

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.")
        try:
            return _checked(parse(body))
        except ValueError as error:
            raise ParseError(f"The body is not JSON that can be read: {error}") from error


def _checked(value: Any) -> Any:
    if is_deeper(value, DEEPEST):
        raise ValueError(f"it is nested deeper than {DEEPEST}")
    if fault := text_fault(value):
        raise ValueError(fault)
    return value
