"""A strategy as Markdown."""

from __future__ import annotations

import pytest

from assessments.organizations.actions import change_organization
from assessments.strategy.queries.strategy import strategy_of
from assessments.strategy.rules.markdown import as_markdown, choice


@pytest.mark.parametrize(
    ("word", "own_part", "text"),
    [
        (None, "versioning", "open"),
        ("buy", "", "buy"),
        ("open_source", "own versioning", "open source + own versioning"),
    ],
)
def test_a_choice_in_words(word, own_part, text):
    assert choice(word, own_part) == text


@pytest.mark.django_db
def test_what_is_unknown_is_a_question_and_what_people_wrote_is_escaped(organization, lea):
    organization = change_organization(organization, name="A *b*", actor=lea)
    text = as_markdown(strategy_of(organization), verdict="No platform yet.")
    assert text.startswith("# A \\*b\\*: strategy\n\nNo platform yet.\n")
    assert "Question: How many engineers work on the platform?" in text
    assert "- Teams that ship models: unknown" in text
    assert "None of the capabilities that run." in text
