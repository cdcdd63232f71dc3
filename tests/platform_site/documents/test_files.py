"""Documents as files to hand out."""

from __future__ import annotations

import pytest

from platform_site.documents.files import DOCUMENTS, KIND_TITLES, File, as_html, download, render_document
from platform_site.text.documents import Column, Document, Entry, Heading, Listing, Paragraph, Table
from tests.platform_site.documents.reading import text_of

HARMFUL = "<b>& |x"
DOCUMENT = Document(
    "Review",
    [
        Heading("One"),
        Paragraph(HARMFUL),
        Listing([Entry("b", "A")]),
        Listing([Entry("c")], numbered=True),
        Table([Column("N", True)], [["1"]]),
    ],
)


def test_html_has_every_block_and_no_markup_of_others():
    text = " ".join(as_html(DOCUMENT).split())
    assert "<h1>Review</h1> <h2>One</h2>" in text
    assert "&lt;b&gt;&amp; |x" in text
    assert HARMFUL not in text
    assert "<ul> <li><strong>A</strong> b</li> </ul>" in text
    assert "<ol> <li>c</li> </ol>" in text
    assert '<th scope="col" class="number">N</th>' in text


def test_every_kind_has_the_same_text():
    assert "&lt;b>& \\|x" in str(render_document(DOCUMENT, "md")).replace("\\>", ">")
    assert HARMFUL in text_of(render_document(DOCUMENT, "pdf"))
    assert render_document(DOCUMENT, "html") == as_html(DOCUMENT)
    assert set(DOCUMENTS) <= set(KIND_TITLES)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [("ż", "text/markdown; charset=utf-8"), (b"%PDF", "text/markdown")],
    ids=["text", "bytes"],
)
def test_a_file_is_downloaded_under_its_name(content, media_type):
    answer = download(File("review.md", "text/markdown", content))
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"] == 'attachment; filename="review.md"'
    assert answer.content == (content if isinstance(content, bytes) else content.encode())
