"""Which events belong on which route."""

from __future__ import annotations

import pytest

from platform_site.webhooks.rules.routes import EVERY_TEAM, Route, accepts, wants

ALL = Route(("*",), (), "info")


@pytest.mark.parametrize(
    ("patterns", "names", "wanted"),
    [
        (["*"], ["token.made"], True),
        (["alert.*"], ["alert.opened"], True),
        (["alert.*"], ["alerting.opened"], False),
        (["alert.opened"], ["alert.resolved"], False),
        (["gate.blocked"], ["gate.decided", "gate.blocked"], True),
        ([], ["alert.opened"], False),
    ],
)
def test_a_pattern_matches_a_name(patterns, names, wanted):
    assert wants(patterns, names) is wanted


@pytest.mark.parametrize(
    ("route", "severity", "teams", "accepted"),
    [
        (ALL, "info", (), True),
        (ALL._replace(severity="error"), "warning", (), False),
        (ALL._replace(severity="error"), "error", (), True),
        (ALL._replace(severity="error"), "critical", (), True),
        (ALL._replace(teams=("risk",)), "critical", (), False),
        (ALL._replace(teams=("risk",)), "info", ("forecasting",), False),
        (ALL._replace(teams=("risk", "forecasting")), "info", ("forecasting",), True),
        (ALL._replace(teams=("risk",)), "info", (EVERY_TEAM,), True),
        (ALL._replace(events=("gate.*",)), "critical", (), False),
    ],
)
def test_a_route_holds_name_team_and_severity(route, severity, teams, accepted):
    assert accepts(route, ("alert.opened",), severity, teams) is accepted
