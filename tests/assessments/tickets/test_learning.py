"""What is learned from labels is right for tickets that were never seen; too few labels teach nothing."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from assessments.tickets.learning import LabelledTicket
from assessments.tickets.learning import learn as learned_from
from assessments.tickets.rules.label_model import propose
from platform_site.roof.demo.tickets import sample_tickets

UNTIL = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample():
    rows = sample_tickets(7, UNTIL)
    random.Random(1).shuffle(rows)
    return rows


def labelled(rows):
    return [LabelledTicket(row["title"], row["body"], row["type"]) for row in rows]


@pytest.fixture(scope="module")
def learned(sample):
    return learned_from(labelled(sample[:200]))


def test_two_hundred_words_teach_at_least_85_percent_of_tickets_never_seen(sample, learned):
    held_out = labelled(sample[200:])
    right = sum(propose(learned.weights, row.title, row.body).type == row.type for row in held_out)
    assert right / len(held_out) >= 0.85
    assert learned.accuracy >= 0.85
    assert learned.rule_accuracy < 0.6
    assert sum(row["tickets"] for row in learned.by_type.values()) == 200


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [LabelledTicket("a", "", "bug")] * 60,
        [LabelledTicket("a", "", "bug"), LabelledTicket("b", "", "other")] * 10,
    ],
)
def test_too_few_words_teach_nothing(rows):
    assert learned_from(rows) is None
