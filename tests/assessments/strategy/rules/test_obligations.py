"""What a regulator's three words take, and what is held."""

from assessments.organizations.rules.catalogue import CAPABILITIES
from assessments.strategy.rules.obligations import Held, obligations


def test_each_word_names_what_it_takes_and_capabilities_of_the_catalogue():
    rows = obligations(Held(0, 0, 0, 0, 0, 0))
    assert [row.word for row in rows] == ["Explainable", "Audited", "Reproducible"]
    assert {name for row in rows for name in row.capabilities} <= set(CAPABILITIES)
    assert not any(held.begun for row in rows for held in row.holds)


def test_what_is_held_is_said_in_figures():
    explained, audited, rebuilt = obligations(Held(4, 3, 90, 2, 3, 1))
    assert explained.holds[0].sentence == "3 of 4 reported decisions are stored with their explanation."
    assert [held.sentence for held in audited.holds] == [
        "90 events, each with the hash of the one before.",
        "1 pack handed out.",
    ]
    assert rebuilt.holds[0].sentence == "2 of 3 production versions have every part on record."


def test_the_first_of_each_begins_to_hold():
    rows = obligations(Held(1, 1, 1, 1, 1, 1))
    assert all(held.begun for row in rows for held in row.holds)
