"""PDF files as a reader sees them: their text, and the tags that a screen reader follows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader


def text_of(file: bytes) -> str:
    """The text of all pages on one line, without the marks at which long words may break."""
    pages = PdfReader(io.BytesIO(file)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def tags_of(file: bytes) -> list[str]:
    """The tags of the document's structure, in the order of reading."""
    return list(_tags(PdfReader(io.BytesIO(file)).root_object["/StructTreeRoot"]["/K"]))


def about(file: bytes) -> dict[str, Any]:
    """What the file says of itself: its title, language, standard and pages."""
    reader = PdfReader(io.BytesIO(file))
    root = reader.root_object
    return {
        "title": reader.metadata.title,
        "language": root["/Lang"],
        "tagged": root["/MarkInfo"]["/Marked"],
        "shows_title": root["/ViewerPreferences"].get("/DisplayDocTitle", False),
        "is_ua": b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data(),
        "pages": len(reader.pages),
    }


def _tags(node: Any) -> Iterator[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for inner in node:
            yield from _tags(inner)
    elif isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"]).removeprefix("/")
        if "/K" in node:
            yield from _tags(node["/K"])
