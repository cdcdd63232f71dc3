"""Evidence as the API gives it."""

from __future__ import annotations

from assessments.health.rules.evidence import Coverage, Measurement, compare, unmeasured
from assessments.health.serializers.evidence import EvidenceOutput
from assessments.organizations.rules.catalogue import Status


def test_what_was_measured_has_figures_and_what_was_not_has_nulls():
    measurement = Measurement(1, 2, "versions", Coverage(2, 2), ("demand v1",))
    measured = EvidenceOutput(compare("lineage", Status.IMPLEMENTED, measurement).as_dict()).data
    assert (measured["measured"], measured["numerator"], measured["denominator"], measured["agrees"]) == (
        "partial", 1, 2, False,
    )  # fmt: skip
    assert (measured["coverage"], measured["counter_examples"]) == ({"seen": 2, "stated": 2}, ["demand v1"])
    nothing = EvidenceOutput(unmeasured("compute_scaling", Status.MISSING).as_dict()).data
    names = ("measured", "numerator", "denominator", "agrees", "coverage", "stored_at")
    assert [nothing[name] for name in names] == [None] * len(names)
