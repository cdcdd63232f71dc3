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
    "checks": {"name": Check},
    "policies": {"name": GatePolicy},
}
KINDS = (Check.Kind.DRIFT, Check.Kind.LOG_PARITY, Check.Kind.SCHEMA)  # of checks that a file defines


def value_faults(
    wanted: Mapping[str, list[Entry]], stored: Mapping[str, Mapping[str, Entry]], document: Document
) -> Iterator[LineFault]:
    """Every value that is new and breaks a rule of its field: a name, a choice, a length, a kind of check, the checks of a
    policy."""
    for section, fields in STORED_AS.items():
        for index, entry in enumerate(wanted[section]):
            key = entry[SECTIONS[section].key]
            before = stored[section].get(key, {})
            for name in SECTIONS[section].fields:
                if entry[name] == before.get(name):
                    continue
                own = [_fault(fields[name], name, entry[name])] if name in fields else _others(section, name, entry)
                for sentence in filter(None, own):
                    yield LineFault(document.line(section, index, name), f"{section} {key}", f"{name}: {sentence}")


def _others(section: str, name: str, entry: Entry) -> Iterator[str]:
    """What breaks a rule that no field of a model holds."""
    if (section, name) == ("checks", "kind") and entry["kind"] not in KINDS:
        yield f"{entry['kind']!r} is not a kind of check over data sets. Choose from {', '.join(KINDS)}."
    if (section, name) == ("policies", "checks") and (entry["checks"] or not entry["refuses_name_only"]):
        yield from (f"{place}: {sentence}" for place, _, sentence in check_faults(entry["checks"]))


def _fault(model: type[Model], name: str, value: Any) -> str:
    field: Any = model._meta.get_field(name)
    if field.choices:
        known = [choice for choice, _ in field.flatchoices]
        return "" if value in known else f"{value!r} is not known. Choose from {', '.join(known)}."
    if not value and not field.blank:
        return "It is empty. Write one."
    try:
        field.clean(value, None)
    except ValidationError as error:
        return f"{' '.join(error.messages)} {value[:80]!r} is not."
    return ""
