"""Who comes to the platform, and how long it takes to ship."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from assessments.adoption.rules.adoption import ActiveTeams, Coverage, ProjectMonth
from assessments.adoption.rules.movement import steps
from assessments.adoption.rules.signals import month_name
from assessments.adoption.rules.velocity import (
    FEATURE_TAX,
    Release,
    YearMedian,
    compared_years,
    why_not_compared,
)
from platform_site.charts import Chart, axis, plot
from platform_site.text.wording import counted

BY_MONTH = {"type": "date", "tickformat": "%b\n%Y"}
HERE, ELSEWHERE = "var(--chart-1)", "var(--chart-reference)"
FALLING = "Falling for two months in a row."
MOST_NAMES = 6


def active_teams(
    months: Sequence[ActiveTeams], full: Sequence[ActiveTeams], falling: bool, of: int | None = None
) -> Chart:
    """Return the active teams of each month; the current one, which is not over, is pale.

    `full` are the months that are over and count: the sentence compares the last two of them. `of` is how many teams
    there are.
    """
    bars = go.Bar(
        x=[month.month.isoformat() for month in months],
        y=[month.teams for month in months],
        name="Active teams",
        marker={"color": [HERE] * (len(months) - 1) + [ELSEWHERE]},
        hovertemplate="%{x|%b %Y}: %{y} teams<extra></extra>",
    )
    moved = zip(months, steps(months), strict=True)
    return Chart(
        id="active-teams",
        title="Monthly active teams",
        figure=plot(bars, showlegend=False, xaxis=BY_MONTH, yaxis=axis("Teams")),
        sentence=_active_sentence(full, falling, of),
        columns=["Month", "Active teams", "Came", "Left"],
        rows=[
            (month_name(month.month), month.teams, _names(came), _names(left))
            for month, (came, left) in reversed(list(moved))
        ],
    )


def _active_sentence(full: Sequence[ActiveTeams], falling: bool, of: int | None) -> str:
    if not full:
        return "No training run was reported in a month that is over."
    last = full[-1]
    teams = f"{last.teams:,} of {counted(of, 'team')}" if of else counted(last.teams, "team")
    before = f", {full[-2].teams:,} in the month before" if len(full) > 1 else ""
    note = FALLING if falling else "The current month is pale."
    return f"{teams} ran a training in {month_name(last.month)}{before}. {note}"


def _names(names: Sequence[str]) -> str | None:
    """The first of them, and how many more."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "") or None


def new_projects(months: Sequence[ProjectMonth], falling: bool) -> Chart:
    """Return each month's new projects, on the platform and elsewhere."""
    days = [month.month.isoformat() for month in months]
    bars = [
        go.Bar(
            x=days,
            y=counts,
            name=name,
            marker={"color": colour},
            hovertemplate="%{x|%b %Y}: %{y} " + name.lower() + "<extra></extra>",
        )
        for name, counts, colour in (
            ("On the platform", [month.on_platform for month in months], HERE),
            ("Elsewhere", [month.started - month.on_platform for month in months], ELSEWHERE),
        )
    ]
    return Chart(
        id="new-projects",
        title="New projects by month",
        figure=plot(*bars, barmode="stack", xaxis=BY_MONTH, yaxis=axis("Projects")),
        sentence=_projects_sentence(months, falling),
        columns=["Month", "New projects", "On the platform", "Share"],
        rows=[
            (month_name(month.month), month.started, month.on_platform, _percent(month.share))
            for month in reversed(months)
        ],
    )


def _projects_sentence(months: Sequence[ProjectMonth], falling: bool) -> str:
    """How many of the year's projects came, and how the share moves."""
    started, here = sum(month.started for month in months), sum(month.on_platform for month in months)
    if not started:
        return "No new project was reported in twelve months."
    sentences = [f"{here} of {started} new projects of the last twelve months began on the platform."]
    known = [share for month in months[:-1] if (share := _percent(month.share))]
    if known:
        sentences.append(f"The last full months: {' → '.join(known[-3:])}.")
    return " ".join([*sentences, *[FALLING] * falling])


def release_weeks(releases: Sequence[Release], years: Sequence[YearMedian]) -> Chart:
    """Return each release by its day and weeks, and each year's median as a line across the year."""
    points = go.Scatter(
        x=[release.released_on.isoformat() for release in releases],
        y=[release.weeks for release in releases],
        text=[release.name for release in releases],
        name="Release",
        mode="markers",
        marker={"color": HERE, "size": 9},
        hovertemplate="%{text}: %{y:.1f} weeks<extra></extra>",
    )
    medians = go.Scatter(
        x=[day for year in years for day in (f"{year.year}-01-01", f"{year.year}-12-31", None)],
        y=[weeks for year in years for weeks in (year.median_weeks, year.median_weeks, None)],
        name="Median of the year",
        mode="lines",
        line={"color": "var(--chart-3)", "width": 2, "dash": "dash"},
        hovertemplate="Median: %{y:.1f} weeks<extra></extra>",
    )
    return Chart(
        id="release-weeks",
        title="Weeks to release",
        figure=plot(points, medians, xaxis={"type": "date"}, yaxis=axis("Weeks to release")),
        sentence=_velocity_sentence(years),
        columns=["Release", "Started", "Released", "Weeks"],
        rows=[
            (release.name, str(release.started_on), str(release.released_on), round(release.weeks, 1))
            for release in reversed(releases)
        ],
    )


def _velocity_sentence(years: Sequence[YearMedian]) -> str:
    """The newest year's median against the first's."""
    if not years:
        return "No release was reported."
    compared = compared_years(years)
    if compared is None:
        latest = years[-1]
        return f"The median release took {latest.median_weeks:.1f} weeks in {latest.year}. {why_not_compared(years)}"
    first, newest = compared
    sentence = (
        f"The median release took {newest.median_weeks:.1f} weeks in {newest.year}, {compared.times:.1f}× the "
        f"{first.median_weeks:.1f} weeks of {first.year}."
    )
    return (
        f"{sentence} At {FEATURE_TAX:g}× or more we call it a feature tax."
        if compared.times >= FEATURE_TAX
        else sentence
    )


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.0%}"


def coverage_words(coverage: Coverage) -> str:
    """What the share is of; said too where there is nothing to take a share of."""
    if not coverage.supported:
        return "no supported use case is on record"
    return f"{coverage.on_platform:,} of {coverage.supported:,} supported use cases run on the platform"
