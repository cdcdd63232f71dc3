"""A capability over the API."""

from __future__ import annotations

from assessments.health.serializers.capabilities import CapabilityOutput
from assessments.models import Capability


def test_a_capability_has_the_levels_that_require_it():
    lineage = Capability(name="lineage", group="Observability", description="d", default_priority="high")
    assert CapabilityOutput(lineage).data == {
        "name": "lineage", "group": "Observability", "description": "d", "default_priority": "high", "levels": ["2"],
        "organization": None,
        "retired_at": None,
    }  # fmt: skip
    assert CapabilityOutput(Capability(name="fax")).data["levels"] == []
