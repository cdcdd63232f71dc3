import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.tickets.rules import triage
from assessments.tickets.rules.tickets import RULES, UNSURE, TicketType, propose_type

PROPOSALS = [
    ("How do I run a backfill?", "", "how_to", "a title that asks how"),
    ("How many GPUs may I use?", "", "how_to", "how many"),
    ("how\nto retrain", "", "how_to", "a line break between the words"),
    ("How can I get access to the bucket?", "", "how_to", "a question, though about access"),
    ("Please grant me rights on staging", "", "access", "grant"),
    ("PERMISSION DENIED on bucket", "", "access", "case does not matter"),
    ("More GPU quota for the fraud team", "", "access", "quota"),
    ("New namespace", "", "access", "namespace"),
    ("Please add Bob to the fraud project", "", "access", "add somebody"),
    ("Access to the example notebook", "", "access", "a word for learning material does not make it a question"),
    ("Training fails with a timeout", "", "bug", "fails"),
    ("Login fails since Monday", "", "bug", "what fails is a fault, whatever it is"),
    ("Add support for Ray clusters", "", "feature_request", "support for, before the bare add"),
    ("Docs for the batch path", "", "how_to", "documentation"),
    ("Additional addresses", "", "other", "whole words only"),
    ("Hello", "I need permission for the bucket", "access", "the body, where the title says nothing"),
    ("New namespace", "The build is broken", "access", "the title before the body"),
    ("Hello", "", "other", "nothing to go by"),
    ("", "", "other", "nothing at all"),
]


@pytest.mark.parametrize(("title", "body", "kind", "why"), PROPOSALS, ids=[why for *_, why in PROPOSALS])
def test_a_type_is_proposed_by_rules(title, body, kind, why):
    assert propose_type(title, body).type == kind


def test_the_body_is_trusted_less_than_the_title():
    assert propose_type("grant").confidence == 0.8
    assert propose_type("hello", "grant").confidence == 0.48


def test_every_rule_is_surer_than_none():
    assert all(rule.confidence * 0.6 > UNSURE for rule in RULES)
    assert propose_type("hello").confidence == UNSURE


def test_triage_offers_the_same_rules():
    assert triage.propose_type is propose_type


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_gets_a_known_type_and_a_confidence_in_range(title, body):
    result = propose_type(title, body)
    assert result.type in list(TicketType)
    assert 0 < result.confidence <= 1
    assert result.typed_by == "rule"
