"""Who comes to the platform, and how long it takes to ship."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from assessments.adoption.rules.adoption import (
    FIRST_RUN_TARGET_MINUTES,
    ActiveTeams,
    Coverage,
    FirstSuccess,
    ProjectMonth,
)
from assessments.adoption.rules.velocity import FEATURE_TAX, Release, YearMedian, slowdown

ACTIVE_COLUMNS = ["Month", "Active teams"]
PROJECT_COLUMNS = ["Month", "New projects", "On the platform", "Share"]
RELEASE_COLUMNS = ["Release", "Started", "Released", "Weeks"]
BY_MONTH = {"type": "date", "tickformat": "%b\n%Y"}
HERE, ELSEWHERE = "var(--chart-1)", "var(--chart-reference)"


def month_name(month: date) -> str:
    """Nov 2026."""
    return f"{month:%b %Y}"


def active_teams(months: Sequence[ActiveTeams]) -> dict[str, Any]:
    """A bar for each month; the running one, which is not over, is pale."""
    colours = [HERE] * (len(months) - 1) + [ELSEWHERE]
    figure = go.Figure(
        go.Bar(
            x=[month.month.isoformat() for month in months],
            y=[month.teams for month in months],
            name="Active teams",
            marker={"color": colours},
            hovertemplate="%{x|%b %Y}: %{y} teams<extra></extra>",
        )
    )
    figure.update_layout(
        template="none", showlegend=False, xaxis=BY_MONTH, yaxis={"rangemode": "tozero", "title": {"text": "Teams"}}
    )
    return figure.to_plotly_json()


def active_sentence(full: Sequence[ActiveTeams], falling: bool) -> str:
    """The last full month against the one before."""
    if not full:
        return "No training run was reported in a month that is over."
    last = full[-1]
    told = f"{last.teams} teams ran a training in {month_name(last.month)}"
    if len(full) > 1:
        told += f", {full[-2].teams} in the month before"
    return f"{told}. Falling two months running." if falling else f"{told}. The running month is pale."


def new_projects(months: Sequence[ProjectMonth]) -> dict[str, Any]:
    """Each month's new projects, on the platform and elsewhere."""
    days = [month.month.isoformat() for month in months]
    figure = go.Figure()
    for name, counts, colour in (
        ("On the platform", [month.on_platform for month in months], HERE),
        ("Elsewhere", [month.started - month.on_platform for month in months], ELSEWHERE),
    ):
        hover = "%{x|%b %Y}: %{y} " + name.lower() + "<extra></extra>"
        figure.add_bar(x=days, y=counts, name=name, marker={"color": colour}, hovertemplate=hover)
    figure.update_layout(
        template="none", barmode="stack", xaxis=BY_MONTH, yaxis={"rangemode": "tozero", "title": {"text": "Projects"}}
    )
    return figure.to_plotly_json()


def projects_sentence(months: Sequence[ProjectMonth], falling: bool) -> str:
    """How many of the year's projects came, and how the share moves."""
    started, here = sum(month.started for month in months), sum(month.on_platform for month in months)
    if not started:
        return "No new project was reported in twelve months."
    told = f"{here} of {started} new projects of twelve months began on the platform."
    known = [f"{month.share:.0%}" for month in months[:-1] if month.share is not None]
    if known:
        told += f" Full months, lately: {' → '.join(known[-3:])}."
    return f"{told} Falling two months running." if falling else told


def release_weeks(releases: Sequence[Release], years: Sequence[YearMedian]) -> dict[str, Any]:
    """Each release by its day and weeks, and each year's median as a line across the year."""
    figure = go.Figure()
    figure.add_scatter(
        x=[release.released_on.isoformat() for release in releases],
        y=[release.weeks for release in releases],
        text=[release.name for release in releases],
        name="Release",
        mode="markers",
        marker={"color": HERE, "size": 9},
        hovertemplate="%{text}: %{y:.1f} weeks<extra></extra>",
    )
    figure.add_scatter(
        x=[day for year in years for day in (f"{year.year}-01-01", f"{year.year}-12-31", None)],
        y=[weeks for year in years for weeks in (year.median_weeks, year.median_weeks, None)],
        name="Median of the year",
        mode="lines",
        line={"color": "var(--chart-3)", "width": 2, "dash": "dash"},
        hovertemplate="Median: %{y:.1f} weeks<extra></extra>",
    )
    figure.update_layout(
        template="none", xaxis={"type": "date"}, yaxis={"rangemode": "tozero", "title": {"text": "Weeks to release"}}
    )
    return figure.to_plotly_json()


def velocity_sentence(years: Sequence[YearMedian]) -> str:
    """The newest year's median against the first's."""
    if not years:
        return "No release was reported."
    newest, times = years[-1], slowdown(years)
    told = f"The median release took {newest.median_weeks:.1f} weeks in {newest.year}"
    if times is None:
        return f"{told}; releases of a second year are needed to compare."
    told = f"{told}, {times:.1f} times the {years[0].median_weeks:.1f} weeks of {years[0].year}."
    return f"{told} From {FEATURE_TAX:g} times on it is a feature tax." if times >= FEATURE_TAX else told


def active_rows(months: Sequence[ActiveTeams]) -> list[list[Any]]:
    """Active teams as a table, newest first."""
    return [[month_name(month.month), month.teams] for month in reversed(months)]


def project_rows(months: Sequence[ProjectMonth]) -> list[list[Any]]:
    """New projects as a table, newest first."""
    return [
        [
            month_name(month.month),
            month.started,
            month.on_platform,
            None if month.share is None else f"{month.share:.0%}",
        ]
        for month in reversed(months)
    ]


def release_rows(releases: Sequence[Release]) -> list[list[Any]]:
    """Releases as a table, newest first."""
    return [
        [release.name, str(release.started_on), str(release.released_on), round(release.weeks, 1)]
        for release in reversed(releases)
    ]


def coverage_words(coverage: Coverage) -> str:
    """What the share is of; said too where there is nothing to take a share of."""
    if not coverage.supported:
        return "no supported use case is on record"
    return f"{coverage.on_platform} of {coverage.supported} supported use cases run on the platform"


def in_time_words(successes: Sequence[FirstSuccess]) -> tuple[str | None, str]:
    """How many teams succeeded in time, and what that means."""
    target = f"had a successful run within {FIRST_RUN_TARGET_MINUTES} minutes of their first"
    if not successes:
        return None, "no training run is reported"
    return f"{sum(success.in_time for success in successes)} of {len(successes)}", f"teams {target}"
