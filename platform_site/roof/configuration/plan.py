"""What applying a file would change: each entry compared with what is there, and what another person decides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from platform_site.access import SYSTEM, Actor, can_manage_webhooks
from platform_site.errors import Fault, Invalid
from platform_site.roof.configuration.document import Document, read
from platform_site.roof.configuration.shape import SECTIONS, LineFault, faults
from platform_site.roof.configuration.stored import Entry, entries_of
from platform_site.roof.configuration.values import value_faults
from registry.compute.definition import Definition
from registry.data.queries import source_tables
from registry.data.rules.source import Source
from registry.features.queries.gate_settings import parity_first
from registry.features.queries.impact import of_proposal
from registry.models import Feature, SourceTable
from registry.versions.actions.policies import terms_of
from registry.versions.queries import policies
from registry.versions.rules.loosening import loosened

REFERENCES = {  # fields that name an entry of another section
    "owner_team": "teams", "subject_team": "teams", "data_set": "data_sets", "source_table": "source_tables", "model": "models",
}  # fmt: skip
FIXED = {  # what never changes once it is there
    "data_sets": ("kind", "location", "connection", "key", "event_time"),
    "models": ("model_type", "serving_mode"),
    "checks": ("kind", "parameters", "model"),
    "notifications": ("kind", "address"),
}
CONTENT = ("source_table", "computation_logic", "null_handling", "data_type", "dialect")
SHOWN = 5
HIDDEN = "Only leads see and change notifications."


class Effect(StrEnum):
    """What becomes of an entry."""

    CREATE = "create"
    CHANGE = "change"
    REQUEST = "request"  # another person decides
    SAME = "same"
    CANNOT = "cannot"


class Step(NamedTuple):
    """One entry of the file: what applying it would do, in a sentence, and on which line it stands."""

    section: str
    name: str
    effect: Effect
    sentence: str
    line: int
    entry: Mapping[str, Any]
    changed: tuple[str, ...] = ()


class Plan(NamedTuple):
    """The steps in the order of applying; what stands only in the installation, by section; the reason in the file."""

    steps: list[Step]
    only_here: dict[str, list[str]]
    reason: str = ""

    def count(self, effect: Effect) -> int:
        """How many steps have this effect."""
        return sum(step.effect == effect for step in self.steps)

    @property
    def digest(self) -> str:
        """Identifies what would be done: another one where the file or the installation changed in between."""
        content = [(step.section, step.name, step.effect, step.sentence, dict(step.entry)) for step in self.steps]
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()

    @property
    def changes_anything(self) -> bool:
        return any(step.effect in (Effect.CREATE, Effect.CHANGE, Effect.REQUEST) for step in self.steps)


def plan_of(text: str, actor: Actor = SYSTEM) -> Plan:
    """The plan for a file as an actor may see it; Invalid with every fault of it, each with its line."""
    document = read(text)
    wrong = faults(document)
    if wrong:
        raise _invalid(wrong)
    value = document.value
    wanted = {name: [SECTIONS[name].completed(entry) for entry in value.get(name) or []] for name in SECTIONS}
    stored = {name: entries_of(name) for name in SECTIONS}
    wrong = sorted([*_reference_faults(wanted, stored, document), *value_faults(wanted, stored, document)])
    if wrong:
        raise _invalid(wrong)
    steps = [
        _step(name, entry, stored[name].get(entry[SECTIONS[name].key]), document.line(name, index))
        for name, entries in wanted.items()
        for index, entry in enumerate(entries)
    ]
    only_here = {
        name: sorted(stored[name].keys() - {entry[SECTIONS[name].key] for entry in entries})
        for name, entries in wanted.items()
    }
    hidden = () if can_manage_webhooks(actor) else ("notifications",)
    steps = [step._replace(effect=Effect.CANNOT, sentence=HIDDEN) if step.section in hidden else step for step in steps]
    others = {name: names for name, names in only_here.items() if names and name not in hidden}
    return Plan(steps, others, value.get("reason") or "")


def _invalid(wrong: list[LineFault]) -> Invalid:
    return Invalid(
        [Fault(f"line {fault.line}", "malformed", f"{fault.place}: {fault.sentence}".lstrip(": ")) for fault in wrong]
    )


def _reference_faults(
    wanted: Mapping[str, list[Entry]], stored: Mapping[str, Mapping[str, Entry]], document: Document
) -> Iterator[LineFault]:
    known = {name: stored[name].keys() | {entry[SECTIONS[name].key] for entry in wanted[name]} for name in SECTIONS}
    for section, entries in wanted.items():
        for index, entry in enumerate(entries):
            for field, target in REFERENCES.items():
                value = entry.get(field)
                if value and value not in known[target] and not (field == "source_table" and section != "features"):
                    line = document.line(section, index, field)
                    sentence = f"{field}: there is no {value!r} among {target.replace('_', ' ')}, here or in the file."
                    yield LineFault(line, f"{section} {entry[SECTIONS[section].key]}", sentence)


def _step(section: str, entry: Entry, before: Entry | None, line: int) -> Step:
    name = str(entry[SECTIONS[section].key])
    entry = _normal(section, entry, before)
    if before is None:
        effect, sentence = _created(section, entry)
        return Step(section, name, effect, sentence, line, entry)
    changed = tuple(field for field in SECTIONS[section].fields if entry[field] != before[field])
    if not changed:
        return Step(section, name, Effect.SAME, "", line, entry)
    stuck = [field for field in changed if field in FIXED.get(section, ())]
    words = "; ".join(f"{field} {_short(before[field])} → {_short(entry[field])}" for field in changed)
    if stuck:
        return Step(
            section,
            name,
            Effect.CANNOT,
            f"{', '.join(stuck)} never changes: choose another name. {words}.",
            line,
            entry,
        )
    effect, more = _consequence(section, name, entry, changed)
    return Step(section, name, effect, f"{words}.{f' {more}' if more else ''}", line, entry, changed)


def _normal(section: str, entry: Entry, before: Entry | None) -> Entry:
    """An entry as it is stored: a row key that is left out is the data set's, tags are sorted."""
    if "tags" in entry:
        entry = entry | {"tags": sorted({tag.lower() for tag in entry["tags"]})}
    if section == "source_tables" and not entry["row_key"] and before is not None:
        entry = entry | {"row_key": before["row_key"]}
    return entry


