"""Claims beside figures."""

from __future__ import annotations

import pytest

from assessments.health.rules.evidence import compare
from assessments.organizations.rules.catalogue import Status

CASES = [
    ("implemented", 3, 40, "partial", False),
    ("implemented", 40, 40, "implemented", True),
    ("implemented", 0, 40, "missing", False),
    ("partial", 40, 40, "implemented", False),
    ("missing", 0, 40, "missing", True),
    ("not_applicable", 0, 40, "missing", True),
    ("not_applicable", 1, 40, "partial", False),
    ("implemented", 0, 0, None, None),  # nothing to count is no evidence, not a failure
]


@pytest.mark.parametrize(("claimed", "numerator", "denominator", "measured", "agrees"), CASES)
def test_a_claim_agrees_when_the_figures_suggest_it(claimed, numerator, denominator, measured, agrees):
    result = compare("lineage", Status(claimed), numerator, denominator, "production models")
    assert (result.measured, result.agrees, result.contradicts) == (measured, agrees, agrees is False)


def test_a_contradiction_is_shown_with_its_figures():
    result = compare("lineage", Status.IMPLEMENTED, 3, 40, "production models")
    assert result.sentence == "Entered as implemented; 3 of 40 production models have it."
