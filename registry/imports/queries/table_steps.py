"""The steps of source tables: what an import would create or change, and whose gates a change would close."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platform_site.access import Actor
from registry.data.queries.source_tables import change_refusal, would_be_blocked
from registry.data.rules.source import Source
from registry.imports.queries.steps import Effect, Step, step_of
from registry.imports.rules import upstreams
from registry.imports.rules.candidates import Candidate
from registry.models import Import, SourceTable

BIND = "Bind it to a data set: until then no check can compute its features."
COMPARED = ("entity_key", "event_time", "row_key")


def described(existing: SourceTable | None, candidate: Candidate) -> Source:
    """A source table as an import would describe it; what the other tool does not say stays as it is."""
    fields = {name: candidate.content[name] for name in COMPARED if candidate.content[name]}
    before = existing.current.source if existing and existing.current else None
    comparison = upstreams.compare(before.upstream if before else None, candidate.content)
    if comparison.recorded:
        fields["upstream"] = comparison.recorded
    return before._replace(**fields) if before else Source(None, **fields)


def planned(candidates: list[Candidate], offered: Import, actor: Actor) -> Iterator[Step]:
    """A step for each source table. Of those that exist and change, three queries each say which gates would close."""
    tables = SourceTable.objects.filter(name__in=[candidate.name for candidate in candidates])
    known = {table.name: table for table in tables.select_related("owner_team", "current__dataset")}
    for candidate in candidates:
        existing = known.get(candidate.name)
        yield _changed(existing, candidate, actor) if existing else _created(candidate)


def _created(candidate: Candidate) -> Step:
    parts = [f"{_words(name)} {_as_text(candidate.content[name])}" for name in COMPARED if candidate.content[name]]
    comparison = upstreams.compare(None, candidate.content)
    sentences = [", ".join(parts), comparison.sentence]
    return step_of(candidate, Effect.CREATE, f"{_sentences(sentences)} {BIND}")


def _changed(existing: SourceTable, candidate: Candidate, actor: Actor) -> Step:
    current = existing.current
    comparison = upstreams.compare(current.upstream if current else None, candidate.content)
    changed = [
        f"{_words(name)}: {_as_text(getattr(current, name, '')) or '–'} → {_as_text(candidate.content[name])}"
        for name in COMPARED
        if candidate.content[name] and candidate.content[name] != getattr(current, name, None)
    ]
    if not changed and not comparison.recorded:
        effect = Effect.CANNOT if comparison.sentence else Effect.ALREADY_THERE
        return step_of(candidate, effect, _sentences([comparison.sentence]))
    if refusal := change_refusal(existing, actor):
        return step_of(candidate, Effect.CANNOT, refusal)
    blocked = [str(version) for version in would_be_blocked(existing.name, described(existing, candidate))]
    closes = f"it would close the gates of {', '.join(blocked[:5])}{' …' if blocked[5:] else ''}" if blocked else ""
    sentences = ["; ".join(changed), comparison.sentence, closes]
    step = step_of(candidate, Effect.CHANGE, _sentences(sentences))
    return step._replace(diffs=[dict(diff) for diff in comparison.diffs], would_block=blocked)


def _sentences(parts: list[str]) -> str:
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _as_text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
