"""The evaluation of conditions over the API."""

from __future__ import annotations

from assessments.organizations.rules.facts import Facts
from assessments.strategy.rules.triggers import evaluate
from assessments.strategy.serializers.triggers import TriggersOutput


def test_an_evaluation_has_its_five_conditions_with_null_where_nothing_is_asked():
    answer = TriggersOutput(evaluate(Facts(production_models=3)).as_dict()).data
    assert [condition["id"] for condition in answer["conditions"]] == [
        "scale", "retraining", "incidents", "duplication", "compliance",
    ]  # fmt: skip
    assert answer["conditions"][0]["ask"] is None
    assert answer["conditions"][1]["ask"].endswith("?")
