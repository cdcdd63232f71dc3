"""Documents as Markdown, as plain text and as JSON values."""

from __future__ import annotations

import pytest

from platform_site.text.documents import (
    Column,
    Document,
    Entry,
    Heading,
    Listing,
    Paragraph,
    Table,
    as_json,
    as_markdown,
    as_text,
    kind_of,
)

TABLE = Table([Column("Team"), Column("Runs", True)], [["a|b", "3"], ["–", ""]])
DOCUMENT = Document(
    "Ex*",
    [Heading("# One"), Paragraph("Two\nlines."), Listing([Entry("b", "A"), Entry("c")], numbered=True), TABLE],
)


def test_markdown_has_every_text_escaped():
    assert as_markdown(DOCUMENT) == (
        "# Ex\\*\n\n## \\# One\n\nTwo lines.\n\n1. **A** b\n2. c\n\n"
        "| Team | Runs |\n| --- | ---: |\n| a\\|b | 3 |\n| – |  |\n"
    )


def test_plain_text_has_a_line_for_each_row_without_its_empty_cells():
    assert as_text(DOCUMENT) == ("Ex*\n===\n\n# One\n-----\n\nTwo lines.\n\n1. A b\n2. c\n\n- Team: a|b; Runs: 3\n-\n")


def test_json_values_have_each_text_on_one_line():
    blocks = as_json(DOCUMENT)["blocks"]
    assert [block["kind"] for block in blocks] == [kind_of(block) for block in DOCUMENT.blocks]
    assert blocks[1]["text"] == "Two lines."
    assert blocks[2]["entries"] == [{"text": "b", "lead": "A"}, {"text": "c", "lead": ""}]
    assert blocks[3]["columns"][1] == {"title": "Runs", "is_number": True}


def test_a_row_with_another_number_of_cells_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        _ = Table([Column("A")], [["1", "2"]]).cells
