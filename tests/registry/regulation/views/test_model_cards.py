"""The page of a card, its Markdown, the form for its texts, and the review."""

from __future__ import annotations

import pytest

from registry.models import ModelCardText

pytestmark = pytest.mark.django_db
CARD, TEXTS = "/registry/models/demand/v1/card/", "/registry/models/demand/+card/"


def test_a_card_is_shown_written_and_reviewed(browser_of, model_version):
    writer, lead = browser_of("contributor"), browser_of("lead")
    page = writer.get(CARD).content.decode()
    assert "Nothing is on record under this heading." in page
    assert writer.post(TEXTS, {"purpose": "Orders."}).status_code == 422
    assert writer.post(TEXTS, {"purpose": "Orders <b>", "reason": "First."}).status_code == 302
    page = lead.get(CARD).content.decode()
    assert "Orders &lt;b&gt;" in page
    assert "Review texts" in page
    assert lead.post(f"{TEXTS}review/", {"number": "1"}).status_code == 302
    assert ModelCardText.objects.get().reviewed_by == "lead"
    markdown = writer.get(f"{CARD}?format=md")
    assert markdown["Content-Type"].startswith("text/markdown")
    assert "Orders &lt;b" in markdown.content.decode()
    assert browser_of("stranger").get(TEXTS).status_code == 403
