"""A document of headings, sentences, lists and tables, and that document as Markdown and as plain text.

Pages, PDF files (`platform_site.documents`) and mails show the same document, so that each says what the others say. Every text in
it is what people read: nobody's text is markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from platform_site.text.markdown import escape
from platform_site.text.wording import NOTHING


class Heading(NamedTuple):
    """The heading of a section."""

    text: str


class Paragraph(NamedTuple):
    """One or more sentences."""

    text: str


class Entry(NamedTuple):
    """One entry of a list; ``lead`` stands before its text and is set in bold."""

    text: str
    lead: str = ""


class Listing(NamedTuple):
    """A list, numbered from 1 when its order matters."""

    entries: Sequence[Entry]
    numbered: bool = False


class Column(NamedTuple):
    """A column of a table; numbers stand on the right."""

    title: str
    is_number: bool = False


class Table(NamedTuple):
    """A table with its header row; every row has a cell for each column."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]

    @property
    def cells(self) -> list[list[tuple[Column, str]]]:
        """Each row's cells with their columns."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


Block = Heading | Paragraph | Listing | Table


class Document(NamedTuple):
    """A title and what stands below it."""

    title: str
    blocks: Sequence[Block]


def as_markdown(document: Document) -> str:
    """The document as Markdown.

    >>> as_markdown(Document("ExampleCo: review", [Heading("Teams"), Paragraph("No team was won or lost.")]))
    '# ExampleCo: review\\n\\n## Teams\\n\\nNo team was won or lost.\\n'
    """
    lines = [f"# {escape(document.title)}"]
    for block in document.blocks:
        lines += ["", *_markdown(block)]
    return "\n".join(lines) + "\n"


def as_text(document: Document) -> str:
    """The document as plain text, each row of a table on lines of its own.

    >>> print(as_text(Document("Review", [Table([Column("Team"), Column("Runs", True)], [["Risk", "3"]])])), end="")
    Review
    ======
    <BLANKLINE>
    - Team: Risk; Runs: 3
    """
    title = _line(document.title)
    lines = [title, "=" * len(title)]
    for block in document.blocks:
        lines += ["", *_text(block)]
    return "\n".join(lines) + "\n"


def as_json(document: Document) -> dict[str, Any]:
    """The document as JSON values, each block with its kind, every text on one line.

    >>> as_json(Document("Review", [Heading("Teams")]))["blocks"]
    [{'kind': 'heading', 'text': 'Teams'}]
    """
    return {"title": _line(document.title), "blocks": [dict(_json(block)) for block in document.blocks]}


def kind_of(block: Block) -> str:
    """`heading`, `paragraph`, `listing` or `table`, for a template."""
    return type(block).__name__.lower()


def _markdown(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"## {escape(block.text)}"
    elif isinstance(block, Paragraph):
        yield escape(block.text)
    elif isinstance(block, Listing):
        for place, entry in enumerate(block.entries, 1):
            lead = f"**{escape(entry.lead)}** " if entry.lead else ""
            yield f"{f'{place}.' if block.numbered else '-'} {lead}{escape(entry.text)}"
    else:
        yield f"| {' | '.join(escape(column.title) for column in block.columns)} |"
        yield f"| {' | '.join('---:' if column.is_number else '---' for column in block.columns)} |"
        for row in block.rows:
            yield f"| {' | '.join(escape(cell) for cell in row)} |"


def _text(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield from (_line(block.text), "-" * len(_line(block.text)))
    elif isinstance(block, Paragraph):
        yield _line(block.text)
    elif isinstance(block, Listing):
        for place, entry in enumerate(block.entries, 1):
            yield _line(f"{f'{place}.' if block.numbered else '-'} {entry.lead} {entry.text}")
    else:
        for row in block.cells:
            cells = (f"{column.title}: {cell}" for column, cell in row if cell not in ("", NOTHING))
            yield _line(f"- {'; '.join(cells)}")


def _json(block: Block) -> Iterator[tuple[str, Any]]:
    yield "kind", kind_of(block)
    for name, value in block._asdict().items():
        yield name, _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _line(value)
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, Sequence) else value


def _line(text: Any) -> str:
    return " ".join(str(text).split())
