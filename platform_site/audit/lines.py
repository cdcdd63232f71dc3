"""The log as a page shows it: each event as a line with its object's page, facets with counts, and files of what is filtered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from platform_site.audit import sentences
from platform_site.audit.models import AuditEvent

COUNTED = 2_000  # newest events that the facets count
SHOWN = 8  # values of a facet
MOST_IN_FILE = 50_000
COLUMNS = ("sequence", "at", "actor", "action", "subject", "payload", "previous_hash", "hash")
PAGES = {
    "alert": "registry:alert",
    "health_alert": "assessments:health_alert",
    "assessment": "assessments:assessment",
    "change_request": "registry:change_request",
    "approval_request": "registry:approval_request",
    "check": "registry:check",
    "check_run": "registry:run",
    "dataset": "registry:dataset",
    "escape_hatch": "assessments:hatch",
    "feature": "registry:feature",
    "import": "registry:import",
    "initiative": "assessments:initiative",
    "model": "registry:model",
    "model_version": "registry:model_version",
    "organization": "assessments:organization",
    "postmortem": "assessments:postmortem",
    "source_table": "registry:source_table",
    "team": "team",
    "ticket": "assessments:ticket",
    "ticket_import": "assessments:ticket_import",
    "webhook": "webhooks:webhook",
}
KINDS = (
    *PAGES, "user", "token", "service_account", "gate_policy", "override", "feature_version", "deployment", "rollout", "exemption",
)  # fmt: skip


class Sentence(NamedTuple):
    """An event as a sentence: who, the verb, what kind of thing, its name and page; and what of it changed."""

    event: AuditEvent
    verb: str
    noun: str
    name: str
    url: str
    detail: str
    changes: list[sentences.Change]

    @property
    def day(self) -> str:
        return self.event.at[:10]

    @property
    def clock(self) -> str:
        return self.event.at[11:19]

    @property
    def payload(self) -> str:
        """The payload, readable."""
        content = self.event.content
        return (
            content if isinstance(content, str) else json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True)
        )


class Value(NamedTuple):
    """A value of a facet: how often it occurs, whether it is chosen, and the query that chooses it or clears it."""

    value: str
    occurs: int
    chosen: bool
    query: str


class Facet(NamedTuple):
    """A way to narrow the log: its parameter and title, and its commonest values."""

    parameter: str
    title: str
    values: list[Value]


def line_of(event: AuditEvent) -> Sentence:
    """An event as a line of the page."""
    kind, name = sentences.subject_parts(event.subject)
    verb, noun = sentences.verb_and_noun(event.action, kind)
    content = event.content
    return Sentence(event, verb, noun, name, page_of(kind, name), sentences.detail(content), sentences.changes(content))


def page_of(kind: str, name: str) -> str:
    """The page of a subject; empty where it has none."""
    if kind not in PAGES:
        return ""
    arguments = name.split("/", 1) if kind == "model_version" else [name]
    try:
        return reverse(PAGES[kind], args=arguments)
    except NoReverseMatch:
        return ""


def about(events: QuerySet[AuditEvent], subject: str) -> QuerySet[AuditEvent]:
    """The events about a subject as the log writes it, or about anything of that name: `delay_forecast` is a model, its
    versions too."""
    if ":" in subject:
        return events.filter(subject=subject)
    named = Q(subject__in=[subject, *(f"{kind}:{subject}" for kind in KINDS)])
    return events.filter(named | Q(subject__startswith=f"model_version:{subject}/"))


def facets(events: QuerySet[AuditEvent], query: QueryDict) -> list[Facet]:
    """Who, what kind, about what and on which day, each with how often it occurs among the newest events; one query."""
    rows = list(events.values_list("actor", "action", "subject", "at")[:COUNTED])
    counted = {
        "actor": ("Who", Counter(row[0] for row in rows)),
        "kind": ("Kind", Counter(row[1].partition(".")[0] for row in rows)),
        "subject": ("About", Counter(row[2] for row in rows)),
        "day": ("Day", Counter(row[3][:10] for row in rows)),
    }
    return [Facet(name, title, list(_values(name, counts, query))) for name, (title, counts) in counted.items()]


def _values(name: str, counts: Counter[str], query: QueryDict) -> Iterator[Value]:
    newest = sorted(counts.items(), reverse=True) if name == "day" else counts.most_common()
    for value, occurs in newest[:SHOWN]:
        chosen, narrowed = query.get(name) == value, query.copy()
        for parameter in ("page", name):
            narrowed.pop(parameter, None)
        if not chosen:
            narrowed[name] = value
        yield Value(value, occurs, chosen, narrowed.urlencode())


def cells(events: QuerySet[AuditEvent]) -> Iterator[tuple[Any, ...]]:
    """The newest events for a file."""
    yield from events.values_list(*COLUMNS)[:MOST_IN_FILE].iterator()


def json_lines(events: QuerySet[AuditEvent]) -> Iterator[str]:
    """The same as JSON lines, the payload as the text that was hashed: each can be verified."""
    for row in events.values_list(*COLUMNS, "mac")[:MOST_IN_FILE].iterator():
        yield json.dumps(dict(zip((*COLUMNS, "mac"), row, strict=True))) + "\n"
