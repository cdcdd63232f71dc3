"""The tables of the page of adoption as files: whole, where the page shows the first of many names."""

from __future__ import annotations

from collections.abc import Sequence

from assessments.adoption.queries import Adoption
from assessments.adoption.queries.effects import ServedRelease
from assessments.adoption.rules.movement import steps
from platform_site.pages import Table


def tables(adoption: Adoption, served: Sequence[ServedRelease]) -> list[Table]:
    """All of them."""
    return [
        _diagnosis(adoption), _teams(adoption), _months(adoption), _use_cases(adoption), _first_successes(adoption),
        Table(
            "answers", ["Answer", "Times", "Teams", "In the words"],
            [(a.answer, a[1], "; ".join(a.teams), "; ".join(a.wordings)) for a in adoption.showstoppers],
        ),
        Table("years", ["Year", "Releases", "Median weeks"], [tuple(year) for year in adoption.years]),
        Table(
            "effects", ["Release", "Released", "Team", "Outcome", "First run since"],
            [(s.release.name, s.release.released_on, e.team, e.outcome, e.since) for s in served for e in s.effects],
        ),
    ]  # fmt: skip


def _diagnosis(adoption: Adoption) -> Table:
    rows = [
        (finding.title, signal.title, signal.answer, signal.because, "; ".join(signal.names), signal.remedy)
        for finding in adoption.findings
        for signal in finding.signals
    ]
    return Table("diagnosis", ["Way to fail", "Signal", "Seen", "Figures", "Names", "Remedy"], rows)


def _teams(adoption: Adoption) -> Table:
    """Each known team, whether it is active, and when it came or was last seen."""
    won, lost = dict(adoption.movement.won), dict(adoption.movement.lost)
    inactive = set(adoption.inactive)
    names = sorted({*adoption.teams.names, *won, *lost})
    rows = [
        (name, "no" if name in inactive or name in lost else "yes", won.get(name), lost.get(name)) for name in names
    ]
    return Table("teams", ["Team", "Active", "Won in", "Last active in, lost since"], rows)


def _months(adoption: Adoption) -> Table:
    months = adoption.known_months
    rows = [
        (month.month, month.teams, "; ".join(month.names), "; ".join(came), "; ".join(left))
        for month, (came, left) in zip(months, steps(months), strict=True)
    ]
    return Table("teams-by-month", ["Month", "Active teams", "Names", "Came", "Left"], rows)


def _use_cases(adoption: Adoption) -> Table:
    words = {True: "yes", False: "no"}
    rows = [(case.name, case.team, words[case.supported], words[case.on_platform]) for case in adoption.use_cases]
    return Table("use-cases", ["Name", "Team", "Supported", "On the platform"], rows)


def _first_successes(adoption: Adoption) -> Table:
    rows = [(s.team, s.state, s.minutes, s.at_least_minutes, s.since, s.onboarded_on) for s in adoption.first_successes]
    columns = ["Team", "Target", "Minutes", "At least minutes", "Since", "Onboarded on"]
    return Table("first-successes", columns, rows)
