"""Documents as PDF files, read back."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import pytest

from platform_site.documents import pdf
from platform_site.documents.pdf import FAILED, REPLACED, TOO_SLOW, covered_characters, render_pdf
from platform_site.errors import Invalid, NotReady
from platform_site.text.documents import Column, Document, Entry, Heading, Listing, Paragraph, Table
from tests.platform_site.documents.reading import about, tags_of, text_of

FONTS = Path(pdf.__file__).parent / "fonts"
REVIEW = Document(
    "ExampleCo: review",
    [
        Paragraph("3 Aug 2026 to 2 Nov 2026."),
        Heading("Teams"),
        Listing([Entry("was won.", "Risk"), Entry("was lost.", "Ops")], numbered=True),
        Table([Column("Team"), Column("Runs", True)], [["Risk", "3"], ["Żółw – Ωmega – Привет", "–"]]),
    ],
)
HOSTILE = [
    '#read("/etc/passwd") #import "@preview/cetz:0.3.4"', "$x^2$ *bold* _it_ `code` <label> @ref // /* \\u{41} #{1+1}",
    "</p><script>alert(1)</script> & <b>", "= heading", "- list", "#let content = 1", "\\", '"]}', "{{ 1 }} {% x %}",
]  # fmt: skip


def document_with(text: str) -> Document:
    """The text in every place that a document has."""
    blocks = [
        Heading(text),
        Paragraph(text),
        Listing([Entry(text, text)]),
        Table([Column(text), Column("N", True)], [[text, "1"]]),
    ]
    return Document(text, blocks)


def test_a_document_is_a_tagged_file_with_its_title_language_and_text():
    file = render_pdf(REVIEW)
    assert about(file) == {
        "title": "ExampleCo: review", "language": "en", "tagged": True, "shows_title": True, "is_ua": True, "pages": 1,
    }  # fmt: skip
    assert text_of(file) == (
        "ExampleCo: review 3 Aug 2026 to 2 Nov 2026. Teams 1. Risk was won. 2. Ops was lost. "
        "Team Runs Risk 3 Żółw – Ωmega – Привет – Page 1 of 1"
    )


def test_its_headings_lists_and_tables_have_their_tags():
    counts = Counter(tags_of(render_pdf(REVIEW)))
    assert {tag: counts[tag] for tag in ("Title", "H1", "L", "LI", "Table", "THead", "TR", "TH", "TD")} == {
        "Title": 1, "H1": 1, "L": 1, "LI": 2, "Table": 1, "THead": 1, "TR": 3, "TH": 2, "TD": 4,
    }  # fmt: skip


def test_the_same_document_is_the_same_file():
    assert render_pdf(REVIEW) == render_pdf(REVIEW)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markup_is_text(text):
    file = render_pdf(document_with(text))
    assert text_of(file).count(" ".join(text.split())) >= 6
    assert about(file)["is_ua"]


@pytest.mark.parametrize("text", ["x" * 20_000, "word " * 4_000, "ж" * 20_000], ids=["one word", "words", "Cyrillic"])
def test_a_text_of_twenty_thousand_characters_stands_in_it_whole(text):
    file = render_pdf(Document("Long", [Paragraph(text), Table([Column("A")], [[text]])]))
    letters = text_of(file).replace(" ", "")
    assert letters.count(text[0]) >= 2 * text.count(text[0])
    assert about(file)["pages"] > 3


def test_text_from_right_to_left_has_its_letters():
    read = text_of(render_pdf(document_with("שלום مرحبا")))
    assert set("שלוםمرحبا") <= set(read)


def test_characters_without_a_font_are_marked_and_the_rest_is_whole():
    file = render_pdf(document_with("Ships 😀 日本 \U000f0000 \x00 \u202e soon"))
    assert about(file)["is_ua"]
    read = text_of(file)
    assert read.count("soon") >= 6
    if "\ufffd" in read:  # a machine may have fonts for them
        assert REPLACED in read


def test_every_character_that_counts_as_covered_is_in_the_fonts():
    marks = sorted(covered_characters())
    file = render_pdf(Document("All", [Paragraph(" ".join(marks[at : at + 100])) for at in range(0, len(marks), 100)]))
    assert about(file)["is_ua"]
    assert len(marks) > 3_000
    assert {"a", "ż", "Ω", "Ж", "✓", "–", "\ufffd"} <= set(marks)
    assert {"日", "😀", "\x00", "\u202e"}.isdisjoint(marks)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (
            Document("x", [Paragraph("x" * 500_000)]),
            "The document has 500,010 characters; a PDF file has at most 500,000 characters. Choose a shorter time",
        ),
        (
            Document("x", [Table([Column("A")], [["1"]] * 5_001)]),
            "The document has 5,001 rows; a PDF file has at most 5,000 rows. Choose a shorter time",
        ),
    ],
    ids=["characters", "rows"],
)
def test_a_document_that_is_too_large_is_refused_with_what_to_do(document, sentence):
    with pytest.raises(Invalid) as refusal:
        render_pdf(document)
    [fault] = refusal.value.faults
    assert (fault.field, fault.code) == ("format", "too_large")
    assert fault.message.startswith(sentence)


@pytest.mark.slow
def test_the_largest_document_is_ready_in_time():
    words = "lineage of the model version " * 3
    file = render_pdf(Document("Large", [Table([Column(name) for name in "ABCDE"], [[words[:19]] * 5] * 5_000)]))
    assert about(file)["pages"] > 100
    assert len(file) < 20 * 2**20


def test_one_that_takes_too_long_is_a_sentence():
    with patch.object(pdf, "MOST_SECONDS", 0.001), pytest.raises(NotReady) as refusal:
        render_pdf(REVIEW)
    assert (refusal.value.code, refusal.value.message) == ("pdf_failed", TOO_SLOW)


def test_one_that_fails_is_a_sentence_and_the_log_has_the_reason(tmp_path, caplog):
    (tmp_path / "typesetting.py").write_text("import sys\nprint('no fonts', file=sys.stderr)\nsys.exit(3)\n")
    covered_characters()
    with patch.object(pdf, "FOLDER", tmp_path), pytest.raises(NotReady) as refusal:
        render_pdf(REVIEW)
    assert (refusal.value.code, refusal.value.message) == ("pdf_failed", FAILED)
    assert "no fonts" in caplog.text


def test_the_fonts_are_those_on_record():
    recorded = (FONTS / "README.md").read_text()
    fonts = sorted(FONTS.glob("*.otf"))
    assert len(fonts) == 2
    for font in fonts:
        assert hashlib.sha256(font.read_bytes()).hexdigest() in recorded, font.name
