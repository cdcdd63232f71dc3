"""A document as a PDF file that a screen reader can read (PDF/UA): title, language, headings, lists, tables with a header row.

It is typeset in a process of its own (`typesetting`), which knows no network and ends after a time. What a document may be
at most is known before.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from platform_site.errors import Fault, Invalid, NotReady
from platform_site.text.documents import Document, Paragraph, as_json
from platform_site.text.wording import counted

log = logging.getLogger(__name__)
FOLDER = Path(__file__).parent
MEDIA_TYPE = "application/pdf"
LANGUAGE = "en"
MOST_CHARACTERS, MOST_ROWS = 500_000, 5_000  # took 8 s on two slow cores
MOST_SECONDS = 30
MISSING = "\ufffd"
TOO_LARGE = (
    "The document has {has}; a PDF file has at most {most}. Choose a shorter time, or take it as Markdown or HTML."
)
TOO_SLOW = (
    f"The PDF file was not ready after {MOST_SECONDS} seconds. Try again, or take the document as Markdown or HTML."
)
FAILED = (
    "The PDF file could not be made. Take the document as Markdown or HTML; the log of the web server has the reason."
)
REPLACED = f"Characters that no font of this installation has are shown as {MISSING}; the page and the Markdown file have them."


def render_pdf(document: Document) -> bytes:
    """The document as a PDF file; Invalid when it is too large, NotReady when it cannot be made or takes too long."""
    plain = as_json(document)
    texts = list(_texts(plain))
    _require_small(document, sum(map(len, texts)))
    covered = covered_characters()
    whole = all(mark in covered for text in texts for mark in text)
    replaced = None if whole else _without_missing(as_json(_with_note(document)), covered)
    content = json.dumps({"language": LANGUAGE, "document": plain, "replaced": replaced}).encode()
    command = (sys.executable, "-I", str(FOLDER / "typesetting.py"), str(MOST_SECONDS))
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, input=content, capture_output=True, timeout=MOST_SECONDS, check=False, cwd=FOLDER
        )
    except subprocess.TimeoutExpired:
        raise NotReady("pdf_failed", TOO_SLOW) from None
    if done.returncode != 0:
        log.error("a PDF file could not be made (%s): %s", done.returncode, done.stderr.decode(errors="replace")[-300:])
        raise NotReady("pdf_failed", FAILED)
    return done.stdout


@cache
def covered_characters() -> frozenset[str]:
    """Every character that the fonts in `fonts/` and those inside typst have."""
    ranges = (part.partition("-") for part in (FOLDER / "fonts" / "covered.txt").read_text().split())
    return frozenset(
        chr(code) for first, _, last in ranges for code in range(int(first, 16), int(last or first, 16) + 1)
    )


def _require_small(document: Document, characters: int) -> None:
    rows = sum(len(getattr(block, "rows", ())) for block in document.blocks)
    for count, most, noun in ((characters, MOST_CHARACTERS, "character"), (rows, MOST_ROWS, "row")):
        if count > most:
            message = TOO_LARGE.format(has=counted(count, noun), most=counted(most, noun))
            raise Invalid([Fault("format", "too_large", message)])


def _with_note(document: Document) -> Document:
    return document._replace(blocks=[*document.blocks, Paragraph(REPLACED)])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _without_missing(value: Any, covered: frozenset[str]) -> Any:
    if isinstance(value, str):
        return "".join(mark if mark in covered else MISSING for mark in value)
    if isinstance(value, dict):
        return {name: _without_missing(inner, covered) for name, inner in value.items()}
    return [_without_missing(inner, covered) for inner in value] if isinstance(value, list) else value
