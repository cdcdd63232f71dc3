"""What people say teaches: proposals from a model once it does better than the rules, a person's word untouched."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import numpy as np
import pytest

from assessments.models import Ticket, TicketModel
from assessments.tickets.actions.label_models import LEARN_EVERY, learn
from assessments.tickets.actions.tickets import label_ticket, record_tickets
from assessments.tickets.learning import LabelledTicket, _untrained
from assessments.tickets.learning import learn as learned_from
from assessments.tickets.queries.suggestions import proposer
from assessments.tickets.rules.label_model import pack, probabilities, propose, text_of, unpack
from platform_site.roof.demo.tickets import sample_tickets

UNTIL = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample():
    rows = sample_tickets(7, UNTIL)
    random.Random(1).shuffle(rows)
    return rows


def said(rows):
    return [LabelledTicket(row["title"], row["body"], row["type"]) for row in rows]


@pytest.fixture(scope="module")
def learned(sample):
    return learned_from(said(sample[:200]))


def test_two_hundred_words_teach_at_least_85_percent_of_tickets_never_seen(sample, learned):
    held_out = said(sample[200:])
    right = sum(propose(learned.weights, one.title, one.body).type == one.type for one in held_out)
    assert right / len(held_out) >= 0.85
    assert learned.accuracy >= 0.85
    assert learned.rule_accuracy < 0.6
    assert sum(one["tickets"] for one in learned.by_type.values()) == 200


@pytest.mark.slow
@pytest.mark.parametrize("types", [5, 2])
def test_stored_weights_say_what_scikit_learn_says(sample, types):
    kept = {"access", "bug"} if types == 2 else {one["type"] for one in sample}
    rows = [one for one in said(sample[:160]) if one.type in kept]
    weights = unpack(pack(learned_from(rows).weights))
    pipeline = _untrained().fit([text_of(row.title, row.body) for row in rows], [row.type for row in rows])
    texts = [text_of(one["title"], one["body"]) for one in sample[300:340]] + ["", "ﬁ ß İ \0", "word " * 900]
    ours = np.array([probabilities(weights, text) for text in texts])
    np.testing.assert_allclose(ours, pipeline.predict_proba(texts), atol=1e-5)
    assert weights.types == list(pipeline.classes_)


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


@pytest.mark.django_db
def test_a_model_is_kept_and_proposes_for_what_no_person_typed(lea, sample):
    untyped = [one | {"type": ""} for one in sample[200:240]]
    record_tickets([*sample[:200], *untyped], actor=lea)
    model = learn()
    assert (model.version, model.trained_on, model.in_use) == (1, 200, True)
    assert Ticket.objects.filter(typed_by="person").count() == 200
    assert Ticket.objects.filter(typed_by="model", confidence__gt=0).count() == 40
    assert learn() is None  # nothing new was said
    assert proposer()("Please add Maria to the churn workspace", "").typed_by == "model"


@pytest.mark.django_db
def test_a_model_that_does_no_better_than_the_rules_is_kept_and_not_used(lea):
    texts = {"how_to": "How do I do {}?", "access": "grant {}", "bug": "{} crashed"}
    rows = [
        {"source": "x", "external_id": f"{kind}{n}", "title": text.format(n), "opened_at": UNTIL, "type": kind}
        for n in range(20)
        for kind, text in texts.items()
    ]
    record_tickets(rows, actor=lea)
    model = learn()
    assert (model.rule_accuracy, model.in_use) == (1.0, False)
    assert proposer()("grant 1", "").typed_by == "rule"


@pytest.mark.django_db
def test_enough_words_ask_a_worker_to_learn(lea, sample, django_capture_on_commit_callbacks):
    record_tickets([one | {"type": ""} for one in sample[:LEARN_EVERY]], actor=lea)
    tickets = list(Ticket.objects.all())
    for ticket in tickets[:-1]:
        with django_capture_on_commit_callbacks() as sent:
            label_ticket(ticket, type="bug", actor=lea)
        assert not sent
    with django_capture_on_commit_callbacks() as sent:
        label_ticket(tickets[-1], type="bug", actor=lea)
    assert len(sent) == 1
    assert not TicketModel.objects.exists()
