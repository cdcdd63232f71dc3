"""What the values of a file break of the rules of what they are stored as, so that a plan says it before anything is applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from platform_site.people.models import Team
from platform_site.roof.configuration.document import Document
from platform_site.roof.configuration.shape import SECTIONS, LineFault
from platform_site.roof.configuration.stored import Entry
from registry.models import Check, Dataset, Feature, FeatureVersion, GatePolicy, RegisteredModel, SourceTable
from registry.versions.rules.policy_checks import faults as check_faults

STORED_AS: Mapping[str, Mapping[str, type[Model]]] = {
    "teams": {"slug": Team, "name": Team},
    "data_sets": {"name": Dataset, "kind": Dataset, "location": Dataset},
    "source_tables": {"name": SourceTable},
    "features": {"name": Feature, "null_handling": FeatureVersion, "data_type": FeatureVersion},
    "models": {"name": RegisteredModel, "serving_mode": RegisteredModel},
    "checks": {"name": Check, "kind": Check},
    "policies": {"name": GatePolicy},
}


def value_faults(
    wanted: Mapping[str, list[Entry]], stored: Mapping[str, Mapping[str, Entry]], document: Document
) -> Iterator[LineFault]:
    """Every value that is new and breaks a rule of its field: a name, a choice, a length; and the checks of policies, which one
    that refuses features compared by name only may leave out."""
    for section, fields in STORED_AS.items():
        for index, entry in enumerate(wanted[section]):
            key = entry[SECTIONS[section].key]
            before = stored[section].get(key, {})
            for name, model in fields.items():
                if entry[name] != before.get(name) and (sentence := _fault(model, name, entry[name])):
                    yield LineFault(document.line(section, index, name), f"{section} {key}", f"{name}: {sentence}")
    for index, entry in enumerate(wanted["policies"]):
        needed = entry["checks"] or not entry["refuses_name_only"]
        for place, _, sentence in check_faults(entry["checks"]) if needed else ():
            line = document.line("policies", index, "checks")
            yield LineFault(line, f"policies {entry['name']}", f"{place}: {sentence}")


def _fault(model: type[Model], name: str, value: Any) -> str:
    field: Any = model._meta.get_field(name)
    if field.choices:
        known = [choice for choice, _ in field.flatchoices]
        return "" if value in known else f"{value!r} is not known. Choose from {', '.join(known)}."
    try:
        field.clean(value, None)
    except ValidationError as error:
        return f"{' '.join(error.messages)} {value[:80]!r} is not."
    return ""
