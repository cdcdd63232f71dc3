"""Every fault of a file's form is named with its line."""

from __future__ import annotations

from platform_site.roof.configuration.document import read
from platform_site.roof.configuration.shape import SECTIONS, faults


def sentences(text: str) -> list[str]:
    return [str(fault) for fault in faults(read(text))]


def test_every_fault_at_once():
    text = "version: 2\nteams:\n- slug: a\n  name: 5\n  colour: red\n- slug: a\nmodel: []\nfeatures: all\nreason: [x]\n"
    assert sentences(text) == [
        "line 1: version: Write version: 1; other versions are not known.",
        "line 4: teams a: name must be a text; '5' is not.",
        "line 5: teams a: colour is not a field. Choose from slug, name, on_platform, onboarded_on.",
        "line 6: teams a: It stands twice.",
        "line 6: teams a: name is missing. It must be a text.",
        f"line 7: model: There is no such section. Choose from {', '.join(SECTIONS)}.",
        "line 8: features: A section must be a list of mappings.",
        "line 9: reason: The reason must be a text.",
    ]


def test_an_empty_file_and_one_that_is_a_list():
    assert sentences("") == ["line 1: The file is empty. It begins with version: 1."]
    assert sentences("- 1\n") == ["line 1: The file must be a mapping with version: 1 and sections."]
    assert sentences("version: 1\n") == []


def test_defaults_are_filled_in_and_left_out_again():
    section = SECTIONS["teams"]
    entry = section.completed({"slug": "a", "name": "A"})
    assert entry == {"slug": "a", "name": "A", "on_platform": None, "onboarded_on": None}
    assert section.shortened(entry) == {"slug": "a", "name": "A"}
