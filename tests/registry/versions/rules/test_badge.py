"""A badge is valid SVG, whatever the model is called."""

from __future__ import annotations

from xml.etree import ElementTree

from registry.versions.rules.badge import LONGEST, badge


def test_it_is_valid_and_what_it_shows_is_text():
    root = ElementTree.fromstring(badge('a"<b>&', "Blocked", "bad"))
    assert root.attrib["aria-label"] == 'a"<b>&: Blocked'
    assert [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")] == ['a"<b>&', "Blocked"]
    assert len(ElementTree.fromstring(badge("x" * 100, "y", "none")).attrib["aria-label"]) == LONGEST + 3
