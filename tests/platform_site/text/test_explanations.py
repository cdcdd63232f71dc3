"""The explanations of figures: complete, short, and each with a key of its own."""

from __future__ import annotations

from platform_site.roof.guide.pages import PAGES
from platform_site.text.explanations import ENTRIES, SECTIONS


def test_no_two_figures_share_a_key_or_a_title():
    entries = [entry for _, section in SECTIONS for entry in section]

    assert len(ENTRIES) == len(entries) == len({entry.title for entry in entries})


def test_each_entry_has_three_short_sentences_and_a_page_of_the_guide():
    for entry in ENTRIES.values():
        texts = (entry.says, entry.act_on, entry.says_not)
        assert entry.page in PAGES, entry.key
        assert len(set(texts)) == 3, entry.key
        assert all(text[0].isupper() and text.endswith(".") and len(text) < 240 for text in texts), entry.key


def test_the_text_for_a_figure_is_found_by_its_key():
    assert [entry.key for entry in ENTRIES.values()] == list(ENTRIES)
