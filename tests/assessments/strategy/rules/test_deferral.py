"""Why something waits, by the size that decides about it, and until when."""

from __future__ import annotations

import pytest

from assessments.organizations.rules.catalogue import CAPABILITIES
from assessments.strategy.rules.deferral import OTHER, WAITS, Size, deferral, size_in_words
from assessments.strategy.rules.phases import FEATURE_STORE


def test_every_capability_has_a_reason_of_its_own():
    assert set(WAITS) == {*CAPABILITIES, FEATURE_STORE}
    arguments = [waits.argument for waits in WAITS.values()]
    assert len(set(arguments)) == len(arguments)


@pytest.mark.parametrize("waits", [*WAITS.values(), OTHER])
def test_a_reason_is_a_sentence_and_an_end_is_a_condition(waits):
    assert waits.argument.endswith(".")
    assert not waits.until.endswith(".")
    assert waits.by in ("models", "teams", "engineers")


@pytest.mark.parametrize(
    ("capability", "facts", "size", "why", "until"),
    [
        ("model_registry", "Missing.", Size(models=1), "Missing. 1 model in production: one list answers what runs meanwhile.", "a second team ships a model"),
        ("model_registry", "", Size(), "It is unknown how many models are in production: one list answers what runs meanwhile.", "a second team ships a model"),
        ("of_tomorrow", "New.", Size(engineers=2), "New. 2 platform engineers: the steps of this plan come first.", "the steps of this plan stand"),
    ],
)  # fmt: skip
def test_the_facts_the_size_and_the_argument_are_one_sentence(capability, facts, size, why, until):
    assert deferral(capability, facts, size) == (why, until)


@pytest.mark.parametrize(
    ("size", "by", "words"),
    [
        (Size(teams=1), "teams", "1 team ships models"),
        (Size(teams=12), "teams", "12 teams ship models"),
        (Size(models=0), "models", "0 models in production"),
        (Size(engineers=1), "engineers", "1 platform engineer"),
        (Size(), "teams", "It is unknown how many teams ship models"),
        (Size(), "engineers", "It is unknown how many engineers work on the platform"),
    ],
)
def test_a_size_in_words(size, by, words):
    assert size_in_words(size, by) == words


@pytest.mark.parametrize(("teams", "many"), [(None, False), (0, False), (5, False), (6, True)])
def test_beyond_five_teams_there_are_many(teams, many):
    assert Size(teams=teams).many_teams is many
