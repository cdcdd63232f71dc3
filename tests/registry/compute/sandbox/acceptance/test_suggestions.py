"""What is said of a function that feature logic may not call."""

import pytest

from registry.compute.sandbox.acceptance.grammar import FUNCTIONS
from registry.compute.sandbox.acceptance.suggestions import INSTEAD, TOO_MUCH, unknown_function


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("dat_trunc", "Did you mean date_trunc"),
        ("regexp_match", "regexp_matches"),
        ("nvl", "coalesce(a, b)"),
        ("string_agg", "a text of all rows"),
        ("random", "each time"),
        ("nosuchthing", "docs/dialects.md"),
    ],
)
def test_the_sentence_names_what_to_write_instead(name, part):
    sentence = unknown_function(name)
    assert sentence.startswith(name)
    assert part in sentence


def test_nothing_that_may_be_called_is_listed_as_unknown():
    assert not set(FUNCTIONS) & (set(INSTEAD) | set(TOO_MUCH))
