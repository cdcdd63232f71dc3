"""Claims beside figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.health.rules.evidence import Coverage, Measurement, compare, is_contradicted, suggested
from assessments.organizations.rules.catalogue import Status

ALL, FEW, UNKNOWN = Coverage(40, 40), Coverage(3, 180), Coverage(3, None)
CASES = [
    ("implemented", 3, 40, ALL, "partial", False),
    ("implemented", 40, 40, ALL, "implemented", True),
    ("implemented", 0, 40, ALL, "missing", False),
    ("partial", 40, 40, ALL, "implemented", False),
    ("missing", 0, 40, ALL, "missing", True),
    ("not_applicable", 0, 40, ALL, "missing", True),
    ("not_applicable", 1, 40, ALL, "partial", False),
    ("implemented", 0, 0, ALL, None, None),  # nothing to count is no evidence, not a failure
    ("missing", 3, 3, FEW, None, None),  # one tidy model proves nothing about 180
    ("implemented", 3, 3, FEW, None, None),
    ("implemented", 2, 3, FEW, None, False),  # but one untidy model disproves the claim
    ("partial", 0, 3, FEW, None, False),
    ("partial", 1, 3, FEW, None, None),
    ("not_applicable", 3, 3, FEW, None, None),
    ("missing", 3, 3, UNKNOWN, None, None),
    ("implemented", 2, 3, UNKNOWN, None, False),
]


@pytest.mark.parametrize(("claimed", "numerator", "denominator", "coverage", "measured", "agrees"), CASES)
def test_a_claim_agrees_when_the_figures_suggest_it(claimed, numerator, denominator, coverage, measured, agrees):
    result = compare("lineage", Status(claimed), Measurement(numerator, denominator, "production models", coverage))
    assert (result.measured, result.agrees, result.contradicts) == (measured, agrees, agrees is False)


def test_a_contradiction_is_shown_with_its_figures_and_its_counter_examples():
    measurement = Measurement(3, 40, "production models", Coverage(3, 180), ("demand v1",))
    result = compare("lineage", Status.IMPLEMENTED, measurement)
    assert result.sentence == (
        "Entered as implemented; 3 of 40 production models have it. "
        "The registry sees 3 of 180 production models, which is too few to suggest a status."
    )
    assert result.counter_examples == ("demand v1",)


@pytest.mark.parametrize(
    ("seen", "stated", "enough"), [(4, 5, True), (79, 100, False), (80, 100, True), (9, 8, True), (0, 0, True)]
)
def test_four_of_five_models_are_enough(seen, stated, enough):
    assert Coverage(seen, stated).is_sufficient is enough


counts = st.integers(0, 50)


@given(st.sampled_from(Status), counts, counts, counts, st.none() | counts)
def test_nothing_is_suggested_unseen_and_no_claim_above_the_figures_passes(claimed, having, others, seen, stated):
    total = having + others
    line = compare("lineage", claimed, Measurement(having, total, "versions", Coverage(seen, stated)))
    assert line.measured in (None, suggested(having, total))
    if stated is None or seen * 5 < stated * 4:
        assert line.measured is None
        assert not line.can_be_taken_over
    if is_contradicted(claimed, having, total):
        assert line.contradicts
