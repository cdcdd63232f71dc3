"""A labelling campaign: its period, who labelled what, whether the suggestions were right, and its report (K2, K3).

>>> suggested = {"typed_by": {"from": "rule", "to": "person"}}
>>> corrected = suggested | {"type": {"from": "bug", "to": "access"}}
>>> labels_of([("ticket:jira/1", "ada", suggested), ("ticket:jira/2", "cora", corrected)])
{'ticket:jira/1': Label(by='ada', suggestion_right=True), 'ticket:jira/2': Label(by='cora', suggestion_right=False)}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from assessments.tickets.rules.halving import TICKETS
from assessments.tickets.rules.triage import ROUNDING, VITAL_SHARE, Pareto
from platform_site.text.markdown import escape
from platform_site.text.wording import counted, label, percent_of_share

USUAL, LONGEST = timedelta(weeks=4), timedelta(weeks=26)
FEW = 3  # types that a plan can take on at once
PERSON, SUGGESTERS = "person", {"rule", "model"}


class Label(NamedTuple):
    """Who labelled a ticket, and whether the type that was suggested before was right; None: nothing was suggested."""

    by: str
    suggestion_right: bool | None


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


def labels_of(events: Iterable[tuple[str, str, Any]]) -> dict[str, Label]:
    """The label by a person that each ticket has after its events (subject, actor, payload), given in their order."""
    labels: dict[str, Label] = {}
    for subject, actor, payload in events:
        after = _after(labels.get(subject), actor, payload) if isinstance(payload, Mapping) else labels.get(subject)
        if after is None:
            labels.pop(subject, None)
        else:
            labels[subject] = after
    return labels


def _after(before: Label | None, actor: str, payload: Mapping[str, Any]) -> Label | None:
    chooser, retyped = payload.get("typed_by"), "type" in payload
    if isinstance(chooser, str):  # of a new ticket
        return Label(actor, None) if chooser == PERSON else None
    if chooser is not None:
        suggested = chooser["from"] in SUGGESTERS
        return Label(actor, not retyped if suggested else None) if chooser["to"] == PERSON else None
    if before and retyped:  # another person's word replaces the first: the suggestion was wrong then
        return Label(actor, False if before.suggestion_right is not None else None)
    return before


def report(
    tickets: tuple[int, int], labels: Iterable[Label], people: Iterable[str], pareto: Pareto, automatic: int
) -> Report:
    """A campaign's report, from its tickets (all, labelled), their labels, who takes part, and what the types cost."""
    labels, (total, labelled) = list(labels), tickets
    counts = Counter(label.by for label in labels)
    by_person = sorted(((name, counts[name]) for name in {*people, *counts}), key=lambda row: (-row[1], row[0]))
    judged = [label.suggestion_right for label in labels if label.suggestion_right is not None]
    return Report(
        total, labelled, by_person, max(labelled - len(labels), 0), len(judged), sum(judged), pareto.counted_in,
        few_of(pareto), automatic,
    )  # fmt: skip


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


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _joined(names: Sequence[str]) -> str:
    """
    >>> _joined(["Access", "Bug", "Other"])
    'Access, Bug and Other'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
