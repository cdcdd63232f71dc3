"""The stored weights compute what scikit-learn computes."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import numpy as np
import pytest

from assessments.tickets.learning import LabelledTicket, _untrained
from assessments.tickets.learning import learn as learned_from
from assessments.tickets.rules.label_model import Weights, pack, probabilities, text_of, unpack
from platform_site.roof.demo.tickets import sample_tickets

UNTIL = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample():
    rows = sample_tickets(7, UNTIL)
    random.Random(1).shuffle(rows)
    return rows


def labelled(rows):
    return [LabelledTicket(row["title"], row["body"], row["type"]) for row in rows]


def test_weights_are_read_as_they_were_stored():
    weights = Weights(["access", "bug"], {"grant": 0, "é\u2028 x": 1}, *(np.ones(shape) for shape in (2, (2, 2), 2)))
    stored = unpack(pack(weights))
    assert (stored.types, stored.terms) == (weights.types, weights.terms)
    for array, expected in zip(stored[2:], weights[2:], strict=True):
        np.testing.assert_array_equal(array, expected)


@pytest.mark.slow
@pytest.mark.parametrize("types", [5, 2])
def test_stored_weights_say_what_scikit_learn_says(sample, types):
    result = {"access", "bug"} if types == 2 else {item["type"] for item in sample}
    rows = [item for item in labelled(sample[:160]) if item.type in result]
    weights = unpack(pack(learned_from(rows).weights))
    pipeline = _untrained().fit([text_of(row.title, row.body) for row in rows], [row.type for row in rows])
    texts = [text_of(item["title"], item["body"]) for item in sample[300:340]] + ["", "ﬁ ß İ \0", "word " * 900]
    ours = np.array([probabilities(weights, text) for text in texts])
    np.testing.assert_allclose(ours, pipeline.predict_proba(texts), atol=1e-5)
    assert weights.types == list(pipeline.classes_)
