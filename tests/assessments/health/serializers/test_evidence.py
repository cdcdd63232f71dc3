"""Evidence over the API."""

from __future__ import annotations

from assessments.health.rules.evidence import compare, unmeasured
from assessments.health.serializers.evidence import EvidenceOutput
from assessments.organizations.rules.catalogue import Status


def test_what_was_measured_has_figures_and_what_was_not_has_nulls():
    measured = EvidenceOutput(compare("lineage", Status.PARTIAL, 1, 2, "versions").as_dict()).data
    assert (measured["numerator"], measured["agrees"]) == (1, True)
    alone = EvidenceOutput(unmeasured("lineage", Status.PARTIAL).as_dict()).data
    assert (alone["claimed"], alone["measured"], alone["numerator"], alone["agrees"]) == ("partial", None, None, None)