def _created(section: str, entry: Entry) -> tuple[Effect, str]:
    if section == "notifications" and "…" in entry["address"]:
        return (
            Effect.CANNOT,
            "Its address has secret parts, which a file does not hold. Add it on the page Notifications.",
        )
    return Effect.CREATE, _of_definition(str(entry["name"]), entry) if section == "features" else ""


def _consequence(section: str, name: str, entry: Entry, changed: tuple[str, ...]) -> tuple[Effect, str]:
    """What a change brings about beside itself: whose gates close, and what another person decides."""
    if section == "policies":
        before = policies.newest(name)
        ways = loosened(before.terms, terms_of(_policy(entry))) if before else ()
        return (Effect.REQUEST, f"Another person decides: {'. '.join(ways)}.") if ways else (Effect.CHANGE, "")
    if section == "source_tables" and set(changed) & {"entity_key", "event_time", "row_key", "data_set", "dialect"}:
        return Effect.CHANGE, _closes(map(str, source_tables.would_be_blocked(name, source_of(entry))))
    if section == "features" and set(changed) & set(CONTENT):
        return Effect.CHANGE, _of_definition(name, entry)
    return Effect.CHANGE, ""


def _of_definition(name: str, entry: Entry) -> str:
    feature = Feature.objects.select_related("current").filter(name=name).first()
    if feature and parity_first([feature]):
        return "It waits for its parity check, or for another person who accepts the difference."
    try:
        proposal = of_proposal(name, definition_of(entry), dialect=entry["dialect"])
    except Invalid as invalid:
        return f"It would be refused: {invalid.message}"
    return _closes(map(str, proposal.would_block))


def _closes(blocked: Any) -> str:
    names = list(blocked)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"It would close the gates of {', '.join(names[:SHOWN])}{more}." if names else ""


def _policy(entry: Entry) -> Any:
    return {**entry, "checks": list(entry["checks"]), "reason": ""}


def definition_of(entry: Mapping[str, Any]) -> Definition:
    """The definition that an entry of a feature holds."""
    return Definition(entry["computation_logic"], entry["null_handling"], entry["data_type"], entry["source_table"])


def source_of(entry: Mapping[str, Any]) -> Source:
    """What an entry of a source table says, with the upstream that is known: other tools supply that."""
    table = SourceTable.objects.select_related("current").filter(name=entry["name"]).first()
    upstream = table.current.upstream if table and table.current else None
    columns = (entry["entity_key"], entry["event_time"], entry["row_key"], entry["dialect"], upstream)
    return Source(entry["data_set"], *columns)


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else "none" if value in (None, "") else str(value)
    return f"{text[:80]}…" if len(text) > 80 else text or "none"
