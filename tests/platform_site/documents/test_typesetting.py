"""The process that typesets: what it reads, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import typst

from platform_site.documents import typesetting
from tests.platform_site.documents.reading import about, text_of

COMMAND = [sys.executable, "-I", typesetting.__file__, "20"]


def document(text: str) -> dict:
    return {"title": "T", "blocks": [{"kind": "paragraph", "text": text}]}


def content(text: str, replaced: str | None) -> dict:
    return {"language": "en", "document": document(text), "replaced": replaced and document(replaced)}


def test_it_writes_the_file_and_nothing_else():
    done = subprocess.run(COMMAND, input=json.dumps(content("Hello", None)).encode(), capture_output=True, check=True)
    assert (text_of(done.stdout), done.stderr) == ("T Hello Page 1 of 1", b"")


def test_it_ends_with_the_reason_when_the_document_cannot_be_typeset():
    wrong = content("Hello", None) | {"language": "not a language"}
    done = subprocess.run(COMMAND, input=json.dumps(wrong).encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (typesetting.FAILED, b"")
    assert b"expected two or three letter language code" in done.stderr


def test_without_any_font_for_a_character_the_replaced_text_is_typeset():
    assert text_of(typesetting.typeset(content("a\U000f0000b", "a?b"))) == "T a?b Page 1 of 1"


def test_when_the_replaced_text_has_no_font_either_the_file_claims_no_standard():
    file = typesetting.typeset(content("a\U000f0000b", "a\U000f0000b"))
    assert (about(file)["is_ua"], about(file)["tagged"]) == (False, True)


def test_without_a_replaced_text_a_missing_font_is_an_error():
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        typesetting.typeset(content("a\U000f0000b", None))
