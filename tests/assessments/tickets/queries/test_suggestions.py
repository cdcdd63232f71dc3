"""Suggestions come from the newest model while it beats the rules, else from the rules."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from assessments.models import Ticket, TicketModel
from assessments.tickets.queries.suggestions import _weights, count_labelled, newest_model, proposer
from assessments.tickets.rules.label_model import Weights, pack

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_remembered():
    _weights.cache_clear()
    yield
    _weights.cache_clear()


def put(version, kind, in_use=True):
    weights = Weights([kind, "other"], {"1:x": 0}, np.ones(1), np.zeros((2, 1)), np.array([3.0, 0.0]))
    TicketModel.objects.create(
        version=version,
        weights=pack(weights),
        trained_on=1,
        accuracy=0.9,
        rule_accuracy=0.5,
        in_use=in_use,
        trained_at=NOW,
    )


def test_the_newest_model_counts_and_only_while_it_is_in_use():
    assert (proposer()("crashed", "").typed_by, newest_model()) == ("rule", None)
    put(1, "access")
    put(2, "how_to")
    assert proposer()("crashed", "")[::2] == ("how_to", "model")
    put(3, "access", in_use=False)
    assert proposer()("crashed", "")[::2] == ("bug", "rule")
    assert newest_model().version == 3


def test_only_labels_of_people_are_counted():
    for number, (kind, typed_by) in enumerate([("bug", "person"), ("", "person"), ("bug", "rule"), ("bug", "model")]):
        Ticket.objects.create(
            source="s", external_id=str(number), title="t", opened_at=NOW, type=kind, typed_by=typed_by
        )
    assert count_labelled() == 1
