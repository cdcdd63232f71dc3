"""JSON in, read strictly: what two programs could read differently is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

DEEPEST = 50
INTEGERS = range(-(2**63), 2**63)


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

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes.")
        try:
            value = json.loads(
                body, object_pairs_hook=_once_each, parse_constant=_no_constant, parse_int=_integer, parse_float=_number
            )
            _check(value, 0)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not JSON that can be read: {error}") from error
        return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a key twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int:
    if len(text) > 20 or int(text) not in INTEGERS:
        raise ValueError("an integer is beyond 64 bits")
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return value


def _check(value: Any, depth: int) -> None:
    if isinstance(value, dict | list) and depth == DEEPEST:
        raise ValueError(f"it is nested deeper than {DEEPEST}")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name)
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise ValueError("a text holds a NUL character")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("a text holds half a surrogate pair")
