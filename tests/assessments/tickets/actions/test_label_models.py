"""What people say teaches: proposals from a model once it does better than the rules, a person's word untouched."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from assessments.models import Ticket, TicketModel
from assessments.tickets.actions import label_models
from assessments.tickets.actions.label_models import LEARN_EVERY, learn
from assessments.tickets.actions.labels import label_ticket
from assessments.tickets.actions.tickets import record_tickets, remove_samples
from assessments.tickets.queries.suggestions import proposer
from assessments.tickets.rules.tickets import Proposal
from platform_site.roof.demo.tickets import sample_tickets

UNTIL = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample():
    rows = sample_tickets(7, UNTIL)
    random.Random(1).shuffle(rows)
    return rows


@pytest.mark.django_db
def test_a_model_is_kept_and_proposes_for_what_no_person_typed(lea, sample):
    untyped = [row | {"type": ""} for row in sample[200:240]]
    record_tickets([*sample[:200], *untyped], actor=lea)
    model = learn()
    assert (model.version, model.trained_on, model.in_use) == (1, 200, True)
    assert Ticket.objects.filter(typed_by="person").count() == 200
    proposed, unsure = (
        Ticket.objects.filter(typed_by=source, confidence__isnull=not source) for source in ("model", "")
    )
    assert proposed.count() > 30
    assert proposed.count() + unsure.filter(type="").count() == 40, "what it is not sure of has no type"
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
    record_tickets([row | {"type": ""} for row in sample[:LEARN_EVERY]], actor=lea)
    tickets = list(Ticket.objects.all())
    for ticket in tickets[:-1]:
        with django_capture_on_commit_callbacks() as sent:
            label_ticket(ticket, type="bug", actor=lea)
        assert not sent
    with django_capture_on_commit_callbacks() as sent:
        label_ticket(tickets[-1], type="bug", actor=lea)
    assert len(sent) == 1
    assert not TicketModel.objects.exists()


@pytest.mark.django_db
def test_a_label_given_while_suggestions_are_computed_stays(lea, sample, monkeypatch):
    record_tickets([row | {"type": ""} for row in sample[:2]], actor=lea)
    first, second = Ticket.objects.order_by("pk")

    def slow(title, body, labels):
        """A person labels the first ticket while the types are still being computed."""
        label_ticket(first, type="access", actor=lea)
        return Proposal("bug", 0.9, "model")

    monkeypatch.setattr(label_models, "proposer", lambda: slow)
    assert label_models.suggest_again() == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.type, first.typed_by, first.confidence) == ("access", "person", None)
    assert (second.type, second.typed_by, second.confidence) == ("bug", "model", 0.9)


@pytest.mark.django_db
def test_suggestions_are_made_again_for_the_newest_tickets_alone(lea, sample, monkeypatch):
    monkeypatch.setattr(label_models, "SUGGESTED_AGAIN", 2)
    record_tickets([row | {"type": ""} for row in sample[:3]], actor=lea)
    Ticket.objects.update(type="other", typed_by="model", confidence=0.1)
    assert label_models.suggest_again() == 2
    assert Ticket.objects.filter(typed_by="model").get() == Ticket.objects.order_by("opened_at").first()


@pytest.mark.django_db
def test_the_model_says_how_well_it_does_on_your_own_labels(lea, sample):
    own = [row | {"source": "desk"} for row in sample[:60]]
    record_tickets([*own, *sample[60:200]], actor=lea)
    model = learn()
    assert (model.trained_on, model.sample_tickets, model.own_tickets) == (200, 140, 60)
    assert 0 < model.own_rule_right < model.own_right <= 60
    assert model.in_use
    assert sum(counts["tickets"] for counts in model.by_type.values()) == 60
    assert sum(counts["right"] for counts in model.by_type.values()) == model.own_right
    assert model.own_accuracy == model.own_right / 60


@pytest.mark.django_db
def test_what_samples_taught_goes_with_them(lea, sample, django_capture_on_commit_callbacks):
    record_tickets([*sample[:200], sample[200] | {"source": "desk", "type": "", "title": "Grant me access"}], actor=lea)
    learn()
    assert Ticket.objects.get(source="desk").typed_by == "model"
    with django_capture_on_commit_callbacks() as sent:
        remove_samples(None, actor=lea)
    assert len(sent) == 1
    assert proposer()("Grant me access", "").typed_by == "rule"
    assert learn() is None  # nothing is left to learn from
    assert Ticket.objects.get().typed_by == "rule"  # what the model had labelled is labelled anew
    assert TicketModel.objects.get().retired_at


@pytest.mark.django_db
def test_after_the_samples_a_model_learns_from_your_own_tickets(lea, sample):
    record_tickets([*sample[:100], *(row | {"source": "desk"} for row in sample[100:220])], actor=lea)
    first = learn()
    remove_samples(None, actor=lea)
    second = learn()
    assert (first.version, second.version, second.trained_on, second.sample_tickets) == (1, 2, 120, 0)
    remove_samples(None, actor=lea)
    second.refresh_from_db()
    assert second.retired_at is None
