"""What a fairness figure says: the groups that decide with their rows, and those that are too small."""

from __future__ import annotations

import pytest

from registry.compute.kinds.quality.fairness_words import GroupRate, gap_sentence, left_out_sentence
from registry.compute.stats.fairness import FALSE_POSITIVE, IMPACT, ODDS, PARITY, SELECTION, TRUE_POSITIVE
from registry.compute.stats.group_gaps import Gap

PAIR = GroupRate("women", 0.2, 1_204), GroupRate("men", 0.5, 300)


@pytest.mark.parametrize(
    ("figure", "rate", "limit", "sentence"),
    [
        (PARITY, SELECTION, 0.1, "Demographic parity difference 0.3: women 0.20 of 1,204 rows against men 0.50 of 300 rows (95% interval 0.25 to 0.35; limit 0.1)."),
        (IMPACT, SELECTION, 0.8, "Disparate impact ratio 0.3: women 0.20 of 1,204 rows against men 0.50 of 300 rows (95% interval 0.25 to 0.35; limit 0.8)."),
        (ODDS, TRUE_POSITIVE, 0.1, "Equalized odds difference 0.3: of the rows that are truly of the favourable class, women 0.20 of 1,204 against men 0.50 of 300 (95% interval 0.25 to 0.35; limit 0.1)."),
        (ODDS, FALSE_POSITIVE, 0.1, "Equalized odds difference 0.3: of the rows that are truly not of the favourable class, women 0.20 of 1,204 against men 0.50 of 300 (95% interval 0.25 to 0.35; limit 0.1)."),
    ],
)  # fmt: skip
def test_the_sentence_names_the_rate_that_decided(figure, rate, limit, sentence):
    assert gap_sentence(figure, Gap(0.3, 0.25, 0.35, rate, 0, 1, True), PAIR, limit) == sentence


@pytest.mark.parametrize(
    ("left_out", "rate", "sentence"),
    [
        ({}, SELECTION, ""),
        ({"a": 3}, SELECTION, "Left out with fewer than 30 rows: a (3)."),
        ({"b": 3, "a": 3, "c": 12}, SELECTION, "Left out with fewer than 30 rows: c (12), a (3), b (3)."),
        (
            dict.fromkeys("abcde", 2),
            SELECTION,
            "Left out with fewer than 30 rows: a (2), b (2), c (2), d (2) and 1 more group.",
        ),
        (
            dict.fromkeys("abcdef", 1),
            TRUE_POSITIVE,
            "Left out with fewer than 30 rows that are truly of the favourable class: a (1), b (1), c (1), d (1) and 2 more groups.",
        ),
    ],
)
def test_small_groups_are_named_the_largest_first(left_out, rate, sentence):
    assert left_out_sentence(left_out, rate) == sentence
