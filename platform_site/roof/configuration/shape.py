"""What `plumbline.yaml` may hold: its sections, the fields of an entry, and every fault of a document with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from platform_site.roof.configuration.document import Document

VERSION = 1


class LineFault(NamedTuple):
    """A fault: its line, the place in words, and a sentence."""

    line: int
    place: str
    sentence: str

    def __str__(self) -> str:
        return (
            f"line {self.line}: {self.place}: {self.sentence}" if self.place else f"line {self.line}: {self.sentence}"
        )


def text(value: Any) -> bool:
    return isinstance(value, str)


def texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def switch(value: Any) -> bool:
    return isinstance(value, bool)


def unknown_or_switch(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def mapping(value: Any) -> bool:
    return isinstance(value, dict)


def mappings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def text_or_null(value: Any) -> bool:
    return value is None or isinstance(value, str)


KINDS = {
    text: "a text", texts: "a list of texts", switch: "true or false", unknown_or_switch: "true, false or null",
    number: "a whole number", mapping: "a mapping", mappings: "a list of mappings", text_or_null: "a text or null",
}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """One section: the field that names an entry, the fields that must be written, and the others with their defaults."""

    key: str
    required: Mapping[str, Any]
    optional: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Any]:
        return {**self.required, **{name: kind for name, (kind, _) in self.optional.items()}}

    def completed(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """An entry with the default of what it leaves out."""
        return {name: default for name, (_, default) in self.optional.items()} | dict(entry)

    def shortened(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """An entry without what is the default, its fields in the order that is written here."""
        defaults = {name: default for name, (_, default) in self.optional.items()}
        return {name: entry[name] for name in self.fields if name not in defaults or entry[name] != defaults[name]}


SECTIONS: dict[str, Section] = {
    "teams": Section(
        "slug", {"slug": text, "name": text}, {"on_platform": (unknown_or_switch, None), "onboarded_on": (text_or_null, None)}
    ),
    "data_sets": Section(
        "name",
        {"name": text, "kind": text, "location": text},
        {"connection": (text, ""), "key": (texts, []), "event_time": (text, ""), "read": (mapping, {})},
    ),
    "source_tables": Section(
        "name",
        {"name": text, "entity_key": texts, "event_time": text},
        {
            "owner_team": (text, ""), "description": (text, ""), "tags": (texts, []), "data_set": (text_or_null, None),
            "row_key": (texts, []), "dialect": (text, "duckdb"),
        },
    ),
    "features": Section(
        "name",
        {"name": text, "owner_team": text, "source_table": text, "computation_logic": text, "null_handling": text, "data_type": text},
        {"dialect": (text, "duckdb"), "description": (text, ""), "tags": (texts, []), "requires_parity": (switch, False)},
    ),
    "models": Section(
        "name",
        {"name": text, "owner_team": text},
        {
            "model_type": (text, ""), "serving_mode": (text, "real_time"), "description": (text, ""), "tags": (texts, []),
            "silent_after_hours": (number, 24),
        },
    ),
    "checks": Section(
        "name",
        {"name": text, "kind": text, "parameters": mapping},
        {"model": (text_or_null, None), "blocking": (switch, False), "schedule": (text, "")},
    ),
    "policies": Section(
        "name",
        {"name": text, "checks": mappings},
        {
            "owner_team": (text_or_null, None), "subject_team": (text_or_null, None), "model_type": (text, ""),
            "on_registration": (switch, False), "regulated": (switch, False), "refuses_name_only": (switch, False),
            "retired": (switch, False),
        },
    ),
    "notifications": Section(
        "name", {"name": text, "kind": text, "address": text, "events": texts}, {"active": (switch, True)}
    ),
}  # fmt: skip


def faults(document: Document) -> list[LineFault]:
    """Everything wrong with the form of a document, by line."""
    result = [LineFault(line, "", sentence) for line, sentence in document.faults]
    if document.value is None and not result:
        return [LineFault(1, "", f"The file is empty. It begins with version: {VERSION}.")]
    if document.value is not None and not isinstance(document.value, dict):
        return [*result, LineFault(1, "", f"The file must be a mapping with version: {VERSION} and sections.")]
    if document.value is not None:
        result += _faults(document.value, document)
    return sorted(result)


def _faults(value: Mapping[str, Any], document: Document) -> Iterator[LineFault]:
    if value.get("version") != VERSION:
        yield LineFault(document.line("version"), "version", f"Write version: {VERSION}; other versions are not known.")
    for name, entries in value.items():
        if name in ("version", "reason"):
            continue
        if name not in SECTIONS:
            yield LineFault(
                document.line(name), name[:80], f"There is no such section. Choose from {', '.join(SECTIONS)}."
            )
        elif not mappings(entries if entries is not None else []):
            yield LineFault(document.line(name), name, "A section must be a list of mappings.")
        else:
            yield from _section_faults(name, entries or [], document)
    if "reason" in value and not text(value["reason"]):
        yield LineFault(document.line("reason"), "reason", "The reason must be a text.")


def _section_faults(name: str, entries: list[dict[str, Any]], document: Document) -> Iterator[LineFault]:
    section, seen = SECTIONS[name], set()
    for index, entry in enumerate(entries):
        key = entry.get(section.key)
        place = f"{name} {key}" if text(key) else f"{name}[{index}]"
        if text(key) and key in seen:
            yield LineFault(document.line(name, index), place, "It stands twice.")
        seen.add(str(key))
        for missing in section.required.keys() - entry.keys():
            yield LineFault(
                document.line(name, index),
                place,
                f"{missing} is missing. It must be {KINDS[section.required[missing]]}.",
            )
        for field_name, value in entry.items():
            line = document.line(name, index, field_name)
            kind = section.fields.get(field_name)
            if kind is None:
                known = ", ".join(section.fields)
                yield LineFault(line, place, f"{field_name[:80]} is not a field. Choose from {known}.")
            elif not kind(value):
                yield LineFault(line, place, f"{field_name} must be {KINDS[kind]}; {str(value)[:60]!r} is not.")
