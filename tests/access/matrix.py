"""Who gets which answer at which address: the file, the walk over the site that it must cover, and one call of it.

`tests/data/access_matrix.toml` has one line for each address and method, with a word for each kind of caller:

- `done`: it succeeded, and the log has an event of it; `ok`: it succeeded, and nothing changed;
- `done` behind a number: it was refused, and the log has the refusal, as a gate's;
- `nothing`: the page sent them back, and nothing changed; `login`: they were sent to the door; `401` to `429`: refused so.

What a method needs to succeed stands beside it as `given`: JSON, whose "{name}" are the world's. An address that takes
bodies of several kinds has a line for each, told apart by words behind the address. Where nothing can be
changed by it, `changes_nothing` says why.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib import admin
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.world import FILES, KINDS, World

FILE = Path(__file__).parents[1] / "data" / "access_matrix.toml"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OURS = ("assessments", "audit", "people", "platform_site", "registry", "webhooks")
DOORS = ("/login/", "/admin/login/")
# What the parts of an address stand for, wherever they stand.
NAMES = {
    "features/<str:name>": "features/orders_3d", "models/<str:name>": "models/demand",
    "source-tables/<str:name>": "source-tables/orders", "datasets/<str:name>": "datasets/orders",
    "account/services/<str:name>": "account/services/service-account",
    "service-accounts/<str:name>": "service-accounts/service-account",
    "teams/<str:slug>": "teams/forecasting", "<uidb64>/<token>": "MQ/none", "unsubscribe/<str:key>": "unsubscribe/none",
    "versions/<str:version>": "versions/v1", "demand/<str:version>": "demand/v1", "<str:slug>": "exampleco",
    "<str:decision>": "approve", "<str:system>": "dbt", "simple/plumbline/<str:name>": "simple/plumbline/nothing.whl",
    "<slug:slug>": "when-a-platform", "review.<str:kind>": "review.md", "<str:kind>": "csv", "<str:capability>": "lineage", "<int:rank>": "1", "<int:place>": "1",
}  # fmt: skip


class Expectation(NamedTuple):
    """What each kind of caller gets at one address by one method."""

    method: str
    pattern: str
    words: tuple[str, ...]
    payload: Any = None
    query: str = ""
    changes_nothing: str = ""
    body_kind: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.pattern} {self.body_kind}".rstrip()

    @property
    def by_kind(self) -> dict[str, str]:
        return dict(zip(KINDS, self.words, strict=True))


def lines() -> list[Expectation]:
    """The file, the admin's kinds of records written out for each record."""
    result = tomllib.loads(FILE.read_text())
    rows = [_line(name, result["addresses"][name]) for name in result["addresses"]]
    for record, kind in result["admin"].items():
        for name, words in result["admin_kinds"][kind].items():
            method, end = name.split(" ", 1)
            rows.append(_line(f"{method} /admin/{record.replace('.', '/')}/{end.lstrip('/')}", words))
    return rows


def _line(name: str, body: Any) -> Expectation:
    method, pattern, *body_kind = name.split(" ", 2)
    body = body if isinstance(body, dict) else {"is": body}
    content = json.loads(body["given"]) if "given" in body else None
    words = body["is"].split()
    words = tuple(words * len(KINDS) if len(words) == 1 else words)
    return Expectation(
        method, pattern, words, content, body.get("query", ""), body.get("changes_nothing", ""), *body_kind
    )


def addresses(resolver: URLResolver | None = None, before: str = "/") -> Iterator[tuple[str, Any]]:
    """Every address of the site with its view; the admin's own too."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, here)
        elif isinstance(entry, URLPattern):
            yield here, entry.callback


def methods_of(view: Any) -> list[str] | None:
    """The methods that a view's class says it has; None where only a call can tell."""
    made = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return (
        None
        if made is None
        else [name for name in METHODS if hasattr(made, name.lower()) and name.lower() in made.http_method_names]
    )


def filled(line_pattern: str, world: World) -> str:
    """An address with the names of the world in it."""
    text = line_pattern
    if "^.*$" in text or "(?P<url>" in text:
        return text.partition("^.*$")[0].partition("(?P<url>")[0] + "no-such-address/"
    if text.startswith("/admin/"):
        return text.replace("<path:object_id>", _first_of(text)).replace("<path:content_type_id>", "1")
    text = text.replace("rollouts/<int:pk>/<str:decision>", "rollouts/<int:pk>/abort")
    text = text.replace("lineage/<int:pk>/<str:decision>", "lineage/<int:pk>/accept")
    text = text.replace("badges/<str:key>/<str:name>", f"badges/{world.ids['badge']}/demand")
    text = text.replace("records/<str:noun>", "records/use-cases")
    for name in sorted((identifier for identifier in world.ids if "<" in identifier), key=len, reverse=True):
        if name in text:
            text = text.replace(name, re.sub(r"<[^>]*>", str(world.ids[name]), name))
    for name, value in NAMES.items():
        text = text.replace(name, value)
    text = text.replace("source-tables/orders/versions/v1", "source-tables/orders/versions/1")
    text = text.replace("features/orders_3d/versions/v1", f"features/orders_3d/versions/{world.ids['trained']}")
    assert "<" not in text, f"{line_pattern}: tell tests/access/matrix.py what {text} stands for"
    return text


def _first_of(text: str) -> str:
    app, name = text.split("/")[2:4]
    result = next((model for model in admin.site._registry if model._meta.label_lower == f"{app}.{name}"), None)
    first = result and result._default_manager.order_by("pk").first()
    return str(first.pk) if first else "1"


def payload_of(value: Any, world: World) -> Any:
    """What is sent, with the world's own values where their names stand."""
    if isinstance(value, dict):
        return {name: payload_of(row, world) for name, row in value.items()}
    if isinstance(value, list):
        return [payload_of(row, world) for row in value]
    if value in FILES:
        return FILES[value]()
    return world.ids[value[1:-1]] if isinstance(value, str) and re.fullmatch(r"\{[^}]+\}", value) else value


def answer(world: World, line: Expectation, kind: str) -> str:
    """The word for what one kind of caller gets; whatever it changed is taken back."""
    with transaction.atomic():
        before = world.sequence()
        path = filled(line.pattern, world) + line.query.format_map(world.ids)
        response = world.call(kind, line.method, path, payload_of(line.payload, world))
        if response.streaming:
            b"".join(response.streaming_content)
        word = _word(response, line.method, changed=world.sequence() > before)
        transaction.set_rollback(True)
    return word


def _word(response: Any, method: str, *, changed: bool) -> str:
    status = response.status_code
    if status in {301, 302} and response.url.startswith(DOORS) and not changed:
        return "login"
    if status >= 400:
        return f"{status}" if not changed else f"{status}+done"
    if changed:
        return "done"
    return "nothing" if status in {301, 302} and method != "GET" else "ok"
