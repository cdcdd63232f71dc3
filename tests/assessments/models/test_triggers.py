"""A stored evaluation tells the state of each condition, and is listed newest first."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from assessments.models import TriggerEvaluation


def test_states_by_condition_and_the_newest_first(organization):
    def evaluation(verdict, when):
        result = {
            "verdict": verdict,
            "conditions": [{"id": "scale", "state": "met"}, {"id": "skew", "state": "unknown"}],
        }
        return TriggerEvaluation.objects.create(
            organization=organization, facts={}, measured=[], result=result, evaluated_by="lea", evaluated_at=when
        )

    old, new = (evaluation(verdict, timezone.now() - timedelta(days=days)) for verdict, days in (("no", 9), ("yes", 1)))
    assert list(TriggerEvaluation.objects.all()) == [new, old]
    assert new.states == {"scale": "met", "skew": "unknown"}
    assert str(new) == "exampleco: yes"
