"""A labelling campaign: its period, who labelled what, whether the suggestions were right, and its report (K2, K3).

>>> credit(Typed("bug", "rule"), "access", "person", "ada")
Credit(labelled_by='ada', suggested_type='bug')
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from assessments.tickets.rules.halving import TICKETS
from assessments.tickets.rules.triage import ROUNDING, VITAL_SHARE, Pareto
from platform_site.text.cells import safe_cell
from platform_site.text.markdown import escape
from platform_site.text.wording import counted, label, percent_of_share

USUAL, LONGEST = timedelta(weeks=4), timedelta(weeks=26)
FEW = 3  # types that a plan can take on at once
PERSON, SUGGESTERS = "person", {"rule", "model"}


class Typed(NamedTuple):
    """A ticket's type, who chose it (rule, model, person or nobody), and its credit."""

    type: str = ""
    typed_by: str = ""
    labelled_by: str = ""
    suggested_type: str = ""


class Credit(NamedTuple):
    """Who chose a ticket's type, and what was suggested before; both empty where no person chose it."""

    labelled_by: str
    suggested_type: str


class Labels(NamedTuple):
    """How many labels each person gave, how many labelled tickets had a suggestion, and how many of those were right."""

    by_person: Mapping[str, int]
    suggested: int
    right: int


class Report(NamedTuple):
    """What a campaign has reached. ``by_person`` is everybody who takes part or labelled, the most labels first.

    ``unattributed`` labels came with an import, so no event says who gave them. ``few`` are at most three types, each
    with its amount and the cumulative share 0..1; ``automatic`` of the typed tickets have a suggestion for a type.
    """

    total: int
    labelled: int
    by_person: Sequence[tuple[str, int]]
    unattributed: int
    suggested: int
    right: int
    counted_in: str
    few: Sequence[tuple[str, float, float]]
    automatic: int

    @property
    def complete(self) -> bool:
        """Whether a person labelled every ticket."""
        return 0 < self.total == self.labelled

    @property
    def reached(self) -> bool:
        """Whether the few types make 80%."""
        return bool(self.few) and self.few[-1][2] >= VITAL_SHARE - ROUNDING

    @property
    def labels_sentence(self) -> str:
        """How many tickets are labelled."""
        if not self.total:
            return "No ticket was opened in this time."
        return f"{self.labelled:,} of {counted(self.total, 'ticket')} {'is' if self.total == 1 else 'are'} labelled by a person."

    @property
    def types_sentence(self) -> str:
        """Which types make 80%, or what the three largest make."""
        if not self.few:
            return "No ticket of this time has a type yet, so it is not known where the hours go."
        of = "tickets (no hours are recorded)" if self.counted_in == TICKETS else "hours"
        names, share = _joined([label(kind) for kind, *_ in self.few]), percent_of_share(self.few[-1][2])
        if self.reached:
            return f"{names} {'makes' if len(self.few) == 1 else 'make'} {share} of the {of}."
        return f"No {FEW} types make 80% of the {of}: the largest, {names}, make {share}."

    @property
    def automatic_sentence(self) -> str:
        """What the figure of the types rests on, where that is not labels by people alone; else empty."""
        if not self.automatic:
            return ""
        return f"This counts {counted(self.automatic, 'ticket')} by a suggested type that nobody has confirmed."

    @property
    def suggestions_sentence(self) -> str:
        """How often people kept what was suggested."""
        if not self.suggested:
            return "None of the labelled tickets had a suggested type before."
        share = percent_of_share(self.right / self.suggested)
        return f"Of {counted(self.suggested, 'labelled ticket')} with a suggested type, it was right for {self.right:,} ({share})."


def goal(starts_on: date, ends_on: date) -> str:
    """What a campaign is to reach."""
    return (
        f"A person labels every ticket opened from {starts_on:%Y-%m-%d} to {ends_on:%Y-%m-%d}, so that the types that "
        "make 80% of the hours are known."
    )


def period_faults(starts_on: date, ends_on: date, today: date) -> list[tuple[str, str]]:
    """What is wrong with a period, as field and sentence.

    >>> period_faults(date(2026, 11, 2), date(2026, 11, 30), date(2026, 11, 4))
    []
    """
    faults = []
    if starts_on > today:
        faults.append(
            ("starts_on", f"{starts_on} is in the future. A campaign starts today, or with tickets opened before.")
        )
    if ends_on <= starts_on:
        faults.append(("ends_on", f"{ends_on} is not after {starts_on}, the first day. Choose a later day."))
    elif ends_on < today:
        faults.append(("ends_on", f"{ends_on} is over already. Choose today ({today}) or a later day."))
    elif ends_on - starts_on > LONGEST:
        weeks = LONGEST.days // 7
        faults.append(("ends_on", f"{ends_on} is more than {weeks} weeks after {starts_on}. Choose an earlier day."))
    return faults


