"""A review as a document: as Markdown for a meeting, as HTML, as PDF and as a mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assessments.review.rules.sections import NUMBER, POINTS, Period, Section, day
from platform_site.text.documents import Block, Column, Document, Heading, Paragraph, Table


def document_of(organization: str, period: Period, sections: Iterable[Section]) -> Document:
    """Each section with its sentence and its table.

    >>> from datetime import date
    >>> period = Period(date(2026, 8, 3), date(2026, 11, 2))
    >>> document_of("ExampleCo", period, [Section("teams", "Teams", "No team was won or lost.", ())]).blocks
    [Paragraph(text='3 Aug 2026 to 2 Nov 2026.'), Heading(text='Teams'), Paragraph(text='No team was won or lost.')]
    """
    days = Paragraph(f"{day(period.since)} to {day(period.until)}.")
    return Document(f"{organization}: review", [days, *(block for section in sections for block in _blocks(section))])


def _blocks(section: Section) -> Iterator[Block]:
    yield from (Heading(section.title), Paragraph(section.sentence))
    if section.rows:
        columns = [Column(column.title, column.kind in (NUMBER, POINTS)) for column in section.columns]
        yield Table(columns, [[text for _, text in cells] for _, cells in section.cells])
