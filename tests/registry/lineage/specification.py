"""The published OpenLineage specification: what it says is wrong with an event and its facets."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

FOLDER = Path(__file__).parents[2] / "data" / "openlineage"
FACETS = {
    "version": "DatasetVersionDatasetFacet",
    "jobType": "JobTypeJobFacet",
    "errorMessage": "ErrorMessageRunFacet",
}


@cache
def documents() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


@cache
def validator(document: str, definition: str) -> Draft202012Validator:
    registry = Registry().with_resources(
        (content["$id"], Resource.from_contents(content)) for content in documents().values()
    )
    schema = {"$ref": f"{documents()[document]['$id']}#/$defs/{definition}"}
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def problems(event: dict[str, Any]) -> list[str]:
    """What is wrong with a run event, and with each facet of a kind that is published."""
    result = [error.message for error in validator("OpenLineage", "RunEvent").iter_errors(event)]
    holders = [event["run"], event["job"], *event.get("inputs", []), *event.get("outputs", [])]
    for holder in holders:
        for name, facet in holder.get("facets", {}).items():
            if name in FACETS:
                result += [error.message for error in validator(FACETS[name], FACETS[name]).iter_errors(facet)]
    return result
