"""What an observed version lacks, and the line that supplies it."""

from __future__ import annotations

import pytest

from registry.versions.rules.lineage import PARTS as LINEAGE
from registry.versions.rules.observed import HOW, PARTS, coverage, merged, missing_parts, part_of, supplying_line


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_a_way_and_a_line(part):
    assert HOW[part]
    assert supplying_line(part, "Churn/7")
    assert ('"Churn", "7"' in supplying_line(part, "Churn/7")) == (part not in ("hyperparameters", "evaluations"))


def test_every_lineage_part_is_a_part():
    assert set(LINEAGE) < set(PARTS)


def test_a_name_with_quotes_stays_a_text_of_the_line():
    assert supplying_line("code_commit", 'a"b/c/3').startswith('client.set_model_version_tag("a\\"b/c", "3", ')


def test_faults_of_one_part_are_one_missing_part():
    faults = [("lineage.feature_snapshot.a", "A."), ("lineage.feature_snapshot.b", "B."), ("artifact.digest", "C.")]
    assert [(part.part, part.how) for part in missing_parts(faults)] == [
        ("artifact", "C."),
        ("feature_snapshot", "A. B."),
    ]
    assert part_of("lineage.pipeline_commit") == "pipeline_commit"


def test_what_is_not_read_any_more_stays_and_what_is_read_anew_counts():
    stored = {"artifact": {"uri": "s3://a"}, "lineage": {"code_commit": "a", "hyperparameters": {"x": 1}}}
    read = {"artifact": {"uri": "", "digest": "d"}, "lineage": {"code_commit": "b", "hyperparameters": None}}
    assert merged(stored, read) == {
        "artifact": {"uri": "s3://a", "digest": "d"},
        "lineage": {"code_commit": "b", "hyperparameters": {"x": 1}},
    }


def test_the_part_that_is_missing_most_often_comes_first():
    missing = missing_parts([("lineage.container_digest", "It is missing.")])
    by_version = {("churn", str(number)): missing for number in range(30)} | {("churn", "whole"): ()}
    first, *others = coverage(by_version)
    assert (first.part, first.missing, len(first.versions)) == ("container_digest", 30, 20)
    assert {row.missing for row in others} == {0}
