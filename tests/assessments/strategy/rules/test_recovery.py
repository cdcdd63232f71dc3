import pytest

from assessments.organizations.rules.catalogue import CAPABILITIES, Group
from assessments.strategy.rules.recovery import MANAGED, OWN_KNOWLEDGE, TEAM, recovery, routed_around

BOUGHT = dict.fromkeys(map(str, Group), "buy")
RUN = dict.fromkeys(map(str, Group), "open_source")


def test_there_is_a_reason_for_every_capability_that_stays():
    assert set(TEAM) == set(CAPABILITIES)
    assert not set(MANAGED) & set(OWN_KNOWLEDGE)


def test_who_runs_it_follows_where_its_group_comes_from():
    statuses = {"baseline_monitoring": "implemented", "data_drift_monitoring": "partial"}
    keepers = [{row.capability: row.keeper for row in recovery(statuses, choices)} for choices in (BOUGHT, RUN, {})]
    assert [row["baseline_monitoring"] for row in keepers] == ["managed", "team", None]
    assert {row["data_drift_monitoring"] for row in keepers} == {"team"}, "thresholds are knowledge of the company"


def test_the_reason_begins_with_the_fact():
    [row] = recovery({"orchestrated_training": "partial"}, BOUGHT)
    assert row.why.startswith("Training is bought. ")


def test_only_what_runs_is_classed():
    result = recovery({"lineage": "missing", "audit_log": "not_applicable", "artifact_store": "partial"}, RUN)
    assert [row.capability for row in result] == ["artifact_store"]


def test_what_is_handed_over_comes_first_and_half_done_work_before_the_rest():
    statuses = {"feature_parity": "partial", "artifact_store": "implemented", "baseline_monitoring": "partial"}
    assert [row.capability for row in recovery(statuses, BOUGHT | {"Data & Features": "open_source"})] == [
        "baseline_monitoring", "artifact_store", "feature_parity",
    ]  # fmt: skip


def test_what_an_organization_added_itself_stays_with_its_team():
    (row,) = recovery({"cost_reports": "implemented"}, BOUGHT)
    assert (str(row.keeper), row.why) == ("team", "You added it yourself: we know of no service that includes it.")


@pytest.mark.parametrize(
    ("own", "teams", "message"),
    [
        (3, 4, "3 teams of 4 with their own tooling"),
        (0, 4, "no team keeps its own tooling"),
        (None, 4, "unknown how many teams keep their own tooling"),
    ],
)
def test_whether_teams_go_around_is_said_in_figures(own, teams, message):
    assert routed_around(own, teams).figures == (message,)
