"""The seeded applications: the same each time, explained by additive parts, judged less fair by the score that minds age."""

from __future__ import annotations

import pyarrow.parquet
import pytest

from platform_site.roof.demo import applications


def test_the_rows_are_the_same_each_time(tmp_path):
    applications.write(tmp_path / "a.parquet")
    applications.write(tmp_path / "b.parquet")
    first, second = (pyarrow.parquet.read_table(tmp_path / name) for name in ("a.parquet", "b.parquet"))
    assert first.equals(second)
    assert first.num_rows > 1_000


@pytest.mark.parametrize("score", [applications.MINDS_AGE, applications.DOES_NOT])
def test_a_prediction_is_between_0_and_1_and_moves_with_its_parts(score):
    row = {"age_band": "18-25", **dict.fromkeys(applications.INPUTS, 0.0)}
    parts = applications.contributions(score, row)
    assert 0 < applications.probability(parts) < 1
    raised = dict(parts) | {"income": parts["income"] + 1}
    assert applications.probability(raised) > applications.probability(parts)


def test_the_score_that_minds_age_selects_the_young_less_often_than_four_fifths_of_the_others():
    def ratio(score):
        rates = {
            row["slice"]: row["value"] for row in applications.evaluations(score) if row["metric"] == "selection_rate"
        }
        return rates["age_band=18-25"] / max(rates.values())

    assert ratio(applications.MINDS_AGE) < 0.8 < ratio(applications.DOES_NOT)
