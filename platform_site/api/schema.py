"""The OpenAPI document: every operation lists each problem that it may answer with."""

from __future__ import annotations

import inspect
import json
import re
import shlex
from functools import cache
from typing import Any, cast

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample
from rest_framework.serializers import ChoiceField

from platform_site.api.problems import CONTENT_TYPE, MOST_ERRORS
from platform_site.api.serializers import MOST_IN_A_BODY, StrictSerializer
from platform_site.api.verbs import Verb

PROBLEMS = {
    "400": "The request is malformed; `errors` lists every fault.",
    "401": "The caller is not signed in, or the token is not valid.",
    "403": "This person, or this token, may not do this.",
    "404": "What the request names does not exist.",
    "409": "A rule does not allow it: a gate, immutability, a stale state.",
    "413": "The body is too large.",
    "415": "The body has another media type than this address takes; `detail` says which one and how to send it.",
    "422": "The body is well-formed but its values are not valid; `errors` lists every fault.",
    "429": "Too many requests; `Retry-After` says when to try again.",
    "503": "A part that this needs is not available; try again later.",
}
WITH_A_BODY = {"413", "415"}
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457). A refusal may add members, such as a gate's `conflicts`.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string", "description": "Of the answer's X-Request-ID, as the server's log has it."},
        "errors": {
            "type": "array",
            "maxItems": MOST_ERRORS,
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
    },
}
_PROBLEM_CONTENT = {"schema": {"$ref": "#/components/schemas/Problem"}}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and body again returns the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
}


