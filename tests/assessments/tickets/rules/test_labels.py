"""Labels are evidence beside the words; a guess that is not sure labels nothing."""

from __future__ import annotations

import pytest

from assessments.tickets.rules.labels import suggest, type_of_labels
from assessments.tickets.rules.tickets import Proposal, propose_type


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        ("bug", "bug"), ("kind/bug, P1", "bug"), ("Type: Enhancement", "feature_request"), ("question", "how_to"),
        ("Access request", "access"), ("New Feature, team: fraud", "feature_request"), ("needs-documentation", "how_to"),
        ("bug, question", None), ("bug, defect", "bug"), ("Task", None), ("", None), ("debug", None),
    ],
)  # fmt: skip
def test_labels_say_a_type_or_nothing(labels, kind):
    assert type_of_labels(labels) == kind


@pytest.mark.parametrize(
    ("title", "labels", "expected"),
    [
        ("Nightly job", "bug", ("bug", 0.85, "rule")),  # the words say nothing
        ("The build fails", "bug", ("bug", 0.95, "rule")),  # both say it
        ("How do I log in?", "bug", ("bug", 0.59, "rule")),  # the words say another
        ("How do I log in?", "", ("how_to", 0.8, "rule")),
        ("How do I log in?", "bug, question", ("how_to", 0.8, "rule")),  # labels that contradict one another
    ],
)
def test_words_and_labels_are_weighed(title, labels, expected):
    assert suggest(title, "", labels, by_text=propose_type) == expected


@pytest.mark.parametrize(("sure", "type"), [(0.29, ""), (0.34, ""), (0.35, "access"), (0.9, "access")])
def test_an_unsure_guess_labels_nothing(sure, type):
    proposal = suggest("We need TPU nodes", "", by_text=lambda title, body: Proposal("access", sure, "model"))
    assert proposal == (Proposal("access", sure, "model") if type else Proposal("", None, ""))