def credit(before: Typed, kind: str, typed_by: str, by: str) -> Credit:
    """Whose label a ticket has after a change; ``by`` is empty when it came with a file.

    The suggestion stays on record until the label is removed: whoever corrects a label may prove it right after all.

    >>> credit(Typed("bug", "person", "ada", "access"), "access", "person", "cora")
    Credit(labelled_by='cora', suggested_type='access')
    """
    if typed_by != PERSON:
        return Credit("", "")
    if before.typed_by == PERSON:
        return Credit(before.labelled_by if before.type == kind else by, before.suggested_type)
    return Credit(by, before.type if before.typed_by in SUGGESTERS else "")


def report(tickets: tuple[int, int], labels: Labels, people: Iterable[str], pareto: Pareto, automatic: int) -> Report:
    """A campaign's report, from its tickets (all, labelled), their labels, who takes part, and what the types cost."""
    total, labelled = tickets
    return Report(
        total, labelled, ranked(people, labels.by_person), max(labelled - sum(labels.by_person.values()), 0),
        labels.suggested, labels.right, pareto.counted_in, few_of(pareto), automatic,
    )  # fmt: skip


def ranked(people: Iterable[str], counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Everybody who takes part or labelled, with how many labels, the most first.

    >>> ranked(["ada", "lea"], {"cora": 2, "ada": 3})
    [('ada', 3), ('cora', 2), ('lea', 0)]
    """
    return sorted(((name, counts.get(name, 0)) for name in {*people, *counts}), key=lambda row: (-row[1], row[0]))


def few_of(pareto: Pareto) -> list[tuple[str, float, float]]:
    """The types that make 80%, the largest first, at most three."""
    before = [0.0, *(line.cumulative_share for line in pareto.lines)]
    lines = zip(pareto.lines, before, strict=False)
    return [(line.type, line.amount, line.cumulative_share) for line, share in lines if share < VITAL_SHARE - ROUNDING][
        :FEW
    ]


def days_left(ends_on: date, today: date) -> int:
    """How many days are left, today among them; 0 when the last one is over."""
    return max((ends_on - today).days + 1, 0)


def as_markdown(campaign: Any, result: Report) -> str:
    """The report as a file, for minutes or a wiki."""
    lines = [
        f"# Labelling campaign of {escape(campaign.organization.name)}",
        "",
        goal(campaign.starts_on, campaign.ends_on),
        "",
    ]
    lines += [f"- Started by {escape(campaign.started_by)}, {_moment(campaign.started_at)}"]
    ended = (
        f"Ended by {escape(campaign.ended_by)}, {_moment(campaign.ended_at)}" if campaign.ended_at else "Still running"
    )
    lines += [f"- {ended}", "", "## Labels", "", result.labels_sentence, "", "| person | tickets |", "|---|---:|"]
    lines += [f"| {escape(name)} | {count:,} |" for name, count in result.by_person]
    if result.unattributed:
        lines.append(f"| with an import | {result.unattributed:,} |")
    lines += ["", "## What takes the hours", "", result.types_sentence, result.automatic_sentence, ""]
    if result.few:
        lines += [f"| type | {result.counted_in} | cumulative |", "|---|---:|---:|"]
        lines += [
            f"| {label(kind)} | {amount:,.0f} | {percent_of_share(share)} |" for kind, amount, share in result.few
        ]
    lines += ["", "## Suggestions", "", result.suggestions_sentence]
    return "\n".join(lines) + "\n"


REPORT_COLUMNS = ("figure", "name", "value", "cumulative_share")


def rows_of(result: Report) -> list[tuple[str, ...]]:
    """The report as rows of a table, the header first."""
    counts = {
        "tickets": result.total, "labelled": result.labelled, "unattributed": result.unattributed,
        "suggested": result.suggested, "right": result.right, "automatic": result.automatic,
    }  # fmt: skip
    rows: list[tuple[str, ...]] = [REPORT_COLUMNS, *((figure, "", str(count), "") for figure, count in counts.items())]
    rows += [("labelled_by", name, str(count), "") for name, count in result.by_person]
    return rows + [(result.counted_in, kind, f"{amount:g}", f"{share:.4f}") for kind, amount, share in result.few]


def as_csv(result: Report) -> str:
    """The rows of the report as a file; no spreadsheet takes one of its cells for a formula."""
    text = io.StringIO()
    csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in rows_of(result))
    return text.getvalue()


def as_values(result: Report) -> dict[str, Any]:
    """The report as values by their names."""
    names = ("total", "few", "by_person")
    figures = {name: value for name, value in result._asdict().items() if name not in names}
    sentences = (result.labels_sentence, result.types_sentence, result.automatic_sentence, result.suggestions_sentence)
    return figures | {
        "tickets": result.total,
        "by_person": [{"person": name, "tickets": count} for name, count in result.by_person],
        "types": [{"type": kind, "amount": amount, "cumulative_share": share} for kind, amount, share in result.few],
        "complete": result.complete,
        "reached": result.reached,
        "sentences": [sentence for sentence in sentences if sentence],
    }


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _joined(names: Sequence[str]) -> str:
    """
    >>> _joined(["Access", "Bug", "Other"])
    'Access, Bug and Other'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
