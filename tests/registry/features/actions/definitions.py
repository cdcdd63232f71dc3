"""Definitions to register in one call."""

from __future__ import annotations

from registry.features.actions.new_definitions import NewDefinition
from tests.registry.conftest import FIXED


def proposed(*names: str, definition=FIXED, **others) -> list[NewDefinition]:
    return [NewDefinition(name, "data-platform", definition, **others) for name in names]