class Generator(SchemaGenerator):
    """Makes the document once in each process: it says the same whoever asks for it."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        return _document() if public else super().get_schema(request, public)


@cache
def _document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


class Schema(AutoSchema):
    """Describes an endpoint: summary and description from its docstring, the operation id from its noun and verb.

    One tag for each first word of a path, so that the docs are grouped by noun.
    """

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_operation_id(self) -> str:
        if not hasattr(self.view, "noun"):  # not an endpoint of ours
            return super().get_operation_id()
        view = cast(Any, self.view)
        noun = view.noun or self.get_tags()[0].replace("-", "_")
        return f"{noun}_{self._verb.name if self._verb else view.get_verb}"

    def get_summary(self) -> str:
        """The first paragraph of the docstring, in one line and without its full stop."""
        return " ".join(self._documentation[0].split()).removesuffix(".")

    def get_description(self) -> str:  # type: ignore[override] # as in drf_spectacular, which has no types
        return self._documentation[1]

    def get_override_parameters(self) -> list[Any]:
        shared = list(getattr(self.view, "shared_parameters", ()))
        return [*shared, *getattr(self.view, "parameters", ())] if self.method == "GET" else shared

    def get_request_serializer(self) -> Any:
        return self._verb.request_of(self.view) if self._verb else super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        if self._verb:
            return self._verb.responses_of(self.view)
        many = getattr(self.view, "many", False)
        return cast(Any, self.view).serializer_class(many=True) if many else super().get_response_serializers()

    def get_examples(self) -> list[OpenApiExample]:
        if not self._verb:
            return super().get_examples()
        media_type = self.map_parsers()[0]
        values = self._verb.examples.items()
        return [OpenApiExample(name, request_only=True, media_type=media_type, value=value) for name, value in values]

    @property
    def _verb(self) -> Verb | None:
        return getattr(getattr(self.view, self.method.lower(), None), "operation", None)

    @property
    def _documentation(self) -> tuple[str, str]:
        """The docstring's first paragraph and the rest: of the method, of the class where the method has none."""
        method = getattr(self.view, self.method.lower(), None)
        text = inspect.cleandoc(getattr(method, "__doc__", None) or type(self.view).__doc__ or "")
        first, _, rest = text.partition("\n\n")
        return first, rest

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Any:
        """A choice whose column may be empty text is described so in answers too: read-only fields lose that. A list of
        objects or records has its maximum, which `max_length` holds."""
        model = getattr(getattr(field.parent, "Meta", None), "model", None)
        if model and type(field) is ChoiceField and field.read_only:
            columns = (column for column in model._meta.fields if column.blank and not column.null)
            field.allow_blank = field.source in {column.name for column in columns}
        mapped = super()._map_serializer_field(field, direction, bypass_extensions)
        most = getattr(field, "max_length", None)
        if direction == "request" and most and mapped.get("type") == "array":
            mapped = mapped | {"maxItems": most}
        return mapped

    def _map_basic_serializer(self, serializer: Any, direction: str) -> dict[str, Any]:
        mapped = super()._map_basic_serializer(serializer, direction)
        if direction != "request" or not isinstance(serializer, StrictSerializer):
            return mapped
        ends = [{"required": [name]} for name in serializer.exactly_one_of]
        return mapped | {"additionalProperties": False} | ({"oneOf": ends} if ends else {})


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the problem answers to every operation, and the idempotency key to every POST."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method == "post":
                operation.setdefault("parameters", []).append(KEY)
            for status, description in PROBLEMS.items():
                if method in {"post", "put", "patch"} or status not in WITH_A_BODY:
                    response = operation["responses"].setdefault(status, {"description": description})
                    response.setdefault("content", {}).setdefault(CONTENT_TYPE, _PROBLEM_CONTENT)
            operation["responses"]["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return result


def describe_bodies(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Describe what the serializers cannot: a PATCH with one field requires it, a body of several shapes is required, a
    list in it is neither empty nor endless, and a value of any type may be null."""
    components = result["components"]["schemas"]
    for name, component in components.items():
        for value in component.get("properties", {}).values():
            if value.get("oneOf") == [{}, {"type": "null"}]:
                del value["oneOf"]  # anything, of which null is one already
        if name.startswith("Patched") and len(component.get("properties", {})) == 1:
            component["required"] = list(component["properties"])
    for operation in (operation for operations in result["paths"].values() for operation in operations.values()):
        body = operation.get("requestBody", {})
        for content in body.get("content", {}).values():
            shapes = components.get(content["schema"].get("$ref", "").rpartition("/")[2], {}).get("oneOf", [])
            body |= {"required": True} if shapes else {}
            for shape in (shape for shape in shapes if shape.get("type") == "array"):
                shape |= {"minItems": 1, "maxItems": MOST_IN_A_BODY}
    return result


SAMPLES = {
    "models": "demand_forecast_model",
    "features": "rolling_7d_avg_orders",
    "datasets": "orders_daily",
    "source-tables": "orders_daily",
    "service-accounts": "ci-forecasting",
    "scorecards": "demand_forecast_model",
    "organizations": "gpu_quota",  # of its own capabilities
}
VERSIONS = {"models": "v2.3.1", "features": "37e8f223574c", "source-tables": "91a6db8e37e0"}


def show_a_call(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """End every operation's description with a call that can be pasted into a shell where the demo runs."""
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            words = ["curl", *(["-X", method.upper()] if method != "get" else []), '-H "Authorization: Bearer $TOKEN"']
            words += _body_words(operation)
            call = " ".join([*words, f"http://127.0.0.1:8000{_filled(path)}"])
            operation["description"] = f"{operation.get('description', '')}\n\n```sh\n{call}\n```".strip()
    return result


def _filled(path: str) -> str:
    noun = path.removeprefix("/api/v1/").split("/")[0]
    values = {
        "name": SAMPLES.get(noun, ""),
        "version": VERSIONS.get(noun, ""),
        "id": "1",
        "slug": "forecasting" if noun == "teams" else "exampleco",
    }
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match.group(1), "1"), path)


def _body_words(operation: dict[str, Any]) -> list[str]:
    """The arguments of curl for the body: JSON in one piece, a form part by part."""
    body, form = (_example(operation, media) for media in ("application/json", "multipart/form-data"))
    if body is not None:
        return ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(body))}"]
    marks = {"file": "@"}
    parts = [f"{name}={marks.get(name, '')}{value}" for name, value in (form or {}).items()]
    return [f"-F {shlex.quote(part)}" for part in parts]


def _example(operation: dict[str, Any], media: str) -> Any:
    content = operation.get("requestBody", {}).get("content", {}).get(media, {})
    return next((example["value"] for example in content.get("examples", {}).values()), None)
