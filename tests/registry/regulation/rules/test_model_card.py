"""Every heading of Annex IV is there, filled or said to be empty."""

from __future__ import annotations

from registry.regulation.rules.model_card import (
    EMPTY,
    HEADINGS,
    LONGEST,
    TEXTS,
    as_json,
    as_markdown,
    empty_headings,
    faults,
    filled,
)

ANNEX_IV = [
    "1a",
    "1b",
    "1c",
    "1d",
    "1e",
    "1f",
    "1g",
    "1h",
    "2a",
    "2b",
    "2c",
    "2d",
    "2e",
    "2f",
    "2g",
    "2h",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
]


def test_the_headings_are_those_of_annex_iv():
    assert [heading.number for heading in HEADINGS] == ANNEX_IV
    assert len(TEXTS) == len(HEADINGS)
    assert {"purpose", "limits", "risks", "oversight"} <= TEXTS.keys()


def test_an_empty_card_says_so_under_each_heading():
    card = filled({}, {})
    assert empty_headings(card) == ANNEX_IV
    text = as_markdown(card, title="demand v1", about="Nobody has written texts for it.")
    assert text.count(EMPTY) == len(HEADINGS)
    assert "Empty headings: 1a, 1b" in text


def test_what_people_wrote_is_text_and_no_markup():
    text = as_markdown(filled({}, {"risks": "# not a heading\n[link](x) <script>"}), title="a|b", about="")
    assert "\n# not" not in text
    assert "<script>" not in text
    assert next(entry for entry in as_json(filled({"3": ["One."]}, {})) if not entry["empty"])["on_record"] == ["One."]


def test_unknown_and_long_texts_are_faults():
    assert [(field, code) for field, code, _ in faults({"colour": "x", "risks": "x" * (LONGEST + 1)})] == [
        ("colour", "unknown"),
        ("risks", "too_long"),
    ]
