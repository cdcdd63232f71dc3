"""A review as Markdown, for a meeting or its minutes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assessments.review.rules.sections import NUMBER, POINTS, Period, Section, day
from platform_site.text.markdown import escape


def as_markdown(organization: str, period: Period, sections: Iterable[Section]) -> str:
    """Each section with its sentence and its table.

    >>> from datetime import date
    >>> period = Period(date(2026, 8, 3), date(2026, 11, 2))
    >>> as_markdown("ExampleCo", period, [Section("teams", "Teams", "No team was won or lost.", ())])
    '# ExampleCo: review\\n\\n3 Aug 2026 to 2 Nov 2026.\\n\\n## Teams\\n\\nNo team was won or lost.\\n'
    """
    lines = [f"# {escape(organization)}: review", "", f"{day(period.since)} to {day(period.until)}."]
    for section in sections:
        lines += ["", f"## {section.title}", "", escape(section.sentence), *_table(section)]
    return "\n".join(lines) + "\n"


def _table(section: Section) -> Iterator[str]:
    if not section.rows:
        return
    yield ""
    yield f"| {' | '.join(column.title for column in section.columns)} |"
    yield f"| {' | '.join('---:' if column.kind in (NUMBER, POINTS) else '---' for column in section.columns)} |"
    for _, cells in section.cells:
        yield f"| {' | '.join(escape(text) for _, text in cells)} |"
