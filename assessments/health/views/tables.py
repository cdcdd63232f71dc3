"""What the pages of health show in tables, as tables to download."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from assessments.health.queries.assessments import Point, summary_of
from assessments.health.queries.matrix import Matrix
from assessments.health.rules.comparison import Change
from assessments.health.rules.evidence import Evidence
from assessments.health.rules.summary import Summary
from assessments.models import Assessment, Organization
from platform_site.charts import Heat
from platform_site.pages import Table
from platform_site.text.wording import label

EVIDENCE = [
    "Capability", "Entered", "Measured", "With it", "Of", "Agrees", "Summary", "Without it",
]  # fmt: skip
AGREES = {True: "yes", False: "no", None: ""}


def assessments_table(rows: Iterable[Assessment]) -> Table:
    """Every assessment with its score and levels."""
    columns = ["Organization", "Day", "State", "Score", "Confirmed", "Provisional"]
    return Table("assessments", columns, (_assessment(row, summary_of(row)) for row in _later(rows)))


def _later(rows: Iterable[Assessment]) -> Iterator[Assessment]:
    """The rows, read when the first of them is taken: a page that shows no file of them reads none."""
    yield from rows


def organizations_table(rows: Iterable[tuple[Organization, Assessment | None, Summary | None]]) -> Table:
    """Every organization with its newest published assessment."""
    columns = [
        "Organization",
        "Archived",
        "Assessed",
        "Score",
        "Confirmed",
        "Provisional",
        "Critical gaps",
        "Next step",
    ]
    return Table("organizations", columns, (_organization(*row) for row in rows))


def changes_of(points: Sequence[Point]) -> Table:
    """Each assessment with what changed since the one before, a row for each change; the newest first."""
    columns = ["Day", "Score", "Confirmed", "Provisional", "Capability", "Before", "After", "Direction"]
    return Table("changes", columns, _changes(points))


def matrix_table(matrix: Matrix) -> Table:
    """Each capability's status at each assessment, and what was measured."""
    days = [column.assessment.assessed_on for column in matrix.columns]
    columns = ["Capability", "Title", "Group", *(f"{day}{end}" for day in days for end in ("", ", measured"))]
    return Table("matrix", columns, _matrix(matrix))


def moves_table(moves: Iterable[Change]) -> Table:
    """What differs between two assessments."""
    rows = ([move.capability, *_statuses(move), move.direction] for move in moves)
    return Table("moves", ["Capability", "Before", "After", "Direction"], rows)


def evidence_table(evidence: Iterable[Evidence]) -> Table:
    """What was entered of each capability, and what was measured."""
    return Table("evidence", EVIDENCE, (_evidence(line) for line in evidence))


def records_table(records: Iterable[dict[str, Any]]) -> Table:
    """The records behind a figure of evidence."""
    return Table("records", ["Record", "Has it"], ([row["what"], "yes" if row["has"] else "no"] for row in records))


def heat_table(groups: Sequence[str], rows: Iterable[tuple[str, Sequence[Heat]]]) -> Table:
    """The score of each group in each organization."""
    cells = ([name, *(cell.score for cell in scores)] for name, scores in rows)
    return Table("heat", ["Organization", *groups], cells)


def _assessment(row: Assessment, summary: Summary) -> list[Any]:
    levels = [summary.confirmed.label, summary.provisional.label]
    state = f"{label(row.state)}, corrected" if getattr(row, "is_corrected", False) else label(row.state)
    return [row.organization.name, row.assessed_on, state, summary.health_score, *levels]


def _organization(organization: Organization, newest: Assessment | None, summary: Summary | None) -> list[Any]:
    own = [organization.name, "yes" if organization.archived_at else "no"]
    if newest is None or summary is None:
        return [*own, *[""] * 6]
    step = summary.next_step.capability if summary.next_step else ""
    levels = [summary.confirmed.label, summary.provisional.label]
    return [*own, newest.assessed_on, summary.health_score, *levels, ", ".join(summary.critical_gaps), step]


def _changes(points: Sequence[Point]) -> Iterator[list[Any]]:
    for point in reversed(points):
        summary = point.summary
        judged = [summary.health_score, summary.confirmed.label, summary.provisional.label]
        for move in (*point.moves,) or (None,):
            moved = [move.capability, *_statuses(move), move.direction] if move else [""] * 4
            yield [point.assessment.assessed_on, *judged, *moved]


def _matrix(matrix: Matrix) -> Iterator[list[Any]]:
    summaries = [column.summary for column in matrix.columns]
    for title, values in (
        ("Score", [summary.health_score for summary in summaries]),
        ("Confirmed level", [summary.confirmed.label for summary in summaries]),
        ("Provisional level", [summary.provisional.label for summary in summaries]),
    ):
        yield ["", title, "", *(cell for value in values for cell in (value, ""))]
    for row in matrix.rows:
        cells = (text for cell in row.cells for text in (label(cell.status), cell.measured))
        yield [row.capability, row.title, row.group, *cells]


def _evidence(line: Evidence) -> list[Any]:
    figures = [line.numerator, line.denominator, AGREES[line.agrees], line.sentence]
    measured = label(line.measured) if line.measured else ""
    return [line.capability, label(line.claimed), measured, *figures, ", ".join(line.counter_examples)]


def _statuses(move: Change) -> list[str]:
    return [label(status) if status else "" for status in (move.before, move.after)]
