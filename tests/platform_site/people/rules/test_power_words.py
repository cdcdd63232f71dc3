"""The sentences of changes of power: each event that is shown has one, whatever its payload."""

from __future__ import annotations

import pytest

from platform_site.people.rules.power_words import SENTENCES, sentence_of


@pytest.mark.parametrize("action", SENTENCES)
@pytest.mark.parametrize("content", [{}, "tampered", {"from": None, "to": "zoe"}, {"roles": ["lead"], "teams": []}])
def test_every_event_has_a_sentence_with_the_name(action, content):
    assert "zoe" in sentence_of(action, "zoe", content)


def test_a_lock_says_from_where():
    sentence = sentence_of("user.locked_out", "zoe", {"by": "name and address", "address": "192.0.2.7"})
    assert sentence == "Too many wrong passwords by name and address: zoe, from 192.0.2.7"
