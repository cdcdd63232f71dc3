"""What the tests of the readers share."""

from __future__ import annotations

from registry.imports.rules.candidates import Extract


def names(extract: Extract) -> list[tuple[str, str]]:
    return [(str(candidate.kind), candidate.name) for candidate in extract.candidates]


def why(extract: Extract) -> dict[str, str]:
    return {row.external_id: row.reason for row in extract.unmapped}
