"""What the tests of the readers share."""

from __future__ import annotations

from registry.imports.rules.candidates import Extract


def names(found: Extract) -> list[tuple[str, str]]:
    return [(str(one.kind), one.name) for one in found.candidates]


def why(found: Extract) -> dict[str, str]:
    return {one.external_id: one.reason for one in found.unmapped}
