"""What an event says as a sentence, and what of a record changed."""

from __future__ import annotations

import pytest

from platform_site.audit.sentences import Change, changes, detail, verb_and_noun


@pytest.mark.parametrize(
    ("subject", "action", "sentence"),
    [
        ("model", "model.added", "added model"),
        ("model_version", "model_version.promoted", "promoted model version"),
        ("user", "user.teams_changed", "changed the teams of user"),
        ("dataset", "dataset.reading_changed", "changed the reading of data set"),
        ("organization", "organization.target_set", "set the target of organization"),
        ("assessment", "assessment.begun", "began assessment"),
        ("postmortem", "postmortem.written", "wrote postmortem"),
        ("feature", "feature.current_changed", "changed the current version of feature"),
        ("model_version", "gate.decided", "asked the gate about model version"),
        ("user", "user.signed_in", "signed in as "),
        ("thing", "thing.odd_word", "thing odd word: "),
    ],
)
def test_the_words_of_an_action_make_a_sentence(subject, action, sentence):
    assert " ".join(verb_and_noun(action, subject)) == sentence


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"from": ["viewer"], "to": ["lead", "viewer"]}, [("value", "viewer", "lead, viewer")]),
        ({"type": {"from": "bug", "to": "access"}, "by": "x"}, [("type", "bug", "access")]),
        ({"changes": {"due_on": {"from": None, "to": "2026-01-01"}}}, [("due on", "nothing", "2026-01-01")]),
        ({"changes": {"OPS-1": {"type": {"from": "", "to": "bug"}}}}, [("OPS-1 type", "nothing", "bug")]),
        ({"note": {"from": "a", "to": {"head": "b", "length": 900, "sha256": "c"}}}, [("note", "a", "b (900 characters)")]),
        ({"limit": {"from": 1, "to": {"a": True}}}, [("limit", "1", '{"a": true}')]),
        ({"rows": 3}, []),
        ("no JSON", []),
        ([1, 2], []),
    ],
)  # fmt: skip
def test_old_and_new_values_are_read_from_every_form_of_payload(content, expected):
    assert changes(content) == [Change(*row) for row in expected]


def test_many_changes_are_cut_and_long_values_shortened():
    content = {"changes": {f"row-{number}": {"from": "x" * 900, "to": number} for number in range(99)}}
    read = changes(content)
    assert (len(read), len(read[0].before)) == (40, 400)
    assert detail(content) == "row-0, row-1, row-2, row-3"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"decision": "BLOCKED", "reason": ""}, "BLOCKED"),
        ({"limit": {"from": 1, "to": 2}, "reason": "Noise."}, "limit from 1 to 2: Noise."),
        ({"reason": "Because."}, "Because."),
        (
            {
                "feature": "orders_3d",
                "version": "b2",
                "reason": "Until it is retrained.",
                "changes": {
                    "version": {"from": None, "to": "b2"},
                    "reason": {"from": "", "to": "Until it is retrained."},
                },
            },
            "orders_3d, version from nothing to b2: Until it is retrained.",
        ),
        ({"reason": "x" * 500}, "x" * 159 + "…"),
        ({"decision": 7}, ""),
        ("no JSON", ""),
    ],
)
def test_a_line_says_the_decision_the_change_and_the_reason(content, expected):
    assert detail(content) == expected
