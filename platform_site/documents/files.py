"""Documents as files to hand out, each kind from the same `platform_site.text.documents.Document`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.http import HttpResponse
from django.template.loader import render_to_string

from platform_site.documents import pdf
from platform_site.text.documents import Document, as_markdown, kind_of

DOCUMENTS = {"md": "text/markdown", "html": "text/html", "pdf": pdf.MEDIA_TYPE}

KIND_TITLES = {
    "json": "JSON", "md": "Markdown", "csv": "CSV", "html": "HTML", "pdf": "PDF", "text": "Plain text",
}  # fmt: skip


class File(NamedTuple):
    """A file to hand out: its name, its media type, and its text (in UTF-8) or its bytes."""

    name: str
    media_type: str
    content: str | bytes


def render_document(document: Document, kind: str) -> str | bytes:
    """The document as one of DOCUMENTS; Invalid or NotReady when a PDF file cannot be made of it."""
    if kind == "pdf":
        return pdf.render_pdf(document)
    return as_markdown(document) if kind == "md" else as_html(document)


def as_html(document: Document, *, footer: str = "", links: Mapping[str, str] | None = None) -> str:
    """The document as a whole HTML file, which needs nothing else; ``links`` by their text stand at its end."""
    blocks = [(kind_of(block), block) for block in document.blocks]
    context = {"title": document.title, "blocks": blocks, "footer": footer, "links": links or {}}
    return render_to_string("documents/report.html", context)


def download(file: File) -> HttpResponse:
    """The file, to be saved under its name."""
    media_type = f"{file.media_type}; charset=utf-8" if isinstance(file.content, str) else file.media_type
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return HttpResponse(file.content, content_type=media_type, headers=headers)
