import pytest

from assessments.organizations.rules.catalogue import CAPABILITIES
from assessments.strategy.rules.recovery import MANAGED, TEAM, recovery, routed_around


def test_every_capability_of_the_catalogue_is_in_one_class():
    assert set(MANAGED) | set(TEAM) == set(CAPABILITIES)
    assert not set(MANAGED) & set(TEAM)


def test_only_what_runs_is_classed():
    result = recovery({"lineage": "missing", "audit_log": "not_applicable", "artifact_store": "partial"})
    assert [row.capability for row in result] == ["artifact_store"]


def test_what_is_handed_over_comes_first_and_half_done_work_before_the_rest():
    statuses = {"feature_parity": "partial", "artifact_store": "implemented", "baseline_monitoring": "partial"}
    assert [row.capability for row in recovery(statuses)] == ["baseline_monitoring", "artifact_store", "feature_parity"]


def test_what_an_organization_added_itself_stays_with_its_team():
    (row,) = recovery({"cost_reports": "implemented"})
    assert (str(row.keeper), row.why) == ("team", "You added it yourself: we know of no service that includes it.")


@pytest.mark.parametrize(
    ("own", "teams", "message"),
    [(3, 4, "3 teams of 4 with their own"), (0, 4, "no team does"), (None, 4, "unknown how many teams do")],
)
def test_whether_teams_go_around_is_said_in_figures(own, teams, message):
    assert routed_around(own, teams).figures == (message,)
